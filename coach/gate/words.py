"""Pieces that sentences are made of: dates, numbers, warning signs. Nothing here knows a rule but by its figures."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from coach.model.rating import Care, RedFlag
from coach.model.zones import zone

Figures = Mapping[str, int | float | str]

FLAGS: dict[RedFlag, str] = {
    RedFlag.BREATHLESS: "breathlessness or chest pain",
    RedFlag.CALF: "one calf that is swollen, throbbing or warm",
    RedFlag.POP: "a sudden pop, a feeling of being kicked, or not being able to rise on your toes",
    RedFlag.FOUR_STEPS: "not being able to take four steps",
    RedFlag.BONY_TENDERNESS: "after a twist, tenderness on the bone of an ankle knob (malleolus), the outer midfoot "
    "(base of the 5th metatarsal) or the inner midfoot (navicular)",
    RedFlag.FEVER: "fever after surgery",
    RedFlag.WOUND: "discharge from the wound after surgery",
    RedFlag.UNCONTROLLED: "pain after surgery that nothing eases",
    RedFlag.NUMBNESS_STAYS: "numbness after surgery that stays",
    RedFlag.FOCAL_BONE: "pain at one spot on the bone",
    RedFlag.REST_PAIN: "pain at rest or at night with a bone injury, now or in the past",
    RedFlag.HOP_PAIN: "pain on hopping with a bone injury, now or in the past",
    RedFlag.LONG: "swelling or pain for more than three days",
    RedFlag.NEW_NUMBNESS: "new numbness",
    RedFlag.GIVING_WAY: "the joint giving way",
    RedFlag.LOW_ENERGY: "missed periods, or eating less than training takes (low energy availability), with a bone "
    "injury",
}
"""In full, as evidence.md has them (section 5): who does not find a sign here does not tell of it.

Breathlessness and chest pain are an emergency without a sign in the leg as well: nobody need weigh that first.
"""

CARE: dict[Care, str] = {
    Care.EMERGENCY: "Call the emergency number now",
    Care.SAME_DAY: "Have it looked at by a clinician today",
    Care.BOOK: "Do not run; book an appointment with a clinician",
}

_COUNTS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def day_words(day: date) -> str:
    """``2 March``."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def dated(figure: int | float | str) -> str:
    """``2026-03-02`` or an instant that begins so, as people write it."""
    return day_words(datetime.fromisoformat(str(figure)))


def moment(at: datetime, zone_name: str) -> str:
    """``2 March 08:00``, where the runner is."""
    local = at.astimezone(zone(zone_name))
    return f"{day_words(local.date())} {local:%H:%M}"


def counted(figure: int | float | str) -> str:
    return _COUNTS[figure] if isinstance(figure, int) and 0 <= figure < len(_COUNTS) else str(figure)


def ordinal(figure: int | float | str) -> str:
    if isinstance(figure, int) and 0 < figure < len(_ORDINALS):
        return _ORDINALS[figure]
    return f"{figure}th"


def in_minutes(figure: int | float | str) -> str:
    minutes = round(float(figure) / 60_000, 1)
    return f"{minutes:g} minute{'' if minutes == 1 else 's'}"


def in_km(figure: int | float | str) -> str:
    return f"{round(float(figure) / 1000, 1):g} km"


def joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def alarm_words(flags: Sequence[RedFlag]) -> str:
    """How soon these want to be seen, and what they are."""
    soonest = next(care for care in Care if any(flag.care is care for flag in flags))
    return f"{CARE[soonest]}: you told of {joined([FLAGS[flag] for flag in flags])}."


def lower(figures: Figures, days: str = "two days off, and ") -> str:
    """What a step back is: from the first stage there is none."""
    if figures.get("first_stage"):
        walking = "at the first stage that is seven days of walking, and a new readiness check"
        if "ready_from" not in figures:
            return walking
        ready_from = datetime.fromisoformat(str(figures["ready_from"]))
        return f"{walking} of after {moment(ready_from, str(figures.get('zone', 'UTC')))}"
    return f"{days}one stage lower"


def uncounted(figures: Figures) -> str:
    """Why a clearance that was given does not count."""
    if "uncounted" not in figures:
        return ""
    return (
        f" The clearance of {dated(figures['uncounted'])} does not count while the day of the injury is unknown: "
        "nobody knows whether it is about this one (`coach init --onset DATE`)."
    )
