"""Leave to begin a session and to go on with it: whom to ask, and since when it was paused."""

from collections.abc import Callable

from coach.clock import Clock
from coach.errors import CoachError, GateClosed
from coach.session.state import Phase


class Consent:
    """Asks ``start`` and ``go_on`` (see Runner); None agrees to everything.

    ``refused`` is why the session did not start when that was last asked for, or was ended since.
    """

    def __init__(
        self, clock: Clock, start: Callable[[], None] | None = None, go_on: Callable[[int], None] | None = None
    ) -> None:
        self.start = start
        self.go_on = go_on
        self.refused: CoachError | None = None
        self._clock = clock
        self._paused_at: int | None = None

    def note(self, phase: Phase) -> None:
        """Called whenever the phase may be another."""
        if phase is not Phase.PAUSED:
            self._paused_at = None
        elif self._paused_at is None:
            self._paused_at = self._wakeful()

    def to_start(self) -> CoachError | None:
        """What speaks against a start now; None if nothing does."""
        return self._ask(self.start)

    def to_go_on(self, away_ns: int | None = None) -> CoachError | None:
        """What speaks against going on after ``away_ns``, or after the pause; None if nothing does."""
        away = (0 if self._paused_at is None else self._wakeful() - self._paused_at) if away_ns is None else away_ns
        go_on = self.go_on
        error = None if go_on is None else self._ask(lambda: go_on(away))
        if not isinstance(error, GateClosed):
            self.refused = None  # it may be asked again, and what was run was run
        return error

    def _ask(self, ask: Callable[[], None] | None) -> CoachError | None:
        self.refused = None
        try:
            if ask is not None:
                ask()
        except CoachError as error:
            self.refused = error
        return self.refused

    def _wakeful(self) -> int:
        """By a clock that runs on while the machine sleeps."""
        return self._clock.monotonic_ns() + self._clock.suspended_ns()
