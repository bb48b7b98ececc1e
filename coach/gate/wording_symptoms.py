"""Sentences for the rules about symptoms (rules_symptoms.py): figures → one or two plain sentences."""

from collections.abc import Callable

from coach.gate.words import Figures, alarm_words, counted, joined, lower, ordinal, uncounted
from coach.model.rating import RedFlag

_PAINS = {"during": "during the run", "after": "after the run", "warm-up": "in the warm-up"}

_RAISED = {"swelling": "swelling", "morning": "a morning above your usual"}


def _g1(figures: Figures) -> str:
    return alarm_words([RedFlag(flag) for flag in str(figures["flags"]).split(", ")])


def _g2(figures: Figures) -> str:
    return f"With this injury, no run before a clinician has cleared you for it.{uncounted(figures)}"


def _how(figures: Figures) -> str:
    return "you marked pain as you ran" if figures.get("marked") else f"{figures['pain']} of 10"


def _g3a(figures: Figures) -> str:
    return f"Your bone hurt ({_how(figures)}): no running until it is 0; {lower(figures)}."


def _g3b(figures: Figures) -> str:
    pain = figures["pain"]
    hurt = f"hurt ({_how(figures)})" if pain else "woke you at night"
    if figures["high_risk"]:
        why = f"It {hurt}, at a site where any pain is a matter for a clinician"
    elif figures["again"]:
        why = f"Your bone {hurt}, for the second time in four weeks"
    elif isinstance(pain, int) and pain >= int(figures["limit"]):
        why = f"Your bone hurt {pain} of 10, and from {figures['limit']} on a clinician should look at it"
    else:
        why = "Your bone hurt at night"
    return f"{why}: no running until then."


def _g4(_: Figures) -> str:
    return "The joint gave way: no running until a clinician has looked at it."


def _g5(figures: Figures) -> str:
    told = [f"pain of {figures['pain']} of 10"] if int(figures["pain"]) >= int(figures["limit"]) else []
    told += ["limping"] if figures["limp"] else []
    told += ["sharp pain"] if figures["sharp"] else []
    return f"You told of {joined(told)}: {lower(figures)}."


def _g6(figures: Figures) -> str:
    days = lower(figures, "two at least, and ")
    return f"It woke you at night: days off until your mornings are back to usual; {days}."


def _g7a(figures: Figures) -> str:
    return f"More swelling than usual: {lower(figures)}."


def _g7b(figures: Figures) -> str:
    return (
        f"Still swollen {figures['hours']} hours on, past the {figures['limit']} a swelling may take: let it be seen."
    )


def _g8a(figures: Figures) -> str:
    if "hours" not in figures:
        told = [words for name, words in _RAISED.items() if figures.get(name)]
        what = joined(told) if told else "swelling, or a morning above your usual"
        return f"{what[:1].upper()}{what[1:]}: the question at {figures['limit']} hours is still open."
    return f"{figures['hours']} hours on it was not known to be back to usual: {lower(figures)}."


def _g8b(figures: Figures) -> str:
    return f"Not back to usual {figures['hours']} hours on, past the limit of {figures['limit']}: let it be seen."


def _g9(figures: Figures) -> str:
    course = "went and came back" if figures["course"] == "returned" else "did not go away"
    return f"Soreness of {figures['soreness']} in the warm-up {course}: {lower(figures)}."


def _g10(figures: Figures) -> str:
    pain, limit = figures["pain"], figures["limit"]
    if figures["when"] == "morning":
        return f"A morning of {pain}, above the {limit} that may pass: {lower(figures)}."
    when = _PAINS[str(figures["when"])]
    return f"Pain of {pain} {when}, above the {limit} that may pass: {lower(figures)}."


def _g11(figures: Figures) -> str:
    then = "this stage again until that settles" if "within_days" in figures else lower(figures, "")
    mean, count = figures["mean"], counted(figures["mornings"])
    return f"The mornings of a week averaged {mean} ({count} of them), at least one above your usual: {then}."


def _g13(figures: Figures) -> str:
    pain, usual = figures["pain"], figures["baseline"]
    if not (isinstance(pain, int) and isinstance(usual, int)):
        return "It was not back to usual: the same session again, a day later."
    above = counted(pain - usual)
    return f"Your morning was {pain}, {above} above your usual {usual}: the same session again, a day later."


def _g14(figures: Figures) -> str:
    pain, limit = figures["pain"], figures["limit"]
    if figures.get("steady"):
        return (
            f"Pain of {pain}, no worse than in the two sessions before, the {ordinal(figures['running'])} running with "
            "usual mornings: it counts as good."
        )
    if "before" in figures:
        return (
            f"Pain of {pain}, where it was {figures['before']} at most in the two sessions before: this session again."
        )
    if "waits" in figures:
        return (
            f"Pain of {pain}, inside what may be lived with, for the {ordinal(figures['running'])} session running: it "
            "counts as good once the morning after is as usual."
        )
    return f"Pain of {pain}, above the {limit} for moving on but inside what may be lived with: the same session again."


def _g15(figures: Figures) -> str:
    if "soreness" in figures:
        return f"Soreness of {figures['soreness']} in the warm-up that went away: the same session again."
    if "done_percent" in figures:
        return f"You did {figures['done_percent']} % of the running planned: the same session again."
    return "The session was not finished: the same session again."


SENTENCES: dict[str, Callable[[Figures], str]] = {
    "G1": _g1, "G2": _g2, "G3a": _g3a, "G3b": _g3b, "G4": _g4, "G5": _g5, "G6": _g6, "G7a": _g7a, "G7b": _g7b,
    "G8a": _g8a, "G8b": _g8b, "G9": _g9, "G10": _g10, "G11": _g11, "G13": _g13, "G14": _g14, "G15": _g15,
}  # fmt: skip
