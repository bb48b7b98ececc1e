"""What several destinations share: words for a step, and repeats without repeats in them."""

from collections.abc import Iterable
from typing import NamedTuple

from coach.errors import BadInput
from coach.model.sheets import Sheet, WorkoutSheet
from coach.model.syntax_scan import quoted
from coach.model.workout import Block, Intensity, Repeat, RpeTarget, Step, Workout

WORD: dict[Intensity, str] = {
    Intensity.WARMUP: "Warm up",
    Intensity.ACTIVE: "Run",
    Intensity.RECOVERY: "Walk",
    Intensity.REST: "Rest",
    Intensity.COOLDOWN: "Cool down",
}
"""What a step is called where it has no name of its own."""

_WRITTEN_OUT = "repeats within repeats are written out: the same steps, with one repeat around them at most"
_NO_DESCRIPTION = "the description is not in it: there is no place for one"


class Round(NamedTuple):
    """``steps`` done ``times`` times; a single step outside any repeat is done once."""

    times: int
    steps: tuple[Step, ...]

    @property
    def size(self) -> int:
        """How many entries a list of steps needs for it, the repeat's own one included."""
        return len(self.steps) + (self.times > 1)


def one_level(workout: Workout) -> tuple[Round, ...]:
    """The same steps in the same order, without a repeat in a repeat, in as few entries as it takes.

    Watches and services differ in what they make of nested repeats (one does one round too many), so none gets any.
    """
    return tuple(_flat(workout.steps))


def few_enough(workout: Workout, most: int, taker: str) -> tuple[Round, ...]:
    """:func:`one_level`. Raises BadInput for more than ``most`` entries, with ``taker`` saying whose limit that is."""
    rounds = one_level(workout)
    size = sum(each.size for each in rounds)
    if size > most:
        raise BadInput(
            f"it comes to {size} steps, repeats included, and {taker} takes {most}",
            remedy="use repeats with fewer steps in them; repeats within repeats are written out",
        )
    return rounds


def remarks_on(workout: Workout) -> list[str]:
    """What of it is not as the runner wrote it."""
    remarks = [_WRITTEN_OUT] if _is_nested(workout) else []
    return remarks + ([_NO_DESCRIPTION] if workout.description else [])


def _is_nested(workout: Workout) -> bool:
    """Whether there is a repeat in a repeat."""
    return any(isinstance(block, Repeat) and any(isinstance(i, Repeat) for i in block.steps) for block in workout.steps)


def _flat(blocks: Iterable[Block]) -> list[Round]:
    return [each for block in blocks for each in _rounds(block)]


def _rounds(block: Block) -> list[Round]:
    if isinstance(block, Step):
        return [Round(1, (block,))]
    inner = _flat(block.steps)
    if block.count == 1:
        return inner
    within = Round(block.count, tuple(step for each in inner for _ in range(each.times) for step in each.steps))
    apart = inner * block.count
    return [within] if within.size <= sum(each.size for each in apart) else apart


def the_workout(sheet: Sheet) -> WorkoutSheet:
    """``sheet``, if it is a workout. Raises BadInput."""
    if isinstance(sheet, WorkoutSheet):
        return sheet
    raise BadInput(f"this format holds no {sheet.kind.value}", remedy="name a workout")


def called(step: Step) -> str:
    """A step in an error."""
    return f"the step {quoted(step.name)}" if step.name is not None else f"a {WORD[step.intensity].lower()} step"


def effort(target: RpeTarget | None) -> str | None:
    """As ``RPE 3-4``; None without a target."""
    if target is None:
        return None
    return f"RPE {target.low}" if target.low == target.high else f"RPE {target.low}-{target.high}"


def refuse_two_targets(step: Step, format_name: str) -> None:
    """Raises BadInput for cadence and heart rate in one step: a watch warns of one."""
    if step.cadence is not None and step.heart_rate is not None:
        raise BadInput(
            f"{called(step)} has a cadence and a heart rate to hold, and {format_name} takes one of them",
            remedy="take one out of the workout, or leave out both: --without targets",
        )
