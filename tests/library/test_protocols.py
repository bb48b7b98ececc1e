"""The shipped protocols, row by row as the evidence has them, and how they lead on."""

from pathlib import Path

import pytest

from coach.errors import BadInput, CoachError
from coach.library.catalogue import Catalogue, resolve
from coach.library.plans import default_programme, make_plan, may_choose
from coach.library.protocols import Protocols, resolve_plan
from coach.library.sources import shipped_sources
from coach.model.durations import MS_PER_MINUTE
from coach.model.estimate import bout_ms, sessions_at
from coach.model.profile import Injury, InjuryKind, Profile
from coach.model.protocol import Protocol, StagePhase, Terrain
from coach.model.syntax import format_workout
from coach.model.workout import Workout
from coach.resources import shipped

NAMES = (
    "bsi", "bwh", "c25k", "mgh", "military", "osu", "ouh", "san-postop", "san-tendon", "seed-start", "ud",
)  # fmt: skip


@pytest.fixture(scope="module")
def protocols(tmp_path_factory: pytest.TempPathFactory) -> Protocols:
    return Protocols(tmp_path_factory.mktemp("none"))


def text(workout: Workout) -> str:
    """The steps between the walks of 5 min at each end."""
    whole = format_workout(workout.model_copy(update={"name": None}))
    assert whole.startswith("5m warmup, ")
    assert whole.endswith(", 5m cooldown")
    return whole.removeprefix("5m warmup, ").removesuffix(", 5m cooldown")


def ratio(run: str, walk: str, rounds: int) -> str:
    return f"{rounds}x({run} run, {walk} walk)"


ROWS: dict[str, list[tuple[str, list[str]]]] = {
    # Every row of evidence.md section 2, as figures.
    "bwh": [
        ("1-5", [ratio("1m", "5m", 5)]),
        ("2-4", [ratio("2m", "4m", 5)]),
        ("3-3", [ratio("3m", "3m", 5)]),
        ("4-2", [ratio("4m", "2m", 5)]),
        ("30", ["30m run"]),
    ],
    "osu": [
        *((f"{run}-{5 - run}", [ratio(f"{run}m", f"{5 - run}m", n) for n in (3, 4, 5, 6)]) for run in (1, 2, 3, 4)),
        ("30", ["30m run"]),
    ],
    "ouh": [
        ("1-1", [ratio("1m", "1m", 15)]),
        ("2-1", [ratio("2m", "1m", 10)]),
        ("4-1", [ratio("4m", "1m", 6)]),
        ("9-1", [ratio("9m", "1m", 3)]),
        ("15-1", [ratio("15m", "1m", 2)]),
        ("30", ["30m run"]),
    ],
    "san-postop": [
        ("3-4", [ratio("3m", "4m", 3)]),
        ("4-3", [ratio("4m", "3m", 3)]),
        ("6-3", [ratio("6m", "3m", 3)]),
        ("9-2", [ratio("9m", "2m", 2)]),
    ],
    "san-tendon": [(str(minutes), [f"{minutes}m run"]) for minutes in (5, 10, 15, 20, 25, 30)],
    "ud": [
        ("0.1-0.1", ["10x(0.1mi walk, 0.1mi run)"]),
        ("0.1-0.2", ["6x(0.1mi walk, 0.2mi run), 0.1mi walk, 0.1mi run"]),
        ("0.1-0.3", ["5x(0.1mi walk, 0.3mi run)"]),
        ("0.1-0.4", ["4x(0.1mi walk, 0.4mi run)"]),
        ("2", ["2mi run"]),
        ("2.5", ["2.5mi run"]),
        ("3", ["3mi run"]),
        ("quarters", ['6x(0.25mi run "run", 0.25mi run "jog")']),
    ],
    "mgh": [
        ("0.25", ["0.25mi run, 0.75mi walk"]),
        ("0.5", ["0.5mi run, 0.5mi walk"]),
        ("0.75", ["2x(0.75mi run, 0.25mi walk)"]),
        ("1", ["1mi run", "1mi run"]),
        *((f"{quarters / 4:g}", [f"{quarters / 4:g}mi run"]) for quarters in range(5, 13)),
    ],
    "military": [
        ("3-2-1.0mi", [ratio("3m", "2m", 2)]),
        ("3-2-1.5mi", [ratio("3m", "2m", 3)]),
        ("4-2-1.5mi", [ratio("4m", "2m", 3)]),
        ("4-2-2.0mi", [ratio("4m", "2m", 4)]),
        ("4-1-2.0mi", [ratio("4m", "1m", 4)]),
        ("2.0mi", ["2mi run"]),
    ],
    "c25k": [
        ("w1", [ratio("1m", "1m30s", 8)]),
        ("w2", [ratio("1m30s", "2m", 6)]),
        ("w3", ["2x(1m30s run, 1m30s walk, 3m run, 3m walk)"]),
        ("w4", ["3m run, 1m30s walk, 5m run, 2m30s walk, 3m run, 1m30s walk, 5m run"]),
        ("w5", [ratio("5m", "3m", 3), "8m run, 5m walk, 8m run", "20m run"]),
        ("w6", ["5m run, 3m walk, 8m run, 3m walk, 5m run", "10m run, 3m walk, 10m run", "25m run"]),
        ("w7", ["25m run"]),
        ("w8", ["28m run"]),
        ("w9", ["30m run"]),
    ],
    "bsi": [("0.5-1", [ratio("30s", "1m", 10)]), ("1-1", [ratio("1m", "1m", 10)])],
    "seed-start": [
        ("1-2", [ratio("1m", "2m", 8)]),
        ("2-2", [ratio("2m", "2m", 6)]),
        ("3-2", [ratio("3m", "2m", 5)]),
        ("4-1", [ratio("4m", "1m", 5)]),
    ],
}  # fmt: skip


def test_every_protocol_of_the_evidence_is_shipped(protocols: Protocols) -> None:
    assert protocols.names() == NAMES == tuple(sorted(ROWS))
    for entry in protocols.entries():
        assert isinstance(entry.outcome, Protocol), entry.outcome
        assert entry.outcome.description
        assert not entry.own


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_are_those_of_the_evidence(protocols: Protocols, name: str) -> None:
    stages = protocols.get(name).stages
    assert [(stage.id, [text(session) for session in stage.sessions]) for stage in stages] == ROWS[name]
    assert all(stage.phase is StagePhase.WALKRUN for stage in stages)


@pytest.mark.parametrize(
    ("name", "good", "rest_days", "gap_h", "weekly_max"),
    [
        ("bwh", [1] * 5, 1, 0, None),
        ("osu", [4, 4, 4, 4, 3], 1, 0, 3),
        ("ouh", [3] * 6, 1, 0, None),
        ("san-postop", [3] * 4, 1, 0, None),
        ("san-tendon", [2] * 6, 2, 48, None),
        ("ud", [1] * 8, 1, 0, 4),
        ("mgh", [1, 1, 1, 2] + [1] * 8, 1, 0, None),
        ("military", [2] * 6, 1, 0, None),
        ("c25k", [3] * 9, 1, 0, 3),
        ("bsi", [1] * 2, 1, 0, None),
        ("seed-start", [1] * 4, 1, 0, None),
    ],
)
def test_what_the_evidence_asks_between_stages(
    protocols: Protocols, name: str, good: list[int], rest_days: int, gap_h: int, weekly_max: int | None
) -> None:
    stages = protocols.get(name).stages
    assert [stage.good_sessions for stage in stages] == good
    assert {(stage.rest_days, stage.gap_h, stage.weekly_max) for stage in stages} == {(rest_days, gap_h, weekly_max)}


def test_effort_and_ground_of_the_military_protocol(protocols: Protocols) -> None:
    stages = protocols.get("military").stages
    assert [stage.rpe_ceiling for stage in stages] == [3, 3, 4, 4, 5, 5]
    assert {stage.terrain for stage in stages} == {Terrain.FLAT}
    assert [stage.distance_cm for stage in stages] == [160_934, 241_402, 241_402, 321_869, 321_869, None]


def test_the_rounds_of_the_military_protocol_are_those_at_six_thirty(protocols: Protocols) -> None:
    for stage in protocols.get("military").stages:
        assert sessions_at(stage, 390) == stage.sessions


def test_only_the_military_protocol_limits_effort(protocols: Protocols) -> None:
    limited = {name for name in NAMES if any(stage.rpe_ceiling for stage in protocols.get(name).stages)}
    assert limited == {"military"}


# Where it goes on, and who may


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("seed-start", "ouh/9-1"),
        ("san-postop", "ouh/9-1"),
        ("bsi", "ouh/2-1"),
        ("ud", "ouh/30"),
        ("mgh", "ouh/30"),
        ("military", "ouh/15-1"),
        ("bwh", None),
        ("osu", None),
        ("ouh", None),
        ("san-tendon", None),
        ("c25k", None),
    ],
)
def test_every_plan_reaches_thirty_minutes_and_then_builds(protocols: Protocols, name: str, entry: str | None) -> None:
    protocol = protocols.get(name)
    assert protocol.then == entry
    plan = make_plan(protocol, protocols.get)
    names = [planned.name for planned in plan.planned]
    own = len(protocol.stages)
    assert names[:own] == [f"{name}/{stage.id}" for stage in protocol.stages]
    assert names[own] == (entry or "build/duration-1")
    first = next(at for at, planned in enumerate(plan.planned) if planned.protocol == "build")
    assert all(planned.protocol == "build" for planned in plan.planned[first:])
    assert names[first] == "build/duration-1"
    assert names[-1] == "build/speed-2"
    assert bout_ms(plan.planned[first - 1].stage.sessions[-1], None) == 30 * MS_PER_MINUTE
    assert len(set(names)) == len(names)


def test_the_default_programme_by_injury() -> None:
    kinds = InjuryKind
    assert default_programme([kinds.FASCIA]) == default_programme([kinds.SPRAIN]) == "seed-start"
    assert default_programme([kinds.ACHILLES]) == "osu"
    assert default_programme([kinds.BONE]) == "bsi"
    assert default_programme([kinds.SURGERY]) == "san-postop"
    assert default_programme([]) == "seed-start"
    assert default_programme([kinds.FASCIA, kinds.ACHILLES]) == "osu"
    assert default_programme(list(kinds)) == "bsi"


def test_couch_to_5k_is_for_no_injury_only(protocols: Protocols) -> None:
    for name in NAMES:
        protocol = protocols.get(name)
        assert may_choose(protocol, [])
        for kind in InjuryKind:
            assert may_choose(protocol, [kind]) == (name != "c25k")


def test_the_plan_of_a_profile(tmp_path: Path) -> None:
    bone = Profile(injuries=(Injury(kind=InjuryKind.BONE),), protocol="bsi")
    plan = resolve_plan(bone, tmp_path)
    assert plan.protocol.id == "bsi"
    assert [stage.id for stage in plan.stages][:3] == ["0.5-1", "1-1", "2-1"]
    with pytest.raises(BadInput, match="c25k is not for bone — take bsi"):
        resolve_plan(bone.model_copy(update={"protocol": "c25k"}), tmp_path)
    with pytest.raises(BadInput, match="no protocol is called “nothing”"):
        resolve_plan(bone.model_copy(update={"protocol": "nothing"}), tmp_path)


def test_the_pace_of_a_profile_counts_the_rounds(tmp_path: Path) -> None:
    slow = resolve_plan(Profile(protocol="military", pace_s_per_km=480), tmp_path)
    assert text(slow.stages[0].sessions[0]) == ratio("3m", "2m", 3)
    former = Profile(protocol="military", pace_s_per_km=480, former_weekly_m=80_000)
    assert len(resolve_plan(former, tmp_path).stages) > len(slow.stages)


# Sources


@pytest.mark.parametrize("name", NAMES)
def test_no_stage_is_without_a_known_source(protocols: Protocols, name: str) -> None:
    plan = make_plan(protocols.get(name), protocols.get, former_weekly_m=60_000, pace_s_per_km=390)
    known = shipped_sources()
    assert protocols.get(name).source in known
    for planned in plan.planned:
        assert planned.stage.sources
        assert set(planned.stage.sources) <= set(known), planned.name


def test_a_protocol_says_which_of_its_figures_are_choices(protocols: Protocols) -> None:
    for name in NAMES:
        if name != "bwh":
            assert "[P]" in protocols.get(name).description, name


# As workouts


def test_a_protocol_is_one_workout_in_the_catalogue(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path)
    entries = {entry.name: entry for entry in catalogue.entries()}
    assert set(NAMES) <= set(entries)
    osu = entries["osu"].outcome
    assert isinstance(osu, Workout)
    assert (osu.name, text(osu)) == ("OSU walk-run", ratio("1m", "4m", 3))


@pytest.mark.parametrize(
    ("argument", "source", "steps", "name"),
    [
        ("osu", "osu", ratio("1m", "4m", 3), "OSU walk-run"),
        ("osu/1-4", "osu/1-4", ratio("1m", "4m", 3), "OSU walk-run: 1 min run, 4 min walk (1 of 4)"),
        (" OSU/2-3/4 ", "osu/2-3/4", ratio("2m", "3m", 6), "OSU walk-run: 2 min run, 3 min walk (4 of 4)"),
        ("seed-start/4-1", "seed-start/4-1", ratio("4m", "1m", 5), "Seed start: 4 min run, 1 min walk"),
        ("ud/0.1-0.4", "ud/0.1-0.4", "4x(0.1mi walk, 0.4mi run)", "UD by distance: 0.1 mi walk, 0.4 mi jog"),
    ],
)
def test_a_stage_and_a_session_by_name(tmp_path: Path, argument: str, source: str, steps: str, name: str) -> None:
    found = resolve(argument, tmp_path)
    assert (found.source, text(found.workout), found.workout.name) == (source, steps, name)
    assert found.workout.description
    assert found.file == shipped("workouts") / f"{source.partition('/')[0]}.toml"


@pytest.mark.parametrize(
    ("argument", "what", "remedy"),
    [
        ("osu/9-9", "osu has no stage “9-9”", "1-4, 2-3, 3-2, 4-1, 30"),
        ("osu/2-3/5", "osu/2-3 has no session 5", "1 to 4"),
        ("osu/2-3/0", "osu/2-3 has no session 0", "1 to 4"),
        ("taste/1", "there is no such file", "check the path"),
        ("nowhere/1-2", "there is no such file", "check the path"),
        ("osu/1-4.toml", "there is no such file", "check the path"),
    ],
)
def test_a_stage_that_is_not_there(tmp_path: Path, argument: str, what: str, remedy: str) -> None:
    with pytest.raises(BadInput) as caught:
        resolve(argument, tmp_path)
    assert what in caught.value.what
    assert remedy in caught.value.remedy


# The runner's own


def test_an_own_protocol_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "osu.toml"
    own.write_text(
        "title = 'Mine'\nsource = 'own'\n[[stage]]\nid = 'a'\ntitle = 'A'\nsessions = ['1m run']\nsource = 'own'\n",
        encoding="utf-8",
    )
    protocols = Protocols(tmp_path)
    entry = protocols.find("OSU")
    assert (entry.own, entry.shadows) == (True, True)
    assert entry.note == "your own osu is used in place of the shipped one"
    assert protocols.get("osu").title == "Mine"
    assert format_workout(resolve("osu/a", tmp_path).workout) == '"Mine: A": 1m run'
    assert resolve("osu/a", tmp_path).notes == (entry.note,)


def test_an_own_workout_leaves_the_protocol_of_its_name_alone(tmp_path: Path) -> None:
    (tmp_path / "osu.toml").write_text("steps = '1m run'", encoding="utf-8")
    assert format_workout(resolve("osu", tmp_path).workout) == '"osu": 1m run'
    assert Protocols(tmp_path).get("osu").title == "OSU walk-run"
    assert text(resolve("osu/4-1", tmp_path).workout) == ratio("4m", "1m", 3)


def test_an_own_file_nobody_can_read_is_not_replaced_by_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "ouh.toml").write_bytes(b"\xff\xfe")
    protocols = Protocols(tmp_path)
    with pytest.raises(BadInput, match="not UTF-8"):
        protocols.get("ouh")
    with pytest.raises(BadInput, match="not UTF-8"):
        protocols.get("bsi")
    assert isinstance(protocols.find("bsi").outcome, CoachError)
    assert isinstance(protocols.find("osu").outcome, Protocol), "one broken file stops no other"


def test_a_file_of_that_name_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "big.toml").write_bytes(b"#" * 10_000_000)
    protocols = Protocols(tmp_path)
    for name in ("big", "BIG"):
        with pytest.raises(BadInput, match="is too much for a protocol") as caught:
            protocols.find(name)
        assert str(tmp_path / "big.toml") in str(caught.value)
    assert "big" not in protocols.names()


def test_an_unknown_protocol_gets_near_names(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        Protocols(tmp_path).get("san-tendo")
    assert str(caught.value).startswith("no protocol is called “san-tendo” — did you mean san-tendon")
    with pytest.raises(BadInput, match="`coach protocol list`"):
        Protocols(tmp_path).get("taste")
