"""The settings as a form: each with what it means, judged as it is typed, saved with nothing else in the file lost."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, cast

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from coach import config
from coach.clock import Clock
from coach.errors import CoachError
from coach.library.drafts import Drafts
from coach.library.settings_file import Key, Kind, Setting, SettingsFile, read_setting
from coach.library.toml_edit import Value
from coach.tui.edit_page import EditPage
from coach.tui.entries import Choice, Entry, Read, typed_in
from coach.tui.looks import THEMES, looks_of, refuse_clashes
from coach.tui.widgets import KeyBar, Line

DRAFT = "settings"
PARTS = {"language": "What is said, and by whom", "volume": "Sound", "press_start": "The watch", "theme": "The screen"}
"""The setting that each part of the form begins with."""
TABLE_PARTS = {"cues": "Single cues, over the preset", "keys": "Keys of the screens, by their action"}


class SettingsScreen(EditPage):
    """Every setting. An empty field, or a choice in brackets, is not in the file: the usual value holds."""

    ABOUT = "What the coach does unless the command line says otherwise. Nothing is written before you save."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "app.focus_next", "next field", id="entry.next", show=False, priority=True),
        Binding("up,shift+tab", "app.focus_previous", "field before", id="entry.previous", show=False, priority=True),
    ]

    def __init__(
        self,
        file: SettingsFile,
        drafts: Drafts,
        clock: Clock,
        texts: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """``texts`` is the folder of the runner's own languages; ``env``, the environment, counts more."""
        super().__init__(drafts, clock, DRAFT)
        self._file = file
        self._env = env or {}
        self._entries: dict[Key, Entry] = {
            setting.key: _entry(setting, file.values.get(setting.key, ""), texts, self._env)
            for setting in file.settings
        }
        self._changes: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Line(id="edit-title")
        with VerticalScroll(id="settings", can_focus=False):
            before = ""
            for key, entry in self._entries.items():
                part = PARTS.get(key[0], before) if len(key) == 1 else TABLE_PARTS[key[0]]
                if part != before:
                    yield Static(part, markup=False, classes="settings-part")
                before = part
                yield entry
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice(_unknown_words(self._file.unknown), trouble=True)
        next(iter(self._entries.values())).control.focus()
        self.note_change()
        self.drafts.offer(self._take_draft)

    def on_entry_changed(self) -> None:
        """Something is typed."""
        self.note_change()

    @property
    def is_changed(self) -> bool:
        """Whether something typed is not saved."""
        return bool(self._changes)

    @property
    def is_wrong(self) -> bool:
        """Whether a field is wrong."""
        return bool(self.wrong)

    @property
    def wrong(self) -> Sequence[Entry]:
        """The fields that are wrong."""
        return [entry for entry in self._entries.values() if entry.problem]

    def note_change(self) -> None:
        """Take in what is typed."""
        typed = {key: entry.typed for key, entry in self._entries.items()}
        self._changes = {
            ".".join(key): words for key, words in typed.items() if words.strip() != self._file.values.get(key, "")
        }
        count = len(self._changes)
        state = f"{count} changed, not saved" if count else "as saved"
        wrong = f"{len(self.wrong)} wrong" if self.wrong else ""
        self.query_one("#edit-title", Line).show(f"Settings · {state}", wrong)
        if count:
            self.drafts.touch()
        self.offer_keys()

    def draft(self) -> dict[str, str] | None:
        """What is typed and not saved, by name."""
        return self._changes or None

    def _take_draft(self, draft: dict[str, str]) -> None:
        for key, entry in self._entries.items():
            if (words := draft.get(".".join(key))) is not None:
                entry.take(words)
        self.note_change()
        self.notice("The draft is back. It is not saved yet.")

    # What keys do

    def save(self, *, leave: bool) -> None:
        """Write what changed into the file, if all of it is right."""
        self.note_change()
        changed = [(s, self._entries[s.key]) for s in self._file.settings if s.name in self._changes]
        wrong = [entry for _, entry in changed if not entry.check()]
        if wrong:
            wrong[0].control.focus()
            self.notice(f"Not saved: {wrong[0].label}: {wrong[0].problem}", trouble=True)
            return
        values: dict[Key, Value | None] = {
            setting.key: read_setting(setting, entry.typed) if entry.typed.strip() else None
            for setting, entry in changed
        }
        try:
            refuse_clashes(self._keys())
            self._file.save(values)
        except CoachError as error:
            self.notice(f"Not saved: {error}", trouble=True)
            return
        self.drafts.drop()
        self.note_change()
        self._show_looks()
        if leave:
            self.dismiss(None)
        else:
            self.notice(f"Saved in {self._file.file}")

    def _keys(self) -> dict[str, str]:
        """The keys as typed, by the id of their action."""
        typed = {key[1]: entry.typed.strip() for key, entry in self._entries.items() if key[0] == "keys"}
        return {name: keys for name, keys in typed.items() if keys}

    def _show_looks(self) -> None:
        """Let the colours and keys of the screens be as they now are in the file."""
        app = cast("App[None]", self.app)  # pyright: ignore[reportUnknownMemberType]
        looks = looks_of(config.load(self._file.file, self._env))
        app.theme = THEMES[looks.theme]
        app.set_keymap(dict(looks.keys))

    def revert(self) -> None:
        """Let the fields hold what the file says."""
        for key, entry in self._entries.items():
            if entry.typed != self._file.values.get(key, ""):
                entry.take(self._file.values.get(key, ""))

    def action_mistake(self) -> None:
        """Go to the first field that is wrong."""
        if self.wrong:
            self.wrong[0].control.focus()


def _unknown_words(unknown: tuple[str, ...]) -> str:
    if not unknown:
        return ""
    names = ", ".join(unknown)
    return f"The file has what is no setting: {names}. The coach refuses the file until you take it out by hand."


def _entry(setting: Setting, typed: str, texts: Path | None, env: Mapping[str, str]) -> Entry:
    """The field of ``setting``."""
    usual = "left to the preset" if setting.usual is None else setting.words(setting.usual) or "none"
    if setting.kind in (Kind.CHOICE, Kind.SWITCH):
        options = setting.choices if setting.kind is Kind.CHOICE else ("on", "off")
        control = Choice([("", f"({usual})"), *((word, word) for word in options)], typed)
    else:
        control = typed_in(typed, "as usual" if setting.key[0] == "keys" else f"({usual})")
    remark = ""
    if setting.variable and setting.variable in env:
        remark = f"{setting.variable}={env[setting.variable]} counts more than this, here and now."
    about = setting.explanation
    if setting.kind is Kind.NUMBER:
        about += f", {setting.low} to {setting.high}"
    label = setting.key[-1].replace("_", " ")
    return Entry(setting.name, label, control, _reader(setting, texts), about=f"{about}.", remark=remark)


def _reader(setting: Setting, texts: Path | None) -> Read:
    def read(typed: str) -> object:
        return read_setting(setting, typed, texts) if typed.strip() else None

    return read
