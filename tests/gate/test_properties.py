"""What must be provable (docs/gate.md), over whole histories of every injury.

permits(t) is the stage that is open at t, −1 where none is. A run is an act and stays where it is; the same share of
what is due is run in both of two histories that are compared.
"""

import os
from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coach.gate.case import days_may_follow
from coach.gate.days import dawn, next_morning, waking_date
from coach.gate.evaluate import decide, judge
from coach.gate.facts import GateInput, Given
from coach.gate.rules_plan import PAIN_FREE_DAYS
from coach.gate.wording import reason_words
from coach.history.amend import GRACE, in_force
from coach.library.sources import shipped_sources
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BandName, Role
from coach.model.rating import Course, Occasion
from tests.gate.driver import LENGTH, Clear, History, Memo, World
from tests.gate.histories import DAY0, a_worse, askings, histories, probed, rating, told
from tests.gate.test_wording import LEAK

EXAMPLES = settings(max_examples=int(os.environ.get("GATE_EXAMPLES", "40")))
"""GATE_EXAMPLES=5000 takes an hour."""


def check_never_more(data: st.DataObject, better: History, worse: History, asked: list[datetime]) -> None:
    """At none of the instants does ``worse`` permit more, whatever the runner says before he asks.

    But for what goes by running: where the better is further on and waits for that stage's week alone (G23).
    """
    memo = Memo()
    for at in asked:
        morning = data.draw(st.sampled_from((None, False, True)))
        one, other = (h if morning is None else probed(h, at, morning=morning) for h in (better, worse))
        first, second = World(one, memo), World(other, memo)
        if first.fold(at).cleared != second.fold(at).cleared:
            continue  # a clearance that only one of them permits is another act
        if second.permits(at) > first.permits(at):
            excused = is_further_on(first, second, at) or rises(first, at) > rises(second, at)
            assert excused, (at, first.ask(at), second.ask(at))


def rises(world: World, at: datetime) -> int:
    """How many sessions by ``at`` were no steady pain for having risen (G14): a comparison with the two before."""
    asked = [world.question(run.start, without=run.id) for run in world.history.runs if run.start < at]
    found = [reason for each in (*asked, world.question(at)) for reason in decide(each).reasons]
    return sum("before" in reason.figures for reason in found if reason.code == "G14")


def is_further_on(first: World, second: World, at: datetime) -> bool:
    """Whether the first, but for what its own stage's week leaves, would be open at a stage no lower.

    A clearance shortens no wait, the one for a week neither: it is carried past the clearance, to the lower stage.
    """
    verdict, carried = judge(first.question(at)), weeks_carried(first, at)
    opens = [f.opens_at for f in verdict.findings if f.opens_at is not None and f.code != "G23"]
    waits = [each for each in opens if each not in carried]
    is_open = not verdict.decision.needs and verdict.decision.outcome < Outcome.STOP and max(waits, default=at) <= at
    for_a_week = "G23" in verdict.decision.codes or len(waits) < len(opens)
    return is_open and verdict.decision.stage >= second.ask(at).stage and for_a_week


def weeks_carried(world: World, at: datetime) -> set[datetime]:
    """When the weeks open that were waited for as a clearance was given."""
    before = [judge(world.question(act.at - timedelta(microseconds=1))) for act in world.fold(at).cleared]
    others = [[f.opens_at for f in verdict.findings if f.code != "G23"] for verdict in before]
    weeks = [v.decision.opens_at for v, o in zip(before, others, strict=True) if v.decision.opens_at not in o]
    return {each for each in weeks if each is not None}


def days_after(told_at: datetime) -> list[datetime]:
    """Every evening of the next three days, then the fifth and the ninth, and a noon."""
    return sorted(told_at + timedelta(hours=hours) for hours in (6, 13, 30, 40, 54, 64, 78, 126, 222))


def check_in_the_days_after(data: st.DataObject, better: History, worse: History, since: datetime) -> None:
    """As :func:`check_never_more`, one after the other in the days after an answer."""
    check_never_more(data, better, worse, [at for at in days_after(since) if at > since])


@EXAMPLES
@given(st.data(), histories())
def test_a_worse_answer_never_permits_more(data: st.DataObject, history: History) -> None:
    assume(history.readings)
    index = data.draw(st.integers(0, len(history.readings) - 1))
    was = history.readings[index]
    told = was.model_copy(update={"rating": data.draw(a_worse(was.rating))})
    worse = history._replace(readings=(*history.readings[:index], told, *history.readings[index + 1 :]))
    check_never_more(data, history, worse, data.draw(askings(history)))
    check_in_the_days_after(data, history, worse, max(was.given_at, was.rating.at))


class Asked(NamedTuple):
    """The readings that answer a question a run asks, and from when on it is due whatever else is told."""

    readings: tuple[Given, ...]
    due: datetime


def required(history: History) -> list[Asked]:
    """The check before a run, the rating after it, the next morning; each only where something answers it."""
    found: list[Asked] = []
    for run in history.runs:
        end = run.start + LENGTH
        earlier = max((other.start + LENGTH for other in history.runs if other.start < run.start), default=DAY0)
        mornings = [g for g in history.readings if g.rating.occasion is Occasion.MORNING]
        befores = [g for g in history.readings if g.rating.occasion is Occasion.BEFORE]
        day = waking_date(run.start, "UTC")
        checks = [
            g for g in (*mornings, *befores)
            if earlier < g.rating.at <= run.start and waking_date(g.rating.at, "UTC") == day
        ]  # fmt: skip
        after = [g for g in history.readings if g.rating.run == run.id]
        next_day = next_morning(end, "UTC")
        nexts = [g for g in mornings if waking_date(g.rating.at, "UTC") == next_day]
        found.append(Asked(tuple(checks), run.start))
        found.append(Asked(tuple(after), end))
        found.append(Asked(tuple(nexts), dawn(next_day + timedelta(days=1), "UTC")))
    return [each for each in found if each.readings]


def worth_asking(data: st.DataObject, history: History, asked: Asked) -> list[datetime]:
    return [at for at in data.draw(askings(history)) if is_worth_asking(history, asked, at)]


def is_worth_asking(history: History, asked: Asked, at: datetime) -> bool:
    """From when it is due; and until a clearance, which closes what was never answered, too."""
    about = max(g.rating.at for g in asked.readings)
    closing = min((c.at for c in history.clearances if c.at >= about), default=None)
    return at > asked.due and (closing is None or at < closing)


@EXAMPLES
@given(st.data(), histories())
def test_a_missing_answer_never_permits_more_while_missing(data: st.DataObject, history: History) -> None:
    questions = required(history)
    assume(questions)
    gone = data.draw(st.sampled_from(questions))
    without = history._replace(readings=tuple(g for g in history.readings if g not in gone.readings))
    asked = worth_asking(data, history, gone)
    later = [at for at in days_after(gone.due) if is_worth_asking(history, gone, at)]
    check_never_more(data, history, without, sorted({*asked, *later}))


@EXAMPLES
@given(st.data(), histories())
def test_a_later_answer_never_permits_more(data: st.DataObject, history: History) -> None:
    questions = required(history)
    assume(questions)
    late = data.draw(st.sampled_from(questions))
    hours = timedelta(hours=data.draw(st.sampled_from((1, 12, 26, 50, 120))))
    told = tuple(
        g.model_copy(update={"given_at": g.given_at + hours}) if g in late.readings else g for g in history.readings
    )
    asked = worth_asking(data, history, late)
    later = [at for at in days_after(late.due) if is_worth_asking(history, late, at)]
    check_never_more(data, history, history._replace(readings=told), sorted({*asked, *later}))


@EXAMPLES
@given(st.data(), histories())
def test_a_softened_answer_permits_no_more(data: st.DataObject, history: History) -> None:
    assume(history.readings)
    index = data.draw(st.integers(0, len(history.readings) - 1))
    was = history.readings[index]
    harsh = was.model_copy(update={"rating": data.draw(a_worse(was.rating))})
    typed = was.given_at + GRACE + timedelta(minutes=data.draw(st.integers(1, 6000)))
    soft = in_force([(was.given_at, harsh.rating), (typed, was.rating)])
    before, after = (
        history._replace(readings=(*history.readings[:index], told, *history.readings[index + 1 :]))
        for told in (harsh, soft)
    )
    check_never_more(data, before, after, data.draw(askings(history)))
    check_in_the_days_after(data, before, after, typed)


@EXAMPLES
@given(st.data(), histories())
def test_asking_changes_nothing_and_a_kept_question_gives_the_same_answer(
    data: st.DataObject, history: History
) -> None:
    world = World(history)
    for at in data.draw(askings(history)):
        question = world.question(at)
        found = decide(question)
        assert decide(question) == found == world.ask(at)
        assert decide(GateInput.model_validate_json(question.model_dump_json())) == found
        assert Decision.model_validate_json(found.model_dump_json()) == found


@EXAMPLES
@given(st.data(), histories())
def test_the_order_of_telling_does_not_matter(data: st.DataObject, history: History) -> None:
    turned = history._replace(
        readings=tuple(data.draw(st.permutations(history.readings))), runs=tuple(reversed(history.runs))
    )
    for at in data.draw(askings(history)):
        assert World(turned).ask(at) == World(history).ask(at)


@EXAMPLES
@given(st.data(), histories())
def test_doing_what_is_needed_and_waiting_opens(data: st.DataObject, history: History) -> None:
    """Whatever happened: quiet answers, a pass, a clearance where one is needed, and time lead to an open session."""
    at = data.draw(st.sampled_from(data.draw(askings(history))))
    history = history._replace(runs=tuple(run for run in history.runs if run.start < at))
    first = at
    for _ in range(12):
        world = World(history)
        decision = world.ask(at)
        if decision.is_open:
            assert at - first < timedelta(days=40)
            return
        waits = decision.opens_at is not None and decision.opens_at > at
        assert waits or decision.needs, "a closed gate says what opens it"
        if waits and decision.opens_at is not None:
            at = decision.opens_at
        at += timedelta(minutes=5)
        history = helped(history, decision, at)
    raise AssertionError((at, World(history).ask(at)))


def helped(history: History, decision: Decision, at: datetime) -> History:
    """Everything the decision needs is done by ``at``; what was never answered is answered quietly, and late."""
    moment = at - timedelta(minutes=1)
    quiet = {"swelling": False, "painkiller": False}
    for need in decision.needs:
        match need:
            case Need.CLINICIAN | Need.CLEARANCE:
                role = Role.CLINICIAN if need is Need.CLINICIAN else Role.SELF
                history = history._replace(clearances=(*history.clearances, Clear(moment, role)))
            case Need.READINESS:
                history = history._replace(ready=(*history.ready, moment))
            case Need.RUN_DAY:
                history = told(history, rating(Occasion.BEFORE, at, pain_now=0, painkiller=False, confidence=9))
            case Need.FOLLOW_UP:
                history = told(history, rating(Occasion.FOLLOW_UP, moment, back_to_usual=True, swelling=False))
            case Need.UNTIL_ZERO | Need.AT_BASELINE:
                history = told(history, rating(Occasion.MORNING, moment, first_steps=0, woken=False, **quiet))
            case _:
                pass
    return answered(history, at)


def answered(history: History, at: datetime) -> History:
    """What of every run was never answered by ``at``, answered quietly as of then, told now."""
    quiet = {"swelling": False, "painkiller": False}
    told_by_now = [g for g in history.readings if g.given_at <= at]
    for run in history.runs:
        end = run.start + LENGTH
        if not any(g.rating.run == run.id for g in told_by_now):
            history = told_now(history, at, rating(
                Occasion.AFTER, end, run=run.id, pain_during=0, pain_now=0, warmup_soreness=0,
                warmup_course=Course.NONE, limp=False, sharp_pain=False, giving_way=False, completed=True, **quiet,
            ))  # fmt: skip
        for day in (waking_date(run.start, "UTC"), next_morning(end, "UTC")):
            seven = dawn(day, "UTC") + timedelta(hours=3)
            when = min(seven, run.start) if day == waking_date(run.start, "UTC") else seven
            if when < at and not any(
                g.rating.occasion is Occasion.MORNING and waking_date(g.rating.at, "UTC") == day for g in told_by_now
            ):
                history = told_now(history, at, rating(Occasion.MORNING, when, first_steps=0, woken=False, **quiet))
    return history


def told_now(history: History, at: datetime, given: Given) -> History:
    return told(history, given.model_copy(update={"given_at": at}))


@EXAMPLES
@given(st.data(), histories())
def test_opens_at_never_runs_away(data: st.DataObject, history: History) -> None:
    """When nothing happens, what opened at an instant still opens at it, or is past."""
    acts = [run.start for run in history.runs] + [g.given_at for g in history.readings] + [DAY0]
    last = max([*acts, *(c.at for c in history.clearances)])
    world = World(history)
    opens = None
    for hours in sorted(data.draw(st.lists(st.integers(1, 24 * 60), min_size=4, max_size=8))):
        at = last + timedelta(hours=hours)
        found = world.ask(at).opens_at
        if found is not None and found > at:
            assert opens is None or found <= opens, (at, found, opens)
            longest = PAIN_FREE_DAYS + 2 if BandName.BONE in history.bands else 8
            assert found <= last + timedelta(days=longest)
        opens = found if opens is None or found is None else min(opens, found)


@EXAMPLES
@given(st.data(), histories())
def test_days_off_gaps_and_readiness_hold_under_every_outcome(data: st.DataObject, history: History) -> None:
    memo = Memo()
    for at in data.draw(askings(history)):
        asked = probed(history, at, morning=data.draw(st.booleans()))
        world = World(asked, memo)
        question = world.question(at)
        found = decide(question)
        case = judge(question).case
        loads = case.loads
        rules = (case.rule, question.stages[found.stage])
        if found.is_open and loads and all(days_may_follow(rule, case.ledger.running_since, at) for rule in rules):
            assert (at.date() - loads[-1].start.date()).days >= 1, "never two runs on one day"
        elif found.is_open and loads:
            start = loads[-1].start
            assert at >= start + timedelta(hours=36)
            assert (at.date() - start.date()).days >= 2, "one full calendar day between"
        owed = question.ledger.hold_until
        assert owed is None or not found.is_open or at >= owed
        if found.is_open:
            after = question.ledger.readiness_after
            assert question.readiness_at is not None
            assert after is None or question.readiness_at > after
            assert not question.ledger.stops
        # Of all that was ever told, not of what the gate still looks at: a run begun all the same ends no days off.
        for reading in (g for g in history.readings if g.given_at <= at and g.rating.at <= at):
            rested = at >= reading.rating.at + timedelta(days=2)
            hurt = bool(reading.rating.limp or reading.rating.sharp_pain or reading.rating.swelling)
            assert rested or not hurt or not found.is_open, "two days off"
        assert 0 <= found.stage < len(question.stages)


@EXAMPLES
@given(st.data(), histories())
def test_every_reason_is_said_in_words(data: st.DataObject, history: History) -> None:
    for at in data.draw(askings(history)):
        for reason in World(history).ask(at).reasons:
            said = reason_words(reason)
            assert said.endswith("."), said
            assert not LEAK.search(said), said
            assert set(reason.sources) <= set(shipped_sources())
