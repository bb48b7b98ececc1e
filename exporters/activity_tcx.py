"""A session run without a watch as a TCX activity: a lap an interval. What TCX cannot say is a remark."""

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from coach.model.sheets import ActivitySheet, Exported, Lap, Sheet, SheetKind
from coach.model.timeline import Timeline
from coach.model.workout import Intensity
from exporters.activity import NO_SENSOR, in_ms, lap_words, the_activity, utc_text

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">',
    " <Activities>",
    '  <Activity Sport="Running">',
)
_RESTING = frozenset((Intensity.RECOVERY, Intensity.REST))


class ActivityTcxExporter:
    """Times to the millisecond, in UTC."""

    about = "TCX activity of a session you ran without a watch"
    suffix = ".tcx"
    is_text = True
    takes = frozenset({SheetKind.ACTIVITY})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        given = the_activity(sheet, "activity-tcx")
        lines = [*_HEAD, f"   <Id>{utc_text(given.laps[0].start)}</Id>"]
        timeline = given.timeline
        for lap in given.laps:
            lines += _lap(lap, given, timeline)
        lines += [f"   <Notes>{escape(given.title)}</Notes>", "  </Activity>", " </Activities>"]
        remarks = (
            NO_SENSOR,
            "TCX wants distance and calories of every lap: they are 0, for nobody measured them",
            "TCX knows active and resting only: walks and rests are resting, and what a lap was stands in its notes",
        )
        return Exported("".join(f"{line}\n" for line in (*lines, "</TrainingCenterDatabase>")).encode(), remarks)


def _lap(lap: Lap, sheet: ActivitySheet, timeline: Timeline) -> Iterator[str]:
    yield f'   <Lap StartTime="{utc_text(lap.start)}">'
    seconds, ms = divmod(in_ms(lap.moving), 1000)
    yield f"    <TotalTimeSeconds>{seconds}.{ms:03}</TotalTimeSeconds>"
    yield "    <DistanceMeters>0</DistanceMeters>"
    yield "    <Calories>0</Calories>"
    yield f"    <Intensity>{'Resting' if lap.intensity in _RESTING else 'Active'}</Intensity>"
    yield "    <TriggerMethod>Manual</TriggerMethod>"
    for start, end in _moving(lap, sheet):
        yield "    <Track>"
        for at in (start, end):
            yield f"     <Trackpoint><Time>{utc_text(at)}</Time></Trackpoint>"
        yield "    </Track>"
    yield f"    <Notes>{escape(lap_words(lap, timeline))}</Notes>"
    yield "   </Lap>"


def _moving(lap: Lap, sheet: ActivitySheet) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of a lap between stops."""
    begin = lap.start
    for stop in sheet.stops:
        if stop.end <= lap.start or stop.start >= lap.end:
            continue
        if stop.start > begin:
            yield begin, stop.start
        begin = stop.end
    if begin < lap.end:
        yield begin, lap.end


exporter = ActivityTcxExporter()
