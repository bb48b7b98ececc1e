"""A workout or a plan as Markdown (CommonMark with tables), to print or to keep with notes."""

import re
from collections.abc import Iterable, Iterator

from coach.model.sheets import Exported, PlanSheet, Sheet, WorkoutSheet
from coach.model.table import HEAD, table_rows
from exporters.lines import ON_PAPER, WHAT_IT_IS, on_paper, terms, totals, typed
from exporters.steps import WORD


class MarkdownExporter:
    """What the runner wrote stays text: every sign that Markdown or HTML would read is escaped."""

    about = "Markdown: a workout or a plan to print, with tables"
    suffix = ".md"
    is_text = True
    takes = ON_PAPER

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        return Exported("".join(f"{line}\n" for line in on_paper(sheet, "md", _workout, _plan)).encode())


def escaped(text: str) -> str:
    """``text`` so that it shows as it is, within a line."""
    return re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", text)


def _line(text: str) -> str:
    """… and as a line of its own, where it could begin a list, a heading or a rule."""
    return re.sub(r"^(\d{0,9})([-+=.):])", r"\1\\\2", escaped(text))


def _paragraphs(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield _line(line.strip())
    yield ""


def _table(head: Iterable[str], body: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(head)
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in body:
        yield f"| {' | '.join(escaped(cell) for cell in row)} |"
    yield ""


def _workout(sheet: WorkoutSheet) -> Iterator[str]:
    yield from (f"# {escaped(sheet.title)}", "")
    if sheet.workout.description:
        yield from _paragraphs(sheet.workout.description)
    yield from _table(HEAD, table_rows(sheet.timeline, WORD))
    yield from (f"**{totals(sheet.workout, sheet.pace_s_per_km)}**", "")
    yield from (_line(typed(sheet.workout)), "", f"*{WHAT_IT_IS}*")


def _plan(sheet: PlanSheet) -> Iterator[str]:
    yield from (f"# {escaped(sheet.title)}", "")
    if sheet.description:
        yield from _paragraphs(sheet.description)
    for stage in sheet.stages:
        yield from (f"## {escaped(stage.name)}: {escaped(stage.stage.title)}", "")
        sessions = dict.fromkeys(stage.stage.sessions)
        yield from _table(
            ("session", "", "done"),
            ((typed(session), totals(session, sheet.pace_s_per_km), "") for session in sessions),
        )
        yield from (escaped(f"{terms(stage.stage)}. Source: {', '.join(stage.stage.sources)}."), "")
    if sheet.sources:
        yield from ("## Sources", "", *(f"- {escaped(line)}" for line in sheet.sources), "")
    yield f"*{WHAT_IT_IS}*"


exporter = MarkdownExporter()
