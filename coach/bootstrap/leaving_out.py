"""Leaving out what a destination cannot hold, where the runner said that it may go."""

from collections.abc import Sequence

from coach.errors import BadInput
from coach.model.workout import Block, Repeat, Step, Workout

NAMES = "names"
TARGETS = "targets"


def leave_out(workout: Workout, what: frozenset[str]) -> tuple[Workout, str]:
    """``workout`` without the names or targets of its steps, and in words how many that were; empty for none."""
    if unknown := what - {NAMES, TARGETS}:
        raise BadInput(f"{min(unknown)[:40]!r} cannot be left out", where="--without", remedy="say names or targets")
    steps = list(_steps(workout.steps))
    counts = {
        "name": sum(1 for step in steps if step.name is not None) if NAMES in what else 0,
        "target": sum(len(_targets(step)) for step in steps) if TARGETS in what else 0,
    }
    words = [f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts.items() if count]
    if not words:
        return workout, ""
    kept = workout.model_copy(update={"steps": tuple(_without(block, what) for block in workout.steps)})
    return kept, " and ".join(words)


def _steps(blocks: Sequence[Block]) -> list[Step]:
    return [step for block in blocks for step in ([block] if isinstance(block, Step) else _steps(block.steps))]


def _targets(step: Step) -> list[str]:
    return [name for name in ("cadence", "heart_rate", "rpe") if getattr(step, name) is not None]


def _without(block: Block, what: frozenset[str]) -> Block:
    if isinstance(block, Repeat):
        return block.model_copy(update={"steps": tuple(_without(inner, what) for inner in block.steps)})
    gone = [*(["name"] if NAMES in what else []), *(_targets(block) if TARGETS in what else [])]
    return block.model_copy(update=dict.fromkeys(gone))
