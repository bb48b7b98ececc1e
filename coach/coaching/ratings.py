"""What a rating must not be: about the future, before its run, given twice. What of a file of them is new."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from coach.errors import BadInput
from coach.gate.case import Case
from coach.gate.days import morning_of, waking_date
from coach.history.fold import Standing
from coach.model.rating import Occasion, SymptomRating
from coach.model.zones import zone

_PATIENCE = timedelta(minutes=1)
LOOKED_BACK = timedelta(days=30)
"""No rule of the gate looks back further."""
_Question = tuple[str, str, *tuple[datetime, ...]]
"""The occasion, and of what, in words; of a morning also the runs after which it is the next, by their ends."""


def check_rating(rating: SymptomRating, standing: Standing, now: datetime, *, amends: bool) -> None:
    """Raises BadInput."""
    if rating.at > now + _PATIENCE:
        raise BadInput("a rating cannot be about the future", remedy="give the time it is about with --at")
    first = min((at for at, _, _ in standing.told.profiles), default=None)
    if first is not None and rating.at < first - LOOKED_BACK:
        raise BadInput(
            f"{rating.at.date()} is long before `coach init`, and nothing looks back that far",
            remedy="check the date; how mornings were before goes into `coach init --baseline 1,2,1`",
        )
    if rating.occasion is Occasion.AFTER:
        _check_after(rating, standing, amends)
    elif rating.occasion is Occasion.FOLLOW_UP:
        _check_follow_up(rating, standing, now)
    elif rating.occasion is Occasion.MORNING and not amends and standing.told.given_of(rating, standing.run_ends):
        day = waking_date(rating.at, rating.zone)
        raise BadInput(f"the morning of {day} is rated already", remedy="add --amend to correct it")


def _check_follow_up(rating: SymptomRating, standing: Standing, now: datetime) -> None:
    """All as usual again, told before it is asked, would end nothing; whatever is worse is taken at any time."""
    if not rating.is_complete or not rating.back_to_usual or rating.swelling or rating.red_flags:
        return
    spells = Case(standing.question(now, rating.zone)).spells
    due = [spell.asked_from for spell in spells if spell.usual_at is None and spell.since <= rating.at]
    if due and rating.at < max(due):
        local = max(due).astimezone(zone(rating.zone))
        raise BadInput(
            f"that is asked from {local:%Y-%m-%d %H:%M} on, 48 hours after it was raised",
            remedy="say it then, or tell how the next morning is: `coach morning`",
        )


def _check_after(rating: SymptomRating, standing: Standing, amends: bool) -> None:
    runs = {run.id: run for run in standing.runs}
    run = runs.get(rating.run or "")
    if run is None:
        raise BadInput("there is no such run", remedy="`coach history` lists them")
    if standing.is_early(run):
        raise BadInput(
            "that run was before `coach init`: it counts as load, and nothing is asked about it",
            remedy="say how it is now with `coach before` or `coach morning`",
        )
    if rating.at < run.end - _PATIENCE:
        over = run.end.astimezone(zone(rating.zone))
        raise BadInput(
            f"a rating after the run cannot be from before its end at {over:%H:%M}",
            remedy="give the time it is about with --at",
        )
    if not amends and any(
        g.rating.run == run.id and g.rating.occasion is Occasion.AFTER for g in standing.told.ratings
    ):
        raise BadInput("that run is rated already", remedy="add --amend to correct it")


def new_ratings(
    placed: Iterable[tuple[str, SymptomRating]],
    told: Iterable[SymptomRating],
    in_force: Iterable[SymptomRating],
    ends: Sequence[datetime],
    check: Callable[[SymptomRating], None],
) -> list[SymptomRating]:
    """Those of ``placed``, each with its place in a file, that were not ``told`` before; each of them once.

    Raises BadInput, with the place, for one that ``check`` refuses, or that answers otherwise what is ``in_force`` or
    stands further up. ``ends`` are those of all runs, in order.
    """
    known = {_content(rating) for rating in told}
    answered: dict[_Question, tuple[str, SymptomRating]] = {}
    for rating in in_force:
        known.add(_content(rating))
        answered[_question(rating, ends)] = ("is kept", rating)
    found: list[SymptomRating] = []
    for place, rating in placed:
        content, question = _content(rating), _question(rating, ends)
        if content in known:
            continue
        try:
            if question in answered:
                how, other = answered[question]
                asked = " of ".join(question[:2])
                raise BadInput(f"{asked} {how} already, with {_otherwise(other, rating)}", remedy="")
            check(rating)
        except BadInput as problem:
            remedy = "mend it there or take it out (runs are listed by `coach history`); nothing was kept"
            raise BadInput(problem.what, where=place, remedy=remedy) from None
        known.add(content)
        answered[question] = (f"stands in {place}", rating)
        found.append(rating)
    return found


def _question(rating: SymptomRating, ends: Sequence[datetime]) -> _Question:
    """What may be answered only once, unless it is corrected: a run, a morning, else an instant."""
    match rating.occasion:
        case Occasion.AFTER:
            return ("after", f"the run {rating.run}")
        case Occasion.MORNING:
            day, of_runs = morning_of(rating.at, rating.zone, ends)
            return ("morning", f"{day}", *of_runs)
        case Occasion.BEFORE | Occasion.FOLLOW_UP:
            return (rating.occasion.value, f"{rating.at:%Y-%m-%d %H:%M}")


def _content(rating: SymptomRating) -> str:
    """What tells one rating from another: not the zone's name, nor what spreadsheets do to spaces and apostrophes."""
    note = " ".join(rating.note.lstrip("'").split())
    plain = {"at": rating.at.astimezone(UTC), "zone": "", "note": note}
    return rating.model_copy(update=plain).model_dump_json()


def _otherwise(other: SymptomRating, rating: SymptomRating) -> str:
    """How ``other`` differs, in the words of a file."""
    fields = [name for name in SymptomRating.model_fields if getattr(other, name) != getattr(rating, name)]
    shown = {name: getattr(other, name) for name in fields if name not in ("note", "zone")}
    said = [f"{name} {'empty' if value is None else _cell(value)}" for name, value in shown.items()]
    return ", ".join(said) or "another note"


def _cell(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="minutes")
        case tuple():
            return " ".join(map(str, cast("tuple[str, ...]", value))) or "empty"
        case _:
            return str(value)
