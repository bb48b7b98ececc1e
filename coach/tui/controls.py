"""What a screen needs of a live session: the Runner, or a Follower of another process's session."""

from collections.abc import Callable
from typing import Protocol

from coach.model.timeline import Timeline
from coach.session.state import Command, Phase, Snapshot


class Watched(Protocol):
    """A session that can be looked at."""

    @property
    def timeline(self) -> Timeline:
        """The plan."""
        ...

    def snapshot(self) -> Snapshot:
        """Where the session stands now. Any thread."""
        ...

    def listen(self, listener: Callable[[object], None]) -> None:
        """Call ``listener`` with every update, on the session's thread; it must return at once."""
        ...


class Followed(Watched, Protocol):
    """Another process's session, read from the journal."""

    @property
    def is_live(self) -> bool:
        """Whether a coach runs it at the moment."""
        ...

    def poll(self) -> bool:
        """Read what is new, on the thread that draws; False once the session is over."""
        ...


class LiveControls(Watched, Protocol):
    """A session that this process runs."""

    @property
    def volume(self) -> int:
        """Of the cues, in percent, muted or not."""
        ...

    @property
    def muted(self) -> bool:
        """Whether cues are silent for now."""
        ...

    def post(self, command: Command) -> None:
        """Ask for ``command``; a refusal comes back as an update. Any thread, and signal handlers."""
        ...

    def set_volume(self, percent: int) -> None:
        """0–100; ends muting. Any thread."""
        ...

    def set_muted(self, muted: bool) -> None:
        """Silence the cues, or let them sound again. Any thread."""
        ...

    def run(self) -> Phase:
        """Run the session to its end on the calling thread; RUNNING or PAUSED if another coach took over."""
        ...
