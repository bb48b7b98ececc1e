"""Session clock ↔ monotonic clock, exact in integers at any rehearsal speed."""


class Timebase:
    """``position_ns`` on the session clock is ``zero_ns`` on the monotonic clock; from there it runs ``speed`` times
    as fast."""

    def __init__(self, zero_ns: int, position_ns: int = 0, speed: float = 1.0) -> None:
        self._zero_ns = zero_ns
        self._position_ns = position_ns
        self._up, self._down = speed.as_integer_ratio()

    def session(self, monotonic_ns: int) -> int:
        """Where the session clock stands; it never stands before ``position_ns``."""
        return self._position_ns + max(0, monotonic_ns - self._zero_ns) * self._up // self._down

    def monotonic(self, session_ns: int) -> int:
        """The first instant at which the session clock has reached ``session_ns``."""
        return self._zero_ns - (self._position_ns - session_ns) * self._down // self._up
