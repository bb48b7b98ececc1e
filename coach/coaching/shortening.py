"""A session within what the gate allows."""

from itertools import takewhile

from coach.model.durations import MS_PER_MINUTE
from coach.model.estimate import run_ms, step_ms
from coach.model.workout import Block, Repeat, Step, TimeDuration, Workout


def shortened(workout: Workout, cap_ms: int | None, pace_s_per_km: int | None = None) -> Workout:
    """``workout`` with no more running than ``cap_ms``, and no longer bout.

    It breaks off where that is reached, and what it closes with is walked. The last run ends on a whole minute, if it
    lasts one. A workout whose running time nobody knows stays as it is.
    """
    total = run_ms(workout, pace_s_per_km)
    if cap_ms is None or total is None or total <= cap_ms:
        return workout
    kept = _Cut(max(cap_ms, 1), pace_s_per_km).through(workout.steps)
    closing = [*takewhile(_is_walk, reversed(workout.steps))]
    return workout.model_copy(update={"steps": (*kept, *reversed(closing))})


def _is_walk(block: Block) -> bool:
    return isinstance(block, Step) and not block.intensity.is_run


class _Cut:
    """Takes blocks as long as there is running left of ``left_ms``, and none once it is over."""

    def __init__(self, left_ms: int, pace_s_per_km: int | None) -> None:
        self.left_ms = left_ms
        self.pace_s_per_km = pace_s_per_km
        self.has_run = False
        self.is_over = False

    def through(self, blocks: tuple[Block, ...]) -> list[Block]:
        kept: list[Block] = []
        for block in blocks:
            if self.is_over:
                break
            kept += self._rounds(block) if isinstance(block, Repeat) else self._step(block)
        return kept

    def _step(self, step: Step) -> list[Block]:
        if _is_walk(step):
            return [step]
        took = step_ms(step, self.pace_s_per_km) or 0
        if took <= self.left_ms:
            self.left_ms -= took
            self.has_run = True
            return [step]
        self.is_over = True
        left = self.left_ms // MS_PER_MINUTE * MS_PER_MINUTE
        if not left and self.has_run:
            return []  # a run of some seconds is none worth beginning
        return [step.model_copy(update={"duration": TimeDuration(ms=left or self.left_ms)})]

    def _rounds(self, repeat: Repeat) -> list[Block]:
        each = run_ms(Workout(steps=repeat.steps), self.pace_s_per_km) or 0
        whole = min(repeat.count, self.left_ms // each) if each else repeat.count
        kept: list[Block] = []
        if whole:
            self.left_ms -= whole * each
            self.has_run = self.has_run or each > 0
            kept.append(repeat.model_copy(update={"count": whole}))
        return kept if whole == repeat.count else [*kept, *self.through(repeat.steps)]
