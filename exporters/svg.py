"""The interval bar as a picture: the higher the faster, the wider the longer. Reads in black and white too."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from coach.model.durations import CM_PER_KM, MS_PER_MINUTE, clock_text, spell
from coach.model.estimate import WALK_MS_PER_KM, interval_ms
from coach.model.sheets import Exported, Sheet, SheetKind, WorkoutSheet
from coach.model.table import interval_words
from coach.model.timeline import Interval
from coach.model.workout import DistanceDuration, Intensity
from exporters.lines import totals, typed
from exporters.steps import WORD, the_workout

WIDTH, HEIGHT, MARGIN = 960, 260, 24
BAR_TOP, BAR_HEIGHT = 72, 110
RUN_MS_PER_KM = 7 * MS_PER_MINUTE  # only for drawing a distance at a likely width
OPEN_MS = MS_PER_MINUTE  # … and what nobody knows at some width
NARROWEST = 26  # pixels a label needs
STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 300)

# Told apart with every kind of colour vision, and by their heights without any.
_LOOK: dict[Intensity, tuple[str, float]] = {
    Intensity.ACTIVE: ("#f5a623", 1.0),
    Intensity.WARMUP: ("#8cc8ee", 0.55),
    Intensity.COOLDOWN: ("#8cc8ee", 0.55),
    Intensity.RECOVERY: ("#56b4e9", 0.45),
    Intensity.REST: ("#b0b0b0", 0.15),
}


class SvgExporter:
    """One picture of a fixed size; fonts are the viewer's own."""

    about = "SVG picture of a workout: its intervals as a bar"
    suffix = ".svg"
    is_text = True
    takes = frozenset({SheetKind.WORKOUT})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        given = the_workout(sheet)
        remarks = ("steps without a time are drawn at a likely width, with a broken edge",)
        return Exported(
            "".join(f"{line}\n" for line in _picture(given)).encode(), remarks if given.timeline.untimed else ()
        )


def _picture(sheet: WorkoutSheet) -> Iterator[str]:
    timeline = sheet.timeline
    spans = [_likely_ms(interval, sheet.pace_s_per_km) for interval in timeline.intervals]
    scale = (WIDTH - 2 * MARGIN) / sum(spans)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" role="img">'
    )
    yield f"<title>{escape(sheet.title)}</title>"
    yield f"<desc>{escape(typed(sheet.workout))}</desc>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    size = min(20, 1500 // len(sheet.title))  # a long title gets small letters rather than no end
    yield _text(MARGIN, 32, size, sheet.title, anchor="start", weight="bold")
    yield _text(MARGIN, 54, 13, totals(sheet.workout, sheet.pace_s_per_km), anchor="start")
    at = float(MARGIN)
    for interval, span in zip(timeline.intervals, spans, strict=True):
        yield from _bar(interval, at, span * scale)
        at += span * scale
    if timeline.total_ms is not None:
        yield from _minutes(timeline.total_ms, scale)
    yield from _legend({interval.intensity for interval in timeline.intervals})
    yield "</svg>"


def _bar(interval: Interval, left: float, width: float) -> Iterator[str]:
    colour, share = _LOOK[interval.intensity]
    height = BAR_HEIGHT * share
    top = BAR_TOP + BAR_HEIGHT - height
    edge = 'stroke="#ffffff"' if interval.planned_ms is not None else 'stroke="#1a1a1a" stroke-dasharray="4 3"'
    lasts = spell(interval.step.duration)
    named = f" “{interval.step.name}”" if interval.step.name else ""
    yield (
        f'<rect x="{left:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{colour}" '
        f'{edge} stroke-width="{min(1.0, width / 4):.2f}">'
        f"<title>{escape(f'{interval_words(interval, WORD)}, {lasts}{named}')}</title></rect>"
    )
    if width >= NARROWEST and 7 * len(lasts) <= width:
        yield _text(left + width / 2, top - 4 if share < 0.3 else top + 16, 11, lasts)


def _minutes(total_ms: int, scale: float) -> Iterator[str]:
    """The time below the bar, at round minutes that leave room for each other."""
    below = BAR_TOP + BAR_HEIGHT
    apart = next((m for m in STEPS_MIN if m * MS_PER_MINUTE * scale >= 48), STEPS_MIN[-1]) * MS_PER_MINUTE
    for ms in range(0, total_ms + 1, apart):
        x = MARGIN + ms * scale
        yield f'<line x1="{x:.2f}" y1="{below}" x2="{x:.2f}" y2="{below + 5}" stroke="#555555"/>'
        yield _text(x, below + 19, 11, clock_text(ms))


def _legend(used: set[Intensity]) -> Iterator[str]:
    x = MARGIN
    for intensity in (each for each in Intensity if each in used):
        yield f'<rect x="{x}" y="{HEIGHT - 30}" width="14" height="14" fill="{_LOOK[intensity][0]}"/>'
        yield _text(x + 20, HEIGHT - 18, 12, WORD[intensity], anchor="start")
        x += 120


def _text(x: float, y: float, size: int, text: str, *, anchor: str = "middle", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="#1a1a1a">{escape(text)}</text>'
    )


def _likely_ms(interval: Interval, pace_s_per_km: int | None) -> int:
    """The time of it, or a likely one. For drawing only."""
    known = interval_ms(interval, pace_s_per_km)
    if known is not None:
        return max(1, known)
    if isinstance(interval.step.duration, DistanceDuration):
        per_km = RUN_MS_PER_KM if interval.intensity.is_run else WALK_MS_PER_KM
        return max(1, round(interval.step.duration.cm * per_km / CM_PER_KM))
    return OPEN_MS


exporter = SvgExporter()
