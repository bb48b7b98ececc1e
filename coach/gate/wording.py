"""Code and figures → one plain sentence a runner understands. No diagnosis, no blame, nothing decided here."""

from coach.gate import wording_plan, wording_symptoms
from coach.gate.words import CARE, FLAGS, Figures, alarm_words, counted, day_words
from coach.model.decision import Need, Outcome, Reason

__all__ = [
    "CARE", "FLAGS", "WORDED", "Figures", "alarm_words", "cause_words", "day_words", "need_words", "outcome_words",
    "reason_words",
]  # fmt: skip

_OUTCOMES: dict[Outcome, str] = {
    Outcome.ADVANCE: "on to the next stage.",
    Outcome.REPEAT: "this stage again.",
    Outcome.STEP_BACK: "one step lower for now.",
    Outcome.REST: "days off first, then a lower stage.",
    Outcome.STOP: "no running until this has been cleared.",
}

_NEEDS: dict[Need, str] = {
    Need.RUN_DAY: "say how it is today, before you run: `coach morning`, or `coach before` if that is said already",
    Need.AFTER: "rate your last run: `coach rate`",
    Need.MORNING: "say how the morning after your last run was: `coach morning`",
    Need.FOLLOW_UP: "say whether all is back to usual: `coach follow-up`",
    Need.UNTIL_ZERO: "a reading of 0, without a painkiller: `coach morning`, or `coach before` if that is said already",
    Need.AT_BASELINE: "a morning at your usual level after a quiet night, without a painkiller: `coach morning`",
    Need.READINESS: "pass the readiness check: `coach ready`",
    Need.CLINICIAN: "a clinician's word that you may run: `coach clear --role clinician --by NAME`",
    Need.CLEARANCE: "look back at what happened, then clear it yourself: `coach clear --role self --by NAME`",
    Need.CLOCK: "set this machine's clock right, or put the wrong date right: `coach journal correct EVENT TIME` "
    "(`coach journal export` shows the events)",
    Need.PROTOCOL: "tell your easy pace with `coach init --pace M:SS` where it asks for a distance; else follow a "
    "protocol that begins no higher: `coach init --protocol NAME` (or mend the file, if it is one of your own)",
}

_SENTENCES = wording_symptoms.SENTENCES | wording_plan.SENTENCES
WORDED = frozenset(_SENTENCES)
"""The codes that have a sentence."""


def outcome_words(outcome: Outcome, stages: int = 1) -> str:
    """What the outcome means, to follow its name and a colon; ``stages`` is how many it steps back."""
    if outcome is Outcome.STEP_BACK and stages > 1:
        return f"{counted(stages)} stages lower for now."
    return _OUTCOMES[outcome]


def need_words(need: Need) -> str:
    """What to do, with the command that does it."""
    return _NEEDS[need]


def reason_words(reason: Reason, situation: Figures | None = None) -> str:
    """One sentence, or two, for why a rule had something to say.

    ``situation`` (advice.py) is what it was said in, as far as sentences tell that apart.
    """
    say = _SENTENCES.get(reason.code)
    return say({**(situation or {}), **reason.figures}) if say else "A rule this version does not know said something."


def cause_words(reason: Reason) -> str:
    """What was told, without what the rule made of it: ``You told of limping``."""
    told, _, more = reason_words(reason).rstrip(".").partition(": ")
    return f"{more[:1].upper()}{more[1:]}" if reason.code == "G1" else told
