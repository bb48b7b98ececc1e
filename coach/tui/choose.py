"""A question over a screen: a few answers, each with its key; Escape gives none."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, TypeVar, cast

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from coach.tui.closing import ClosesOnce


class Answer(NamedTuple):
    """The key that gives it, what is returned, and how it reads. What ``harms`` is never what Enter alone gives."""

    key: str
    value: str
    words: str
    harms: bool = False


CSS = Path(__file__).with_name("edit.tcss")
"""How the screens that change a file look, and what opens over them. Each brings it along, whatever app it is in."""

Result = TypeVar("Result")


def open_over(widget: Widget, screen: Screen[Result], then: Callable[[Result | None], None]) -> None:
    """Show ``screen`` over the one that ``widget`` is on; ``then`` is given what comes of it."""
    app = cast("App[object]", widget.app)  # pyright: ignore[reportUnknownMemberType]
    app.push_screen(screen, then)


def choose(
    widget: Widget,
    question: str,
    answers: Sequence[Answer],
    then: Callable[[str | None], None],
    back: str = "go back, nothing is done",
) -> None:
    """Ask over the screen of ``widget``; ``then`` is given the value of the answer, None if there was none."""
    open_over(widget, ChooseScreen(question, answers, back), then)


class ChooseScreen(ClosesOnce[str | None], ModalScreen[str | None]):
    """Asks ``question``. Enter gives the first answer that does no harm. Escape and Ctrl-C go ``back``."""

    CSS_PATH = CSS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012  (Textual's own form)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-middle"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "back", show=False, id="choose.back")]

    def __init__(self, question: str, answers: Sequence[Answer], back: str) -> None:
        super().__init__()
        self._question = question
        self._answers = (*answers, Answer("esc", "", back))

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet", can_focus=False):
            yield Static(self._question, markup=False, classes="sheet-words")
            yield OptionList(*(Option(self._row(answer)) for answer in self._answers), compact=True)

    def on_mount(self) -> None:
        harmless = [answer.harms for answer in self._answers].index(False)
        self.query_one(OptionList).highlighted = harmless

    def on_key(self, event: events.Key) -> None:
        """The key of an answer gives it."""
        for answer in self._answers[:-1]:
            if event.key == answer.key:
                event.stop()
                self.dismiss(answer.value)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on an answer gives it."""
        self.dismiss(self._answers[event.option_index].value or None)

    def action_back(self) -> None:
        """No answer."""
        self.dismiss(None)

    @staticmethod
    def _row(answer: Answer) -> Text:
        return Text.assemble((f"{answer.key:>4}", "bold"), f"  {answer.words}", end="")
