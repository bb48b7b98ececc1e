"""Sentences for the rules of rules_plan.py and rules_load.py: figures → plain sentences."""

from collections.abc import Callable
from datetime import datetime

from coach.gate.words import Figures, counted, dated, day_words, in_km, in_minutes, joined, lower, ordinal, uncounted
from coach.model.decision import Need

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


def _g12(figures: Figures) -> str:
    if figures["missing"] == "run-day" and figures.get("ran_today") and not figures.get("recalled"):
        return "How it is on the day of your next run, before it, has yet to be said."
    what = _ANSWERS[str(figures["missing"])]
    if "day" in figures:
        what = what.format(day=dated(figures["day"]))
    if figures.get("recalled"):
        running = figures.get("running", 1)
        again = f", for the {ordinal(running)} time running" if isinstance(running, int) and running > 1 else ""
        return f"You told {what} late{again}: it counts in full, and this stage comes again."
    return f"Nothing was said yet about {what}."


def _g16(figures: Figures) -> str:
    if figures.get("gap_over"):
        return "The time that has to lie between two runs has passed, and no longer holds you back."
    return "Some time has to lie between two runs, counted from the start of the last."


def _g17(figures: Figures) -> str:
    back, days = figures["back"], figures["days"]
    if figures["from"] == 0:
        return f"{days} days since your last run: the first stage, counted from the start."
    # There is no stage below the first, however many the days ask for.
    lowest = back == 0 or float(back) >= float(figures["from"])
    then = "start again at the first stage" if lowest else f"{counted(back)} stage{'' if back == 1 else 's'} lower"
    return f"{days} days since your last run: {then}."


def _g18a(figures: Figures) -> str:
    return f"The {ordinal(figures['running'])} time running that symptoms held you back: {lower(figures, '')}."


def _g18b(figures: Figures) -> str:
    return (
        f"Two flare-ups, on {dated(figures['first'])} and {dated(figures['second'])}, "
        f"within {figures['limit_days']} days: stop and reassess."
    )


def _g19(figures: Figures) -> str:
    if "advances" in figures:
        return f"You moved on {counted(figures['advances'])} times in seven days, which is the most: this stage again."
    if "morning" in figures:
        return f"Your morning was {figures['morning']}; to move on it should be at most {figures['limit']}."
    if "last_stage" in figures:
        return "This is the last stage of the plan: keep it up."
    return f"{figures['good']} of the {figures['needed']} good sessions this stage takes."


def _g20(figures: Figures) -> str:
    if figures.get("pace") == "unknown":
        return (
            f"The next run may have {in_minutes(figures['cap_ms'])} of running at most, and how long its distance "
            "takes you nobody knows: tell your easy pace with `coach init --pace M:SS`."
        )
    if "weeks" in figures:
        done, needed = figures["weeks"], figures["limit"]
        return f"The next stage waits for {needed} weeks of running every other day; {done} are done."
    if "percent" in figures:
        known = f" of {in_km(figures['former_m'])}" if figures["former_m"] else ""
        waits = f"The next stage waits until a week reaches {figures['percent']} % of your former distance{known}"
        if figures.get("weekly") == "unknown":
            return f"{waits}. How far you ran in the last week nobody told: `coach rate --distance KM`."
        return f"{waits}."
    return f"All {figures['needed']} good sessions of this stage are done."


def _g21(figures: Figures) -> str:
    done, planned = in_minutes(figures["done_ms"]), in_minutes(figures["planned_ms"])
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
            f"With this session the week would come to {in_minutes(figures['week_ms'])}, more than a tenth above "
            f"your heaviest of {in_minutes(figures['heaviest_ms'])}."
        )
    return f"{str(counted(figures['limit'])).capitalize()} runs in seven days are the most in this stage."


def _g24(figures: Figures) -> str:
    if "pain_free_days" in figures:
        return (
            f"The readiness check of a bone takes {figures['pain_free_days']} days without pain: as it is, not before "
            f"{dated(figures['from'])}, unless a clinician waives them."
        )
    if "injury" in figures:
        told = dated(figures["injury"])
        start = f"An injury is new since {told}: the way begins at the first stage."
        check = "" if figures["ready"] else " A readiness check from before it does not count: pass it anew."
        return start + check
    if "days" in figures:
        old, limit = figures["days"], figures["limit"]
        return f"Your readiness check is {old} days old and counts for {limit}: walk, train, and test again."
    if figures["passed"]:
        return "A new readiness check is due: until then walking, conditioning and strength."
    return f"The readiness check is not passed yet: until then walking, conditioning and strength.{uncounted(figures)}"


def _g25(figures: Figures) -> str:
    running = figures["running"]
    past = "day" in figures and "today" in figures and figures["day"] != figures["today"]
    hurt = f"On {dated(figures['day'])} it hurt" if past else "It hurt"
    today = f"{hurt} {figures['pain']} before running, above the {figures['limit']} with which a run may begin"
    if isinstance(running, int) and running >= 3:
        return f"{today}, for the {ordinal(running)} day running: stop and reassess."
    return f"{today}: {'not that day' if past else 'not today'}."


def _g26(_: Figures) -> str:
    return "A painkiller can hide what the run did: this stage again."


def _g27(figures: Figures) -> str:
    if "newest" in figures:
        at = datetime.fromisoformat(str(figures["newest"]))
        event = f" (event {figures['event']})" if "event" in figures else ""
        return f"This machine's clock is behind something noted on {day_words(at)} {at:%Y, %H:%M} UTC{event}."
    return "This machine has no clock with a battery, and nothing has set its time since it was switched on."


def _g28(figures: Figures) -> str:
    if "stop" in figures:
        why = _STOPS.get(str(figures["stop"]), "an earlier reason")
        return f"Still stopped for {why}{'.' if figures.get('no_run') else ': a run since does not change that.'}"
    if "owed" in figures:
        then = "your clearance" if figures.get("no_run") else "your last run"
        if figures.get("over"):
            return f"The wait from before {then} has passed, and no longer holds you back."
        day = dated(figures["day"]) if "day" in figures else ""
        ahead = day and "today" in figures and str(figures["today"]) <= str(figures["day"])
        if ahead and figures["owed"] == Need.MORNING.value:
            return f"How the morning of {day} is has yet to be said."
        return _OWED.get(str(figures["owed"]), _OWED_ANYTHING).format(day=day, then=then)
    return "Your last run was not one the plan had opened: it counts as load, not as a good session."


def _g29(figures: Figures) -> str:
    what = "The protocol was changed, and even its first stage asks more than was open to you before"
    if "run_ms" not in figures or "bout_ms" not in figures:
        return (
            "The protocol was changed, and nothing shows that its first stage asks no more than was open before: "
            "it opens no run yet."
        )
    asks = f"{in_minutes(figures['run_ms'])} of running, up to {in_minutes(figures['bout_ms'])} in one go"
    if "last_run_ms" not in figures or "last_bout_ms" not in figures:
        return f"{what} ({asks})."
    more: list[str] = []
    for name, words in (
        ("run", "{} of running where your last good session had {}"),
        ("bout", "{} in one go where your last good session had {}"),
    ):
        asked, had = figures[f"{name}_ms"], figures[f"last_{name}_ms"]
        if float(asked) > float(had):
            more.append(words.format(in_minutes(asked), in_minutes(had)))
    return f"{what}: {joined(more)}." if more else f"{what} ({asks})."


SENTENCES: dict[str, Callable[[Figures], str]] = {
    "G12": _g12, "G16": _g16, "G17": _g17, "G18a": _g18a, "G18b": _g18b, "G19": _g19, "G20": _g20, "G21": _g21,
    "G22": _g22, "G23": _g23, "G24": _g24, "G25": _g25, "G26": _g26, "G27": _g27, "G28": _g28, "G29": _g29,
}  # fmt: skip
