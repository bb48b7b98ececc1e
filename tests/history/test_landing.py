"""A protocol changed after a run: what counts as changed, and what was open before it was."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Ledger, Load, Run, StageRule
from coach.history.landing import followed
from coach.history.stage_rules import stage_rules
from coach.library.plans import PlannedStage
from coach.library.protocols import resolve_plan
from coach.model.decision import Decision, Need
from coach.model.estimate import bout_ms, run_ms
from coach.model.profile import BandName, Profile
from coach.model.protocol import Stage
from coach.model.syntax import parse
from tests.coaching.test_coaching import NOWHERE
from tests.history.test_standing import ACHILLES, MINUTE, STAGES, Story, at

PLANS = ("seed-start", "osu", "ouh", "ud", "mgh")
FIGURES = ((None, None), (20_000, 360), (60_000, 360), (40_000, 420))
STEPS = ("duration", "frequency", "hills", "speed")


def by_distance(*sessions: str, pace: int | None = None, **more: Any) -> tuple[StageRule, ...]:
    """A protocol with a stage for each of these sessions."""
    stages = [
        PlannedStage(
            "own",
            Stage.model_validate({"id": f"s{n}", "title": "s", "sessions": (parse(text),), "source": "ud", **more}),
        ).at_pace(pace)
        for n, text in enumerate(sessions)
    ]
    written = [planned.as_written for planned in stages]
    return stage_rules([(planned.name, planned.stage) for planned in stages], pace, written)


def ran(stages: tuple[StageRule, ...], minutes: int = 8, bout: int = 1) -> Story:
    """One good run by these stages, and the morning of a day on which the next may be."""
    story = Story()
    story.tell(story.profile(ACHILLES, stages=stages), at(-4))
    story.good(0, minutes, bout)
    story.morning(2)
    return story


def changed(story: Story, stages: tuple[StageRule, ...], day: float = 2) -> Decision:
    return decide(story.standing().question(at(day), "UTC", stages))


WRITTEN = ("5x(run 400mtr, walk 400mtr)", "5x(run 800mtr, walk 400mtr)", "run 4km")


def test_longer_distances_are_noticed_where_no_pace_is_known() -> None:
    story = ran(by_distance(*WRITTEN))
    assert changed(story, by_distance(*WRITTEN)).is_open
    for first in ("5x(run 500mtr, walk 400mtr)", "run 2km", "6x(run 400mtr, walk 400mtr)", "run 10 min"):
        found = changed(story, by_distance(first, *WRITTEN[1:]))
        assert (found.is_open, found.needs) == (False, (Need.PROTOCOL,)), first
    for first in ("5x(run 300mtr, walk 400mtr)", "4x(run 400mtr, walk 400mtr)"):
        assert changed(story, by_distance(first, *WRITTEN[1:])).is_open, first


def test_another_pace_is_no_other_protocol() -> None:
    """Neither told for the first time, nor slower, nor taken back: the text is the same, and so is the stage."""
    paces = (None, 300, 360, 480)
    for before in paces:
        story = ran(by_distance(*WRITTEN, pace=before))
        story.tell(story.profile(ACHILLES, stages=by_distance(*WRITTEN, pace=before)), at(1))
        for pace in paces:
            asked = story.standing().question(at(2), "UTC", by_distance(*WRITTEN, pace=pace))
            assert (asked.landed, asked.ledger) == (True, story.standing().question(at(2), "UTC").ledger)
            assert decide(asked).is_open


def test_rounds_counted_by_pace_are_the_same_protocol_at_any() -> None:
    text, more = "3x(run 3 min, walk 2 min)", {"distance_cm": 160_000}
    story = ran(by_distance(text, pace=360, **more))
    assert changed(story, by_distance(text, pace=600, **more)).is_open
    assert not changed(story, by_distance(text, pace=360, distance_cm=480_000)).is_open
    assert not changed(story, by_distance("9x(run 3 min, walk 2 min)", pace=None, **more)).is_open


def test_a_slower_pace_gives_no_more_time_for_the_same_distance() -> None:
    """Else telling of another pace would open a longer workout by time."""
    story = ran(by_distance(*WRITTEN, pace=300))
    asked = story.standing().question(at(2), "UTC", by_distance(*WRITTEN, pace=900))
    assert (asked.stages[0].run_ms, asked.stages[0].bout_ms) == ((10 * MINUTE,), (2 * MINUTE,))


def test_a_generated_stage_far_ahead_that_changes_is_no_other_protocol() -> None:
    """It changes with the former weekly distance, which bears on nothing near."""
    ahead = StageRule(id="build/duration-1", run_ms=(40 * MINUTE,), bout_ms=(40 * MINUTE,))
    story = ran((*STAGES, ahead))
    asked = story.standing().question(at(2), "UTC", (*STAGES, ahead.model_copy(update={"run_ms": (50 * MINUTE,)})))
    assert (asked.landed, asked.ledger) == (True, story.standing().question(at(2), "UTC").ledger)


def test_what_was_told_before_distances_were_kept_is_not_taken_for_a_change() -> None:
    """There is nothing to hold it against, and nothing a runner could mend."""
    old = tuple(StageRule(id=f"own/s{n}", run_ms=(None,), bout_ms=(None,)) for n in range(len(WRITTEN)))
    assert changed(ran(old), by_distance(*WRITTEN)).is_open


# What was open before


def test_the_run_not_judged_yet_is_the_last_good_session_if_it_was_good() -> None:
    story = Story()
    for day, minutes in ((0, 8), (2, 8), (4, 10)):
        story.good(day, minutes, 1 if day < 4 else 2)
    story.morning(6)
    nine = (StageRule(id="x0", run_ms=(9 * MINUTE,), bout_ms=(2 * MINUTE,)), *STAGES[2:])
    found = changed(story, nine, 6)
    assert (found.is_open, found.stage) == (True, 0)


def test_the_run_not_judged_yet_opens_nothing_while_it_is_not_answered_for() -> None:
    story = Story()
    for day in (0, 2):
        story.good(day)
    story.morning(4)
    story.run(4, 10, 2)
    story.morning(6)
    nine = (StageRule(id="x0", run_ms=(9 * MINUTE,), bout_ms=(2 * MINUTE,)), *STAGES[2:])
    assert Need.PROTOCOL in changed(story, nine, 6).needs


def stepping_back() -> Story:
    """At the third stage, and too sore after the last run."""
    story = Story()
    for day in (0, 2, 4, 6):
        story.good(day, 8 if day < 4 else 10, 1 if day < 4 else 2)
    story.morning(8)
    story.after(story.run(8, 12, 3), 8, during=6)
    story.morning(9)
    story.morning(12)
    assert (story.decide(at(12)).stage, story.decide(at(12)).is_open) == (1, True)
    return story


def test_a_step_back_not_judged_yet_is_not_undone_by_another_protocol() -> None:
    story = stepping_back()
    rungs = tuple(
        StageRule(id=f"x{n}", run_ms=(minutes * MINUTE,), bout_ms=(MINUTE,)) for n, minutes in enumerate((8, 11, 12))
    )
    found = changed(story, rungs, 12)
    assert rungs[found.stage].run_ms <= STAGES[1].run_ms
    assert found.stage == 0
    assert Need.READINESS not in found.needs, "not once more for the one step back"
    steep = changed(story, rungs[1:], 12)
    assert not steep.is_open
    assert Need.PROTOCOL in steep.needs


def test_one_step_back_is_one_step_in_another_protocol_too() -> None:
    story = stepping_back()
    same = tuple(stage.model_copy(update={"id": f"x{n}"}) for n, stage in enumerate(STAGES))
    assert changed(story, same, 12).stage == 1


@pytest.mark.parametrize("pace", [None, 360])
def test_the_gate_is_told_the_times_that_the_runner_is_shown(pace: int | None) -> None:
    for name in ("osu", "ud", "military", "c25k"):
        stages = resolve_plan(Profile(protocol=name, pace_s_per_km=pace), NOWHERE).planned
        rules = stage_rules([(planned.name, planned.stage) for planned in stages], pace)
        for planned, rule in zip(stages, rules, strict=True):
            assert rule.run_ms == tuple(run_ms(session, pace) for session in planned.stage.sessions)
            assert rule.bout_ms == tuple(bout_ms(session, pace) for session in planned.stage.sessions)


# The build phase, where minutes alone do not tell how far on a stage is


@cache
def planned(name: str, former_weekly_m: int | None = None, pace: int | None = None) -> tuple[StageRule, ...]:
    profile = Profile(protocol=name, former_weekly_m=former_weekly_m, pace_s_per_km=pace)
    stages = resolve_plan(profile, NOWHERE).planned
    return stage_rules([(each.name, each.stage) for each in stages], pace, [each.as_written for each in stages])


def reached(stages: tuple[StageRule, ...], index: int, *, good: int = 1, during: int = 0) -> GateInput:
    """Asked two days after a run of this stage, and after so long on alternate days that nothing waits for weeks."""
    stage, day = stages[index], 120
    done, bout = stage.run_ms[0] or MINUTE, stage.bout_ms[0] or MINUTE
    start = at(day - 2)
    run = Run(id="r", start=start, end=start + timedelta(minutes=60), planned_ms=done, done_ms=done, bout_ms=bout)
    story = Story()
    story.after("r", day - 2, during)
    for each in (day - 1, day):
        story.morning(each)
    ago = (24, 21, 19, 17, 14, 12, 10, 7, 5, 3)
    loads = tuple(Load(start=start - timedelta(days=days), done_ms=done, bout_ms=bout) for days in ago)
    ledger = Ledger(
        stage=index, last_stage=index, good=good, last_good_run_ms=done, last_good_bout_ms=bout, running_since=at(0),
        loads=loads,
    )  # fmt: skip
    return GateInput(
        asked_at=at(day), bands=(BandName.TENDON,), baseline=1, stages=stages, ledger=ledger, run=run,
        readiness_at=at(-1), readings=tuple(story.standing().told.after["r"]) + tuple(story.standing().told.loose),
    )  # fmt: skip


def step_of(stage: StageRule) -> tuple[int, int]:
    """Where in the build phase it is; what comes before it is 0."""
    name, _, number = stage.id.removeprefix("build/").rpartition("-")
    return (STEPS.index(name) + 1, int(number)) if name in STEPS else (0, 0)


@pytest.mark.parametrize("then", [planned("osu", 20_000, 360), planned("ouh"), planned("osu", 60_000, 420)])
def test_the_last_week_on_alternate_days_does_not_land_in_days_in_a_row(then: tuple[StageRule, ...]) -> None:
    """All that follows asks for no more minutes, but for more days; another pace or protocol is no way there."""
    before = planned("osu")
    index = [stage.id for stage in before].index("build/duration-8")
    asked = followed(reached(before, index), then, has_run=True)
    decision = decide(asked)
    assert (decision.is_open, asked.stages[decision.stage].id) == (True, "build/duration-8")
    assert asked.stages[decision.stage].rest_days == 1


@settings(max_examples=60)
@given(
    before=st.tuples(st.sampled_from(PLANS), st.sampled_from(FIGURES)),
    then=st.tuples(st.sampled_from(PLANS), st.sampled_from(FIGURES)),
    back=st.integers(0, 21),
    good=st.integers(0, 4),
    during=st.sampled_from((0, 4, 7)),
)
@example(before=("ud", (20_000, 360)), then=("ud", (40_000, 420)), back=0, good=0, during=0)
def test_a_change_never_lands_in_a_later_step_of_the_build_or_in_more_running(
    before: tuple[str, tuple[int | None, int | None]],
    then: tuple[str, tuple[int | None, int | None]],
    back: int,
    good: int,
    during: int,
) -> None:
    had, has = planned(before[0], *before[1]), planned(then[0], *then[1])
    index = max(0, len(had) - 1 - back)
    question = reached(had, index, good=good, during=during)
    was = decide(question)
    asked = followed(question, has, has_run=True)
    if not asked.landed or asked.ledger == question.ledger:
        return
    lands = has[decide(asked).stage]
    left = had[min(index, was.stage)]
    assert step_of(lands) <= step_of(left)
    assert step_of(has[min(asked.ledger.stage, len(has) - 1)]) <= step_of(had[index]), "whose gap holds"
    for asks, had_ms in ((lands.run_ms[0], left.run_ms[0]), (lands.bout_ms[0], left.bout_ms[0])):
        assert asks is None or had_ms is None or asks <= had_ms
