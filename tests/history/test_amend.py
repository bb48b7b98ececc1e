"""Amended ratings: a slip may be mended for ten minutes, afterwards only the harsher answer counts."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from coach.history.amend import GRACE, harsher, in_force
from coach.model.rating import Course, Occasion, RedFlag, SymptomRating

NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)


@st.composite
def ratings(draw: st.DrawFn) -> SymptomRating:
    soreness = draw(st.integers(0, 10))
    course = draw(st.sampled_from((Course.RESOLVED, Course.PERSISTED, Course.RETURNED))) if soreness else Course.NONE
    values: dict[str, Any] = {"occasion": Occasion.AFTER, "at": NOW, "run": "r", "warmup_soreness": soreness}
    values["warmup_course"] = course
    for name in ("pain_during", "pain_now"):
        values[name] = draw(st.integers(0, 10))
    for name in ("limp", "sharp_pain", "swelling", "giving_way", "completed", "painkiller"):
        values[name] = draw(st.booleans())
    values["red_flags"] = draw(st.lists(st.sampled_from(RedFlag), unique=True, max_size=3))
    return SymptomRating.model_validate(values)


def no_softer(one: SymptomRating, other: SymptomRating) -> bool:
    """Whether ``one`` is in no answer milder than ``other``."""
    order = list(Course)
    return (
        all(getattr(one, n) >= getattr(other, n) for n in ("pain_during", "pain_now", "warmup_soreness"))
        and all(getattr(one, n) or not getattr(other, n) for n in ("limp", "sharp_pain", "swelling", "giving_way"))
        and (not one.completed or bool(other.completed))
        and set(one.red_flags) >= set(other.red_flags)
        and order.index(one.warmup_course or Course.NONE) >= order.index(other.warmup_course or Course.NONE)
    )


@given(ratings(), ratings())
def test_the_harsher_of_two_is_no_softer_than_either(one: SymptomRating, other: SymptomRating) -> None:
    worst = harsher(one, other)
    assert no_softer(worst, one)
    assert no_softer(worst, other)
    assert harsher(worst, one) == worst


@given(ratings(), st.lists(st.tuples(st.integers(11, 10_000), ratings()), max_size=4))
def test_after_ten_minutes_nothing_gets_softer(first: SymptomRating, later: list[tuple[int, SymptomRating]]) -> None:
    """Each typed more than ten minutes after the one before it."""
    waited = accumulate(minutes for minutes, _ in later)
    told = ((NOW + timedelta(minutes=m), r) for m, (_, r) in zip(waited, later, strict=True))
    versions = [(NOW, first), *told]
    found = in_force(versions)
    assert found.given_at == NOW
    assert all(no_softer(found.rating, version) for _, version in versions)


@given(ratings(), ratings())
def test_within_ten_minutes_the_slip_is_gone(first: SymptomRating, second: SymptomRating) -> None:
    assert in_force([(NOW, first), (NOW + GRACE, second)]).rating == second


def test_what_it_is_about_cannot_be_moved() -> None:
    told: dict[str, Any] = {"first_steps": 1, "swelling": False, "woken": False, "painkiller": False}
    first = SymptomRating(occasion=Occasion.MORNING, at=NOW, zone="Europe/Berlin", **told)
    moved = SymptomRating(occasion=Occasion.MORNING, at=NOW - timedelta(days=1), zone="UTC", **told)
    found = in_force([(NOW, first), (NOW, moved)])
    assert (found.rating.at, found.rating.zone) == (NOW, "Europe/Berlin")


versions = st.lists(st.tuples(st.integers(-10_000, 10_000), ratings()), min_size=1, max_size=4)


@given(ratings(), versions)
def test_a_version_that_stood_for_ten_minutes_stays(
    first: SymptomRating, later: list[tuple[int, SymptomRating]]
) -> None:
    """Typed one after the other, each at whatever the clock showed: one set back makes no time for second thoughts."""
    told = [(NOW, first), *((NOW + timedelta(minutes=m), r) for m, r in later)]
    found = in_force(told)
    for index, (typed, version) in enumerate(told):
        waits = [other - typed for other, _ in told[index + 1 :]]
        if not any(timedelta() <= wait <= GRACE for wait in waits):
            assert no_softer(found.rating, version)
    assert found.told_at == max(typed for typed, _ in told)


@given(ratings(), st.lists(st.tuples(st.integers(0, 30), ratings()), min_size=1, max_size=5))
def test_softening_bit_by_bit_wins_no_time(first: SymptomRating, later: list[tuple[int, SymptomRating]]) -> None:
    """From the instant an answer is told as harshly as it is, ten minutes and no more, however often it is retyped."""
    minutes = 0
    told = [(NOW, first)]
    for wait, version in later:
        minutes += wait
        told.append((NOW + timedelta(minutes=minutes), version))
    last = told[-1][0]
    found = in_force(told).rating
    for typed, _ in told:
        since = [r.pain_during or 0 for at, r in told if typed <= at <= typed + GRACE]
        if last > typed + GRACE:
            assert (found.pain_during or 0) >= min(since)


def test_what_was_typed_too_high_in_a_correction_can_be_undone() -> None:
    def at(minute: int, during: int) -> tuple[datetime, SymptomRating]:
        told = {"pain_now": during, "confidence": 8, "painkiller": False}
        return NOW + timedelta(minutes=minute), SymptomRating(occasion=Occasion.BEFORE, at=NOW, **told)

    def pain(*versions: tuple[int, int]) -> int | None:
        return in_force([at(*version) for version in versions]).rating.pain_now

    assert pain((0, 1), (30, 8), (31, 1)) == 1
    assert pain((0, 2), (30, 8), (31, 0)) == 2  # what stood before the slip stays
    assert pain((0, 1), (30, 8), (41, 1)) == 8
    assert pain((0, 8), (9, 7), (18, 6), (27, 1)) == 7
    assert pain((0, 8), (9, 8), (18, 1)) == 8
    assert pain((0, 1), (20, 5), (28, 8), (31, 1)) == 5


def test_a_red_flag_taken_back_in_time_leaves_the_answers() -> None:
    told: dict[str, Any] = {"first_steps": 3, "swelling": True, "woken": False, "painkiller": False}
    full = SymptomRating(occasion=Occasion.MORNING, at=NOW, **told)
    alarm = SymptomRating(occasion=Occasion.MORNING, at=NOW, red_flags=(RedFlag.BREATHLESS,))
    minute = timedelta(minutes=1)
    assert in_force([(NOW, full), (NOW + minute, alarm)]).rating == full.model_copy(
        update={"red_flags": (RedFlag.BREATHLESS,)}
    )
    assert in_force([(NOW, alarm), (NOW + minute, full)]).rating == full
    late = in_force([(NOW, alarm), (NOW + 11 * minute, full)]).rating
    assert (late.red_flags, late.first_steps) == ((RedFlag.BREATHLESS,), 3)


@given(ratings(), ratings(), st.integers(11, 10_000), st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))
def test_a_corrected_date_gives_no_new_grace(
    first: SymptomRating, later: SymptomRating, wait: int, first_moved: int, later_moved: int
) -> None:
    """Whichever of the two dates was corrected, and to what: it was typed too late."""
    corrected = [
        (NOW + timedelta(minutes=first_moved), first),
        (NOW + timedelta(minutes=wait + later_moved), later),
    ]
    found = in_force(corrected, [NOW, NOW + timedelta(minutes=wait)])
    assert no_softer(found.rating, first)
    assert no_softer(found.rating, later)


def test_a_correction_takes_grace_away_where_the_clock_had_given_it() -> None:
    mild, bad = (SymptomRating(occasion=Occasion.BEFORE, at=NOW, pain_now=n, confidence=8, painkiller=False)
                 for n in (0, 6))  # fmt: skip
    written = [NOW, NOW + timedelta(minutes=5)]
    assert in_force([(NOW, bad), (written[1], mild)], written).rating == mild
    assert in_force([(NOW - timedelta(hours=1), bad), (written[1], mild)], written).rating.pain_now == 6


def test_a_longer_way_told_later_does_not_count() -> None:
    """It is what opens hills and speed."""
    short, long = (
        SymptomRating(occasion=Occasion.MORNING, at=NOW, first_steps=0, swelling=False, woken=False, painkiller=False,
                      distance_m=metres) for metres in (3_000, 12_000)
    )  # fmt: skip
    assert in_force([(NOW, short), (NOW + timedelta(hours=1), long)]).rating.distance_m == 3_000
    assert in_force([(NOW, long), (NOW + timedelta(hours=1), short)]).rating.distance_m == 3_000
    assert in_force([(NOW, short), (NOW + timedelta(minutes=5), long)]).rating.distance_m == 12_000
