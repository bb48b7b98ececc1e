"""Every threshold of the table, a step below and a step above it; and that a step up never permits more.

The figures are typed from docs/gate.md, not taken from the rules: whoever moves one has to move it here as well.
"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Given, Morning
from coach.model.decision import Need, Outcome
from coach.model.profile import BandName
from coach.model.rating import Course
from tests.gate.build import MINUTE, T0, after, at, before, case, follow_up, morning, run

FASCIA, TENDON, LIGAMENT = BandName.FASCIA, BandName.TENDON, BandName.LIGAMENT
POSTOP, BONE = BandName.POSTOP, BandName.BONE
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def during(band: BandName, pain: int) -> GateInput:
    usual = 0 if band is BONE else 1
    return case(band, after(pain), morning(usual), morning(usual, 37), baseline=usual, stage=2)


def sore(band: BandName, soreness: int, course: Course) -> GateInput:
    told = after(warmup_soreness=soreness, warmup_course=course if soreness else Course.NONE)
    return case(band, told, morning(1), morning(1, 37), baseline=1, stage=2)


def woke(band: BandName, first_steps: int, baseline: int = 1) -> GateInput:
    return case(band, after(), morning(first_steps), morning(baseline, 37), baseline=baseline, stage=2)


def week(first_steps: int, ago: timedelta = DAY) -> GateInput:
    """Last night's morning, and one so long before it that was two above the usual."""
    ledger = {"mornings": (Morning(at=at(13) - ago, score=3),)}
    return case(LIGAMENT, after(), morning(first_steps), baseline=1, stage=2, ledger=ledger, asked=14)


def ran(planned: float, done: float) -> GateInput:
    facts = run(planned_ms=round(planned * MINUTE), done_ms=round(done * MINUTE), due_ms=round(planned * MINUTE))
    return case(LIGAMENT, after(), morning(), morning(0, 37), stage=2, run=facts)


def away(days: int) -> GateInput:
    return case(LIGAMENT, after(), morning(), morning(0, days * 24 - 11), asked=days * 24, stage=4)


def flared(ago: timedelta) -> GateInput:
    ledger = {"flares": (at(1) - ago,)}
    return case(LIGAMENT, after(limp=True), morning(), stage=2, ledger=ledger)


def hurt_bone(ago: timedelta) -> GateInput:
    return case(BONE, after(1), morning(), stage=2, ledger={"bone_pain": (at(1) - ago,)})


def still_raised(hours: float) -> GateInput:
    """So long after the run's end, which is 34 minutes after its start."""
    told = follow_up(hours + 34 / 60, usual=False)
    return case(LIGAMENT, after(), morning(2), told, asked=hours + 1, baseline=1, stage=2)


def today(**answers: Any) -> GateInput:
    return case(TENDON, after(), morning(1), before(**answers), baseline=1, stage=2)


def refused(days: int) -> GateInput:
    hurts = before(3)
    return case(TENDON, after(), morning(1), hurts, baseline=1, stage=2, ledger={"refusals": days})


def passed(ago: timedelta) -> GateInput:
    return case(LIGAMENT, morning(0, 37), run=None, readiness_at=at(40) - ago)


def streak(count: int) -> GateInput:
    return case(LIGAMENT, after(3), morning(), morning(0, 37), stage=2, ledger={"streak": count})


def answered(late_after: float = 0, late_morning: float = 0) -> GateInput:
    """The rating after the run an hour after its start, the morning at seven: typed so many hours later."""
    told = after(late_h=late_after), morning(late_h=late_morning), morning(0, 61)
    return case(LIGAMENT, *told, asked=62, stage=2)


def owing_readiness(since: timedelta) -> GateInput:
    ledger = {"readiness_after": T0 - since}
    return case(LIGAMENT, after(), morning(), morning(0, 37), stage=2, ledger=ledger, readiness_at=T0 - DAY)


def sure(*confidences: int) -> GateInput:
    checks = (before(hours=38 + n / 10, confidence=each) for n, each in enumerate(confidences))
    return case(TENDON, after(), morning(1), *checks, baseline=1, stage=2)


def woke_today(first_steps: int) -> GateInput:
    return case(TENDON, after(), morning(1), morning(first_steps, 37), baseline=1, stage=2)


def twice(*flares: Any) -> GateInput:
    hurt = after(limp=True), morning(swelling=True), morning(0, 37)
    return case(LIGAMENT, *hurt, stage=2, ledger={"flares": flares})


def fires(code: str, asked: GateInput) -> bool:
    """Whether the rule has something to say beyond what it says of every runner."""
    return any(r.code == code and not r.figures.get("steady") for r in decide(asked).reasons)


STEPS: list[tuple[str, GateInput, GateInput]] = [
    ("G3a", during(BONE, 0), during(BONE, 1)),
    ("G3b", during(BONE, 2), during(BONE, 3)),
    ("G3b", during(BONE, 2), during(BONE, 4)),
    ("G3b", hurt_bone(28 * DAY + SECOND), hurt_bone(28 * DAY)),
    *(("G5", during(band, 5), during(band, pain)) for band in (FASCIA, TENDON, LIGAMENT, POSTOP) for pain in (6, 7)),
    ("G7b", still_raised(71.9), case(LIGAMENT, after(), morning(2), follow_up(72.6, usual=False, swelling=True),
                                     asked=73, baseline=1, stage=2)),
    ("G8a", still_raised(47.9).model_copy(update={"readings": (after(), morning(1))}), still_raised(48)),
    ("G8b", still_raised(71.9), still_raised(72)),
    *(("G9", sore(LIGAMENT, 2, course), sore(LIGAMENT, 3, course)) for course in (Course.PERSISTED, Course.RETURNED)),
    *(("G9", sore(POSTOP, 0, Course.PERSISTED), sore(POSTOP, soreness, Course.PERSISTED)) for soreness in (1, 2)),
    *(("G9", sore(band, 5, Course.PERSISTED), sore(band, 6, Course.PERSISTED)) for band in (FASCIA, TENDON)),
    *(("G9", sore(band, 2, Course.RETURNED), sore(band, 3, Course.RETURNED)) for band in (FASCIA, TENDON)),
    *(("G10", during(band, most), during(band, most + more))
      for band, most in ((POSTOP, 2), (LIGAMENT, 3), (TENDON, 5), (FASCIA, 5)) for more in (1, 2)),
    *(("G10", woke(band, 2), woke(band, pain)) for band in (POSTOP, LIGAMENT, TENDON, FASCIA) for pain in (3, 4)),
    ("G10", woke(TENDON, 5, 5), woke(TENDON, 6, 5)),
    ("G11", week(0), week(1)),
    ("G11", week(1, ago=7 * DAY), week(1, ago=6 * DAY)),
    *(("G13", woke(band, 1), woke(band, 2)) for band in (POSTOP, LIGAMENT, TENDON, FASCIA)),
    *(("G14", during(band, clean), during(band, clean + 1))
      for band, clean in ((POSTOP, 0), (LIGAMENT, 2), (TENDON, 2), (FASCIA, 2))),
    ("G15", sore(LIGAMENT, 2, Course.RESOLVED), sore(LIGAMENT, 3, Course.RESOLVED)),
    ("G15", sore(LIGAMENT, 2, Course.RESOLVED), sore(LIGAMENT, 4, Course.RESOLVED)),
    ("G15", ran(20, 18), ran(20, 17.99)),
    ("G12", answered(), case(LIGAMENT, after(), morning(0, 61), asked=62, stage=2)),
    ("G12", answered(), case(LIGAMENT, morning(), morning(0, 61), asked=62, stage=2)),
    ("G12", answered(), case(LIGAMENT, after(), morning(), asked=62, stage=2)),
    ("G12", answered(late_after=23.5), answered(late_after=23.6)),
    ("G12", answered(late_morning=20.9), answered(late_morning=21)),
    ("G17", away(7), away(8)),
    ("G18a", streak(1), streak(2)),
    ("G18b", flared(14 * DAY + SECOND), flared(14 * DAY)),
    ("G18b", twice(), twice(T0 - DAY)),
    ("G21", ran(30, 33), ran(30, 33.01)),
    ("G21", ran(8, 10), ran(8, 10.01)),
    ("G22", today(confidence=5), today(confidence=4)),
    ("G22", sure(8, 5), sure(8, 4)),
    ("G22", sure(5, 8), sure(4, 8)),
    ("G24", owing_readiness(DAY + SECOND), owing_readiness(DAY)),
    ("G24", passed(14 * DAY), passed(14 * DAY + SECOND)),
    ("G25", today(pain_now=2), today(pain_now=3)),
    ("G25", today(pain_now=2), today(pain_now=4)),
    ("G25", woke_today(2), woke_today(3)),
    ("G25", woke_today(2), woke_today(4)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "below", "above"), STEPS, ids=[f"{n}-{step[0]}" for n, step in enumerate(STEPS)])
def test_a_rule_begins_where_the_table_says(code: str, below: GateInput, above: GateInput) -> None:
    assert not fires(code, below)
    assert fires(code, above)


@pytest.mark.parametrize(("days", "back"), [(8, 1), (14, 1), (15, 2), (21, 2), (22, 3), (28, 3), (29, 4)])
def test_so_many_stages_for_so_many_days(days: int, back: int) -> None:
    assert decide(away(days)).stage == 4 - back


def test_what_is_missing_closes_until_it_is_given() -> None:
    told = {Need.AFTER: after(), Need.MORNING: morning(), Need.RUN_DAY: morning(0, 61)}
    for need in told:
        found = decide(case(LIGAMENT, *(each for other, each in told.items() if other is not need), asked=62, stage=2))
        assert (found.needs, found.is_open) == ((need,), False)


def test_the_gap_is_a_full_day_and_36_hours_and_after_pain_of_3_in_a_tendon_two_and_60() -> None:
    for band, pain, hours in ((LIGAMENT, 2, 36), (BONE, 0, 36), (FASCIA, 3, 36), (TENDON, 2, 36), (TENDON, 3, 60)):
        usual = 0 if band is BONE else 1
        found = decide(case(band, after(pain), morning(usual), asked=20, baseline=usual, stage=2))
        assert found.opens_at == at(hours), (band, pain)


def test_the_third_day_running_that_hurts_too_much_is_a_stop() -> None:
    assert [decide(refused(days)).outcome for days in (1, 2, 3)] == [Outcome.REPEAT, Outcome.STOP, Outcome.STOP]


# A step up


MORE = st.integers(1, 2)
NOW_OR_LATE = st.sampled_from((0, 0, 0, 30))
SCORES = st.integers(0, 8)
"""Every threshold of the table is among these, with a step on either side."""
WHOLE = ("pain_during", "pain_now", "first_steps", "warmup_soreness")


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """What was said after a run, the next morning and before the next; most of it quiet."""
    quiet = {"pain_during": 0, "pain_now": 0, "first_steps": 1, "warmup_soreness": 0, "before": 0, "confidence": 8}
    loud = draw(st.lists(st.sampled_from(sorted(quiet)), max_size=2, unique=True))
    course = draw(st.sampled_from((Course.RESOLVED, Course.PERSISTED, Course.RETURNED)))
    return quiet | {name: draw(SCORES) for name in loud} | {"course": course, "late": draw(NOW_OR_LATE)}


def told(said: dict[str, Any]) -> tuple[Given, ...]:
    soreness = said["warmup_soreness"]
    ran_ = after(
        said["pain_during"], said["pain_now"], late_h=said["late"], warmup_soreness=soreness,
        warmup_course=said["course"] if soreness else Course.NONE,
    )  # fmt: skip
    return ran_, morning(said["first_steps"], late_h=said["late"])


LEDGERS = st.fixed_dictionaries(
    {
        "good": st.integers(0, 2), "steady": st.integers(0, 3), "streak": st.integers(0, 2),
        "flares": st.sampled_from(((), (T0 - 10 * DAY,), (T0 - 13 * DAY,))),
        "bone_pain": st.sampled_from(((), (T0 - 20 * DAY,))), "refusals": st.integers(0, 2),
    }
)  # fmt: skip


def permitted(asked: GateInput) -> int:
    decision = decide(asked)
    return decision.stage if decision.is_open else -1


@settings(max_examples=150)
@given(st.data(), st.sampled_from(list(BandName)), st.integers(0, 3), LEDGERS, answers())
def test_a_step_up_in_one_answer_never_permits_more(
    data: st.DataObject, band: BandName, stage: int, ledger: dict[str, Any], said: dict[str, Any]
) -> None:
    """Of one run, at every instant at which something may open, with a quiet check before each."""
    which = data.draw(st.sampled_from((*WHOLE, "before", "confidence", "course")))
    worse = dict(said)
    if which == "course":
        worse["course"] = Course.RETURNED
    else:
        low = data.draw(SCORES)
        said[which], worse[which] = (low + 1, low) if which == "confidence" else (low, low + data.draw(MORE))
    for hours in (40, 49, 61, 64, 73, 97, 121, 170, 200):
        one, other = (
            case(
                band, *told(each), before(each["before"], hours - 1, confidence=each["confidence"]), asked=hours,
                stage=stage, baseline=0 if band is BONE else 1, ledger=ledger,
            )
            for each in (said, worse)
        )  # fmt: skip
        assert permitted(other) <= permitted(one), hours
