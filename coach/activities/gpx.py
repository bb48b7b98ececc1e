"""GPX tracks: places and times, and what Garmin's extension adds. It knows neither laps nor distances."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

from coach.activities import tidy
from coach.activities.markup import Times, Walk, number
from coach.activities.tidy import MAX_RECORDS, degrees, in_order, in_steps
from coach.errors import BadInput
from coach.model.activity import Activity, Device, Pause, Record

MAX_TRACKS = 1000
_STRAVA = {"1": "cycling", "9": "running"}
"""Strava's numbers, where it writes no word."""

_OF_THE_POINT = frozenset(("time", "ele"))
"""Anybody's extension may have elements of these names, too."""

_REMEDY = "export the activity itself, with its times, not the route"


class Gpx:
    """Takes the elements of a GPX file."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.times = Times()
        self.tracks: list[_Track] = []
        self.devices: tuple[Device, ...] = ()
        self._point: dict[str, str] | None = None
        self._points = 0

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "trkpt":
            self._point = {"lat": attributes.get("lat", ""), "lon": attributes.get("lon", "")}
        elif name == "trkseg" and self.tracks:
            self.tracks[-1].segments.append([])
        elif name == "trk":
            if len(self.tracks) == MAX_TRACKS:
                raise BadInput(f"there are more than {MAX_TRACKS} tracks in it", where=self._name, remedy="part it")
            self.tracks.append(_Track())
        elif name == "gpx" and attributes.get("creator"):
            self.devices = (Device(product=attributes["creator"][:60]),)

    def closed(self, name: str, text: str, parent: str) -> None:
        """An element is over."""
        if self._point is not None:
            if name == "trkpt":
                self._take(self._point)
                self._point = None
            elif name not in _OF_THE_POINT or parent == "trkpt":
                self._point[name] = text
        elif name == "type" and parent == "trk" and self.tracks:
            self.tracks[-1].sport = _STRAVA.get(text) or tidy.sport_named(text)

    def _take(self, point: Mapping[str, str]) -> None:
        if not self.tracks or not self.tracks[-1].segments:
            return
        track = self.tracks[-1]
        at = self.times.read(point.get("time", ""))
        if at is None:
            track.timeless += 1
            return
        latitude, longitude = degrees(number(point["lat"]), number(point["lon"]))
        track.segments[-1].append(
            Record(
                at,
                speed_mps=tidy.speed(number(point.get("speed", ""))),
                cadence=tidy.within(number(point.get("cad", point.get("cadence", ""))), 0, 254),
                heart_rate=tidy.heart_rate(number(point.get("hr", point.get("heartrate", "")))),
                latitude=latitude,
                longitude=longitude,
                altitude_m=tidy.altitude(number(point.get("ele", ""))),
                temperature_c=tidy.temperature(number(point.get("atemp", point.get("temp", "")))),
            )
        )
        track.count += 1
        self._points += 1
        if self._points > MAX_RECORDS:
            raise BadInput(
                f"there are more than {MAX_RECORDS:,} points in it", where=self._name, remedy="part it by its tracks"
            )


class _Track:
    def __init__(self) -> None:
        self.sport = ""
        self.segments: list[list[Record]] = []
        self.count = 0
        self.timeless = 0


def read_gpx(data: bytes, name: str) -> list[Activity]:
    """Every track that has times. Raises BadInput where there is none."""
    gpx = Gpx(name)
    fault = Walk(gpx, name).through(data)
    wrong = [*([fault] if fault else []), *gpx.times.faults()]
    # Of a route here and there a point may have a time: one at which somebody looked at it.
    found = [_activity(track, gpx, wrong) for track in gpx.tracks if track.count > track.timeless]
    if found:
        return found
    if fault:
        raise BadInput(f"nothing of it can be read: {fault}", where=name, remedy="export it again")
    if any(track.timeless for track in gpx.tracks):
        raise BadInput("its points have no times that make sense: it is a route, not a run", where=name, remedy=_REMEDY)
    raise BadInput("there is no track in it", where=name, remedy=_REMEDY)


def _activity(track: _Track, gpx: Gpx, wrong: list[str]) -> Activity:
    # Programs that put tracks together do not always keep their order.
    segments = sorted((segment for segment in track.segments if segment), key=lambda segment: segment[0].at)
    records, disorder = in_order([record for segment in segments for record in segment])
    if track.timeless and not gpx.times.wrong:
        disorder = [*disorder, f"{track.timeless} of its points have no time: left out"]
    walked, _ = in_steps(records, (), track.sport)
    return Activity(
        form="gpx",
        sport=track.sport,
        start=records[0].at,
        end=records[-1].at,
        offset=gpx.times.offset,
        records=walked,
        pauses=_pauses(segments),
        devices=gpx.devices,
        faults=(*wrong, *disorder),
    )


def _pauses(segments: list[list[Record]]) -> tuple[Pause, ...]:
    """A new segment begins where the recorder went on after a stop, or lost its place meanwhile."""
    gaps = [(before[-1].at, after[0].at) for before, after in pairwise(segments)]
    return tuple(Pause(start, end) for start, end in gaps if _is_gap(start, end))


def _is_gap(start: datetime, end: datetime) -> bool:
    return (end - start).total_seconds() > 1
