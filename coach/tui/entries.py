"""Fields to type into or choose from, each with its message beneath: what is wrong, or what it means."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from coach.errors import CoachError
from coach.tui.marks import Marks

Read = Callable[[str], object]
"""Takes what is typed; raises CoachError with what is wrong with it."""


class Choice(Widget, can_focus=True):
    """One of a few words in a line: ``◂ standard ▸``. Arrows, space, a first letter or a click step through them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", "next choice", id="choice.next", show=False),
        Binding("left", "step(-1)", "choice before", id="choice.previous", show=False),
    ]
    value: reactive[str] = reactive("", init=False)

    class Changed(Message):
        """Another word was chosen."""

        def __init__(self, choice: "Choice") -> None:
            super().__init__()
            self.choice = choice

    def __init__(self, options: Sequence[tuple[str, str]], value: str) -> None:
        """``options`` are what is chosen and how it reads. A ``value`` that is none of them is shown all the same."""
        super().__init__()
        self._options = tuple(options)
        self.set_reactive(Choice.value, value)

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Let these be chosen from, from now on."""
        self._options = tuple(options)
        self.refresh()

    @property
    def words(self) -> str:
        """What it shows."""
        return dict(self._options).get(self.value, self.value)

    def watch_value(self) -> None:
        self.post_message(self.Changed(self))

    def action_step(self, by: int) -> None:
        """The next word (1), or the one before (-1)."""
        values = [value for value, _ in self._options]
        at = values.index(self.value) if self.value in values else -1 if by > 0 else 0
        self.value = values[(at + by) % len(values)]

    def on_key(self, event: events.Key) -> None:
        """A letter takes the next word that begins with it."""
        letter = (event.character or "").casefold()
        values = [value for value, _ in self._options]
        at = values.index(self.value) if self.value in values else -1
        for value in (*values[at + 1 :], *values[: at + 1]):
            if letter.strip() and dict(self._options)[value].casefold().startswith(letter):
                event.stop()
                self.value = value
                return

    def on_click(self, event: events.Click) -> None:
        """Its left end steps back."""
        self.action_step(-1 if event.x < 2 else 1)

    def render(self) -> RenderResult:
        return Text(f"◂ {self.words} ▸", no_wrap=True, overflow="ellipsis", end="")


async def obey_in_order(field: Input | TextArea, event: events.Key) -> None:
    """Let ``field`` obey its own keys in the order they are typed; for its ``_on_key``, beside Textual's.

    Textual takes letters at once and lets the others, such as Backspace, find their binding by way of every parent: on
    a busy machine the letter typed after them is there first.
    """
    # Its own and not those that are active: when their turn comes, the focus may have moved on. Those with an id may
    # have been given other keys, and are left to Textual.
    bound = field._bindings.key_to_bindings.get(event.key, [])  # pyright: ignore[reportPrivateUsage]
    if not event.is_printable and bound and not bound[0].id:
        event.stop()
        event.prevent_default()
        await field.run_action(bound[0].action)


class Typed(Input):
    """A control to type into."""

    async def _on_key(self, event: events.Key) -> None:
        await obey_in_order(self, event)


class Paragraph(TextArea):
    """A control for a text of several lines."""

    def __init__(self, value: str) -> None:
        super().__init__(value, compact=True, highlight_cursor_line=False)

    async def _on_key(self, event: events.Key) -> None:
        await obey_in_order(self, event)

    @property
    def value(self) -> str:
        """What stands in it."""
        return self.text

    @value.setter
    def value(self, value: str) -> None:
        self.load_text(value)


class Entry(Vertical):
    """A label with a control; beneath it what ``read`` says is wrong, else ``about``. Tells its screen of changes."""

    class Changed(Message):
        """Something else is typed or chosen."""

        def __init__(self, entry: "Entry") -> None:
            super().__init__()
            self.entry = entry

    def __init__(
        self,
        name: str,
        label: str,
        control: Input | Choice | Paragraph | Marks,
        read: Read,
        *,
        about: str = "",
        remark: str = "",
        help_words: str = "",
    ) -> None:
        """``remark`` is said besides, whatever is typed. F1 shows ``about`` too, or ``help_words`` in its place."""
        super().__init__(name=name, classes="entry")
        self.label = label
        self.control = control
        self.help_words = help_words or (f"{label}: {about}" if about else label)
        control.help_words = self.help_words  # type: ignore[union-attr]  # what F1 on it says; Page asks the focused one
        self.problem = ""
        self._read = read
        self._about = about
        self._remark = remark
        self._message = Static(markup=False, classes="entry-message")

    def compose(self) -> ComposeResult:
        with Horizontal(classes="entry-line"):
            yield Static(self.label, markup=False, classes="entry-label")
            yield self.control
        yield self._message

    def on_mount(self) -> None:
        self.check()

    @property
    def typed(self) -> str:
        """What stands in it."""
        return self.control.value

    def take(self, typed: str) -> None:
        """Let this stand in it."""
        self.control.value = typed

    def explain(self, about: str) -> None:
        """Say ``about`` beneath it from now on, where nothing is wrong."""
        if about != self._about:
            self._about = about
            if not self.problem:
                self.check()

    def check(self) -> bool:
        """Judge what is typed, say what is wrong beneath, and whether it is right."""
        try:
            self._read(self.typed)
            self.problem = ""
        except CoachError as error:
            # An option of the command line is no place here: the entry itself is it.
            is_option = (error.where or "").startswith("--")
            words = f"{error.what} — {error.remedy}" if is_option else str(error)
            self.problem = " ".join(words.split())
        words = f"! {self.problem}" if self.problem else self._about
        self._message.update("\n".join(filter(None, (words, self._remark))))
        self.set_class(not (words or self._remark), "-silent")
        self.set_class(bool(self.problem), "-trouble")
        return not self.problem

    def complain(self, words: str) -> None:
        """Say beneath it that ``words`` are wrong, until something else is typed."""
        self.problem = words
        self._message.update(f"! {words}")
        self.remove_class("-silent")
        self.add_class("-trouble")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judge at once."""
        event.stop()
        self._changed()

    def on_choice_changed(self, event: Choice.Changed) -> None:
        """Judge at once."""
        event.stop()
        self._changed()

    def on_marks_changed(self, event: Marks.Changed) -> None:
        """Judge at once."""
        event.stop()
        self._changed()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Judge at once."""
        event.stop()
        self._changed()

    def _changed(self) -> None:
        self.check()
        self.post_message(self.Changed(self))


def typed_in(value: str, placeholder: str = "", *, most: int | None = None) -> Input:
    """A control to type into, ``most`` letters at most."""
    return Typed(value, placeholder, compact=True, select_on_focus=False, max_length=most or 0)
