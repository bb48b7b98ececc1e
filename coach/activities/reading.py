"""From files to activities: the one way in."""

from pathlib import Path

from coach.activities.containers import members_of
from coach.activities.fit import MAX_BYTES as MAX_FIT_BYTES
from coach.activities.fit import read_fit
from coach.activities.fit_scan import MAGIC
from coach.activities.gpx import read_gpx
from coach.activities.markup import root_of
from coach.activities.tcx import read_tcx
from coach.errors import BadInput
from coach.model.activity import Activity

_BY_ROOT = {"TrainingCenterDatabase": read_tcx, "gpx": read_gpx}
_REMEDY = "name a FIT, TCX or GPX file of an activity, or a zip or gz file of such"


def read_activities(source: bytes | Path, name: str) -> list[Activity]:
    """Every activity of a file, packed or not, in order of time; ``name`` is what messages call it.

    What a file is shows in its bytes, not in its name. Raises BadInput naming the file, the byte or line and a remedy;
    then nothing of it is to be kept. What could be saved of a damaged file has ``faults``. Raises StorageError if a
    path cannot be read.

    All of an archive is held at once: to go through many use ``members_of`` and ``read_file``.
    """
    found = [activity for member in members_of(source, name) for activity in read_file(member.read(), member.name)]
    return sorted(found, key=lambda activity: activity.start)


def read_file(data: bytes, name: str) -> list[Activity]:
    """As :func:`read_activities`, for one unpacked file."""
    if not data.strip(b"\0 \t\r\n"):
        raise BadInput("it is empty", where=name, remedy="copy or export it again")
    if data[8:12] == MAGIC:
        if len(data) > MAX_FIT_BYTES:
            raise BadInput(
                f"it has {len(data):,} bytes; the most a FIT file may have is {MAX_FIT_BYTES:,}",
                where=name,
                remedy="no watch writes so much: see whether it is the right file",
            )
        return read_fit(data, name)
    root, fault = root_of(data, name)
    if root in _BY_ROOT:
        return _BY_ROOT[root](data, name)
    if root:
        raise BadInput(f"it is XML of another kind (<{root[:40]}>), neither TCX nor GPX", where=name, remedy=_REMEDY)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise BadInput(f"nothing of it can be read: {fault}", where=name, remedy="copy or export it again")
    raise BadInput("it is neither FIT nor TCX nor GPX", where=name, remedy=_REMEDY)
