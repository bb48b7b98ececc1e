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

    def poll(self) -> None:
        """Read what is new. The thread that draws."""
        ...


class LiveControls(Watched, Protocol):
    """A session that this process runs."""

    @property
    def volume(self) -> int:
        """Of the cues, in percent."""
        ...

    def post(self, command: Command) -> None:
        """Ask for ``command``; a refusal comes back as an update. Any thread."""
        ...

    def set_volume(self, percent: int) -> None:
        """0–100. Any thread."""
        ...

    def run(self) -> Phase:
        """Run the session to its end on the calling thread."""
        ...
