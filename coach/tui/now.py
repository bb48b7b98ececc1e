"""The line that says what to do now, and for some seconds a notice, whole."""

from textwrap import wrap

from rich.text import Text
from textual.app import RenderResult
from textual.geometry import Size

from coach.tui.view import Mode
from coach.tui.widgets import Line

MAX_ROWS = 4  # the longest refusal on 40 columns, below the line that says how a pain mark is taken back


class NowLine(Line):
    """One line, or as many as a notice needs: a remedy that is cut off helps nobody."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  (Textual's own name for it)
        super().__init__(id=id)
        self._told: tuple[str, str, bool] = ("", "", False)

    def tell(self, words: str, notice: str, *, both: bool) -> None:
        """Show ``notice`` if there is one, else ``words``. ``both``: the words stay in sight above the notice."""
        if (words, notice, both) == self._told:
            return
        before, self._told = self._told, (words, notice, both)
        self._left = "\n".join(filter(None, (words if both or not notice else "", notice)))
        self.set_class(bool(notice), "-notice")
        self.refresh(layout=bool(notice or before[1]))

    def take_mode(self, mode: Mode) -> None:
        """Take on the colours of ``mode``."""
        self.set_classes(f"-{mode.value}")
        self.set_class(bool(self._told[1]), "-notice")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many rows as a notice takes at this width; else one."""
        return len(self._rows(width))

    def render(self) -> RenderResult:
        if not self._told[1]:
            return super().render()
        return Text("\n".join(self._rows(self.size.width)), no_wrap=True, end="")

    def _rows(self, width: int) -> list[str]:
        if not self._told[1] or width < 1:
            return [self._left]
        return [row for part in self._left.split("\n") for row in wrap(part, width)][:MAX_ROWS]
