"""Code and figures → one plain sentence a runner understands. No diagnosis, no blame, nothing decided here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from coach.model.decision import Need, Outcome, Reason
from coach.model.rating import Care, RedFlag

Figures = Mapping[str, int | float | str]

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
    Need.PROTOCOL: "mend the protocol's file, or follow one that begins no higher: `coach init --protocol NAME`",
}

FLAGS: dict[RedFlag, str] = {
    RedFlag.BREATHLESS: "breathlessness or chest pain",
    RedFlag.CALF: "a calf that is swollen, throbbing or warm",
    RedFlag.POP: "a sudden pop",
    RedFlag.FOUR_STEPS: "not being able to take four steps",
    RedFlag.BONY_TENDERNESS: "tenderness on the bone after a twist",
    RedFlag.FEVER: "fever after surgery",
    RedFlag.WOUND: "discharge from the wound",
    RedFlag.UNCONTROLLED: "pain after surgery that nothing eases",
    RedFlag.NUMBNESS_STAYS: "numbness after surgery that stays",
    RedFlag.FOCAL_BONE: "pain at one spot on the bone",
    RedFlag.REST_PAIN: "pain at rest or at night after a bone injury",
    RedFlag.HOP_PAIN: "pain on hopping after a bone injury",
    RedFlag.LONG: "swelling or pain for more than three days",
    RedFlag.NEW_NUMBNESS: "new numbness",
    RedFlag.GIVING_WAY: "the joint giving way",
    RedFlag.LOW_ENERGY: "missed periods or too little energy with a bone injury",
}

CARE: dict[Care, str] = {
    Care.EMERGENCY: "Call the emergency number now",
    Care.SAME_DAY: "Have it looked at by a clinician today",
    Care.BOOK: "Do not run; book an appointment with a clinician",
}

_STOPS = {
    "G1": "the warning sign you told of",
    "G2": "the clearance that is still missing",
    "G3b": "the bone pain",
    "G4": "the joint giving way",
    "G7b": "the swelling that stayed",
    "G8b": "what had not settled after three days",
    "G18b": "the two flare-ups close together",
    "G25": "three days running that hurt too much to run",
}

_OWED = {
    "days-off": "The wait from before {then} is not over: it still has to pass.",
    Need.UNTIL_ZERO.value: "A reading of 0 was still owed before {then}, and still is.",
    Need.AT_BASELINE.value: "A morning at your usual level was still owed before {then}, and still is.",
    Need.FOLLOW_UP.value: "Whether all was back to usual was still open before {then}, and still is.",
    Need.READINESS.value: "A readiness check was still due before {then}, and still is.",
    Need.RUN_DAY.value: "How you were on {day} before you ran was never said: please say it, however late.",
    Need.AFTER.value: "Your run of {day} was never rated: please rate it, however late.",
    Need.MORNING.value: "The morning of {day} was never answered: please answer it, however late.",
}
_OWED_ANYTHING = "Something was still owed before {then}, and still is."

_ANSWERS = {
    "after": "the rating after your last run",
    "morning": "the morning after your last run ({day})",
    "run-day": "how it is today ({day})",
}

_PAINS = {"during": "during the run", "after": "after the run", "warm-up": "in the warm-up"}
_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def outcome_words(outcome: Outcome, stages: int = 1) -> str:
    """What the outcome means, to follow its name and a colon; ``stages`` is how many it steps back."""
    if outcome is Outcome.STEP_BACK and stages > 1:
        return f"{_count(stages)} stages lower for now."
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


def day_words(day: date) -> str:
    """``2 March``."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _lower(figures: Figures, days: str = "two days off, and ") -> str:
    """What a step back is: from the first stage there is none."""
    if figures.get("first_stage"):
        return "at the first stage that is seven days of walking, and a new readiness check"
    return f"{days}one stage lower"


def _count(figure: int | float | str) -> str:
    return _COUNTS[figure] if isinstance(figure, int) and 0 <= figure < len(_COUNTS) else str(figure)


def _ordinal(figure: int | float | str) -> str:
    if isinstance(figure, int) and 0 < figure < len(_ORDINALS):
        return _ORDINALS[figure]
    return f"{figure}th"


def _day(figure: int | float | str) -> str:
    """``2026-03-02`` or an instant that begins so, as people write it."""
    return day_words(datetime.fromisoformat(str(figure)))


def _minutes(figure: int | float | str) -> str:
    minutes = round(float(figure) / 60_000, 1)
    return f"{minutes:g} minute{'' if minutes == 1 else 's'}"


def _km(figure: int | float | str) -> str:
    return f"{round(float(figure) / 1000, 1):g} km"


def alarm_words(flags: Sequence[RedFlag]) -> str:
    """How soon these want to be seen, and what they are."""
    soonest = next(care for care in Care if any(flag.care is care for flag in flags))
    return f"{CARE[soonest]}: you told of {_and([FLAGS[flag] for flag in flags])}."


def _g1(figures: Figures) -> str:
    return alarm_words([RedFlag(flag) for flag in str(figures["flags"]).split(", ")])


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _g2(figures: Figures) -> str:
    return f"With this injury, no run before a clinician has cleared you for it.{_uncounted(figures)}"


def _uncounted(figures: Figures) -> str:
    """Why a clearance that was given does not count."""
    if "uncounted" not in figures:
        return ""
    return (
        f" The clearance of {_day(figures['uncounted'])} does not count while the day of the injury is unknown: nobody "
        "knows whether it is about this one (`coach init --onset DATE`)."
    )


def _g3a(figures: Figures) -> str:
    return f"Your bone hurt ({figures['pain']} of 10): no running until it is 0; {_lower(figures)}."


def _g3b(figures: Figures) -> str:
    pain = figures["pain"]
    hurt = f"hurt ({pain} of 10)" if pain else "woke you at night"
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
    return f"You told of {_and(told)}: {_lower(figures)}."


def _g6(figures: Figures) -> str:
    days = _lower(figures, "two at least, and ")
    return f"It woke you at night: days off until your mornings are back to usual; {days}."


def _g7a(figures: Figures) -> str:
    return f"More swelling than usual: {_lower(figures)}."


def _g7b(figures: Figures) -> str:
    return (
        f"Still swollen {figures['hours']} hours on, past the {figures['limit']} a swelling may take: let it be seen."
    )


def _g8a(figures: Figures) -> str:
    if "hours" not in figures:
        return f"Swelling, or a morning above your usual: the question at {figures['limit']} hours is still open."
    return f"{figures['hours']} hours on it was not known to be back to usual: {_lower(figures)}."


def _g8b(figures: Figures) -> str:
    return f"Not back to usual {figures['hours']} hours on, past the limit of {figures['limit']}: let it be seen."


def _g9(figures: Figures) -> str:
    course = "went and came back" if figures["course"] == "returned" else "did not go away"
    return f"Soreness of {figures['soreness']} in the warm-up {course}: {_lower(figures)}."


def _g10(figures: Figures) -> str:
    pain, limit = figures["pain"], figures["limit"]
    if figures["when"] == "morning":
        return f"A morning of {pain}, above the {limit} that may pass: {_lower(figures)}."
    when = _PAINS[str(figures["when"])]
    return f"Pain of {pain} {when}, above the {limit} that may pass: {_lower(figures)}."


def _g11(figures: Figures) -> str:
    then = "this stage again until that settles" if "within_days" in figures else _lower(figures, "")
    mean, count = figures["mean"], _count(figures["mornings"])
    return f"The mornings of a week averaged {mean} ({count} of them), at least one above your usual: {then}."


def _g12(figures: Figures) -> str:
    if figures["missing"] == "run-day" and figures.get("ran_today") and not figures.get("recalled"):
        return "How it is on the day of your next run, before it, has yet to be said."
    what = _ANSWERS[str(figures["missing"])]
    if "day" in figures:
        what = what.format(day=_day(figures["day"]))
    if figures.get("recalled"):
        running = figures.get("running", 1)
        again = f", for the {_ordinal(running)} time running" if isinstance(running, int) and running > 1 else ""
        return f"You told {what} late{again}: it counts in full, and this stage comes again."
    return f"Nothing was said yet about {what}."


def _g13(figures: Figures) -> str:
    pain, usual = figures["pain"], figures["baseline"]
    if not (isinstance(pain, int) and isinstance(usual, int)):
        return "It was not back to usual: the same session again, a day later."
    above = _count(pain - usual)
    return f"Your morning was {pain}, {above} above your usual {usual}: the same session again, a day later."


def _g14(figures: Figures) -> str:
    pain, limit = figures["pain"], figures["limit"]
    if figures.get("steady"):
        return (
            f"Pain of {pain}, steady for {_count(figures['running'])} sessions with usual mornings: it counts as good."
        )
    return f"Pain of {pain}, above the {limit} for moving on but inside what may be lived with: the same session again."


def _g15(figures: Figures) -> str:
    if "soreness" in figures:
        return f"Soreness of {figures['soreness']} in the warm-up that went away: the same session again."
    if "done_percent" in figures:
        return f"You did {figures['done_percent']} % of the running planned: the same session again."
    return "The session was not finished: the same session again."


def _g16(figures: Figures) -> str:
    if figures.get("gap_over"):
        return "The time that has to lie between two runs has passed, and no longer holds you back."
    return "Some time has to lie between two runs, counted from the start of the last."


def _g17(figures: Figures) -> str:
    back, days = figures["back"], figures["days"]
    if figures["from"] == 0:
        return f"{days} days since your last run: the first stage, counted from the start."
    lower = "start again at the first stage" if back == 0 else f"{_count(back)} stage{'' if back == 1 else 's'} lower"
    return f"{days} days since your last run: {lower}."


def _g18a(figures: Figures) -> str:
    return f"The {_ordinal(figures['running'])} time running that symptoms held you back: {_lower(figures, '')}."


def _g18b(figures: Figures) -> str:
    return (
        f"Two flare-ups, on {_day(figures['first'])} and {_day(figures['second'])}, "
        f"within {figures['limit_days']} days: stop and reassess."
    )


def _g19(figures: Figures) -> str:
    if "advances" in figures:
        return f"You moved on {_count(figures['advances'])} times in seven days, which is the most: this stage again."
    if "morning" in figures:
        return f"Your morning was {figures['morning']}; to move on it should be at most {figures['limit']}."
    if "last_stage" in figures:
        return "This is the last stage of the plan: keep it up."
    return f"{figures['good']} of the {figures['needed']} good sessions this stage takes."


def _g20(figures: Figures) -> str:
    if "weeks" in figures:
        done, needed = figures["weeks"], figures["limit"]
        return f"The next stage waits for {needed} weeks of running every other day; {done} are done."
    if "percent" in figures:
        known = f" of {_km(figures['former_m'])}" if figures["former_m"] else ""
        waits = f"The next stage waits until a week reaches {figures['percent']} % of your former distance{known}"
        if figures.get("weekly") == "unknown":
            return f"{waits}. Distances are not known to the coach yet, so hills and speed stay closed."
        return f"{waits}."
    return f"All {figures['needed']} good sessions of this stage are done."


def _g21(figures: Figures) -> str:
    done, planned = _minutes(figures["done_ms"]), _minutes(figures["planned_ms"])
    return f"You ran {done} where {planned} were planned: the same session again, a day later."


def _g22(figures: Figures) -> str:
    if figures.get("choice"):
        return "Your confidence is low but your sessions are good: going on is your choice (`coach advance`)."
    if "confidence" in figures:
        return f"Your confidence is {figures['confidence']} of 10: this stage again until it is {figures['limit']}."
    if figures.get("rest_day"):
        return "How confident you are is asked on the day of your next run; until then it counts as this stage again."
    return "How confident you are was not said: this stage again."


def _g23(figures: Figures) -> str:
    if "percent" in figures:
        return (
            f"With this session the week would come to {_minutes(figures['week_ms'])}, more than a tenth above "
            f"your heaviest of {_minutes(figures['heaviest_ms'])}."
        )
    return f"{str(_count(figures['limit'])).capitalize()} runs in seven days are the most in this stage."


def _g24(figures: Figures) -> str:
    if "pain_free_days" in figures:
        return (
            f"The readiness check of a bone takes {figures['pain_free_days']} days without pain: as it is, not before "
            f"{_day(figures['from'])}, unless a clinician waives them."
        )
    if "days" in figures:
        old, limit = figures["days"], figures["limit"]
        return f"Your readiness check is {old} days old and counts for {limit}: walk, train, and test again."
    if figures["passed"]:
        return "A new readiness check is due: until then walking, conditioning and strength."
    return f"The readiness check is not passed yet: until then walking, conditioning and strength.{_uncounted(figures)}"


def _g25(figures: Figures) -> str:
    running = figures["running"]
    today = f"It hurt {figures['pain']} before running, above the {figures['limit']} with which a run may begin"
    if isinstance(running, int) and running >= 3:
        return f"{today}, for the {_ordinal(running)} day running: stop and reassess."
    return f"{today}: not today."


def _g26(_: Figures) -> str:
    return "A painkiller can hide what the run did: this stage again."


def _g27(figures: Figures) -> str:
    if "newest" in figures:
        at = datetime.fromisoformat(str(figures["newest"]))
        event = f" (event {figures['event']})" if "event" in figures else ""
        return f"This machine's clock is behind something noted on {day_words(at)} {at:%Y, %H:%M} UTC{event}."
    return "This machine's clock is not known to be right."


def _g28(figures: Figures) -> str:
    if "stop" in figures:
        why = _STOPS.get(str(figures["stop"]), "an earlier reason")
        return f"Still stopped for {why}{'.' if figures.get('no_run') else ': a run since does not change that.'}"
    if "owed" in figures:
        then = "your clearance" if figures.get("no_run") else "your last run"
        day = _day(figures["day"]) if "day" in figures else ""
        return _OWED.get(str(figures["owed"]), _OWED_ANYTHING).format(day=day, then=then)
    return "Your last run was not one the plan had opened: it counts as load, not as a good session."


def _g29(figures: Figures) -> str:
    what = "The protocol was changed, and even its first stage asks more than was open to you before"
    if "run_ms" not in figures or "bout_ms" not in figures:
        return (
            "The protocol was changed, and nothing shows that its first stage asks no more than was open before: "
            "it opens no run yet."
        )
    asks = f"{_minutes(figures['run_ms'])} of running, up to {_minutes(figures['bout_ms'])} in one go"
    if "last_run_ms" not in figures or "last_bout_ms" not in figures:
        return f"{what} ({asks})."
    had = f"{_minutes(figures['last_run_ms'])}, up to {_minutes(figures['last_bout_ms'])} in one go"
    return f"{what}: {asks}. Your last good session had {had}."


_SENTENCES: dict[str, Callable[[Figures], str]] = {
    "G1": _g1, "G2": _g2, "G3a": _g3a, "G3b": _g3b, "G4": _g4, "G5": _g5, "G6": _g6, "G7a": _g7a, "G7b": _g7b,
    "G8a": _g8a, "G8b": _g8b, "G9": _g9, "G10": _g10, "G11": _g11, "G12": _g12, "G13": _g13, "G14": _g14, "G15": _g15,
    "G16": _g16, "G17": _g17, "G18a": _g18a, "G18b": _g18b, "G19": _g19, "G20": _g20, "G21": _g21, "G22": _g22,
    "G23": _g23, "G24": _g24, "G25": _g25, "G26": _g26, "G27": _g27, "G28": _g28, "G29": _g29,
}  # fmt: skip
WORDED = frozenset(_SENTENCES)
"""The codes that have a sentence."""
