"""A session as rows, each interval with its start; and which interval a row of the editor stands for. Pure."""

from coach.model.durations import clock_text
from coach.model.outline import Row
from coach.model.timeline import Timeline
from coach.model.workout import count_intervals
from coach.tui.view import interval_words, spell_short


def plan_rows(timeline: Timeline) -> list[str]:
    """Every interval with its start: `` 5:00  Run 1 of 8 · 1 min``."""
    starts = ["–" if i.start_ms is None else clock_text(i.start_ms) for i in timeline.intervals]
    width = max(len(start) for start in starts)
    return [
        f"{start:>{width}}  {interval_words(i)} · {spell_short(i)}"
        for start, i in zip(starts, timeline.intervals, strict=True)
    ]


def first_interval(rows: tuple[Row, ...], number: int) -> int:
    """The index of the first interval that row ``number`` gives."""
    row = rows[number]
    before = sum(count_intervals((rows[each].block,)) for each in row.siblings if each < number)
    return before if row.parent is None else before + first_interval(rows, row.parent)
