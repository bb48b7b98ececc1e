"""The whole session as a row of cells: which interval each cell stands for, and where the runner is in it. Pure."""

from itertools import accumulate

from coach.model.timeline import Interval, Timeline
from coach.model.workout import DistanceDuration

RUN_MS_PER_CM = 4.2  # 7:00/km: only for drawing an interval of unknown length at a likely width
WALK_MS_PER_CM = 6.6  # 11:00/km
OPEN_MS = 60_000


def likely_ms(interval: Interval) -> int:
    """The planned time, or a likely one where the plan gives none. For drawing only."""
    if interval.planned_ms is not None:
        return interval.planned_ms
    if isinstance(interval.step.duration, DistanceDuration):
        pace = RUN_MS_PER_CM if interval.intensity.is_run else WALK_MS_PER_CM
        return max(1, round(interval.step.duration.cm * pace))
    return OPEN_MS


class BarScale:
    """Maps a timeline onto ``width`` cells."""

    def __init__(self, timeline: Timeline, width: int) -> None:
        lengths = [likely_ms(interval) for interval in timeline.intervals]
        self.width = width
        self._ends = list(accumulate(lengths))
        self._starts = [end - length for end, length in zip(self._ends, lengths, strict=True)]
        self.cells = self._assign()

    def cell(self, index: int, share: float) -> int:
        """The cell (0 … width-1) of the position ``share`` (0–1) into interval ``index``."""
        start, end = self._starts[index], self._ends[index]
        at = start + (end - start) * share
        return min(self.width - 1, int(at * self.width / self._ends[-1]))

    def _assign(self) -> list[int]:
        # A cell shows the interval at its middle; a short interval that covers no middle is not drawn.
        cells: list[int] = []
        index = 0
        for cell in range(self.width):
            middle = (cell + 0.5) * self._ends[-1] / self.width
            while middle >= self._ends[index] and index < len(self._ends) - 1:
                index += 1
            cells.append(index)
        return cells
