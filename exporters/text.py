"""A workout or a plan as plain text, to print. Its last line but one can be typed again."""

from collections.abc import Iterator

from coach.errors import BadInput
from coach.model.sheets import Exported, PlanSheet, Sheet, SheetKind, WorkoutSheet
from exporters.lines import HEAD, WHAT_IT_IS, rows, terms, totals, typed


class TextExporter:
    """Lines without markup, as wide as they need."""

    about = "plain text: a workout or a plan to print"
    suffix = ".txt"
    is_text = True
    takes = frozenset({SheetKind.WORKOUT, SheetKind.PLAN})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        match sheet:
            case WorkoutSheet():
                lines = _workout(sheet)
            case PlanSheet():
                lines = _plan(sheet)
            case _:
                raise BadInput(f"text holds no {sheet.kind.value}", remedy="name a workout or a protocol")
        return Exported("".join(f"{line.rstrip()}\n" for line in lines).encode())


def _workout(sheet: WorkoutSheet) -> Iterator[str]:
    yield from (sheet.title, "")
    if sheet.workout.description:
        yield from (*sheet.workout.description.splitlines(), "")
    table = [HEAD, *rows(sheet.timeline)]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    for row in table:
        start, *others = row
        cells = [
            f"{start:>{widths[0]}}",
            *(f"{cell:<{width}}" for cell, width in zip(others, widths[1:], strict=False)),
        ]
        yield "  ".join([*cells, row.more])
    yield from ("", totals(sheet.workout, sheet.pace_s_per_km), "", typed(sheet.workout), WHAT_IT_IS)


def _plan(sheet: PlanSheet) -> Iterator[str]:
    yield from (sheet.title, "")
    if sheet.description:
        yield from (*sheet.description.splitlines(), "")
    for stage in sheet.stages:
        yield f"{stage.name}  {stage.stage.title}"
        # Sessions that are the same are told once: a week of five runs has one line.
        for session in dict.fromkeys(stage.stage.sessions):
            yield f"    {typed(session)}  ({totals(session, sheet.pace_s_per_km)})"
        yield from (f"    {terms(stage.stage)}", f"    {', '.join(stage.stage.sources)}", "")
    if sheet.sources:
        yield from ("Sources", *(f"  {line}" for line in sheet.sources), "")
    yield WHAT_IT_IS


exporter = TextExporter()
