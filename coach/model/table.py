"""A workout as a table that people read: a row an interval."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from coach.model.durations import clock_text, spell
from coach.model.syntax import format_targets
from coach.model.timeline import Interval, Timeline
from coach.model.workout import Intensity


class Row(NamedTuple):
    """One interval in words: when it starts, the round where one begins, what, how long, and what else it is given."""

    start: str
    round: str
    step: str
    lasts: str
    more: str


HEAD = Row("start", "round", "step", "lasts", "")


def table_rows(timeline: Timeline, words: Mapping[Intensity, str]) -> Iterator[Row]:
    """``words`` say what a step is called."""
    before: Interval | None = None
    for interval in timeline.intervals:
        start = "–" if interval.start_ms is None else clock_text(interval.start_ms)
        # The round is shown where it begins, so that the eye finds the repeats.
        opens = bool(interval.rounds) and (before is None or interval.rounds != before.rounds)
        rounds = " ".join(f"{r.number}/{r.of}" for r in interval.rounds) if opens else "·" if interval.rounds else ""
        more = " ".join(filter(None, [interval.step.name, *format_targets(interval.step)]))
        yield Row(start, rounds, interval_words(interval, words), spell(interval.step.duration), more)
        before = interval


def interval_words(interval: Interval, words: Mapping[Intensity, str]) -> str:
    """As ``Run 3 of 8``."""
    count = f" {interval.number} of {interval.of}" if interval.is_counted else ""
    return words[interval.intensity] + count


def table_lines(timeline: Timeline, words: Mapping[Intensity, str]) -> Iterator[str]:
    """The head and the rows, in columns as wide as they need."""
    table = [HEAD, *table_rows(timeline, words)]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    for start, *others, more in table:
        cells = [
            f"{start:>{widths[0]}}",
            *(f"{cell:<{width}}" for cell, width in zip(others, widths[1:], strict=True)),
        ]
        yield "  ".join([*cells, more]).rstrip()
