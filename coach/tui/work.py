"""What a process of its own does for a screen: waited for beside the loop, told of by the second, given up by Esc."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import NamedTuple, Protocol, cast

from textual.timer import Timer
from textual.worker import Worker, get_current_worker  # pyright: ignore[reportUnknownVariableType]

from coach.tui.page import Page


class Writing(Protocol):
    """Something being written or sent."""

    def wait(self) -> tuple[bool, Sequence[str]]:
        """Wait until it is done: whether it is, and what there is to say. Safe on any thread."""
        ...

    def stop(self) -> None:
        """Have it give up, without waiting: ``wait`` tells whether it was done before. Idempotent."""
        ...


class Task(NamedTuple):
    """``doing`` says what is being done. ``ended`` is given whether it was done, and what was said.

    ``given_up`` says what became of it where the runner gave it up before it was done.
    """

    doing: str
    ended: Callable[[bool, Sequence[str]], None]
    given_up: Callable[[], str]


class Work:
    """The one thing that is being done for ``page``, if there is one; its notice is said there."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._writing: Writing | None = None
        self._giving_up = False
        self._ticking: Timer | None = None

    @property
    def is_on(self) -> bool:
        """Whether something is being done."""
        return self._writing is not None

    def begin(self, start: Callable[[], Writing], task: Task) -> None:
        """Begin ``task``, one at a time."""
        if self._writing is not None:
            self._page.notice("One at a time: Esc gives up what is being done.", trouble=True)
            return
        try:
            self._writing = writing = start()
        except OSError as error:
            self._page.notice(f"It cannot be begun: {error.strerror}. Try again.", trouble=True)
            return
        self._page.notice(f"{task.doing} …")
        seconds = count(1)

        def tick() -> None:
            if not self._giving_up:
                self._page.notice(f"{task.doing} … {next(seconds)} s; Esc gives it up")

        self._ticking = self._page.set_interval(1, tick)

        def work() -> None:
            worker = cast("Worker[None]", get_current_worker())
            done, said = writing.wait()
            if not worker.is_cancelled:
                self._page.coach.call_from_thread(self._ended, writing, task, done, said)

        self._page.run_worker(work, thread=True)

    def _ended(self, writing: Writing, task: Task, done: bool, said: Sequence[str]) -> None:
        if self._writing is not writing:
            return  # the screen was left
        given_up, self._writing, self._giving_up = self._giving_up, None, False
        if self._ticking is not None:
            self._ticking.stop()
        if given_up and not done:
            self._page.notice(task.given_up())
        else:
            self._page.notice("")
            task.ended(done, said)

    def give_up(self) -> None:
        """Have it end; what became of it is said when it has."""
        if self._writing is not None and not self._giving_up:
            self._giving_up = True
            self._writing.stop()
            self._page.notice("Giving up …")

    def leave(self) -> None:
        """The screen is left: nothing goes on behind it."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.stop()
