"""What `stage N` stands for: a stage of the plan by number, id or name, and one of its sessions."""

from collections.abc import Sequence

from coach.errors import BadInput
from coach.library.plans import PlannedStage

STAGE = "stage"


def find_stage(planned: Sequence[PlannedStage], wanted: str) -> tuple[PlannedStage, int | None]:
    """The stage a number, an id or a name stands for, and the session if one is named. Raises BadInput."""
    stem, _, which = wanted.rpartition("/")
    found = _match(planned, wanted)
    if found is not None:
        return found, None
    found = _match(planned, stem)
    if found is not None and which.isascii() and which.isdigit() and len(which) <= 4:
        return found, int(which)
    raise BadInput(
        f"the plan has no stage {wanted[:40]!r}",
        where=STAGE,
        remedy=f"give a number from 1 to {len(planned)}, or a name; `coach plan` lists them",
    )


def _match(planned: Sequence[PlannedStage], wanted: str) -> PlannedStage | None:
    """A number counts the stages, as `coach today` does, even where a stage has such an id."""
    names = [(str(number), each.name, each.stage.id) for number, each in enumerate(planned, start=1)]
    for known in zip(*names, strict=True):
        if wanted in known:
            return planned[known.index(wanted)]
    return None
