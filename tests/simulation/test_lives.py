"""Simulated runners of every kind, under every protocol: no law is ever broken, and each kind fares as it should."""

from datetime import UTC, datetime, timedelta

import pytest

from coach.gate.days import zone
from coach.gate.facts import StageRule
from coach.history.events import ProfileSet
from coach.history.fold import Standing, record
from coach.model.build import SPEED_FRACTION
from coach.model.protocol import StagePhase
from coach.simulation.body import Make
from coach.simulation.life import ZONES, Life, passed_at
from coach.simulation.runners import KINDS, KindName
from coach.simulation.survey import again, gained
from tests.simulation.worlds import NAMES, course, life, lived, suited

LIVES, DAYS = 24, 30
MINUTE = 60_000


@pytest.mark.parametrize("kind", KindName)
def test_no_law_is_broken(kind: KindName) -> None:
    protocols = suited(kind)
    assert protocols
    for seed in range(LIVES):
        one = lived(kind, protocols[seed % len(protocols)], seed, DAYS)
        assert one.broken == (), again(one)
        assert one.runs, again(one)


@pytest.mark.parametrize("kind", [kind for kind in KindName if KINDS[kind].promise.reaches])
def test_the_honest_reach_thirty_minutes_within_the_year(kind: KindName) -> None:
    """A year takes them through the build phase and both changes of the clocks."""
    protocols = suited(kind)
    one = lived(kind, protocols[100 % len(protocols)], 100, 365)
    assert one.broken == (), again(one)
    assert one.reached is not None, again(one)
    assert one.stops == 0, again(one)
    assert one.share == (0 if KINDS[kind].habits.misses else SPEED_FRACTION)  # hills and speed ask for distances


@pytest.mark.parametrize("protocol", NAMES)
def test_who_misses_one_morning_in_six_reaches_it_under_every_protocol(protocol: str) -> None:
    one = lived(KindName.FORGETFUL, protocol, 7, 140)
    assert one.reached is not None, again(one)
    assert one.broken == (), again(one)


def test_lives_have_flares_stops_and_steps_back() -> None:
    """Or the laws would have been tested on nothing."""
    kinds = (KindName.FLARES, KindName.BONE_LOW)
    years = [lived(kind, "osu", seed, 200) for kind in kinds for seed in range(3)]
    assert all(one.broken == () for one in years)
    assert sum(one.stops for one in years) >= 3
    assert sum(one.step_backs for one in years) >= 5


def test_who_answers_only_on_run_days_gets_no_further() -> None:
    """A next morning is never one of those days, and a recalled answer never advances."""
    one = lived(KindName.RUN_DAYS, "seed-start", 1, 90)
    assert one.broken == ()
    assert one.reached is None
    assert one.runs > 25


def test_who_fails_readiness_at_first_begins_later_and_gets_there() -> None:
    for protocol in ("seed-start", "bsi"):
        weak, well = (lived(kind, protocol, 4, 120) for kind in (KindName.WEAK, KindName.WELL))
        assert weak.broken == ()
        assert weak.reached is not None
        assert well.reached is not None
        assert weak.reached > well.reached


def test_holidays_cost_stages_but_never_the_way() -> None:
    one = lived(KindName.HOLIDAYS, "ouh", 1, 365)
    assert one.broken == ()
    assert one.stops == 0
    assert one.step_backs > 0
    assert one.reached is not None


def test_a_gamer_gains_nothing_over_his_honest_twin() -> None:
    kinds = (KindName.GAMER, KindName.DEFIANT, KindName.TWIN)
    lives = [lived(kind, "seed-start", seed, 70) for kind in kinds for seed in range(4)]
    assert gained(lives) == []
    days = {kind: sum(one.reached or 71 for one in lives if one.kind == kind) for kind in kinds}
    assert days[KindName.GAMER] > days[KindName.TWIN]


def test_where_nothing_ever_hurts_a_gamer_is_never_sooner() -> None:
    gamer, twin = (KINDS[kind]._replace(make=Make()) for kind in (KindName.GAMER, KindName.TWIN))
    for seed in range(4):
        honest = lived(twin, "ouh", seed, 80)
        assert honest.reached is not None
        assert (lived(gamer, "ouh", seed, 80).reached or 81) >= honest.reached, seed


def test_who_tells_another_pace_in_the_build_phase_skips_none_of_it() -> None:
    """The plan is told again and again in the last weeks on alternate days, where all that follows is as long."""
    found = course("osu")
    late = [
        stage
        for stage in found.stages
        if stage.phase is not StagePhase.WALKRUN and (stage.run_ms[0] or 0) >= 43 * MINUTE
    ]
    first = StageRule(id="osu/last", run_ms=(43 * MINUTE,), bout_ms=(43 * MINUTE,))
    told = 0
    for seed in range(4):
        one = Life(KINDS[KindName.GAMER]._replace(make=Make()), ("osu", (first, *late)), seed, None)
        lived_so = one.live(40)
        assert lived_so.broken == (), seed
        told += sum(isinstance(note.event, ProfileSet) for note in one.notes) - 1
    assert told > 8


def test_the_same_seed_is_the_same_life() -> None:
    first, second = (lived(KindName.GAMER, "osu", 5, 60) for _ in range(2))
    assert first == second
    assert lived(KindName.GAMER, "osu", 6, 60) != first


@pytest.mark.parametrize("kind", [KindName.GAMER, KindName.DEFIANT, KindName.HOLIDAYS, KindName.WATCH])
def test_a_life_told_bit_by_bit_stands_where_its_diary_does(kind: KindName) -> None:
    for days in (20, 55, 90):
        one = life(kind, "osu", 3)
        one.live(days)
        scratch = Standing(record(one.notes), one.facts, passed_at)
        assert one.standing.ledger == scratch.ledger
        assert one.standing.judged == scratch.judged
        assert one.standing.question(one.at(23), "UTC") == scratch.question(one.at(23), "UTC")


def test_lives_are_lived_in_zones_that_change_their_clocks() -> None:
    seasons = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
    winter_summer = [[season.astimezone(zone(name)).utcoffset() for season in seasons] for name in ZONES]
    shifts = [abs(a - b) for a, b in winter_summer if a is not None and b is not None]
    assert timedelta(hours=1) in shifts
    assert timedelta(minutes=30) in shifts
    assert timedelta() in shifts
