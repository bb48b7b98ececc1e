"""A date put right: where the machine's clock was wrong, or for a slip just made. It is no way to soften an answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from coach.coaching.ratings import check_rating
from coach.coaching.reading import digest
from coach.errors import BadInput
from coach.gate.days import waking_date
from coach.history.amend import GRACE
from coach.history.events import Begun, DateCorrected, DiaryEvent, Rated, ReadinessTested, RunRecorded, RunReported
from coach.history.fold import Standing
from coach.history.runs import RunFacts
from coach.history.told import Noted
from coach.model.rating import Occasion
from coach.ports import Journal, StoredEvent

_NOTICEABLE = timedelta(minutes=1)
"""Clocks are stepped by less than this all the time."""

_MINUTES = GRACE.seconds // 60
_REMEDIES = {
    "profile_set": "tell it anew with `coach init`",
    "cleared": "tell it anew with its time: `coach clear --at`",
    "readiness_tested": "do the test again: `coach ready`",
    "rated": "correct the answer with `coach rate --amend` or `coach morning --amend`; a STOP is ended by a clearance",
}
_SLIPS = ("rated", "readiness_tested", "run_reported", "cleared")
"""What says itself when it was; of the rest only the clock says so."""
_LET_IT_BE = "it counts where it stands; `coach today` says what opens the gate"


class _Moved(NamedTuple):
    """What is moved: ``event`` is its id, ``said`` the instant it was about, ``written`` what tells when that was.

    ``shown`` is the diary event, None for a session; ``lasts`` how long it was.
    """

    event: str
    said: datetime
    written: Sequence[StoredEvent[Any]]
    shown: DiaryEvent | None
    lasts: timedelta = timedelta()


def correction(event: str, at: datetime, journal: Journal, whole: Standing, now: datetime) -> DateCorrected:
    """What puts the date of ``event`` right, an id of the diary, or of a session or one of its events: all of it moves.

    ``whole`` is told of it, and has to be thrown away. Raises BadInput if there is no such event; if it would be of
    the future; if a run would then be from before the first profile, where nobody asks how it went; for a rating that
    could not have been given then; and unless the clock was wrong when it was written, or that is no more than ten
    minutes ago. An event is known to be written by a wrong clock if that was ahead of now, or out of order with what
    was written before or after it; and then it was earlier, or later, than it says.
    """
    diary = journal.diary()
    moved, at = _moved(event, at, journal, diary)
    if at + moved.lasts > now:
        raise BadInput("that is in the future", remedy="give the time it really was; mend the clock first")
    before = _early(whole)
    found = DateCorrected(event=moved.event, at=at, slip=not _was_clock_wrong(moved, at, diary, now))
    whole.tell([Noted("correction", now, found)])
    _check_early(_early(whole) - before, moved, whole)
    if found.slip:
        _check_slip(moved, diary, now)
    if isinstance(moved.shown, Rated):
        _check_rated(moved.shown, at, whole, now)
    return found


def is_slip(written: StoredEvent[Any], diary: Sequence[StoredEvent[DiaryEvent]], now: datetime) -> bool:
    """Whether ``written`` is so new that it may be a slip of the finger. A clock that was set back makes nothing new:
    what was written after it tells."""
    utc = _utc(written)
    later = [_utc(other) for other in diary if other.id > written.id]
    return all(timedelta() <= each - utc <= GRACE for each in (now, *later))


def _moved(
    event: str, at: datetime, journal: Journal, diary: Sequence[StoredEvent[DiaryEvent]]
) -> tuple[_Moved, datetime]:
    """What the id ``event`` is of, and the instant it moves to if that event was at ``at``."""
    stored = journal.find(event)
    if stored is not None and not stored.session:
        shown = next(each.event for each in diary if each.id == event)
        lasts = shown.end - shown.start if isinstance(shown, RunReported | RunRecorded) else timedelta()
        return _Moved(event, _said(shown, _utc(stored)), [stored], shown, lasts), at
    session = event if stored is None else stored.session
    events = journal.events(session)
    facts = RunFacts.model_validate_json(digest(session, events))
    if facts.start is None:
        known = stored is not None or facts.session
        what = "that session was never started" if known else f"no event has the id {event}"
        raise BadInput(what, remedy="`coach journal export` shows them")
    if stored is not None:
        at = facts.start + (at - _utc(stored))
    begun = [each for each in diary if isinstance(each.event, Begun) and each.event.session == session]
    return _Moved(session, facts.start, begun or events, None, (facts.end or facts.start) - facts.start), at


def _said(event: DiaryEvent, written: datetime) -> datetime:
    """What instant it was about."""
    match event:
        case Rated(rating=rating):
            return rating.at
        case ReadinessTested(result=result):
            return result.at
        case RunReported(start=start) | RunRecorded(start=start):
            return start
        case _:
            return written


def _early(standing: Standing) -> set[str]:
    return {run.id for run in standing.runs if standing.is_early(run)}


def _check_early(lost: set[str], moved: _Moved, whole: Standing) -> None:
    if not lost:
        return
    if moved.event in lost and moved.event in whole.told.begun:
        what = "that run began by the gate, and there was none then"
    else:
        first = next(run for run in whole.runs if run.id in lost)
        what = f"the run of {first.start:%Y-%m-%d %H:%M} UTC would be from before the first profile"
    remedy = "nobody would ask how it went; put the date of `coach init`, or of that run, right first if that is wrong"
    raise BadInput(what, remedy=remedy)


def _was_clock_wrong(moved: _Moved, at: datetime, diary: Sequence[StoredEvent[DiaryEvent]], now: datetime) -> bool:
    """Whether the clock was wrong when it was written, and ``at`` is on the side where it then was. Raises BadInput if
    it is on the other."""
    fixed = {each.event.event for each in diary if isinstance(each.event, DateCorrected)}
    # What was put right already was itself the one that was wrong.
    sure = [e for e in diary if e.id not in fixed and not (isinstance(e.event, Begun) and e.event.session in fixed)]
    ahead = any(_was_ahead(written, sure, now) for written in moved.written)
    behind = any(_was_behind(written, sure) for written in moved.written)
    if (ahead and at <= moved.said) or (behind and at >= moved.said):
        return True
    if not (ahead or behind) or _may_be_slip(moved, diary, now):
        return False
    wrong, never = ("ahead", "later") if ahead else ("behind", "earlier")
    raise BadInput(
        f"the clock was {wrong} when that was written, so it was never {never} than it says",
        remedy=f"give a time that is not {never}",
    )


def _may_be_slip(moved: _Moved, diary: Sequence[StoredEvent[DiaryEvent]], now: datetime) -> bool:
    return moved.shown is not None and moved.shown.kind in _SLIPS and is_slip(moved.written[0], diary, now)


def _check_slip(moved: _Moved, diary: Sequence[StoredEvent[DiaryEvent]], now: datetime) -> None:
    if _may_be_slip(moved, diary, now):
        return
    kind = "" if moved.shown is None else moved.shown.kind
    grace = f", and a slip may be mended for {_MINUTES} minutes" if kind in _SLIPS else ""
    raise BadInput(
        f"nothing says that the clock was wrong when that was written{grace}", remedy=_REMEDIES.get(kind, _LET_IT_BE)
    )


def _was_ahead(written: StoredEvent[Any], others: Sequence[StoredEvent[DiaryEvent]], now: datetime) -> bool:
    after = [_utc(other) for other in others if other.id > written.id]
    return _utc(written) > min([now, *after]) + _NOTICEABLE


def _was_behind(written: StoredEvent[Any], others: Sequence[StoredEvent[DiaryEvent]]) -> bool:
    before = [_utc(other) for other in others if other.id < written.id]
    return any(_utc(written) + _NOTICEABLE < each for each in before)


def _check_rated(rated: Rated, at: datetime, whole: Standing, now: datetime) -> None:
    rating = rated.rating.model_copy(update={"at": at})
    check_rating(rating, whole, now, amends=True)
    if rated.amends is not None or rating.occasion is not Occasion.MORNING:
        return
    day = waking_date(at, rating.zone)
    mornings = [g.rating for g in whole.told.ratings if g.rating.occasion is Occasion.MORNING]
    if [waking_date(each.at, each.zone) for each in mornings].count(day) > 1:
        raise BadInput(f"the morning of {day} is rated already", remedy="correct that one: `coach morning --amend`")


def _utc(stored: StoredEvent[Any]) -> datetime:
    return datetime.fromisoformat(stored.utc)
