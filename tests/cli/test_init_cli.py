"""``coach init`` as people use it: asked, as options, from a file, again; and what it refuses."""

import json
from pathlib import Path

import pytest

from tests.cli.comeback import Home, Terminal


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_options_with_cautious_values_for_the_rest(home: Home) -> None:
    said = home.says("init", "--injury", "bone", "--site", "navicular", "--side", "left", "--yes")
    assert "Injury    bone, navicular, left" in said
    assert "Protocol  bsi" in said
    for option in ("--cleared-by: nobody", "--pain-free-days: 0", "--baseline: 0", "--age: unknown", "--pace: unknown"):
        assert option in said
    assert "Next: coach clear --role clinician --by NAME" in said
    assert said.endswith("A training log that applies published rules; no clinician has reviewed it.\n")
    assert len(home.kept()) == 1


@pytest.mark.parametrize(
    ("injury", "protocol"),
    [
        ("plantar-fascia", "seed-start"), ("achilles", "osu"), ("bone", "bsi"), ("ankle-sprain", "seed-start"),
        ("surgery", "san-postop"), ("none", "seed-start"),
    ],
)  # fmt: skip
def test_the_default_programme(home: Home, injury: str, protocol: str) -> None:
    data = json.loads(home.says("init", "--injury", injury, "--yes", "--json"))
    assert data["profile"]["protocol"] == protocol
    assert data["disclaimer"]
    assert "--protocol" in {assumed["option"] for assumed in data["assumed"]}


def test_everything_told_leaves_nothing_assumed(home: Home) -> None:
    data = json.loads(
        home.says(
            "init", "--injury", "bone", "--injury", "surgery", "--site", "fibula", "--surgery", "bunion",
            "--side", "right", "--onset", "2025-12-01", "--cleared-by", "Dr A", "--cleared-on", "2026-02-20",
            "--former-weekly", "32.5", "--age", "47", "--sex", "female", "--baseline", "1,2,1", "--pace", "6:30",
            "--protocol", "ouh", "--pain-free-days", "20", "--json",
        )
    )  # fmt: skip
    profile = data["profile"]
    assert data["assumed"] == []
    assert [injury["kind"] for injury in profile["injuries"]] == ["bone", "surgery"]
    assert (profile["former_weekly_m"], profile["pace_s_per_km"], profile["baseline"]) == (32500, 390, [1, 2, 1])
    assert (profile["protocol"], profile["age"], profile["sex"], profile["pain_free_days"]) == ("ouh", 47, "female", 20)
    assert [(c["by"], c["at"]) for c in data["clearances"]] == [("Dr A", "2026-02-20T22:59:59Z")]
    assert data["next"] == "coach ready"


def test_a_clearance_is_of_its_own_day(home: Home) -> None:
    given = ("--injury", "surgery", "--cleared-by", "Dr A", "--cleared-on", "2026-02-20", "--yes")
    said = home.says("init", *given, "--onset", "2026-01-10")
    assert "Cleared   by Dr A, 2026-02-20" in said


def test_a_file(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "me.toml"
    file.write_text(
        'injury = ["achilles", "plantar-fascia"]\nside = "left"\nonset = 2026-01-05\nbaseline = [1, 2, 1]\n'
        'former_weekly = 30\nage = 40\nsex = "male"\npace = "6:30"\n'
    )
    data = json.loads(home.says("init", "--file", str(file), "--age", "41", "--yes", "--json"))
    assert (data["profile"]["age"], data["profile"]["baseline"]) == (41, [1, 2, 1])  # an option counts more
    assert [i["onset"] for i in data["profile"]["injuries"]] == ["2026-01-05", "2026-01-05"]


def test_a_file_with_an_injury_a_table(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "me.toml"
    file.write_text(
        'age = 40\n[[injury]]\nkind = "bone"\nsite = "fibula"\nside = "left"\n'
        '[[injury]]\nkind = "achilles"\nside = "right"\nonset = 2026-01-05\n'
    )
    data = json.loads(home.says("init", "--file", str(file), "--yes", "--json"))
    assert [(i["kind"], i["side"], i["site"]) for i in data["profile"]["injuries"]] == [
        ("bone", "left", "fibula"),
        ("achilles", "right", None),
    ]


def test_again_keeps_the_history_and_the_stricter_injury(home: Home) -> None:
    home.says("init", "--injury", "bone", "--site", "navicular", "--age", "40", "--yes")
    home.now = "2026-03-03T07:00"
    said = home.says("init", "--injury", "achilles", "--side", "left", "--yes")
    assert "bone, navicular: told before; it holds until a clinician's clearance" in said
    assert "Your history is kept." in said
    assert "Protocol  bsi" in said
    assert "Age       40" in said  # what is not given stays as it was
    assert len(home.kept()) == 2
    assert json.loads(home.says("ready", "--json"))["criteria"][0]["criterion"] == "bone-clearance"
    home.now = "2026-03-03T07:20"
    # Neither may its protocol be left by telling of no injury.
    assert "c25k is not for bone and achilles" in home.refuses(
        "init", "--injury", "none", "--protocol", "c25k", "--yes"
    )
    said = home.says("init", "--pace", "6:30", "--yes")
    assert "Injury    achilles, left" in said
    assert "Protocol  bsi" in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--injury knee", "--injury: knee is not known"),
        ("--injury none --injury bone", "none goes with no injury"),
        ("--injury achilles --site fibula", "--site is asked of bone only"),
        ("--site fibula", "not answered: --injury"),
        ("--injury achilles --surgery bunion", "--surgery is asked of surgery only"),
        ("--injury bone --site elbow", "--site: elbow is not known"),
        ("--injury surgery --surgery heart", "--surgery: heart is not known"),
        ("--injury achilles --side middle", "--side: middle is not known"),
        ("--injury none --side left", "there is no injury to it"),
        ("--injury achilles --baseline 11", "--baseline: 11 is not allowed"),
        ("--injury achilles --baseline 1,2,11", "--baseline: 11 is not allowed"),
        ("--injury achilles --baseline 1,,1", "--baseline: nothing is not allowed"),
        ("--injury achilles --baseline 1,1,1,1", "4 mornings are too many"),
        ("--injury achilles --baseline 4-5", "--baseline: 4-5 is not allowed"),
        ("--injury achilles --protocol nowhere", "no protocol is called “nowhere”"),
        ("--injury achilles --protocol c25k", "c25k is not for achilles"),
        ("--injury surgery --cleared-by A", "--cleared-on: a clearance is a name and a day"),
        ("--injury surgery --cleared-on 2026-01-01", "--cleared-by: a clearance is a name and a day"),
        ("--injury surgery --cleared-by A --cleared-on 2026-03-03", "a clearance cannot be of the future"),
        ("--injury surgery --cleared-by A --cleared-on 2026-01-01 --onset 2026-02-01", "before the injury"),
        ("--injury surgery --cleared-by A --cleared-on 2026-01-01", "give that day with `coach init --onset DATE`"),
        ("--injury bone --onset 2026-03-03", "an injury cannot be of the future"),
        ("--injury bone --onset yesterday", "--onset: yesterday is not a date"),
        ("--injury achilles --age 9", "--age: 9 is not allowed"),
        ("--injury achilles --sex both", "--sex: both is not known"),
        ("--injury achilles --pace 6", "--pace: 6 is not a pace"),
        ("--injury achilles --pace 6:75", "--pace: 6:75 is not a pace"),
        ("--injury achilles --former-weekly nan", "--former-weekly: nan km is not allowed"),
        ("--injury achilles --former-weekly -3", "--former-weekly: -3 km is not allowed"),
        ("--injury bone --pain-free-days -1", "--pain-free-days: -1 is not allowed"),
        ("", "not answered: --injury"),
        ("--injury bone --site talus --injury bone --site fibula --side left", "--site is given twice — give each inj"),
        ("--injury bone --injury ankle-sprain --side left --side=right", "--side is given twice — give each injury a"),
        ("--injury surgery --surgery bunion --surgery other", "--surgery is given twice — give each injury a table"),
        ("--injury bone --onset 2026-01-05 --onset 2026-01-06", "--onset is given twice — give each injury a table"),
        ("--injury bone --injury bone --site fibula", "--injury: bone is there twice — give each a table"),
        ("--injury achilles,achilles", "--injury: achilles is there twice"),
        ("--injury achilles --pain-free-days 20 --pain-free-days 2", "--pain-free-days is given twice — give one of"),
        ("--injury achilles --baseline 4 --baseline 0", "--baseline is given twice"),
        ("--injury none --protocol osu --protocol c25k", "--protocol is given twice"),
        ("--file a.toml --file b.toml", "--file is given twice"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(home: Home, arguments: str, says: str) -> None:
    assert says in home.refuses("init", *arguments.split(), "--yes")
    assert home.kept() == []


def test_half_answers_off_a_terminal_are_refused(home: Home) -> None:
    said = home.refuses("init", "--injury", "achilles", "--age", "40")
    assert "not answered: --side, --onset, --baseline, --former-weekly, --pace, --sex, --protocol" in said
    assert home.kept() == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('injury = "bone"\nsyte = "fibula"', "unknown key “syte” — did you mean site?"),
        ('injury = "knee"', "me.toml, injury: knee is not known"),
        ("injury = true", "me.toml, injury: true is not allowed here"),
        ('injury = ["bone", "bone"]\nsite = "fibula"', "me.toml, injury: bone is there twice"),
        ("baseline = [1, 2, 11]", "me.toml, baseline: 11 is not allowed"),
        ("baseline = [1, [2], 3, 4]", "me.toml, baseline: 4 mornings are too many"),
        ('[[injury]]\nkind = "bone"\nplace = "fibula"', "injury[1]: unknown key “place”"),
        ('[[injury]]\nkind = "knee"', "me.toml, injury[1].kind: “knee” is not allowed here"),
        ('[[injury]]\nkind = "achilles"\nsite = "fibula"', "a site is asked only of a bone injury"),
        ('[[injury]]\nside = "left"', "injury[1]: there is no kind"),
        ("injury = bone", "not valid TOML"),
        (
            "onset = 2026-01-05T10:00:00",
            "onset: a day with a time is not allowed here — where a day is asked, write it al",
        ),
        ('[[injury]]\nkind = "bone"\nonset = 2026-01-05T10:00:00', "injury[1].onset: a day with a time is not allowed"),
        ("pace = 06:30:00", "me.toml, pace: a date or time is not allowed here"),
    ],
)
def test_a_wrong_file_is_refused(home: Home, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "me.toml"
    file.write_text(text)
    assert says in home.refuses("init", "--file", str(file), "--yes")
    assert home.kept() == []


def test_files_that_cannot_be(home: Home, tmp_path: Path) -> None:
    assert "there is no such file" in home.refuses("init", "--file", str(tmp_path / "none.toml"), "--yes")
    big = tmp_path / "big.toml"
    big.write_text("#" * 10_000_000)
    assert "10.0 MB is too much for a profile" in home.refuses("init", "--file", str(big), "--yes")


def test_an_injury_told_by_mistake_is_taken_back_within_ten_minutes(home: Home) -> None:
    home.says("init", "--injury", "bone", "--site", "navicular", "--side", "left", "--yes")
    home.now = "2026-03-02T07:09"
    said = home.says("init", "--injury", "ankle-sprain", "--side", "left", "--yes")
    assert "bone, navicular, left: taken back" in said
    assert "Protocol  seed-start" in said
    assert "Next: coach ready\n" in said
    said = home.says("init", "--injury", "bone", "--injury", "ankle-sprain", "--yes")
    assert said.count("ankle-sprain") == 1
    home.now = "2026-03-02T07:20"
    said = home.says("init", "--injury", "ankle-sprain", "--yes")
    assert "bone: told before; it holds until a clinician's clearance" in said
    assert said.count("ankle-sprain") == 1


def test_an_injury_holds_where_something_else_was_told_since(home: Home) -> None:
    home.says("init", "--injury", "bone", "--site", "navicular", "--yes")
    home.says("morning", "0", "--nothing-else")
    said = home.says("init", "--injury", "ankle-sprain", "--yes")
    assert "bone, navicular: told before; it holds" in said


# On a terminal


def test_it_asks_one_question_a_line(home: Home) -> None:
    terminal = Terminal(home, "init")
    terminal.until("? explains, Ctrl-C leaves")
    terminal.types("What do you come back from?", "?")
    terminal.until("not a diagnosis")
    terminal.types("What do you come back from?", "knee")
    terminal.until("knee is not known")
    terminal.types("What do you come back from?", "bone, achilles")
    terminal.types("Which bone?", "fibula")
    terminal.types("Which side? (left, right, both) [both]", "left")
    terminal.types("Since when?", "")
    terminal.types("Who cleared you", "Dr A")
    terminal.types("On which day? (2026-03-02) [2026-03-02]", "")
    terminal.types("first steps of the last three mornings", "1,2,1")
    terminal.types("days without pain", "15")
    terminal.types("km a week", "")
    terminal.types("easy pace", "6:30")
    terminal.types("Your age?", "44")
    terminal.types("Your sex?", "")
    terminal.types("Which protocol? [bsi]", "")
    terminal.until("--former-weekly: unknown")
    terminal.types("Keep this? [y]", "")
    assert terminal.leave() == 0
    assert "Next: coach ready" in terminal.said
    assert len(home.kept()) == 2  # profile and clearance


@pytest.mark.parametrize("how", ["ctrl-c", "no"])
def test_leaving_writes_nothing(home: Home, how: str) -> None:
    home.says("init", "--injury", "achilles", "--yes")
    before = home.kept()
    terminal = Terminal(home, "init", "--injury", "plantar-fascia", "--side", "left", "--onset", "2026-01-01",
                        "--baseline", "1,1,1", "--former-weekly", "20", "--pace", "6:00", "--age", "40")  # fmt: skip
    if how == "no":
        terminal.types("Your sex?", "female")
        terminal.types("Which protocol?", "")
        terminal.types("Keep this?", "n")
        assert terminal.leave() == 0
        assert "Nothing was kept." in terminal.said
    else:
        terminal.until("Your sex?")
        terminal.until(": ")
        assert terminal.interrupt() == 130
        assert "Left; nothing was kept." in terminal.said
    assert home.kept() == before


def test_a_slip_at_the_last_question_is_asked_again(home: Home) -> None:
    terminal = Terminal(home, "init", "--injury", "achilles", "--side", "left", "--baseline", "1,1,1",
                        "--former-weekly", "20", "--pace", "6:00", "--age", "40", "--sex", "male")  # fmt: skip
    terminal.types("Since when?", "2027-01-01")
    terminal.until("an injury cannot be of the future")
    terminal.types("Since when?", "2026-01-05")
    terminal.types("Which protocol?", "ossu")
    terminal.until("no protocol is called")
    terminal.types("Which protocol?", "c25k")
    terminal.until("c25k is not for achilles")
    terminal.types("Which protocol?", "osu")
    terminal.types("Keep this?", "")
    assert terminal.leave() == 0
    assert len(home.kept()) == 1


def test_a_clearance_that_does_not_fit_is_asked_again_and_may_be_left_out(home: Home) -> None:
    given = ("--injury", "bone", "--site", "navicular", "--side", "left", "--baseline", "0,0,0", "--former-weekly",
             "30", "--pace", "6:30", "--age", "40", "--sex", "male", "--protocol", "bsi")  # fmt: skip
    terminal = Terminal(home, "init", *given)
    terminal.types("Since when?", "")
    terminal.types("Who cleared you", "x")
    terminal.types("On which day?", "2026-01-10")
    terminal.until("nobody knows whether a clearance of 2026-01-10 is about the bone")
    terminal.types("On which day?", "unknown")
    terminal.types("days without pain", "15")
    terminal.until("--cleared-by: nobody")
    terminal.types("Keep this?", "")
    assert terminal.leave() == 0
    assert len(home.kept()) == 1


def test_the_day_of_the_injury_is_asked_again_where_the_clearance_hangs_on_it(home: Home) -> None:
    terminal = Terminal(home, "init", "--injury", "surgery", "--surgery", "other", "--side", "left", "--cleared-by",
                        "x", "--cleared-on", "2026-01-10", "--baseline", "0,0,0", "--former-weekly", "30", "--pace",
                        "6:30", "--age", "40", "--sex", "male", "--protocol", "san-postop")  # fmt: skip
    terminal.types("Since when?", "")
    terminal.until("nobody knows whether a clearance of 2026-01-10 is about the surgery")
    terminal.types("Since when?", "2026-01-05")
    terminal.types("Keep this?", "")
    assert terminal.leave() == 0
    assert len(home.kept()) == 2


def test_days_without_pain_against_the_ratings_are_asked_again(home: Home) -> None:
    home.says("init", "--injury", "bone", "--site", "fibula", "--baseline", "0,0,0", "--yes")
    home.says("morning", "2", "--nothing-else")
    home.now = "2026-03-05T07:00"
    terminal = Terminal(home, "init", "--injury", "bone", "--site", "fibula", "--side", "both", "--onset", "2026-01-05",
                        "--cleared-by", "x", "--cleared-on", "2026-01-10", "--baseline", "0,0,0", "--former-weekly",
                        "30", "--pace", "6:30", "--age", "40", "--sex", "male", "--protocol", "bsi")  # fmt: skip
    terminal.types("days without pain", "20")
    terminal.until("you rated 2 of 10 on 2026-03-02")
    terminal.types("days without pain", "2")
    terminal.types("Keep this?", "")
    assert terminal.leave() == 0


def test_a_baseline_that_does_not_count_is_not_shown_as_one_that_does(home: Home) -> None:
    assert "Baseline  2, 2, 2" in home.says("init", "--injury", "achilles", "--baseline", "2,2,2", "--yes")
    home.now = "2026-03-03T07:00"
    said = home.says("init", "--baseline", "4,4,4", "--yes")
    assert "Baseline  2, as before: it may be lowered, never raised, so 4, 4, 4 does not count" in said
    assert "Baseline  1, 1, 1" in home.says("init", "--baseline", "1,1,1", "--yes")
    said = home.says("init", "--injury", "bone", "--site", "fibula", "--baseline", "1,1,1", "--yes")
    assert "Baseline  0: with a bone injury any pain counts" in said


@pytest.mark.parametrize(("minutes", "words"), [(5, "20 km a week"), (15, "60 km a week, as before: it may be raised")])
def test_a_shorter_week_of_old_is_said_not_to_count(home: Home, minutes: int, words: str) -> None:
    home.says("init", "--injury", "achilles", "--former-weekly", "60", "--yes")
    home.now = f"2026-03-02T07:{minutes:02}"
    said = home.says("init", "--injury", "achilles", "--former-weekly", "20", "--yes")
    assert f"Before    {words}" in said
