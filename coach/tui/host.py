"""What Today asks of the app around it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from coach.coaching import Today as Found
from coach.library.drafts import Drafts
from coach.tui.asks import Ask
from coach.tui.questions import Answers


class Host(Protocol):
    """What Today asks of the app around it."""

    @property
    def coarse(self) -> bool:
        """Whether waits are counted in minutes."""
        ...

    @property
    def drafts(self) -> Drafts:
        """What is typed and not kept."""
        ...

    def answers_to(self, name: str, ask: Ask) -> Answers:
        """What was typed of it before under ``name``, or nothing yet."""
        ...

    def answered(self, name: str) -> None:
        """It is in the journal."""
        ...

    def unkept(self) -> Sequence[str]:
        """The ratings of which something was typed that is not kept."""
        ...

    def begin(self, override: str = "") -> None:
        """Leave for the live session."""
        ...

    def follow(self) -> None:
        """Leave for the session that another coach runs."""
        ...

    def afterwards(self, found: Found) -> Callable[[], str] | None:
        """What else is to be done after a decision, which may take a while, and gives words to show; mostly None."""
        ...

    async def tell_injury(self) -> None:
        """Ask what `coach init` asks."""
        ...

    async def take_tests(self) -> None:
        """Turn to the tests."""
        ...
