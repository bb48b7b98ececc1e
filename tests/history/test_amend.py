"""Amended ratings: a slip may be mended for ten minutes, afterwards only the harsher answer counts."""

from datetime import UTC, datetime, timedelta
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
    versions = [(NOW, first), *((NOW + timedelta(minutes=m), r) for m, r in sorted(later, key=lambda p: p[0]))]
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
def test_a_clock_set_back_makes_no_time_for_second_thoughts(
    first: SymptomRating, later: list[tuple[int, SymptomRating]]
) -> None:
    """Typed one after the other, each at whatever the clock showed."""
    told = [(NOW, first), *((NOW + timedelta(minutes=m), r) for m, r in later)]
    found = in_force(told)
    current = first
    for minutes, version in later:
        current = version if 0 <= minutes <= 10 else harsher(current, version)
    fixed = {"at": found.rating.at, "zone": found.rating.zone}
    assert found.rating == current.model_copy(update=fixed)
    assert found.told_at == max(typed for typed, _ in told)


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
