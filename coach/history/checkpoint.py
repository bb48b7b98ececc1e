"""Where a runner stood at a run some weeks ago: from there a standing is built again without all that is older.

Derived and thrown away at will: what is told of an earlier time, a merge of older events, or another ruleset makes it
worthless, and the standing is then built from the whole diary.
"""

from datetime import timedelta

from coach.gate import RULESET
from coach.gate.facts import At, Ledger, Run, StageRule
from coach.model.workout import Frozen

FORMAT = f"7/{RULESET}"
AGE = timedelta(days=15)
"""Younger runs are always judged anew: late answers are mostly about them."""
STRIDE = timedelta(days=7)
"""So much newer must a checkpoint be to be worth keeping."""
RARE = ("profile_set", "cleared", "readiness_tested", "advance_chosen", "date_corrected")
"""Kinds of diary events that are needed however old they are."""
SKIPPED = ("decided",)
"""Kinds that tell nothing new: a decision follows from the rest."""


class Checkpoint(Frozen):
    """``floor`` is when that run began; what is about an earlier time is in ``ledger``.

    ``upto`` is the id of the newest diary event that was known. ``first_mornings`` are those from which the baseline
    comes, if they were before the first run.
    """

    form: str = FORMAT
    floor: At
    upto: str
    ledger: Ledger
    run: Run | None
    stages: tuple[StageRule, ...]
    first_run_at: At | None
    first_mornings: tuple[int, ...]
