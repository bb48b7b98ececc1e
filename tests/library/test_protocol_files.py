"""Protocol files: what is read back, and one line with file, key and remedy for everything that is wrong."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coach.errors import BadInput, CoachError
from coach.library.plans import make_plan
from coach.library.protocol_files import is_protocol, load_protocol, read_protocol
from coach.library.protocols import Protocols
from coach.library.sources import shipped_sources
from coach.library.toml_files import MAX_BYTES
from coach.model.profile import InjuryKind
from coach.model.protocol import Protocol, Stage, StagePhase, Terrain
from coach.model.syntax import SyntaxProblem, format_workout
from coach.model.syntax_words import format_duration
from coach.model.workout import DistanceDuration
from coach.resources import shipped
from tests.model.workouts import names, workouts

HEAD = "title = 'Mine'\nsource = 'own'\n"
STAGE = "[[stage]]\nid = 'a'\ntitle = 'A'\nsource = 'own'\n"
GOOD = f"{HEAD}{STAGE}sessions = ['1m run']\n"
FILE = Path("mine.toml")


def test_the_least_a_protocol_needs() -> None:
    protocol = read_protocol(GOOD, FILE)
    assert (protocol.id, protocol.title, protocol.source, protocol.then) == ("mine", "Mine", "own", None)
    [stage] = protocol.stages
    assert [format_workout(session) for session in stage.sessions] == ['"Mine: A": 1m run']
    assert (stage.good_sessions, stage.rest_days, stage.gap_h, stage.weekly_max) == (1, 1, 0, None)
    assert (stage.terrain, stage.phase) == (Terrain.FLAT, StagePhase.WALKRUN)


def test_none_is_called_like_the_stages_that_are_generated() -> None:
    """Else its stages would be taken for those, whose gap may be shorter than the injury's."""
    with pytest.raises(BadInput) as caught:
        read_protocol(GOOD, Path("build.toml"))
    assert (caught.value.where, caught.value.remedy) == ("build.toml", "give the file another name")


def test_without_a_figure_every_session_is_done_once() -> None:
    text = GOOD.replace("['1m run']", "['1m run', '\"Own name\": 2m run', '3m run']")
    [stage] = read_protocol(text, FILE).stages
    assert stage.good_sessions == 3
    assert [session.name for session in stage.sessions] == ["Mine: A (1 of 3)", "Own name", "Mine: A (3 of 3)"]
    assert [stage.session(good) for good in range(5)] == [*stage.sessions, *stage.sessions[-1:] * 2]


def test_long_titles_still_make_a_name() -> None:
    text = GOOD.replace("'Mine'", f"'{'m' * 80}'").replace("['1m run']", "['1m run', '2m run']")
    assert [len(session.name or "") for session in read_protocol(text, FILE).stages[0].sessions] == [80, 80]


def complaint(text: str, file: Path = FILE) -> CoachError:
    with pytest.raises(CoachError) as caught:
        read_protocol(text, file)
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def stage_with(line: str) -> str:
    return f"{GOOD}{line}\n"


@pytest.mark.parametrize(
    ("text", "where", "what", "remedy"),
    [
        ("", "", "there is no title", "title ="),
        (HEAD, "", "there is no stage", "stage ="),
        (f"{HEAD}stage = []", "stage", "a list is not a list of tables", "[[stage]]"),
        (f"{HEAD}stage = 5", "stage", "5 is not a list of tables", "[[stage]]"),
        (f"{HEAD}[stage]\nid = 'a'", "stage", "a table is not a list of tables", "[[stage]]"),
        (f"{HEAD}stage = ['a']", "stage[1]", "“a” is not a table", "[[stage]]"),
        (GOOD.replace("source = 'own'\n[[", "[["), "", "there is no source", "source ="),
        (GOOD.replace("title = 'Mine'", "title = 5"), "title", "5 is not allowed here", "short text in quotes"),
        (GOOD.replace("title = 'Mine'", "title = ' '"), "title", "a name is empty", "docs/protocols.md"),
        (GOOD.replace("title = 'Mine'", "colour = 'red'"), "", "unknown key “colour”", "title, description"),
        (GOOD.replace("title = 'Mine'", "titel = 'x'"), "", "unknown key “titel”", "did you mean title?"),
        (f"injuries = ['knee']\n{GOOD}", "injuries[1]", "“knee”", "plantar-fascia, achilles, bone, ankle-sprain"),
        (f"injuries = 'bone'\n{GOOD}", "injuries", "“bone” is not allowed", "plantar-fascia"),
        (f"no_injury = 'yes'\n{GOOD}", "no_injury", "“yes” is not allowed", "true or false"),
        (f"then = 'A b'\n{GOOD}", "then", "“A b” is not allowed", "PROTOCOL or PROTOCOL/STAGE"),
        (f"then = 5\n{GOOD}", "then", "5 is not allowed", "PROTOCOL or PROTOCOL/STAGE"),
        (f"description = '\\u001b'\n{GOOD}".replace("'\\u001b'", '"\\u001b"'), "description", "U+001B", "docs/"),
        (GOOD + GOOD.removeprefix(HEAD), "stage[2].id", "two stages are called a", "another id"),
        (GOOD.replace("id = 'a'", "id = 'A b'"), "stage[1].id", "“A b” is not allowed", "small letters"),
        (GOOD.replace("id = 'a'\n", ""), "stage[1]", "there is no id", "id ="),
        (GOOD.replace("title = 'A'\n", ""), "stage[1]", "there is no title", "title ="),
        (f"{HEAD}[[stage]]\nid='a'\ntitle='A'\nsessions=['1m run']", "stage[1]", "there is no source", "source ="),
        (GOOD.replace("sessions = ['1m run']", ""), "stage[1]", "there is no sessions", "sessions ="),
        (GOOD.replace("['1m run']", "'1m run'"), "stage[1].sessions", "“1m run” is not a list", "sessions = ["),
        (GOOD.replace("['1m run']", "[]"), "stage[1].sessions", "there is no workout in it", "sessions = ["),
        (GOOD.replace("'1m run'", "5"), "stage[1].sessions[1]", "5 is not text", "quotes"),
        (GOOD.replace("'1m run'", "'1m run'," * 31), "stage[1].sessions", "there are 31", "at most 30"),
        (GOOD.replace("1m run", "0x(1m run)"), "stage[1].sessions[1], line 1, column 1", "0 times", "1 to 100"),
        (GOOD.replace("1m run", "-1m run"), "stage[1].sessions[1], line 1, column 1", "less than no time", "minus"),
        (GOOD.replace("1m run", "0m run"), "stage[1].sessions[1], line 1, column 1", "no time at all", "1s"),
        (GOOD.replace("'1m run'", "'1m run', '2m rum'"), "stage[1].sessions[2], line 1, column 4", "rum", "run"),
        (stage_with("good_sessions = 0"), "stage[1].good_sessions", "0 is not allowed", "whole number from 1 to 30"),
        (stage_with("good_sessions = true"), "stage[1].good_sessions", "true is not allowed", "from 1 to 30"),
        (stage_with("good_sessions = '3'"), "stage[1].good_sessions", "“3” is not allowed", "from 1 to 30"),
        (stage_with("rest_days = -1"), "stage[1].rest_days", "-1 is not allowed", "from 0 to 7"),
        (stage_with("rest_days = 1.5"), "stage[1].rest_days", "1.5 is not allowed", "from 0 to 7"),
        (stage_with("gap_h = 0x" + "f" * 9000), "stage[1].gap_h", "so large a number", "from 0 to 240"),
        (stage_with("weekly_max = 2026-01-01"), "stage[1].weekly_max", "a date or time", "from 1 to 7"),
        (stage_with("rpe_ceiling = 11"), "stage[1].rpe_ceiling", "11 is not allowed", "from 1 to 10"),
        (stage_with("terrain = 'sea'"), "stage[1].terrain", "“sea” is not allowed", "flat, any, hills"),
        (stage_with("phase = ''"), "stage[1].phase", "an empty text is not allowed", "walkrun, build, speed"),
        (stage_with("weekly_fraction = nan"), "stage[1].weekly_fraction", "nan is not allowed", "from 0 to 1"),
        (stage_with("weeks_alternate = 99"), "stage[1].weeks_alternate", "99 is not allowed", "from 0 to 52"),
        (stage_with("distance = '5m'"), "stage[1].distance", "“5m” is not a distance", "1mi"),
        (stage_with("distance = '1mi run, 1mi'"), "stage[1].distance", "is not a distance", "1mi"),
        (stage_with("distance = 5"), "stage[1].distance", "5 is not text", "quotes"),
        (stage_with("other_sources = ['nobody']"), "stage[1].other_sources[1]", "no source is called", "own"),
        (stage_with("other_sources = 'own'"), "stage[1].other_sources", "“own” is not allowed", "the id of a source"),
        (stage_with("repeat = 2"), "stage[1]", "unknown key “repeat”", "the keys are id, title"),
        (GOOD.replace("'own'\nsess", "'ouh'\nsess"), "stage[1].source", "no source is called “ouh”", "ouh-2024"),
        (GOOD.replace("'own'\n[[", "'nobody'\n[["), "source", "no source is called “nobody”", "source = 'own'"),
        (GOOD.replace("'own'\n[[", "5\n[["), "source", "5 is not allowed", "the id of a source"),
        (HEAD + STAGE + "sessions = ['1m run', '2m run']\ngood_sessions = 1", "stage[1]", "2 sessions", "docs/"),
        ("stage = " + "[" * 100_000, "", "nested too deeply", "the keys are title"),
        ("stage = " + "9" * 10_000, "", "not valid TOML", "sessions = ["),
        ("a." * 200_000 + "a = 1", "", "too many dots", "the keys are title"),
        (HEAD + "[[stage]]\n" * 101, "stage", "there are 101", "at most 100"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_what_is_wrong_is_said_with_its_place(text: str, where: str, what: str, remedy: str) -> None:
    error = complaint(text)
    assert isinstance(error, BadInput)
    assert error.where == (f"{FILE}, {where}" if where else str(FILE))
    assert what in error.what
    assert remedy in error.remedy


def test_a_wrong_session_has_a_picture() -> None:
    error = complaint(GOOD.replace("1m run", "1m run, 2m rum"))
    assert isinstance(error, SyntaxProblem)
    assert error.picture == ("1m run, 2m rum", "           ^")


def test_ten_megabytes_are_refused_unread(tmp_path: Path) -> None:
    big = tmp_path / "big.toml"
    big.write_bytes(GOOD.encode() + b"# " + b"x" * (10 * MAX_BYTES))
    with pytest.raises(BadInput, match=r"10\.0 MB is too much for a protocol"):
        load_protocol(big)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, True),
        ("steps = '1m run'", False),
        ("steps = '''\n1m run # [[stage]]\n'''", False),
        ("[[stage]]\nid = ", True),
        ("title = \n[[ stage ]]", True),
        ("steps = ", False),
    ],
)
def test_a_file_is_a_protocol_if_it_has_stages(text: str, expected: bool) -> None:
    assert is_protocol(text) is expected


# Where it goes on


def written(folder: Path, name: str, then: str | None) -> None:
    line = f"then = '{then}'\n" if then else ""
    (folder / f"{name}.toml").write_text(line + GOOD, encoding="utf-8")


@pytest.mark.parametrize(
    ("then", "what", "remedy"),
    [
        ({"a": "a"}, "a → a goes round in a circle", "delete its then"),
        ({"a": "b", "b": "a/a"}, "a → b → a goes round in a circle", "delete its then"),
        ({"a": "nowhere"}, "no protocol is called “nowhere”", "`coach protocol list`"),
        ({"a": "ouh/9-9"}, "ouh has no stage 9-9", "1-1, 2-1, 4-1, 9-1, 15-1, 30"),
        ({"a": "taste"}, "no protocol is called “taste”", "`coach protocol list`"),
    ],
)
def test_then_must_lead_to_an_end(tmp_path: Path, then: dict[str, str], what: str, remedy: str) -> None:
    for name, goal in then.items():
        written(tmp_path, name, goal)
    protocols = Protocols(tmp_path)
    with pytest.raises(BadInput) as caught:
        protocols.get("a")
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert caught.value.where
    assert caught.value.where.endswith(", then")
    with pytest.raises(BadInput):
        protocols.check(tmp_path / "a.toml")


def test_a_fault_further_on_names_the_protocol_it_is_in(tmp_path: Path) -> None:
    written(tmp_path, "a", "b")
    written(tmp_path, "b", "nowhere")
    with pytest.raises(BadInput, match=r"b\.toml, then: no protocol is called “nowhere”"):
        Protocols(tmp_path).get("a")


def test_a_circle_names_the_file_that_closes_it(tmp_path: Path) -> None:
    written(tmp_path, "a", "b")
    written(tmp_path, "b", "a")
    with pytest.raises(BadInput, match=r"b\.toml, then: a → b → a goes round in a circle"):
        Protocols(tmp_path).get("a")
    with pytest.raises(BadInput, match=r"b\.toml, then: a → b → a goes round in a circle"):
        Protocols(tmp_path).check(tmp_path / "a.toml")


def test_no_broken_protocol_is_proposed(tmp_path: Path) -> None:
    (tmp_path / "osx.toml").write_text(GOOD.replace("['1m run']", "[]"))
    with pytest.raises(BadInput) as caught:
        Protocols(tmp_path).get("oso")
    assert caught.value.remedy == "did you mean osu? `coach protocol list` shows them all"


def test_a_plan_begins_to_build_from_what_its_protocol_reached(tmp_path: Path) -> None:
    written(tmp_path, "a", None)
    protocols = Protocols(tmp_path)
    names = [planned.name for planned in make_plan(protocols.get("a"), protocols.get).planned]
    assert names[:2] == ["a/a", "build/towards-30-1"]
    assert "build/duration-1" in names


# Any protocol, any file


def _quoted(text: str) -> str:
    """A TOML basic string."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in plain) + '"'


def _toml(protocol: Protocol) -> str:
    lines = [
        f"title = {_quoted(protocol.title)}",
        f"description = {_quoted(protocol.description)}",
        f"source = {_quoted(protocol.source)}",
        f"injuries = [{', '.join(_quoted(kind.value) for kind in protocol.injuries)}]",
        f"no_injury = {str(protocol.no_injury).lower()}",
    ]
    if protocol.then:
        lines.append(f"then = {_quoted(protocol.then)}")
    for stage in protocol.stages:
        lines += ["[[stage]]", *(f"{key} = {value}" for key, value in _stage_values(stage).items())]
    return "\n".join(lines)


def _stage_values(stage: Stage) -> dict[str, str]:
    values = {
        "id": _quoted(stage.id),
        "title": _quoted(stage.title),
        "sessions": f"[{', '.join(_quoted(format_workout(session)) for session in stage.sessions)}]",
        "terrain": _quoted(stage.terrain.value),
        "phase": _quoted(stage.phase.value),
        "source": _quoted(stage.source),
        "other_sources": f"[{', '.join(map(_quoted, stage.other_sources))}]",
    }
    if stage.distance_cm is not None:
        values["distance"] = _quoted(format_duration(DistanceDuration(cm=stage.distance_cm)))
    for key in ("good_sessions", "rest_days", "gap_h", "weekly_max", "rpe_ceiling", "weeks_alternate"):
        if (value := getattr(stage, key)) is not None:
            values[key] = str(value)
    if stage.weekly_fraction is not None:
        values["weekly_fraction"] = repr(stage.weekly_fraction)
    return values


slugs = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,12}", fullmatch=True)
source_ids = st.sampled_from(sorted(shipped_sources()))
named = workouts.filter(lambda workout: workout.name is not None).map(
    lambda workout: workout.model_copy(update={"description": None})
)
whole = st.integers
stages = st.builds(
    lambda sessions, more, **values: Stage(
        sessions=tuple(sessions), good_sessions=min(30, len(sessions) + more), **values
    ),
    sessions=st.lists(named, min_size=1, max_size=3),
    more=whole(0, 30),
    id=slugs,
    title=names,
    rest_days=whole(0, 7),
    gap_h=whole(0, 240),
    weekly_max=st.none() | whole(1, 7),
    rpe_ceiling=st.none() | whole(1, 10),
    terrain=st.sampled_from(Terrain),
    phase=st.sampled_from(StagePhase),
    source=source_ids,
    other_sources=st.lists(source_ids, max_size=3).map(tuple),
    weeks_alternate=st.none() | whole(0, 52),
    weekly_fraction=st.none() | st.floats(0, 1).map(abs),
    distance_cm=st.none() | whole(1, 10_000_000),
)
protocols_of = st.builds(
    Protocol,
    id=st.just("mine"),
    title=names,
    description=st.just("") | st.just('Two lines,\n"quoted" \\ and more.'),
    source=source_ids,
    injuries=st.lists(st.sampled_from(InjuryKind), unique=True).map(tuple),
    no_injury=st.booleans(),
    stages=st.lists(stages, min_size=1, max_size=3, unique_by=lambda stage: stage.id).map(tuple),
    then=st.none() | slugs | st.tuples(slugs, slugs).map("/".join),
)


@given(protocols_of)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_is_written_is_read_back(protocol: Protocol) -> None:
    text = _toml(protocol)
    assert is_protocol(text)
    assert read_protocol(text, FILE) == protocol


def _read(text: str) -> None:
    """Whatever the text: a protocol, or one line."""
    try:
        assert read_protocol(text, FILE).stages
    except CoachError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either is right
        assert error.remedy  # noqa: PT017


SHIPPED = [
    text for file in sorted(shipped("workouts").glob("*.toml")) if is_protocol(text := file.read_text(encoding="utf-8"))
]
pieces = st.sampled_from(
    [
        "[[stage]]",
        "stage",
        "=",
        "0",
        "-1",
        "true",
        "nan",
        '"',
        "'''",
        "[",
        "]",
        "{",
        "}",
        "\n",
        "x(",
        "1e999",
        "\0",
        "é",
    ]
)


@given(st.sampled_from(SHIPPED), st.lists(st.tuples(st.floats(0, 1), whole(0, 12), pieces | st.text(max_size=4))))
@settings(max_examples=150, deadline=None)
def test_any_change_gives_a_protocol_or_one_line(text: str, changes: list[tuple[float, int, str]]) -> None:
    for at, removed, put in changes:
        spot = int(at * len(text))
        text = text[:spot] + put + text[spot + removed :]
    _read(text)
    is_protocol(text)


values = st.recursive(
    st.none()
    | st.booleans()
    | whole()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["own", "flat", "1m run", "a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def _value(value: Any) -> str:
    match value:
        case None:
            return "2026-01-01T00:00:00Z"
        case bool():
            return str(value).lower()
        case str():
            return _quoted(value.encode("utf-8", "ignore").decode())
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return "{" + ", ".join(f"{_value(key)} = {_value(item)}" for key, item in value.items()) + "}"
        case _:
            return repr(value)


@given(st.sampled_from(["title", "description", "source", "injuries", "no_injury", "then", "stage"]), values)
@settings(max_examples=150, deadline=None)
def test_any_value_for_a_key_of_the_protocol(key: str, value: Any) -> None:
    table = {"title": "'Mine'", "source": "'own'", "stage": f"[{{{_least()}}}]", key: _value(value)}
    text = "\n".join(f"{name} = {content}" for name, content in table.items())
    tomllib.loads(text)
    _read(text)


@given(st.sampled_from([*Stage.model_fields, "distance"]), values)
@settings(max_examples=200, deadline=None)
def test_any_value_for_a_key_of_a_stage(key: str, value: Any) -> None:
    _read(f"title = 'Mine'\nsource = 'own'\nstage = [{{{_least({key: _value(value)})}}}]")


def _least(more: dict[str, str] | None = None) -> str:
    least = {"id": "'a'", "title": "'A'", "source": "'own'", "sessions": "['1m run']", **(more or {})}
    return ", ".join(f"{key} = {value}" for key, value in least.items())
