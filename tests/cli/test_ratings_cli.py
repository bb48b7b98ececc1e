"""``coach ratings import``, ``gate replay`` and a protocol file that has gone: refused by name and place."""

import json
from pathlib import Path

import pytest

from tests.cli.comeback import Home

HEAD = "occasion,at,first_steps,swelling,woken,painkiller"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.says("init", "--injury", "plantar-fascia", "--baseline", "1,1,1", "--yes")
    return home


def test_an_import_names_file_and_line_and_no_option_that_it_lacks(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    for rows, words in (
        ("morning,2026-03-01T07:00,1,no,no,no\nmorning,2026-03-01T08:00,1,no,no,no", ":3: morning of 2026-03-01"),
        ("morning,2027-03-01T07:00,1,no,no,no", ":2: a rating cannot be about the future"),
        ("morning,2026-03-01T07:00,1,perhaps,no,no", ':2: swelling must be yes or no, not "perhaps"'),
        ("morning,2026-03-01T07:00,12,no,no,no", ":2: first_steps must be 10 or less, not 12"),
        ("noon,2026-03-01T07:00,1,no,no,no", ":2: occasion must be one of before, after, morning, follow-up"),
    ):
        file.write_text(f"{HEAD}\n{rows}\n")
        said = home.refuses("ratings", "import", str(file))
        assert f"{file}{words}" in said
        assert "nothing was kept" in said
        assert "--amend" not in said
        assert "--at" not in said
    assert home.says("ratings", "list") == ""


def test_a_file_that_grew_and_what_is_listed_are_brought_in_again(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    rows = f"\ufeff{HEAD}\nmorning,2026-02-27T07:00,1,no,no,no\n".replace(",", ";")
    file.write_text(rows)
    assert home.says("ratings", "import", str(file)) == "Kept: 1 rating.\n"
    file.write_text(f"{rows}morning;2026-02-28T07:00;2,0;no;no;no\n")
    assert home.says("ratings", "import", str(file)) == "Kept: 1 rating. 1 known already.\n"
    listed = tmp_path / "listed.jsonl"
    listed.write_text(home.says("ratings", "list", "--json"))
    kept = home.kept()
    assert home.says("ratings", "import", str(listed)) == "Kept: 0 ratings. 2 known already.\n"
    assert home.kept() == kept


def test_a_run_is_named_by_its_short_id_or_is_the_only_one_of_its_day(home: Home, tmp_path: Path) -> None:
    home.now = "2026-03-02T20:00"
    for began in ("2026-03-02T07:30", "2026-03-02T17:00"):
        home.says("ran", began, "20")
    runs = [json.loads(line)["id"] for line in home.kept() if '"run_reported"' in line]
    file = tmp_path / "mine.csv"
    head = (
        "occasion,at,run,pain_during,pain_now,warmup_soreness,warmup_course,limp,sharp_pain,swelling,giving_way,"
        "completed,painkiller"
    )
    rest = "1,1,0,none,no,no,no,no,yes,no"
    for row, words in (
        (f"after,2026-03-02T18:00,,{rest}", f"{runs[0][-10:]} (07:30), {runs[1][-10:]} (17:00)"),
        (f"after,2026-03-02T07:00,,{rest}", ":2: no run of 2026-03-02 is known"),
        (f"after,2026-03-02T18:00,NOSUCHRUN0,{rest}", ":2: no one run is called NOSUCHRUN0 — `coach history`"),
    ):
        file.write_text(f"{head}\n{row}\n")
        said = home.refuses("ratings", "import", str(file))
        assert words in said
        assert "nothing was kept" in said
    file.write_text(f"{head}\nafter,2026-03-02T08:00,,{rest}\nafter,2026-03-02T18:00,{runs[1][-10:].lower()},{rest}\n")
    assert home.says("ratings", "import", str(file)) == "Kept: 2 ratings.\n"
    listed = [json.loads(line)["run"] for line in home.says("ratings", "list", "--json").splitlines()]
    assert listed == runs
    assert home.says("ratings", "import", str(file)) == "Kept: 0 ratings. 2 known already.\n"


def test_red_flags_of_a_file_are_parted_by_spaces_or_semicolons(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    first = "morning,2026-02-27T07:00,1,no,no,no,sudden-pop new-numbness"
    second = "morning,2026-02-28T07:00,1,no,no,no,giving-way;sudden-pop"
    file.write_text(f"{HEAD},red_flags\n{first}\n{second}\n")
    home.says("ratings", "import", str(file))
    assert home.says("ratings", "list").count("RED FLAG: a sudden pop") == 2


def test_a_case_beyond_any_calendar_is_one_line(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    at = "0001-01-01T00:00:00+14:00"
    run = {"id": "x", "start": at, "end": at}
    file.write_text(json.dumps({"asked_at": at, "bands": ["bone"], "stages": [{}], "run": run}))
    assert "beyond any calendar" in home.refuses("gate", "replay", str(file))
    file.write_text('{"asked_at": "2026-03-02T07:00Z", "bands": ["knee"], "stages": [{}]}')
    assert 'bands.0 must be one of bone, postop, ligament, tendon, fascia, not "knee"' in home.refuses(
        "gate", "replay", str(file)
    )
    assert "cannot be read: no such file" in home.refuses("gate", "replay", str(tmp_path / "none"))


def test_a_protocol_file_that_has_gone_is_named_with_the_way_out(home: Home) -> None:
    file = Path(home.says("protocol", "copy", "osu").split(maxsplit=1)[1].strip())
    assert "you already have a protocol “my-osu”" in home.refuses("protocol", "copy", "osu")
    home.says("init", "--protocol", "my-osu", "--yes")
    file.rename(file.with_name("other.toml"))
    for command in ("today", "ready", "plan", "history"):
        said = home.refuses(command)
        assert "your profile follows the protocol my-osu, and no protocol is called “my-osu”" in said
        assert "`coach init --protocol NAME --yes`" in said
    assert "Protocol  osu" in home.says("init", "--protocol", "osu", "--yes")
    assert home.coach("today").returncode == 4
