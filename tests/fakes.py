"""Fakes that implement the ports. Append; each passes its port's contract suite."""

from datetime import UTC, datetime, timedelta, timezone

from coach.clock import Clock

NS = 1_000_000_000
EPOCH = datetime(2026, 11, 23, 7, 0, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Stands still until told; ``sleep_ns`` moves it on. ``wall_step`` shifts the wall clock alone, as a time server does."""

    def __init__(self, start: datetime = EPOCH, *, zone: str = "Europe/Berlin", offset_hours: int = 1) -> None:
        self._start = start
        self._zone = zone
        self._offset = timezone(timedelta(hours=offset_hours))
        self.now_ns = 1_000 * NS
        self.wall_step = timedelta()
        self.slept: list[int] = []

    def advance(self, ns: int) -> None:
        self.now_ns += ns

    def monotonic_ns(self) -> int:
        return self.now_ns

    def utc_now(self) -> datetime:
        return self._start + self.wall_step + timedelta(microseconds=(self.now_ns - 1_000 * NS) // 1000)

    def zone_name(self) -> str:
        return self._zone

    def local_now(self) -> datetime:
        return self.utc_now().astimezone(self._offset)

    def sleep_ns(self, ns: int) -> None:
        self.slept.append(ns)
        self.advance(max(0, ns))
