"""The codes of readiness in words: a sentence a verdict."""

from datetime import tzinfo

from coach.model.profile import Profile
from coach.model.readiness import Criterion, Measure, ReadinessVerdict

STATE: dict[bool | None, str] = {True: "passed", False: "failed", None: "open"}
_AGAIN = {True: "Counts until {day}.", False: "Try again from {day}.", None: "Test it again."}
_WORDS = {
    "baseline-too-high": "Your usual morning pain is {baseline} of 10; above {limit} it is too early for any run. "
    "A lower one counts a day after this was told.",
    "not-tested": "Not tested yet.",
    "too-old": "The result is too old to count.",
    "unanswered": "What the test gave was not told.",
    "one-side-missing": "Both sides are needed to compare.",
    "clearance-missing": "No clinician's clearance that counts is recorded.",
    "waits-for-clearance": "Hops wait for a clinician's clearance ({first}).",
    "cleared": "Cleared by {by}.",
    "waived": "Waived by {by}.",
    "not-done": "It did not go as it should.",
    "pain": "It hurt {pain} of 10; at most {limit} is allowed.",
    "settling": "It hurt {pain} of 10: whether that has settled is known the next morning.",
    "not-settled": "It hurt {pain} of 10, and had not settled the next morning.",
    "too-early": "It was tested before {first} was passed, so it does not count.",
    "too-low": "{got}; at least {at_least}{unit} is asked.",
    "too-high": "{got}; at most {at_most}{unit} is asked.",
    "below-norm": "{got}; {norm}{unit} on each side is asked.",
    "sides-differ": "{got}: the sides differ by {difference}{unit}, more than {difference_at_most}.",
    "not-symmetric": "{got}: the weaker side has {percent} % of the stronger; {percent_at_least} % is asked.",
    "against-ratings": "You told of pain on {day}: that leaves {got}; at least {at_least}{unit} is asked.",
    "against-mornings": "You rated a morning above your usual level on {day}: that is no week at it yet.",
    "passed": "Passed{with_figures}.",
}


def verdict_words(verdict: ReadinessVerdict, criterion: Criterion | None = None) -> str:
    """The verdict in a sentence; ``criterion`` knows the unit of its figures."""
    unit = f" {criterion.unit}" if criterion is not None and criterion.unit else ""
    shown = {key: _shown(value) for key, value in verdict.figures.items()}
    sides = [f"{side} {shown[side]}" for side in ("left", "right") if side in shown]
    got = ", ".join(sides) or shown.get("figure", "")
    got = f"{got}{unit}" if got else ""
    text = _WORDS[verdict.why].format(**shown, unit=unit, got=got, with_figures=f": {got}" if got else "")
    stands = " It counts for 24 hours, whatever goes better within them: test it again after that."
    return text[:1].upper() + text[1:] + (stands if "stands" in verdict.figures else "")


def asked_words(criterion: Criterion, profile: Profile) -> str:
    """The figures that pass it, before it is tried: ``Asked: at least 30 min.``; empty where ``how`` says it all."""
    unit = f" {criterion.unit}" if criterion.unit else ""
    most = criterion.norms and criterion.norms.most
    if criterion.norms and profile.sex is not None and profile.age is not None:
        most = criterion.norms.goal(profile.sex, profile.age)
    each = " on each side" if criterion.measure is Measure.BOTH_SIDES else ""
    parts = [
        *(f"at least {figure:g}{unit}{each}" for figure in (most, criterion.at_least) if figure is not None),
        *(f"at most {figure:g}{unit}{each}" for figure in (criterion.at_most,) if figure is not None),
    ]
    if criterion.difference_at_most is not None:
        parts.append(f"the sides within {criterion.difference_at_most:g}{unit} of each other")
    if criterion.ratio_at_least is not None:
        parts.append(f"the weaker side at least {round(100 * criterion.ratio_at_least)} % of the stronger")
    return f"Asked: {', '.join(parts)}." if parts else ""


def must_words(verdict: ReadinessVerdict) -> str:
    """Whether it has to be passed."""
    return "must" if verdict.mandatory else "advisory"


def retest_words(verdict: ReadinessVerdict, zone: tzinfo | None) -> str:
    """Until when it counts, or when to try again; empty where there is nothing to say."""
    if verdict.retest_at is None or "stands" in verdict.figures:  # its sentence says when
        return ""
    return _AGAIN[verdict.passed].format(day=f"{verdict.retest_at.astimezone(zone):%Y-%m-%d}")


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"
