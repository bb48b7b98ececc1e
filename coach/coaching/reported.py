"""What a run that was told must not be, and until when it may be taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coach.coaching.corrections import is_slip
from coach.errors import BadInput
from coach.gate.days import zone
from coach.gate.facts import Run
from coach.history.amend import GRACE
from coach.history.events import DiaryEvent, RunRecorded, RunReported, RunWithdrawn
from coach.history.fold import Standing
from coach.ports import AnyStored, StoredEvent

_DAY_MIN = 24 * 60
_MAX_KM = 500


def check_figures(minutes: float, total: float | None, longest: float | None, distance: float | None) -> None:
    """Raises BadInput unless minutes run, minutes in all, of the longest bout, and km fit together."""
    if not minutes >= 0.1:
        raise BadInput(f"{minutes:g} minutes are no run", remedy="give the minutes you ran, without the walking")
    for what, where in ((minutes, "MINUTES"), (total, "--total")):
        if what is not None and not what <= _DAY_MIN:
            raise BadInput(f"{what:g} minutes are more than a day", where=where, remedy="give minutes, at most 1440")
    if total is not None and not total >= minutes:
        raise BadInput(
            f"{total:g} minutes in all are fewer than the {minutes:g} run", where="--total",
            remedy="give the minutes from start to end, walking included, or leave it out",
        )  # fmt: skip
    if longest is not None and not 0.1 <= longest <= minutes:
        raise BadInput(
            f"a longest bout of {longest:g} minutes does not fit {minutes:g} minutes run", where="--longest",
            remedy="give minutes, at most those run",
        )  # fmt: skip
    if distance is not None and not 0.01 <= distance <= _MAX_KM:
        raise BadInput(f"{distance:g} km is not allowed", where="--distance", remedy=f"give km, 0.01 to {_MAX_KM}")


def reported(
    began: datetime, minutes: float, zone_name: str, *, total: float | None, longest: float | None,
    distance: float | None,
) -> RunReported:  # fmt: skip
    """A run as it is told: minutes run, in all, of the longest bout, and km. Raises BadInput if they do not fit."""
    check_figures(minutes, total, longest, distance)
    return RunReported(
        start=began,
        end=began + timedelta(minutes=total or minutes),
        zone=zone_name,
        run_ms=round(minutes * 60_000),
        bout_ms=None if longest is None else round(longest * 60_000),
        distance_m=None if distance is None else round(distance * 1000),
    )


def check_reported(run: RunReported, standing: Standing, now: datetime) -> None:
    """Raises BadInput for a run that is not over, or overlaps one that is known, told or lived through."""
    if run.end > now or run.end <= run.start:
        raise BadInput("that run is not over yet", remedy="give the time it began and how long it was")
    same = next((known for known in standing.runs if known.start < run.end and run.start < known.end), None)
    if same is not None:
        raise BadInput(
            f"that run overlaps one that is known, of {_when(same)}",
            remedy="give the time it really began, or rate the one that is known: `coach history` lists them",
        )


def is_early(run: RunReported, standing: Standing) -> bool:
    """Whether it was before the profile was told: then it counts as load, and nothing is asked about it."""
    told = next((each for each in standing.runs if each.start == run.start), None)
    return told is not None and standing.is_early(told)


def _when(run: Run) -> str:
    here = zone(run.zone)
    return f"{run.start.astimezone(here):%Y-%m-%d %H:%M} to {run.end.astimezone(here):%H:%M}"


def withdrawal(
    told: "AnyStored | None", diary: Sequence[StoredEvent[DiaryEvent]], standing: Standing, now: datetime
) -> RunWithdrawn:
    """The event that takes back ``told``, the run told last (None: there is none). Raises BadInput if it stays."""
    if told is None or not isinstance(told.event, RunReported | RunRecorded):
        raise BadInput("no run was told that could be taken back", remedy="`coach history` lists what is known")
    if standing.told.after.get(told.id):
        raise BadInput("that run is rated, and stays", remedy="correct its rating with `coach rate --amend`")
    if not is_slip(told, diary, now):
        raise BadInput(
            f"that run was told more than {GRACE.seconds // 60} minutes ago, and stays",
            remedy="rate it with `coach rate`: it counts as load, and the answers open the gate again",
        )
    return RunWithdrawn(run=told.id, start=told.event.start)
