"""What every exporter keeps, as tests. Somebody else's runs them too:

    from exporters.contract import ExporterContract

    class TestMine(ExporterContract):
        exporter = my_module.exporter

pytest finds the rest. Only ``assert`` is used, so that no test library is needed to import this.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryFile

from coach.errors import BadInput
from coach.model.protocol import Stage
from coach.model.sheets import (
    ActivitySheet,
    AgendaSheet,
    Appointment,
    Exported,
    Lap,
    PlanSheet,
    Sheet,
    SheetKind,
    SoundSheet,
    StageSheet,
    Stop,
    TableSheet,
    WorkoutSheet,
)
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.model.workout import Intensity, Workout
from coach.ports import Exporter

MADE_AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

WORKOUTS: tuple[str, ...] = (
    "5m warmup, 8x(1m run, 2m walk), 5m cooldown",
    "1m run",
    "400mtr run, 0.25mi run, open walk, 2m rest",
    "2x(3x(1m run, 30s walk), 2m rest), 5m walk",
    "90x(10s run, 10s walk)",
    "100x(7x(1s run), 3s walk)",
    '1m run "strides" @170-180spm, 2m walk @Z2, 1m run @140-150bpm, 1m run @RPE3',
    "1.5s run, 12.3mtr walk",
)
SUFFIXES = (".wav", ".flac", ".mp3")
"""Kinds of file a sound is asked for; one need write but its own."""
NAMES: tuple[str, ...] = (
    "🏃‍♀️ über Stock & Stein",
    "ركض خفيف",
    "走る",
    '<b>"bold"</b> & co',
    "a,b;c\\n:d|e`f*",
    "x" * 80,
    "🏃" * 80,
    "- 5m Z2",
    "=1+1",
)


def workout_sheet(workout: Workout, title: str = "Session") -> WorkoutSheet:
    """A sheet with an identity of its own that is always the same."""
    return WorkoutSheet(workout, title, MADE_AT, 4711)


def sound_sheet(workout: Workout, suffix: str, channels: int = 1, title: str = "Session") -> SoundSheet:
    """Half a second of a wave for each interval, at a low rate, so that it costs little."""
    rate = 16_000
    count = len(compile_timeline(workout).intervals)
    half = b"".join((1_000 * (frame % 16 - 8)).to_bytes(2, "little", signed=True) * channels for frame in range(8_000))
    starts = tuple(8_000 * at for at in range(count))
    return SoundSheet(
        workout, title, MADE_AT, suffix, rate, channels, 8_000 * count, starts, 8_000 * count, lambda: [half] * count
    )


def activity_sheet(workout: Workout, title: str = "Run 2026-03-02") -> ActivitySheet:
    """Every interval done for a minute and a bit, after the first a pause of ten seconds and a walk after pain."""
    laps: list[Lap] = []
    at = MADE_AT
    for interval in compile_timeline(workout).intervals:
        end = at + timedelta(seconds=61, milliseconds=250)
        laps.append(Lap(interval.index, interval.intensity, at, end, end - at))
        at = end
        if interval.index == 0:
            end = at + timedelta(seconds=30)
            laps.append(Lap(None, Intensity.RECOVERY, at, end, timedelta(seconds=20)))
            at = end
    stop = Stop(laps[1].start + timedelta(seconds=5), laps[1].start + timedelta(seconds=15))
    return ActivitySheet(workout, title, 4711, timedelta(hours=1), tuple(laps), (stop,))


def samples(kind: SheetKind) -> Iterator[Sheet]:
    """Sheets of a kind, harmless ones first."""
    match kind:
        case SheetKind.WORKOUT:
            yield from (workout_sheet(parse(text)) for text in WORKOUTS)
        case SheetKind.PLAN:
            sessions = tuple(parse(text) for text in WORKOUTS[:2])
            stage = Stage(id="1-2", title="First", sessions=sessions, good_sessions=2, source="seed")
            yield PlanSheet("A plan", "What it is.\n\nAnd more.", (StageSheet("mine/1-2", stage),), ("seed: a source",))
        case SheetKind.AGENDA:
            run = Appointment("01-session", "Run", "5m walk, 1m run", MADE_AT, MADE_AT + timedelta(minutes=30))
            yield AgendaSheet("Today", "Europe/Berlin", MADE_AT, (run,))
            yield AgendaSheet("Today", "+02:00", MADE_AT, (run,))
        case SheetKind.TABLE:
            rows = ({"at": "2026-03-02T06:00:00Z", "pain": 3, "limp": False, "note": 'a "b", c', "flags": ["x", "y"]},)
            yield TableSheet("ratings", ("at", "pain", "limp", "note", "flags", "absent"), rows)
            yield TableSheet("ratings", ("at",), ())
        case SheetKind.ACTIVITY:
            yield from (activity_sheet(parse(text)) for text in WORKOUTS)
        case SheetKind.SOUND:
            for suffix in (*SUFFIXES, ".nothing", ""):
                yield sound_sheet(parse("1m run, 2m walk"), suffix)
            yield sound_sheet(parse("3x(100x(1m run))"), ".flac")
            yield sound_sheet(parse("2m run"), ".mp3", channels=2)


def named_samples(kind: SheetKind) -> Iterator[Sheet]:
    """Sheets with names that are hard to write, some of which no format need hold."""
    for name in NAMES:
        for sheet in samples(kind):
            match sheet:
                case WorkoutSheet():
                    steps = tuple(b.model_copy(update={"name": name}) for b in parse("1m run, 2m walk").steps)
                    yield replace(sheet, workout=Workout(name=name, description=name, steps=steps), title=name)
                case PlanSheet():
                    yield replace(sheet, title=name, description=f"{name}\n{name}")
                case AgendaSheet():
                    yield replace(
                        sheet,
                        title=name,
                        appointments=tuple(a._replace(title=name, text=f"{name}\n{name}") for a in sheet.appointments),
                    )
                case TableSheet():
                    yield replace(sheet, title=name, rows=tuple({**row, "note": name} for row in sheet.rows))
                case SoundSheet():
                    steps = tuple(b.model_copy(update={"name": name}) for b in parse("1m run, 2m walk").steps)
                    yield replace(sheet, workout=Workout(name=name, steps=steps), title=name)
                case ActivitySheet():
                    steps = tuple(b.model_copy(update={"name": name}) for b in parse("1m run, 2m walk").steps)
                    yield replace(activity_sheet(Workout(name=name, steps=steps)), title=name)
            break


class ExporterContract:
    """Subclass it and set ``exporter``."""

    exporter: Exporter

    def test_it_describes_itself(self) -> None:
        about, suffix = self.exporter.about, self.exporter.suffix
        assert about == about.strip()
        assert 0 < len(about) <= 80
        assert "\n" not in about
        assert suffix.startswith(".")
        assert suffix[1:].isalnum()
        assert self.exporter.takes
        assert self.exporter.takes <= set(SheetKind)

    def test_it_writes_what_it_takes(self) -> None:
        for kind in self.exporter.takes:
            plainest = next(samples(kind))
            if isinstance(plainest, SoundSheet):
                plainest = replace(plainest, suffix=self.exporter.suffix)
            assert self._made(plainest) is not None, f"it refuses the plainest {kind.value}"

    def test_the_same_sheet_gives_the_same_file(self) -> None:
        for sheet in self._every():
            assert self._made(sheet) == self._made(sheet)

    def test_what_it_cannot_hold_it_refuses_in_one_line(self) -> None:
        """Any other exception is a fault."""
        for sheet in self._every():
            self._made(sheet)

    def test_it_refuses_other_sheets(self) -> None:
        for kind in set(SheetKind) - set(self.exporter.takes):
            for sheet in samples(kind):
                assert self._made(sheet) is None, f"it takes no {kind.value}, yet writes one"

    def test_text_is_text(self) -> None:
        if not self.exporter.is_text:
            return
        for sheet in self._every():
            made = self._made(sheet)
            if made is not None:
                text = made.data.decode("utf-8")
                assert text == "" or text.endswith("\n")
                assert not {c for c in text if ord(c) < 32} - {"\n", "\r", "\t"}

    def test_remarks_are_one_line_each(self) -> None:
        for sheet in self._every():
            made = self._made(sheet)
            assert all(remark and "\n" not in remark for remark in (made.remarks if made else ()))

    def _every(self) -> Iterator[Sheet]:
        for kind in sorted(self.exporter.takes):
            yield from samples(kind)
            yield from named_samples(kind)

    def _made(self, sheet: Sheet) -> Exported | None:
        """None where it is refused, with words a person can use."""
        try:
            made = self.exporter.export(sheet)
            with TemporaryFile() as stream:
                made.fill(stream)
                stream.seek(0)
                return made._replace(data=stream.read(), pour=None)
        except BadInput as refused:
            refusal = refused
        assert refusal.what
        assert refusal.remedy
        assert "\n" not in str(refusal)
        return None
