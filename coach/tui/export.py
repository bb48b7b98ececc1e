"""Export and push from the app, as a form: what, in which format, where to. A process of its own does it.

This asks, shows what would be written or sent, waits, and tells; `coach export` and `coach push` do the rest.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from coach.clock import Clock
from coach.errors import BadInput, CoachError
from coach.library.drafts import Drafts
from coach.library.named_files import check_named, check_suffix, is_plain_file
from coach.tui.choose import Answer, choose
from coach.tui.entries import Choice, Entry, Read, typed_in
from coach.tui.form import FormPage
from coach.tui.orders import (
    CALENDAR,
    FILE,
    METRONOME,
    RECORD,
    SESSION,
    STAGE,
    TODAY,
    WHAT,
    WHERE,
    WITHOUT,
    WORKOUT,
    Format,
    PlanRow,
    command,
    formats_for,
    stage_options,
    stem,
    wanted,
)
from coach.tui.orders import PROTOCOL as PROTOCOL_ENTRY
from coach.tui.review import ReviewScreen
from coach.tui.text_page import TextPage
from coach.tui.work import Task, Work, Writing

REPLACE = (Answer("r", "replace", "replace it", harms=True),)
SHOWN = "What `coach` says that it would write or send. Nothing is written or sent before you agree."
REFUSED = "Nothing was written or sent. These are the reasons."
_FEW = 3  # lines: more than a notice and what stands above it hold


class Counter(NamedTuple):
    """What the form is opened with. ``start`` gives `coach` what it is told; it raises OSError.

    ``today`` is what a file of today's session is called, empty where there is none; ``stage`` is where the runner is.
    ``broken`` says of other formats what is wrong with them. The judges raise CoachError for what cannot be meant.
    """

    formats: Sequence[Format]
    broken: Sequence[str]
    stages: Sequence[PlanRow]
    protocols: Sequence[tuple[str, str]]
    tables: Sequence[str]
    today: str
    stage: int
    folder: Path
    start: Callable[[Sequence[str]], Writing]
    judge_workout: Read
    judge_session: Read
    judge_time: Read
    judge_watch: Read


class ExportScreen(FormPage):
    """The form. What is told of the last one stays until something else is chosen."""

    NAME = "Export"
    UNDONE = "Not done"
    ABOUT = (
        "Writes a session, the plan, a run or your record as a file, or sends today's session to a watch or into a "
        "calendar. Today's session only while the gate is open. What a format cannot hold is refused, and nothing is "
        "written. A file that exists is replaced only when you say so; what is sent is shown first."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "write", id="form.keep", key_display="^S", tooltip="write it, or look what is sent"),
        Binding("ctrl+t", "look", "look", id="export.look", key_display="^T",
                tooltip="show what would be written, and where"),
        Binding("enter", "next", "next", id="form.next", key_display="Enter", priority=True,
                tooltip="to the next field; on the last one: write"),
        Binding("escape", "leave", "back", id="edit.leave", key_display="Esc", tooltip="back, or give it up"),
    ]  # fmt: skip

    def __init__(self, counter: Counter, drafts: Drafts, clock: Clock) -> None:
        """Raises BadInput where no format works."""
        self._counter = counter
        self._said: Sequence[str] = ()
        self._shown: Sequence[str] = ()  # what was agreed to, and need not be said again
        self._offered: str = ""
        self._suffix: str = ""
        what = [
            each
            for each in WHAT
            if formats_for(each[0], counter.formats) and (counter.today or each[0] not in (TODAY, STAGE))
        ]
        if not what:
            raise BadInput("no format works", remedy="`coach export --list` says what is wrong with each")
        above = [f"! {words}" for words in counter.broken]
        super().__init__(drafts, clock, "export", self.NAME, self._entries(what), above=above)
        self._work = Work(self)

    def _entries(self, what: Sequence[tuple[str, str]]) -> list[Entry]:
        counter = self._counter
        first = what[0][0]
        forms = formats_for(first, counter.formats)
        stages = stage_options(counter.stages, forms[0])
        now = next((word for word, _ in stages if word.partition("/")[0] == str(counter.stage)), "")
        protocols = list(counter.protocols)
        tables = [(name, name) for name in counter.tables]
        return [
            Entry("what", "What", Choice(what, first), str, about="← → or a letter"),
            Entry(STAGE, "Stage", Choice(stages, now), str, about="← →; by its number in the plan"),
            Entry(WORKOUT, "Workout", typed_in("", "a name, or 5m walk, 8x(1m run, 2m walk)"), self._workout,
                  about="one of the catalogue, one of your own, or its steps"),
            Entry(PROTOCOL_ENTRY, "Protocol", Choice(protocols, protocols[0][0]), str, about="all its stages"),
            Entry(SESSION, "Session", typed_in("", "the last one"), _if_told(counter.judge_session),
                  about="if not the last one: its day, as 2026-03-02, or its id"),
            Entry(RECORD, "Of it", Choice(tables, tables[0][0]), str, about="← →"),
            Entry("where", "Where to", Choice(WHERE, FILE), str),
            Entry("format", "As", Choice(_rows(forms), forms[0].name), str),
            Entry("without", "Leave out", Choice(WITHOUT, ""), str, about="where the format cannot hold it"),
            Entry("at", "Begins", typed_in("", "now"), _if_told(counter.judge_time),
                  about="if not now: 18:00, or 2026-03-02 18:00. The gate must be open now and then"),
            Entry("music", "Music", typed_in("", "none"), self._music, about="your own, under the cues: its file"),
            Entry("metronome", "Metronome", Choice(METRONOME, ""), str),
            Entry("watch", "Watch", typed_in("", "found by itself"), _if_told(self._watch),
                  about="its folder, if it is not found by itself"),
            Entry("path", "File", typed_in(""), self._judge_path),
        ]  # fmt: skip

    # What is typed

    @property
    def form(self) -> Format:
        """The format in hand."""
        name = self.entries["format"].typed
        return next(form for form in self._counter.formats if form.name == name)

    @property
    def path(self) -> Path:
        """The file that is typed, in full. Raises BadInput."""
        return _in_full(self.entries["path"].typed, "--path")

    def _command(self) -> list[str]:
        """What to tell `coach`. Raises BadInput."""
        typed = self.typed
        for name in ("music", "watch"):
            if typed[name].strip():
                typed[name] = str(_in_full(typed[name], f"--{name}"))
        return command(typed, self.form, "" if self.is_push else str(self.path))

    @property
    def is_push(self) -> bool:
        """Whether it goes elsewhere than into a file."""
        return "path" not in self.wanted()

    def label_of(self, binding: Binding) -> str:
        """What ^S does now."""
        return "send" if binding.action == "save" and self.is_push else binding.description

    def wanted(self) -> set[str]:
        """What matters to what is chosen."""
        return wanted(self.typed, self.form)

    def preview(self) -> str:
        """What was told of the last one."""
        return "\n".join(self._said)

    @property
    def is_changed(self) -> bool:
        """Nothing is lost by leaving."""
        return False

    def draft(self) -> None:
        """Nothing is kept of it."""

    def _workout(self, typed: str) -> object:
        if not typed.strip():
            raise BadInput("no workout is named", where="--workout", remedy="name one, or type its steps")
        return self._counter.judge_workout(typed)

    def _music(self, typed: str) -> None:
        if typed.strip() and not is_plain_file(_in_full(typed, "--music")):
            raise BadInput("there is no such file", where="--music", remedy="name one: MP3, FLAC, OGG or WAV")

    def _watch(self, typed: str) -> object:
        return self._counter.judge_watch(str(_in_full(typed, "--watch")))

    def _judge_path(self, _typed: str) -> None:
        """Whether it can be written there, as far as that is seen without. Raises CoachError."""
        path, form = self.path, self.form
        try:
            if not form.is_sound:  # it has several kinds of file, and refuses others itself
                check_suffix(path, form.name, form.suffix)
            check_named(path, force=True)
        except CoachError as error:
            raise BadInput(error.what, where="--path", remedy=error.remedy) from None

    def note_change(self) -> None:
        """Also what goes with what was chosen: the formats, the sessions, the name of the file."""
        forms = formats_for(self.typed["what"], self._counter.formats)
        control = self._choice("format")
        control.offer(_rows(forms))
        if control.value not in [form.name for form in forms]:
            control.value = forms[0].name
        form = self.form
        self.entries["format"].explain(form.about)
        self._take_stages(stage_options(self._counter.stages, form))
        self._take_path(form)
        super().note_change()

    def _choice(self, name: str) -> Choice:
        control = self.entries[name].control
        assert isinstance(control, Choice)
        return control

    def _take_stages(self, options: Sequence[tuple[str, str]]) -> None:
        control = self._choice(STAGE)
        control.offer(options)
        words = [word for word, _ in options]
        if words and control.value not in words:
            number = control.value.partition("/")[0]
            control.value = next((word for word in words if word.partition("/")[0] == number), words[0])

    def _take_path(self, form: Format) -> None:
        """The name that fits, until the runner types another; that one keeps all but the format's ending."""
        entry = self.entries["path"]
        before, name = entry.typed, stem(self.typed, self._counter.today, self._counter.stages)
        offer = str(self._counter.folder / f"{name}{form.suffix}")
        if before == self._offered:
            entry.take(offer)
        elif form.suffix != self._suffix and before.endswith(self._suffix):
            entry.take(before.removesuffix(self._suffix) + form.suffix)
        self._offered, self._suffix = offer, form.suffix
        kinds = "; .mp3, .flac and .wav are the kinds there are" if form.is_sound else ""
        entry.check()
        exists = not entry.problem and is_plain_file(self.path)
        entry.explain(("there is one already; you are asked before it is replaced" if exists else "new") + kinds)

    def on_entry_changed(self) -> None:
        """What was told before is about something else."""
        self._said = ()
        super().on_entry_changed()

    # What keys do

    def keep(self) -> None:
        """Write it, or show what would be sent. Raises CoachError."""
        self._shown = ()
        if self.is_push:
            self.action_look()
            return
        path = self.path
        name, *rest = self._command()
        if not is_plain_file(path):
            self._begin([name, *rest], self._into_file(path))
            return

        def chosen(answer: str | None) -> None:
            if answer:
                self._begin([name, "--force", *rest], self._into_file(path))

        choose(self, f"There is a file {path} already.", REPLACE, chosen, back="go back, it stays")

    def action_look(self) -> None:
        """Show what would be written or sent; if that is agreed to, do it."""
        wrong = next((entry for entry in self.shown if not entry.check()), None)
        if wrong is not None:
            self.refuse(wrong, wrong.problem)
            return
        is_push, where = self.is_push, self.typed["where"]
        path = None if is_push else self.path
        name, *rest = self._command()
        replaces = where != CALENDAR if path is None else is_plain_file(path)
        force = ["--force"] if replaces else []  # that is said among the rest, and agreed to with it
        title, does = ("Send this?", "send it") if is_push else ("Write this?", "write it")

        def looked(done: bool, said: Sequence[str]) -> None:
            if not done:
                self._refuse_all(said)
                return
            lines = [line for line in said if line not in ("nothing was written", "nothing was sent")]

            def agreed() -> None:
                self._shown = lines
                real = [name, *force, *(["--yes"] if is_push else []), *rest]
                self._begin(real, self._elsewhere(where) if path is None else self._into_file(path))

            self.coach.push_screen(ReviewScreen(lines, agreed, title=title, does=does, about=SHOWN))

        task = Task("Looking what it would be", looked, lambda: "Given up.")
        self._begin([name, "--dry-run", *force, *rest], task)

    def _begin(self, words: Sequence[str], task: Task) -> None:
        self._said = ()
        self.note_change()
        self._work.begin(lambda: self._counter.start(words), task)

    def _into_file(self, path: Path) -> Task:
        before = _trace(path)

        def given_up() -> str:
            too_late = _trace(path) != before
            return "Too late to give up: it was written." if too_late else "Given up: nothing was written."

        return Task(f"Writing {path.name}", self._tell, given_up)

    def _elsewhere(self, where: str) -> Task:
        place = "into the calendar" if where == CALENDAR else "onto the watch"
        return Task("Sending it", self._tell, lambda: f"Given up. It may have got {place} or not: look there.")

    def _tell(self, done: bool, said: Sequence[str]) -> None:
        if not done:
            self._refuse_all(said)
            return
        *remarks, last = said or ("done",)
        self._said = [line for line in remarks if line.strip() and line not in self._shown]
        self.note_change()
        self.notice(_capital(last))

    def _refuse_all(self, said: Sequence[str]) -> None:
        """What it says of itself: beside the entry it is about, or with all reasons on a page of its own."""
        *remarks, last = said or ("it said nothing — try again",)
        where, _, words = last.partition(": ")
        entry = self.entry_of(where.replace("--output", "--path"))
        if entry is not None and words:
            entry.complain(self.in_words(words))
            self.refuse(entry, self.in_words(words))
            return
        if len(remarks) > _FEW:
            self.coach.push_screen(TextPage(self.UNDONE, "", [_capital(last), "", *remarks], REFUSED))
        else:
            self._said = [*remarks, _capital(last)]
            self.note_change()
        self.notice(f"{self.UNDONE}: {last.partition(' — ')[0]}", trouble=True)

    def action_leave(self) -> None:
        """Give up what is being done; else back."""
        if self._work.is_on:
            self._work.give_up()
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """The app is left, for a run perhaps: nothing goes on behind it."""
        self._work.leave()


def _rows(forms: Sequence[Format]) -> list[tuple[str, str]]:
    return [(form.name, form.name) for form in forms]


def _in_full(typed: str, where: str) -> Path:
    """The path that is typed. Raises BadInput."""
    if not typed.strip() or "\0" in typed:
        raise BadInput("no file is named", where=where, remedy="name one")
    try:
        return Path(typed.strip()).expanduser().absolute()
    except RuntimeError:  # ~ of somebody who does not exist
        raise BadInput("nobody is called so", where=where, remedy="name another folder") from None


def _trace(file: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _if_told(judge: Read) -> Read:
    def read(typed: str) -> object:
        return judge(typed.strip()) if typed.strip() else None

    return read


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
