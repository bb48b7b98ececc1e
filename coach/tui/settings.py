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
from coach.tui.entries import Entry
from coach.tui.looks import THEMES, check_key, looks_of, refuse_clashes
from coach.tui.setting_row import Asked, SettingRow
from coach.tui.widgets import KeyBar, Line

DRAFT = "settings"
PARTS = {"language": "What is said, and by whom", "volume": "Sound", "press_start": "The watch", "theme": "The screen"}
"""The setting that each part of the form begins with."""
TABLE_PARTS = {
    "cues": "Single cues, over the preset",
    "keys": "Keys of the screens: such as g, ctrl+g or f5; several with commas",
}


class SettingsScreen(EditPage):
    """Every setting. An empty field, or a choice in brackets, is not in the file: the usual value holds."""

    ABOUT = "What the coach does unless the command line says otherwise. Nothing is written before you save."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,tab", "move(1)", "next field", id="entry.next", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", "field before", id="entry.previous", show=False, priority=True),
    ]
    COMPONENT_CLASSES = {"setting--field", "setting--usual", "setting--message", "setting--trouble"}  # noqa: RUF012
    AUTO_FOCUS = ""  # there is nothing to focus before a row is entered

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
        self._rows = {
            setting.key: SettingRow(setting.name, _asked(setting, texts, self._env), file.values.get(setting.key, ""))
            for setting in file.settings
        }
        self._changes: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Line(id="edit-title")
        with VerticalScroll(id="settings", can_focus=False):
            before = ""
            for key, row in self._rows.items():
                part = PARTS.get(key[0], before) if len(key) == 1 else TABLE_PARTS[key[0]]
                if part != before:
                    yield Static(part, markup=False, classes="settings-part")
                before = part
                yield row
        yield Line(id="notice")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.notice(_unknown_words(self._file.unknown), trouble=True)
        self.call_next(next(iter(self._rows.values())).enter)
        self.note_change()
        self.drafts.offer(self._take_draft)

    def on_entry_changed(self, event: Entry.Changed) -> None:
        """Something is typed."""
        self.note_change()
        if (event.entry.name or "").startswith("keys."):
            self.notice(self._clash(), trouble=True)

    def _clash(self) -> str:
        try:
            refuse_clashes(self._keys())
        except CoachError as error:
            return str(error)
        return ""

    @property
    def is_changed(self) -> bool:
        """Whether something typed is not saved."""
        return bool(self._changes)

    @property
    def is_wrong(self) -> bool:
        """Whether a field is wrong."""
        return bool(self.wrong)

    @property
    def wrong(self) -> Sequence[SettingRow]:
        """Those that are wrong."""
        return [row for row in self._rows.values() if row.problem]

    def note_change(self) -> None:
        """Take in what is typed."""
        typed = {key: row.typed for key, row in self._rows.items()}
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
        for key, row in self._rows.items():
            if (words := draft.get(".".join(key))) is not None:
                row.take(words)
        self.note_change()
        self.notice("The draft is back. It is not saved yet.")

    # What keys do

    def save(self, *, leave: bool) -> None:
        """Write what changed into the file, if all of it is right."""
        self.note_change()
        changed = [(s, self._rows[s.key]) for s in self._file.settings if s.name in self._changes]
        wrong = [row for _, row in changed if not row.check()]
        if wrong:
            self.call_next(wrong[0].enter)
            self.notice(f"Not saved: {wrong[0].asked.label}: {wrong[0].problem}", trouble=True)
            return
        values: dict[Key, Value | None] = {
            setting.key: read_setting(setting, row.typed) if row.typed.strip() else None for setting, row in changed
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
        typed = {key[1]: row.typed.strip() for key, row in self._rows.items() if key[0] == "keys"}
        return {name: keys for name, keys in typed.items() if keys}

    def _show_looks(self) -> None:
        """Let the colours and keys of the screens be as they now are in the file."""
        app = cast("App[None]", self.app)  # pyright: ignore[reportUnknownMemberType]
        looks = looks_of(config.load(self._file.file, self._env))
        app.theme = THEMES[looks.theme]
        app.set_keymap(dict(looks.keys))

    def revert(self) -> None:
        """Let the fields hold what the file says."""
        for key, row in self._rows.items():
            if row.typed != self._file.values.get(key, ""):
                row.take(self._file.values.get(key, ""))

    async def action_move(self, by: int) -> None:
        """The next setting (1), or the one before (-1); behind the last comes the first."""
        rows = tuple(self._rows.values())
        at = next((n for n, row in enumerate(rows) if row.entry and row.entry.control is self.focused), -1)
        await rows[(at + by) % len(rows)].enter()

    async def action_mistake(self) -> None:
        """Go to the first that is wrong."""
        if self.wrong:
            await self.wrong[0].enter()


def _unknown_words(unknown: tuple[str, ...]) -> str:
    if not unknown:
        return ""
    names = ", ".join(unknown)
    return f"The file has what is no setting: {names}. The coach refuses the file until you take it out by hand."


def _asked(setting: Setting, texts: Path | None, env: Mapping[str, str]) -> Asked:
    """What is asked for ``setting``."""
    is_key = setting.key[0] == "keys"
    words = "left to the preset" if setting.usual is None else setting.words(setting.usual) or "none"
    usual = f"({words})"
    options = {Kind.CHOICE: setting.choices, Kind.SWITCH: ("on", "off")}.get(setting.kind, ())
    choices = (("", usual), *((word, word) for word in options)) if options else ()
    remark = ""
    if setting.variable and setting.variable in env:
        remark = f"{setting.variable}={env[setting.variable]} counts more than this, here and now."
    about = setting.explanation
    if setting.kind is Kind.NUMBER:
        about += f", {setting.low} to {setting.high}"

    def read(typed: str) -> object:
        if not typed.strip():
            return None
        value = read_setting(setting, typed, texts)
        for key in typed.strip().split(",") if is_key else ():
            check_key(key)
        return value

    return Asked(setting.key[-1].replace("_", " "), usual, choices, read, f"{about}.", remark)
