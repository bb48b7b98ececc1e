"""What can be exported and pushed, and what `coach` is told to do it. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coach.library.named_files import safe_stem
from coach.model.sheets import SheetKind

TODAY, STAGE, WORKOUT, PROTOCOL, SESSION, RECORD = "today", "stage", "workout", "protocol", "session", "record"
FILE, WATCH, CALENDAR = "file", "watch", "calendar"
WHAT = (
    (TODAY, "today's session"), (STAGE, "a stage of the plan"), (WORKOUT, "a workout"), (PROTOCOL, "a whole protocol"),
    (SESSION, "a session that was run"), (RECORD, "my record"),
)  # fmt: skip
WHERE = ((FILE, "a file"), (WATCH, "a watch on the cable"), (CALENDAR, "my calendar on intervals.icu"))
WITHOUT = (
    ("", "nothing"), ("names", "names of steps"), ("targets", "targets of steps"),
    ("names targets", "names and targets"),
)  # fmt: skip
METRONOME = (("", "no"), ("yes", "yes: a tick a step where a cadence is prescribed"))

_SESSION_KINDS = frozenset((SheetKind.WORKOUT, SheetKind.SOUND))
_KINDS = {
    TODAY: _SESSION_KINDS | {SheetKind.AGENDA},
    STAGE: _SESSION_KINDS | {SheetKind.PLAN},
    WORKOUT: _SESSION_KINDS,
    PROTOCOL: frozenset((SheetKind.PLAN,)),
    SESSION: frozenset((SheetKind.ACTIVITY,)),
    RECORD: frozenset((SheetKind.TABLE,)),
}
_LIKELIEST = ("fit", "audio", "ics", "text")
"""The formats that come first, the others by name."""
_NAMED = 40


class Format(NamedTuple):
    """A format as the app offers it."""

    name: str
    about: str
    suffix: str
    takes: frozenset[SheetKind]

    @property
    def is_sound(self) -> bool:
        """Whether music and a metronome can be under it, and its suffix chooses the kind of file."""
        return SheetKind.SOUND in self.takes


class PlanRow(NamedTuple):
    """A stage of the plan: what to type for it, what it is called, its title, and how many sessions of it differ."""

    number: int
    name: str
    title: str
    sessions: int


def formats_for(what: str, formats: Sequence[Format]) -> list[Format]:
    """Those that can hold it, the likeliest first."""
    place = {name: at for at, name in enumerate(_LIKELIEST)}
    return sorted((f for f in formats if f.takes & _KINDS[what]), key=lambda f: (place.get(f.name, 99), f.name))


def stage_options(rows: Sequence[PlanRow], form: Format) -> list[tuple[str, str]]:
    """What `stage` can be followed by: a whole stage where the format holds one, and its sessions."""
    found: list[tuple[str, str]] = []
    for number, name, title, sessions in rows:
        if sessions == 1 or SheetKind.PLAN in form.takes:
            found.append((str(number), f"{number}: {title} ({name})"))
        if sessions > 1:
            found += [(f"{number}/{n}", f"{number}/{n}: {title} ({name})") for n in range(1, sessions + 1)]
    return found


def wanted(typed: Mapping[str, str], form: Format) -> set[str]:
    """The entries that are asked, as things stand."""
    what = typed["what"]
    names = {"what"}
    if what == TODAY:
        names |= {"where", "at"}
    elif what == RECORD:
        names.add("record")
    else:
        names.add(what)
    if what == TODAY and typed["where"] != FILE:
        return names | {"without"} | ({"watch"} if typed["where"] == WATCH else set())
    names |= {"format", "path"}
    if form.takes & _KINDS[what] & _SESSION_KINDS:
        names.add("without")
    if form.is_sound:
        names |= {"music", "metronome"}
    return names


def command(typed: Mapping[str, str], form: Format, path: str) -> list[str]:
    """What to tell `coach`; ``path`` is the file, in full. Only what is asked counts."""
    asked = wanted(typed, form)
    told = {name: typed[name].strip() if name in asked else "" for name in typed}
    words = _pushed(told) if told["where"] not in ("", FILE) else ["export", form.name, "--output", path]
    for name in ("at", "music"):
        words += [f"--{name}={told[name]}"] if told[name] else []
    words += ["--metronome"] if told["metronome"] else []
    for each in told["without"].split():
        words += ["--without", each]
    # What is typed may begin with a dash, and is no option.
    return words if words[0] == "push" and not told["watch"] else [*words, "--", *_target(told)]


def _pushed(told: Mapping[str, str]) -> list[str]:
    return ["push", "--usb"] if told["where"] == WATCH else ["push", "--to", "intervals"]


def _target(told: Mapping[str, str]) -> list[str]:
    what = told["what"]
    if told["watch"]:
        return [told["watch"]]
    if what == TODAY:
        return ["today"]
    return [*(["stage"] if what == STAGE else []), told[what]] if told[what] else []


def stem(typed: Mapping[str, str], today: str, rows: Sequence[PlanRow]) -> str:
    """What to call the file, without its suffix. ``today`` has stage and date in it: it cannot be called back."""
    what = typed["what"]
    if what == TODAY:
        return safe_stem(today)
    if what == STAGE:
        number, _, session = typed["stage"].partition("/")
        name = next((row.name for row in rows if str(row.number) == number), "stage")
        return safe_stem(f"{name}-{session}" if session else name)
    if what == SESSION:
        return safe_stem(f"run-{typed['session']}" if typed["session"].strip() else "run")
    return safe_stem(typed[what])[:_NAMED].strip("-.") or what
