"""The ratings as people type them: asked, as options, corrected; and slips that cost no answers."""

import json
from pathlib import Path

import pytest
from typer.main import get_command

from coach.cli import app
from coach.cli.red_flags import flag_lines
from coach.gate.wording import CARE, FLAGS
from coach.model.rating import RedFlag
from tests.cli.comeback import Home, Terminal
from tests.cli.in_process import Coach

READY = (
    "fascia-first-steps --yes", "walk-30 --figure 30", "stairs --yes", "heel-raises --left 26 --right 27",
    "balance --left 30 --right 30", "knee-to-wall --left 10 --right 11", "hops-10 --left 10 --right 10",
    "hops-30 --left 30 --right 30",
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path, "2026-03-01T10:00")
    home.says("init", "--injury", "plantar-fascia", "--baseline", "1,1,1", "--yes")
    return home


@pytest.fixture
def ran(home: Home) -> Home:
    """An hour after a run that the coach was told of."""
    home.now = "2026-03-02T19:00"
    home.says("ran", "18:00", "20")
    return home


def kept(home: Home) -> str:
    return home.says("ratings", "list")


def test_an_uneventful_morning_is_a_score_and_enter(home: Home) -> None:
    home.now = "2026-03-02T07:00"
    terminal = Terminal(home, "morning")
    terminal.types("Pain on the first steps", "1")
    terminal.types("anything new or alarming? [n]", "")
    assert terminal.leave() == 0
    assert "Kept: your rating of the morning." in terminal.said
    assert "first steps 1" in kept(home)
    assert "confidence" not in kept(home)  # readiness is not passed: no run that day


def test_on_a_day_of_a_run_the_morning_asks_for_confidence(home: Home) -> None:
    for test in READY:
        home.says("ready", *test.split())
    home.now = "2026-03-02T07:00"
    terminal = Terminal(home, "morning")
    terminal.types("Pain on the first steps", "1")
    terminal.types("How confident are you", "8")
    terminal.types("anything new or alarming? [n]", "")
    assert terminal.leave() == 0
    assert "The gate is open." in terminal.said
    assert "How confident you are was not said" not in terminal.said


def test_a_slip_among_the_red_flags_is_asked_again(home: Home) -> None:
    home.now = "2026-03-02T07:00"
    terminal = Terminal(home, "morning")
    terminal.types("Pain on the first steps", "1")
    terminal.types("anything new or alarming? [n]", "y")
    terminal.types("Anything new or alarming?", "y")
    terminal.until("Call the emergency number now:")
    terminal.until("breathlessness or chest pain")
    terminal.types("Which, by number or name", "99")
    terminal.until("99 is not on the list")
    terminal.types("Which, by number or name", "")
    terminal.until("nothing was said")
    terminal.types("Which, by number or name", "3, new-numbness")
    assert terminal.leave() == 0
    assert "Have it looked at by a clinician today." in terminal.said
    assert "rise on your toes, RED FLAG: new numbness" in kept(home)


def test_red_flags_are_listed_in_words_by_what_to_do() -> None:
    lines = flag_lines()
    assert [line.rstrip(":") for line in lines if not line.startswith(" ")] == list(CARE.values())
    for flag in RedFlag:
        [number] = [n for n, line in enumerate(lines) if line.split()[0] == flag.value]
        assert lines[number].endswith(FLAGS[flag])
        above = next(line for line in reversed(lines[:number]) if not line.startswith(" "))
        assert above == f"{CARE[flag.care]}:"


@pytest.mark.parametrize("command", ["rate", "morning", "before", "follow-up"])
def test_help_tells_what_is_alarming(command: str) -> None:
    found = get_command(app).commands[command]  # type: ignore[attr-defined]
    said = found.get_help(found.make_context(command, [], resilient_parsing=True))
    assert "What is alarming, for --flag:" in said
    assert "breathlessness or chest pain" in said


def test_a_correction_that_is_softer_and_late_says_what_stays(ran: Home) -> None:
    ran.says("rate", "--during", "4", "--now", "2", "--limp", "--nothing-else")
    ran.now = "2026-03-02T19:05"
    done = ran.coach("rate", "--during", "3", "--now", "2", "--limp", "--amend", "--nothing-else")
    assert "stays in force" not in done.stderr
    assert "Changed: pain during 3, was 4." in done.stderr
    ran.now = "2026-03-02T19:30"
    done = ran.coach("rate", "--during", "1", "--now", "2", "--amend", "--nothing-else")
    assert "Changed: nothing." in done.stderr
    assert "The harsher answer stays in force: pain during 3, limp yes." in done.stderr
    assert "pain during 3" in kept(ran)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("follow-up --usual --not-usual --no-swelling", "--usual and --not-usual contradict each other"),
        ("rate --during 1 --now 1 --limp --no-limp --nothing-else", "--limp and --no-limp contradict each other"),
        ("rate --during 1 --during 5 --now 1 --nothing-else", "--during is given twice"),
        ("rate --during 1 --now 1 --course returned --nothing-else", "--course: there was no soreness"),
        ("rate --during 1 --now 1 --soreness 3 --course never --nothing-else", "--course: never is not a choice"),
        ("rate --during 11 --now 1 --nothing-else", "--during: 11 is not on the scale"),
        ("rate --during 4-5 --now 1 --nothing-else", "--during: 4-5 is not on the scale"),
        ("rate --during= --now 1 --nothing-else", "--during: nothing was given"),
        ("rate --during 1 --now 1 --at 06:00 --nothing-else", "cannot be from before its end"),
        ("rate --during 1 --now 1 --nothing-else --flag pop", "--flag: pop is not on the list"),
        ("morning 1 --for 2025-03-01 --nothing-else", "is long before `coach init`"),
        ("morning 1 --for 0001-01-01 --nothing-else", "--for: 0001-01-01 is not a date"),
        ("morning 1 --at 2026-03-29T02:30 --nothing-else", "there was no 02:30"),
        ("morning 1 --nothing-else --note " + "x" * 2001, "--note: 2001 letters are too many"),
        ("before 1 --nothing-else", "not answered: --confidence"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_kept(ran: Home, arguments: str, words: str) -> None:
    assert words in ran.refuses(*arguments.split())
    assert kept(ran) == ""


def test_a_morning_is_rated_once(home: Home) -> None:
    home.says("morning", "1", "--nothing-else")
    kept = home.kept()
    assert "the morning of 2026-03-01 is rated already — add --amend" in home.refuses("morning", "2", "--nothing-else")
    assert home.kept() == kept


def test_the_other_way_of_an_answer_twice_is_no_contradiction(ran: Home) -> None:
    ran.says("rate", "--during", "1", "--now", "1", "--limp", "--limp", "--nothing-else")
    assert "limping" in kept(ran)


def test_a_run_of_weeks_ago_is_rated_as_it_is_printed(ran: Home) -> None:
    """The last one, and one before it that is still owed: however much of the history is folded in."""
    home = ran
    home.now = "2026-03-03T19:00"
    home.says("ran", "18:00", "20")
    for day in (20, 21):
        home.now = f"2026-03-{day}T09:00"
        typed = next(line for line in needs(home) if "coach rate" in line).split("`")[1].split()
        assert typed[:2] == ["coach", "rate"]
        home.says(*typed[1:], "--during", "0", "--now", "0", "--nothing-else")
    assert not [line for line in needs(home) if "coach rate" in line]


def needs(home: Home) -> list[str]:
    home.coach("today")  # it keeps what it found out
    return [line for line in home.coach("today").stdout.splitlines() if line.startswith("Needs")]


@pytest.mark.parametrize("command", ["morning", "before", "rate", "follow-up"])
@pytest.mark.parametrize("rest", [(), ("--nothing-else",)])
def test_a_red_flag_alone_is_kept_and_stops_at_once(ran: Home, command: str, rest: tuple[str, ...]) -> None:
    done = ran.coach(command, "--flag", "breathless-or-chest-pain", *rest)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Call the emergency number now: you told of breathlessness or chest pain.\n")
    assert done.stdout.startswith("Call the emergency number now.\nSTOP:")
    assert "Kept: your rating" in done.stderr
    [told] = ran.says("ratings", "list", "--json").splitlines()
    assert not {"swelling", "completed", "painkiller", "first_steps", "pain_now", "back_to_usual"} & set(
        json.loads(told)
    )


def test_the_rest_may_follow_a_red_flag_told_alone(ran: Home) -> None:
    ran.says("rate", "--flag", "sudden-pop")
    done = ran.coach("rate", "--during", "2", "--now", "1", "--flag", "sudden-pop", "--nothing-else", "--amend")
    assert done.returncode == 0, done.stderr
    assert "pain during 2" in kept(ran)
    assert "The harsher answer" not in done.stderr
    assert "STOP" in done.stdout


def test_a_red_flag_alone_is_added_to_what_was_rated_already(ran: Home) -> None:
    ran.says("rate", "--during", "3", "--now", "1", "--limp", "--nothing-else")
    done = ran.coach("rate", "--flag", "sudden-pop", "--nothing-else")
    assert done.returncode == 0, done.stderr
    assert "The harsher answer" not in done.stderr
    [line] = kept(ran).splitlines()
    assert "pain during 3" in line
    assert "limping" in line
    assert "RED FLAG: a sudden pop" in line


def test_what_to_do_is_said_even_where_the_rest_is_refused(home: Home) -> None:
    done = home.coach("rate", "--flag", "sudden-pop")
    assert done.returncode == 2
    assert done.stderr.startswith("Have it looked at by a clinician today: you told of a sudden pop, a feel")
    assert "coach before --flag NAME" in done.stderr


def test_effort_that_was_not_told_is_not_kept(ran: Home) -> None:
    ran.says("rate", "--during", "1", "--now", "1", "--nothing-else")
    assert "effort" not in kept(ran)


def test_what_a_correction_typed_too_high_can_be_undone(ran: Home) -> None:
    ran.says("rate", "--during", "1", "--now", "1", "--nothing-else")
    ran.now = "2026-03-02T19:30"
    ran.says("rate", "--during", "8", "--now", "1", "--nothing-else", "--amend")
    ran.now = "2026-03-02T19:31"
    done = ran.coach("rate", "--during", "1", "--now", "1", "--nothing-else", "--amend")
    assert "The harsher answer" not in done.stderr
    assert "pain during 1" in kept(ran)


def test_a_time_still_ahead_is_yesterdays_and_says_so(home: Home) -> None:
    home.now = "2026-03-02T18:40"
    told = home.coach("ran", "17:00", "5")
    assert "Kept: a run. Rate it now: `coach rate`." in told.stderr
    told = home.coach("ran", "19:00", "5")
    assert "Kept: a run on Sunday 1 March, 19:00-19:05. Rate it now: `coach rate --run " in told.stderr
    told = home.coach("before", "1", "--confidence", "8", "--nothing-else", "--at", "19:00")
    assert "Kept: your rating before a run on Sunday 1 March." in told.stderr


def test_a_note_with_control_characters_is_made_plain(ran: Home) -> None:
    ran.says("rate", "--during", "1", "--now", "1", "--nothing-else", "--note", "left\x1b[31m heel\nworse")
    assert "\u201cleft[31m heel worse\u201d" in kept(ran)


def test_an_answer_that_is_needed_says_so(home: Home) -> None:
    home.now = "2026-03-02T07:00"
    terminal = Terminal(home, "morning")
    terminal.types("Pain on the first steps", "")
    terminal.until("an answer is needed here")
    terminal.types("Pain on the first steps", "?")
    terminal.until("A whole number from 0 (none at all) to 10")
    terminal.types("Pain on the first steps", "1")
    terminal.types("anything new or alarming? [n]", "")
    assert terminal.leave() == 0


def test_the_plan_says_no_day_before_readiness_or_under_a_stop(home: Home) -> None:
    done = home.coach("plan")
    assert "2026-" not in done.stdout
    assert "pass the readiness check: `coach ready`" in done.stderr
    home.says("morning", "--flag", "sudden-pop")
    done = home.coach("plan")
    assert "2026-" not in done.stdout
    assert "Have it looked at by a clinician today." in done.stderr
    assert all(stage["earliest"] is None for stage in json.loads(home.says("plan", "--json"))["stages"])


def test_a_scratch_journal_in_a_folder_that_is_not_there_is_refused_and_nothing_made(home: Home) -> None:
    home.journal = home.folder / "mistyped" / "x.db"
    assert f"COACH_SCRATCH: there is no folder {home.journal.parent}" in home.refuses("today")
    assert not home.journal.parent.exists()


def test_no_minutes_are_no_run(home: Home) -> None:
    assert "0 minutes are no run" in home.refuses("ran", "06:30", "0")
    assert "MINUTES: 99999 minutes are more than a day" in home.refuses("ran", "06:30", "99999")
    assert "--distance: -3 km is not allowed" in home.refuses("ran", "06:30", "20", "--distance", "-3")
    assert "--total: 10 minutes in all are fewer than" in home.refuses("ran", "06:30", "20", "--total", "10")
    assert "--longest is given twice" in home.refuses("ran", "06:30", "20", "--longest", "5", "--longest", "20")


def test_hills_and_speed_have_no_day_while_the_weekly_distance_is_not_known(opened: Coach) -> None:
    def hills() -> tuple[str | None, str, str]:
        rows = json.loads(opened("plan", "--json").out)["stages"]
        row = next(row for row in rows if "hills" in row["name"])
        return row["earliest"], row["undated"], opened("plan").err

    day, why, said = hills()
    assert day is None
    assert why in said
    assert "`coach init --former-weekly KM`" in why
    assert opened("init", "--former-weekly", "30", "--yes").code == 0
    day, why, said = hills()
    assert day is None
    assert "`coach rate --distance KM`" in why
    assert opened("ran", "06:00", "20", "--distance", "4").code == 0
    day, why, said = hills()
    assert day is not None
    assert why == ""
    assert "No day" not in said


def test_a_follow_up_says_when_it_is_due(ran: Home) -> None:
    done = ran.says("rate", "--during", "1", "--now", "1", "--swelling", "--nothing-else")
    assert "`coach follow-up`, due from 4 March 18:20" in done


def test_asked_for_one_by_one_the_alarm_comes_first_and_ends_it(ran: Home) -> None:
    terminal = Terminal(ran, "rate")
    terminal.types("Anything new or alarming?", "y")
    terminal.types("Which, by number or name", "1")
    terminal.until("Call the emergency number now: you told of breathlessness or chest pain.")
    assert terminal.leave() == 0
    assert "RED FLAG: breathlessness or chest pain" in kept(ran)


def test_an_alarm_taken_back_has_the_rest_asked(ran: Home) -> None:
    terminal = Terminal(ran, "before")
    terminal.types("Anything new or alarming?", "y")
    terminal.types("Which, by number or name", "none")
    terminal.types("Pain now", "1")
    terminal.types("How confident", "8")
    terminal.types("painkiller", "")
    assert terminal.leave() == 0
    assert "RED FLAG" not in kept(ran)


def test_a_clearance_of_before_a_stop_says_that_it_does_not_end_it(home: Home) -> None:
    home.now = "2026-03-10T08:00"
    home.coach("before", "0", "--flag", "giving-way")
    home.now = "2026-03-10T09:00"
    done = home.coach("clear", "--role", "clinician", "--by", "Dr A", "--at", "2026-03-10 07:00")
    assert "It does not end the STOP in force: it is of 2026-03-10 07:00, and what came after" in done.stderr
    assert "STOP" in done.stdout
    done = home.coach("clear", "--role", "clinician", "--by", "Dr A")
    assert "does not end" not in done.stderr
