"""Whether a run the coach did not start was one that the plan had opened. Its session by itself is not known."""

from coach.gate.case import OVER_PLAN
from coach.gate.evaluate import decide
from coach.gate.facts import GateInput, Run
from coach.model.decision import Decision


def kept_to_plan(asked: GateInput, run: Run) -> bool:
    """Whether the gate was open by the readings given until ``run`` began, and neither its running nor its longest bout
    was over what was due. ``asked`` is the question as it began."""
    known = tuple(g for g in asked.readings if g.given_at <= run.start)
    decision = decide(asked.model_copy(update={"readings": known}))
    running, bout = due_ms(asked, decision), _due_bout_ms(asked, decision)
    if not decision.is_open or running is None or bout is None:
        return False
    return run.done_ms * 100 <= running * OVER_PLAN and run.bout_ms * 100 <= bout * OVER_PLAN


def due_ms(asked: GateInput, decision: Decision) -> int | None:
    """The running of the session that is due, no more than the build phase leaves of it; None where it is not known."""
    return _capped(asked.stages[decision.stage].run_ms[decision.session], decision)


def _due_bout_ms(asked: GateInput, decision: Decision) -> int | None:
    bouts = asked.stages[decision.stage].bout_ms
    return _capped(bouts[min(decision.session, len(bouts) - 1)], decision)


def _capped(ms: int | None, decision: Decision) -> int | None:
    return ms if ms is None or decision.cap_ms is None else min(ms, decision.cap_ms)
