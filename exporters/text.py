"""A workout or a plan as plain text, to print. Its last line but one can be typed again."""

from collections.abc import Iterator

from coach.model.sheets import Exported, PlanSheet, Sheet, WorkoutSheet
from coach.model.table import table_lines
from exporters.lines import ON_PAPER, WHAT_IT_IS, on_paper, terms, totals, typed
from exporters.steps import WORD


class TextExporter:
    """Lines without markup, as wide as they need."""

    about = "plain text: a workout or a plan to print"
    suffix = ".txt"
    is_text = True
    takes = ON_PAPER

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        return Exported("".join(f"{line.rstrip()}\n" for line in on_paper(sheet, "text", _workout, _plan)).encode())


def _workout(sheet: WorkoutSheet) -> Iterator[str]:
    yield from (sheet.title, "")
    if sheet.workout.description:
        yield from (*sheet.workout.description.splitlines(), "")
    yield from table_lines(sheet.timeline, WORD)
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
