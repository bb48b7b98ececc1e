"""What correcting a rating changed, and what of it does not count."""

from typing import Any, cast

from coach.coaching import Coaching
from coach.gate.days import waking_date
from coach.model.rating import SymptomRating


def in_force(coaching: Coaching, typed: SymptomRating) -> SymptomRating | None:
    """The rating of the same run or the same morning, as it counts now."""
    day = waking_date(typed.at, typed.zone)
    same = [
        given.rating for given in coaching.whole.told.ratings
        if given.rating.occasion is typed.occasion and given.rating.run == typed.run
        and (typed.run is not None or waking_date(given.rating.at, given.rating.zone) == day)
    ]  # fmt: skip
    return same[-1] if same else None


def what_it_changed(coaching: Coaching, typed: SymptomRating, before: SymptomRating) -> list[str]:
    """The answers that are others now; and what of a correction does not count, because it is softer and came late."""
    now = in_force(coaching, typed)
    assert now is not None, "what was corrected is still there"
    fixed = {"occasion", "at", "zone", "run", "note"}
    names = [name for name in type(typed).model_fields if name not in fixed]
    changed = [
        f"{name.replace('_', ' ')} {_shown(getattr(now, name))}, was {_shown(getattr(before, name))}"
        for name in names
        if getattr(now, name) != getattr(before, name)
    ]
    stays = [
        f"{name.replace('_', ' ')} {_shown(getattr(now, name))}"
        for name in names
        if getattr(typed, name) not in (None, getattr(now, name))
    ]
    return [
        f"Changed: {'; '.join(changed)}." if changed else "Changed: nothing.",
        *(
            [f"The harsher answer stays in force: {', '.join(stays)}. Softer counts for ten minutes only."]
            if stays
            else []
        ),
    ]


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, cast("tuple[object, ...]", value))) if isinstance(value, tuple) else str(value)
