"""``make formats``: one workout in every format beside each other, into docs/formats.md."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path

from coach.audio.track import check_timed
from coach.bootstrap.formats import GROUP, OURS
from coach.errors import BadInput
from coach.model.durations import clock_text
from coach.model.sheets import AgendaSheet, Appointment, SheetKind, WorkoutSheet
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.ports import RATE, Exporter
from exporters.audio import chapters
from exporters.contract import activity_sheet, sound_sheet
from tests.exporters.readers import by_fitdecode

DOCS = Path(__file__).resolve().parent.parent / "docs"
LIVED = '1m run "easy", 1m walk'
PAGE = DOCS / "formats.md"
PICTURE = DOCS / "screenshots" / "interval-bar.svg"
WORKOUT = '5m warmup, 2x(2x(1m run "easy" @Z2, 2m walk), 2m rest), 400mtr run, 5m cooldown'
MADE_AT = datetime(2026, 3, 2, 17, tzinfo=UTC)
TIMED = ("400mtr run", "2m run")
ORDER = ("text", "md", "svg", "fit", "garmin", "intervals", "ics", "activity-fit", "activity-tcx")
_FENCE = {"text": "", "md": "markdown", "garmin": "json", "intervals": "", "ics": "", "activity-tcx": "xml"}


def written() -> dict[Path, str]:
    """Every file of the page with what it holds."""
    sheet = WorkoutSheet(parse(WORKOUT), "An example", MADE_AT, 4711)
    made = {name: exporter.export(sheet) for name, exporter in our_exporters() if SheetKind.WORKOUT in exporter.takes}
    made |= {
        name: exporter.export(_agenda()) for name, exporter in our_exporters() if SheetKind.AGENDA in exporter.takes
    }
    lived = activity_sheet(parse(LIVED), "An example 2026-03-02")
    made |= {name: exporter.export(lived) for name, exporter in our_exporters() if SheetKind.ACTIVITY in exporter.takes}
    parts = [
        "# One workout in every format\n\n"
        "Made by `make formats`; a test holds it against the program. What each format can hold: "
        f"[export.md](export.md).\n\n```\n{WORKOUT}\n```\n"
    ]
    for name in ORDER:
        data, remarks, _ = made[name]
        parts.append(f"\n## `{name}`\n")
        if name == "activity-fit":
            parts.append(
                f"Of `{LIVED}`, as it was run: every interval a minute and a quarter of a second longer, and after\n"
                "the first pain was marked and half a minute walked, ten seconds of it paused.\n\n"
            )
        parts += [f"> {remark}\n" for remark in remarks] + (["\n"] if remarks else [])
        if name == "svg":
            parts.append(f"![The interval bar]({PICTURE.relative_to(DOCS)})\n")
        elif name in ("fit", "activity-fit"):
            parts.append(
                f"{len(data)} bytes; what is in them, by the numbers of FIT's profile:\n\n```\n{_records(data)}```\n"
            )
        else:
            parts.append(f"````{_FENCE[name]}\n{data.decode().replace(chr(13), '')}````\n")
    parts.append(f"\n## `audio`\n{_sound()}")
    return {PAGE: "".join(parts), PICTURE: made["svg"].data.decode()}


def our_exporters() -> list[tuple[str, Exporter]]:
    return [(point.name, point.load()) for point in entry_points(group=GROUP) if point.value.startswith(OURS)]


def _agenda() -> AgendaSheet:
    end = MADE_AT + timedelta(minutes=29)
    run = Appointment("01-session", "Run: An example", WORKOUT, MADE_AT, end)
    rate = Appointment("01-rate", "Rate the run", "coach rate: within the hour", end, end + timedelta(hours=1))
    return AgendaSheet("An example", "+00:00", MADE_AT, (run, rate))


def _sound() -> str:
    """What there is to see of it: why this workout is refused, and the chapters it has where every step has a time."""
    try:
        check_timed(compile_timeline(parse(WORKOUT)))
    except BadInput as refused:
        refusal = refused
    timed = parse(WORKOUT.replace(*TIMED))
    starts = tuple((1_000 + (each.start_ms or 0)) * 48 for each in compile_timeline(timed).intervals)
    sheet = replace(sound_sheet(timed, ".mp3"), rate=RATE, starts=starts, end=starts[-1] + 5 * 60 * RATE)
    listed = "".join(f"{clock_text(each.start_ms):>5}  {each.title}\n" for each in chapters(sheet))
    return (
        f"> {refusal}\n\n"
        f"With `{TIMED[1]}` in the place of `{TIMED[0]}` these are its chapters, after a second of silence:\n\n"
        f"```\n{listed}```\n"
    )


def _records(data: bytes) -> str:
    kinds = {0: "file_id", 18: "session", 19: "lap", 20: "record", 21: "event", 26: "workout", 27: "workout_step"}
    kinds[34] = "activity"
    return "".join(
        f"{kinds[number]:<12} {', '.join(f'{n}={v}' for n, v in raw.items() if v is not None)}\n"
        for number, raw in by_fitdecode(data)
    )


if __name__ == "__main__":
    for file, content in written().items():
        file.write_text(content, encoding="utf-8")
        print(f"wrote {file}")
