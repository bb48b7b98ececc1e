"""What every format needs: figures that can be, records in order of time, cadence in footsteps. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from coach.model.activity import Record, RecordedLap

MAX_RECORDS = 500_000
"""Five days and nights at one a second; more is no run, and would not fit in memory."""

MAX_LAPS = 20_000
LONGEST = timedelta(days=7)
EARLIEST = datetime(1998, 1, 1, tzinfo=UTC)
"""Nothing recorded runs before this; what claims to be older comes from a clock that was never set."""

LATEST = datetime(2100, 1, 1, tzinfo=UTC)

ON_FOOT = frozenset(("running", "walking", "hiking", "generic", ""))
"""Sports in which a cadence is of steps; a file that names none is taken for one of them."""

MOST_STRIDES = 120
"""Nobody keeps up more strides a minute: that would be 240 steps. A file with more than that counts steps."""

_SPORTS = (
    ("run", "running"), ("walk", "walking"), ("hik", "hiking"), ("cycl", "cycling"), ("bik", "cycling"),
    ("rid", "cycling"), ("swim", "swimming"),
)  # fmt: skip


def within(value: object, low: float, high: float) -> float | None:
    """``value`` if it is a number from ``low`` to ``high``, else None: what cannot be was not measured."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
        return value
    return None


def whole(value: object, low: int, high: int) -> int | None:
    """As :func:`within`, rounded."""
    found = within(value, low, high)
    return None if found is None else round(found)


def heart_rate(value: object) -> int | None:
    """Beats a minute."""
    return whole(value, 20, 260)


def degrees(latitude: object, longitude: object) -> tuple[float | None, float | None]:
    """Both or neither. Nought and nought is what receivers say that do not know."""
    found = within(latitude, -90, 90), within(longitude, -180, 180)
    return (None, None) if None in found or found == (0, 0) else found


def altitude(value: object) -> float | None:
    """Metres above the sea."""
    return within(value, -1000, 10_000)


def metres(value: object) -> float | None:
    """A distance covered."""
    return within(value, 0, 2_000_000)


def speed(value: object) -> float | None:
    """Metres a second."""
    return within(value, 0, 100)


def temperature(value: object) -> int | None:
    """Degrees Celsius."""
    return whole(value, -60, 80)


def milliseconds(seconds: object) -> int | None:
    """Of a duration in seconds."""
    found = within(seconds, 0, LONGEST.total_seconds())
    return None if found is None else round(found * 1000)


def sport_named(word: str) -> str:
    """The sport in FIT's words, of what another format calls it; empty if that says nothing."""
    word = word.casefold()
    return next((sport for part, sport in _SPORTS if part in word), "")


def utc_words(at: datetime) -> str:
    """For messages."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def in_order(records: Sequence[Record]) -> tuple[list[Record], list[str]]:
    """Records by time, one an instant; and what had to be left out for that.

    Of records that go back in time the longest row that does not is kept: one wrong date, early or late, costs only
    itself. Of several of one instant the later ones fill in and put right what the earlier say.
    """
    faults: list[str] = []
    kept = list(records)
    if any(b.at < a.at for a, b in pairwise(kept)):
        rising = _longest_rise([record.at.timestamp() for record in kept])
        lost = [record for number, record in enumerate(kept) if number not in rising]
        kept = [record for number, record in enumerate(kept) if number in rising]
        faults.append(_back_in_time(lost))
    if any(a.at == b.at for a, b in pairwise(kept)):
        kept = _merged(kept)
    return kept, faults


def _back_in_time(lost: Sequence[Record]) -> str:
    count = "1 record goes" if len(lost) == 1 else f"{len(lost)} records go"
    return f"{count} back in time, the first at {utc_words(lost[0].at)}: left out"


def _merged(records: Sequence[Record]) -> list[Record]:
    found: list[Record] = []
    for record in records:
        if found and found[-1].at == record.at:
            told = {name: value for name, value in record._asdict().items() if value is not None}
            found[-1] = found[-1]._replace(**told)
        else:
            found.append(record)
    return found


def growing(records: Sequence[Record]) -> list[Record]:
    """Without the distances that would shrink: of those, too, the longest row in order is kept."""
    found = list(records)
    given = [(number, record.distance_m) for number, record in enumerate(found) if record.distance_m is not None]
    values = [value for _, value in given]
    if all(a <= b for a, b in pairwise(values)):
        return found
    rising = _longest_rise(values)
    for place, (number, _) in enumerate(given):
        if place not in rising:
            found[number] = found[number]._replace(distance_m=None)
    return found


def _longest_rise(values: Sequence[float]) -> set[int]:
    """Where the longest row of ``values`` stands that never falls (patience sorting: n log n)."""
    tops: list[float] = []
    places: list[int] = []
    before: list[int] = []
    for number, value in enumerate(values):
        at = bisect_right(tops, value)
        before.append(places[at - 1] if at else -1)
        tops[at : at + 1] = [value]
        places[at : at + 1] = [number]
    found: set[int] = set()
    here = places[-1] if places else -1
    while here >= 0:
        found.add(here)
        here = before[here]
    return found


def steps_each(records: Sequence[Record]) -> int:
    """What a cadence of a file on foot is to be multiplied by, to be steps a minute of both feet.

    It counts strides, two steps each, by what all three formats say of it; but some programs write steps. Which it is
    shows in its highest tenth: strides stay below ``MOST_STRIDES``.
    """
    moving = sorted(record.cadence for record in records if record.cadence)
    return 1 if moving and moving[len(moving) * 9 // 10] > MOST_STRIDES else 2


def in_steps(
    records: Sequence[Record], laps: Sequence[RecordedLap], sport: str
) -> tuple[tuple[Record, ...], tuple[RecordedLap, ...]]:
    """``records`` and ``laps`` with cadence and count in steps; of other sports without, for those are of pedals."""
    if sport not in ON_FOOT:
        return (
            tuple(record._replace(cadence=None) if record.cadence is not None else record for record in records),
            tuple(lap._replace(cadence=None, steps=None) for lap in laps),
        )
    times = steps_each(records)
    return (
        tuple(
            record._replace(cadence=record.cadence * times) if record.cadence is not None else record
            for record in records
        ),
        tuple(
            lap._replace(
                cadence=None if lap.cadence is None else lap.cadence * times,
                steps=None if lap.steps is None else lap.steps * times,
            )
            for lap in laps
        ),
    )
