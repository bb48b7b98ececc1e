"""One step, or one repeat, as a form: every field judged as it is typed."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from coach.errors import BadInput, CoachError
from coach.model.syntax import SyntaxProblem, parse
from coach.model.syntax_words import KIND_WORD, format_duration, format_step
from coach.model.workout import (
    MAX_REPEATS,
    CadenceTarget,
    Duration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    Range,
    RpeTarget,
    Step,
    TimeDuration,
    check_name,
)
from coach.tui.choose import CSS, open_over
from coach.tui.closing import ClosesOnce
from coach.tui.entries import Choice, Entry, typed_in
from coach.tui.help import HelpScreen
from coach.tui.widgets import KeyBar

T = TypeVar("T")

NEW_STEP = Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=60_000))
CLOSE = "Any key closes this."
_KIND_OPTIONS = tuple((kind.value, word) for kind, word in KIND_WORD.items())


class FormScreen(ClosesOnce[T | None], ModalScreen[T | None], Generic[T]):
    """Some entries over a screen. ``build`` makes the result of what is typed; nothing wrong gets out of here."""

    CSS_PATH = CSS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]  # noqa: RUF012  (Textual's own form)
    VERTICAL_BREAKPOINTS = [(0, "-low"), (18, "-middle"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "keep", "take it", id="entry.keep", key_display="Enter"),
        Binding("escape", "leave", "leave it as it was", id="entry.leave", key_display="Esc"),
        Binding("down,tab", "app.focus_next", "next field", id="entry.next", show=False, priority=True),
        Binding("up,shift+tab", "app.focus_previous", "field before", id="entry.previous", show=False, priority=True),
        Binding("f1", "help", "help", id="entry.help"),
    ]

    def __init__(self, title: str, entries: Sequence[Entry], build: Callable[[dict[str, str]], T]) -> None:
        super().__init__()
        self._title = title
        self._entries = entries
        self._build = build

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet", can_focus=False):
            yield Static(self._title, markup=False, classes="sheet-words")
            yield from self._entries
            yield KeyBar(id="form-keys")

    def on_mount(self) -> None:
        self.query_one("#form-keys", KeyBar).show((("Enter", "take it"), ("Esc", "leave it"), ("F1", "help")))

    @property
    def values(self) -> dict[str, str]:
        """What is typed, by the name of the entry."""
        return {entry.name or "": entry.typed for entry in self._entries}

    def on_input_submitted(self) -> None:
        """Enter in a field."""
        self.action_keep()

    def action_keep(self) -> None:
        """Give the result; or go to the first entry that is wrong."""
        wrong = [entry for entry in self._entries if not entry.check()]
        if wrong:
            wrong[0].control.focus()
            return
        try:
            result = self._build(self.values)
        except CoachError as error:
            self._entries[0].complain(" ".join(str(error).split()))
            return
        self.dismiss(result)

    def action_leave(self) -> None:
        """Give nothing."""
        self.dismiss(None)

    def action_help(self) -> None:
        """Explain the entry that has the focus, and the keys."""
        keys = [("Enter", "take it"), ("Esc", "leave it as it was"), ("↑ ↓ Tab", "from field to field")]
        keys.append(("← → space", "another choice"))
        open_over(self, HelpScreen(keys, getattr(self.focused, "help_words", ""), CLOSE), lambda _: None)


def step_form(title: str, step: Step) -> FormScreen[Step]:
    """Asks for a step; ``step`` is what stands there at first."""
    beats = step.heart_rate
    heart = f"Z{beats.zone}" if isinstance(beats, HeartRateZone) else _range(beats)
    entries = [
        Entry("what", "What", Choice(_KIND_OPTIONS, step.intensity.value), Intensity, about="← → or a letter"),
        Entry(
            "duration", "How long", typed_in(format_duration(step.duration)), read_duration,
            about="1m30s, 400mtr, 1.5km, or open: until you say so",
        ),
        Entry("name", "Name", typed_in(step.name or "", "none"), read_name, about="what the step is called, if at all"),
        Entry(
            "cadence", "Cadence", typed_in(_range(step.cadence), "none"), read_cadence,
            about="steps a minute with both feet: 170-180",
        ),
        Entry(
            "heart", "Heart rate", typed_in(heart, "none"), read_heart,
            about="beats a minute, 140-150, or the watch's zone, Z2",
        ),
        Entry(
            "effort", "Effort", typed_in(_range(step.rpe), "none"), read_effort,
            about="perceived exertion, 0 to 10: 3-4",
        ),
    ]  # fmt: skip
    return FormScreen(title, entries, _step)


def _step(values: dict[str, str]) -> Step:
    step = Step(
        intensity=Intensity(values["what"]),
        duration=read_duration(values["duration"]),
        name=read_name(values["name"]),
        cadence=read_cadence(values["cadence"]),
        heart_rate=read_heart(values["heart"]),
        rpe=read_effort(values["effort"]),
    )
    parse(format_step(step))
    return step


def _range(target: Range | HeartRateZone | None) -> str:
    if not isinstance(target, Range):
        return ""
    return str(target.low) if target.low == target.high else f"{target.low}-{target.high}"


def read_duration(text: str) -> Duration:
    """The duration typed. Raises BadInput."""
    if not text.strip():
        raise BadInput("it has to say how long", remedy="write 1m30s, 400mtr or open")
    return _only_step(f"{text.strip()} run", "a duration such as 1m30s, 400mtr or open").duration


def read_name(text: str) -> str | None:
    """The name typed, None without. Raises BadInput."""
    try:
        return check_name(text.strip()) if text.strip() else None
    except ValueError as error:
        raise BadInput(str(error), remedy="write a short one, or none") from None


def read_cadence(text: str) -> CadenceTarget | None:
    """The cadence typed, None without. Raises BadInput."""
    return _target(text, "spm", "170-180").cadence if text.strip() else None


def read_heart(text: str) -> HeartRateTarget | HeartRateZone | None:
    """The heart rate typed, None without. Raises BadInput."""
    if not text.strip():
        return None
    zone = text.strip()[:1] in "zZ"
    return _target(text, "" if zone else "bpm", "140-150, or Z2").heart_rate


def read_effort(text: str) -> RpeTarget | None:
    """The effort typed, None without. Raises BadInput."""
    return _target(f"RPE{text.strip()}", "", "3-4").rpe if text.strip() else None


def _target(text: str, unit: str, example: str) -> Step:
    words = text.strip()
    words = words[: -len(unit)].strip() if unit and words.casefold().endswith(unit) else words
    return _only_step(f"1m run @{words.lstrip('@')}{unit}", example)


def _only_step(text: str, example: str) -> Step:
    """The step in ``text``. A comma or a bracket in a field could make more of it, which is refused."""
    try:
        blocks = parse(text).steps
    except SyntaxProblem as problem:
        raise BadInput(problem.what, remedy=f"write {example}") from None
    if len(blocks) != 1 or not isinstance(blocks[0], Step):
        raise BadInput("this is more than one step", remedy=f"write {example}")
    return blocks[0]


class Repeating(NamedTuple):
    """So many ``rounds`` of so many ``steps``."""

    rounds: int
    steps: int


def repeat_form(title: str, count: int, most: int | None) -> FormScreen[Repeating]:
    """Asks how many times, and how many of the ``most`` steps from here on; None: that is known already."""
    entries = [Entry("count", "Times", typed_in(str(count)), _whole(MAX_REPEATS), about=f"1 to {MAX_REPEATS}")]
    if most is not None:
        about = f"this one and the next ones, {most} at most"
        entries.append(Entry("steps", "Steps", typed_in(str(min(2, most))), _whole(most), about=about))
    return FormScreen(title, entries, lambda values: Repeating(int(values["count"]), int(values.get("steps") or 1)))


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        words = text.strip()
        if not (words.isascii() and words.isdecimal() and len(words) < 6 and 1 <= int(words) <= most):
            raise BadInput("this is not a number that fits", remedy=f"write a whole number from 1 to {most}")
        return int(words)

    return read
