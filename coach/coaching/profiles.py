"""From what the runner says to a profile: every answer read, what is not given taken cautiously and said so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from coach.coaching.times import a_date
from coach.errors import BadInput
from coach.gate.days import local_date
from coach.gate.episodes import Hurt
from coach.gate.readiness import days_since_pain
from coach.library.plans import default_programme
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role, Sex, Side, Surgery

NONE = "none"
INJURY_WORDS = (*InjuryKind, NONE)
_Word = TypeVar("_Word", bound=StrEnum)


class Assumed(NamedTuple):
    """What was not given: its option, what holds instead, and what that means."""

    option: str
    value: str
    meaning: str


class Draft(NamedTuple):
    """A profile ready to be told, with what was assumed for it."""

    profile: Profile
    clearances: tuple[Clearance, ...]
    assumed: tuple[Assumed, ...]


class Field(NamedTuple):
    """One answer: its name and its short one, what is asked, why, and what may be said: words, or an example."""

    name: str
    label: str
    question: str
    explain: str
    words: tuple[str, ...] = ()
    example: str = ""

    @property
    def option(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    @property
    def text(self) -> str:
        """The question with what may be said."""
        hint = ", ".join(self.words) or self.example
        several = "; commas between several" if self.name == "injury" else ""
        return f"{self.question} ({hint}{several})" if hint else self.question


FIELDS = {
    field.name: field
    for field in (
        Field("injury", "Injury", "What do you come back from?",
              "Each has its own tests, protocol and limits of pain; with several the strictest holds. After an "
              "operation say surgery, whatever it was for. This is what you say, not a diagnosis.", INJURY_WORDS),
        Field("site", "Bone", "Which bone?",
              "Fibula, posteromedial-tibia, metatarsal-2-4 and calcaneus count as low-risk. At any other, and at an "
              "unknown one, the first pain is a STOP. At every site hops, and so the first run, wait for a clinician's "
              "clearance.", tuple(BoneSite)),
        Field("surgery", "Operation", "Which operation?",
              "After an Achilles repair five raises on one leg are a must and the usual number is a goal.",
              tuple(Surgery)),
        Field("side", "Side", "Which side?", "For the report to a clinician; tests always compare both.", tuple(Side)),
        Field("onset", "Since", "Since when?",
              "The day of the injury or operation. An injury told of later counts as new from it on, and without it "
              "from today on.", example="2026-03-02"),
        Field("cleared_by", "Cleared by", "Who cleared you to run?",
              "After surgery, and for a bone injury, no run opens without it. It can be told "
              "later: coach clear --role clinician --by NAME.", example="a clinician's name"),
        Field("cleared_on", "Cleared on", "On which day?", "Hops tested before that day do not count. "
              "unknown leaves the clearance out; it can be told later.",
              example="2026-03-02"),
        Field("baseline", "Baseline", "Pain on the first steps of the last three mornings, 0-10?",
              "What is usual for you before you begin: the middle one of three. Later mornings are compared with it. "
              "It may be lowered later, never raised; for bone it is 0. Above 5 it is too early to run.",
              example="1,2,1"),
        Field("pain_free_days", "No pain", "How many days without pain up to today?",
              "A bone injury wants 14 before the first run."),
        Field("former_weekly", "Before", "How many km a week did you run before?",
              "Hills and speed open only from 50-60 % of it."),
        Field("pace", "Pace", "Your own easy pace, min per km?",
              "Protocols by distance need it for an estimate of time.", example="6:30"),
        Field("age", "Age", "Your age?", "The number of heel raises that is usual depends on age and sex."),
        Field("sex", "Sex", "Your sex?", "As above; it is asked for nothing else.", tuple(Sex)),
        Field("protocol", "Protocol", "Which protocol?",
              "The published way back to follow: coach protocol list shows them."),
    )
}  # fmt: skip


# Reading one answer


def read(name: str, text: str, where: str | None = None) -> Any:
    """The answer ``text`` to the field ``name``. Raises BadInput."""
    return _READERS[name](text.strip(), where or FIELDS[name].option)


def _injuries(text: str, where: str) -> tuple[InjuryKind, ...]:
    words = [word.strip() for word in text.split(",")]
    if NONE in words:
        if len(set(words)) > 1:
            raise BadInput("none goes with no injury", where=where, remedy="leave out none, or all others")
        return ()
    kinds = tuple(_word(InjuryKind, word, where, INJURY_WORDS) for word in words)
    twice = next((kind.value for kind in kinds if kinds.count(kind) > 1), None)
    if twice is not None:  # each may have a site and a side of its own, and here there is room for one
        raise BadInput(
            f"{twice} is there twice", where=where,
            remedy="give each a table of its own in a file, [[injury]] with kind, site, side: `coach init --file`",
        )  # fmt: skip
    return kinds


def _word(kind: type[_Word], text: str, where: str, known: tuple[str, ...] | None = None) -> _Word:
    try:
        return kind(text.casefold())
    except ValueError:
        shown = text[:40] or "nothing"
        raise BadInput(f"{shown} is not known", where=where, remedy=f"say one of {', '.join(known or kind)}") from None


def _whole(text: str, where: str, low: int, high: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise BadInput(
            f"{text[:20] or 'nothing'} is not allowed", where=where, remedy=f"give a whole number from {low} to {high}"
        )
    return value


def _baseline(text: str, where: str) -> tuple[int, ...]:
    parts = text.split(",")
    if len(parts) > 3:
        raise BadInput(f"{len(parts)} mornings are too many", where=where, remedy="give three, such as 1,2,1")
    return tuple(_whole(part.strip(), where, 0, 10) for part in parts)


def _km(text: str, where: str) -> int:
    try:
        km = float(text)
    except ValueError:
        km = 0.0
    if not 0.001 <= km <= 500:
        raise BadInput(f"{text[:20] or 'nothing'} km is not allowed", where=where, remedy="give km a week, up to 500")
    return round(km * 1000)


def _pace(text: str, where: str) -> int:
    minutes, colon, seconds = text.partition(":")
    digits = minutes.isascii() and minutes.isdigit() and seconds.isascii() and seconds.isdigit()
    pace = int(minutes) * 60 + int(seconds) if digits and colon and len(minutes) < 3 and len(seconds) == 2 else 0
    if not 120 <= pace <= 1800 or int(seconds) > 59:
        raise BadInput(
            f"{text[:20] or 'nothing'} is not a pace", where=where, remedy="write min:s per km from 2:00 to 30:00: 6:30"
        )
    return pace


def _name(text: str, where: str) -> str:
    if not 1 <= len(text) <= 80 or not text.isprintable():
        raise BadInput("this is not a name", where=where, remedy="give a name of up to 80 letters")
    return text


_READERS: dict[str, Callable[[str, str], Any]] = {
    "injury": _injuries,
    "site": lambda text, where: _word(BoneSite, text, where),
    "surgery": lambda text, where: _word(Surgery, text, where),
    "side": lambda text, where: _word(Side, text, where),
    "onset": a_date,
    "cleared_by": _name,
    "cleared_on": a_date,
    "baseline": _baseline,
    "pain_free_days": lambda text, where: _whole(text, where, 0, 10_000),
    "former_weekly": _km,
    "pace": _pace,
    "age": lambda text, where: _whole(text, where, 10, 110),
    "sex": lambda text, where: _word(Sex, text, where),
    "protocol": _name,
}


# All of them together


def wanted(kinds: tuple[InjuryKind, ...]) -> list[Field]:
    """What is asked of a runner with these injuries, in order, after the injury itself."""
    asked = ["side", "onset"] if kinds else []
    if InjuryKind.BONE in kinds:
        asked.insert(0, "site")
    if InjuryKind.SURGERY in kinds:
        asked.insert(0, "surgery")
    if InjuryKind.BONE in kinds or InjuryKind.SURGERY in kinds:
        asked += ["cleared_by", "cleared_on"]
    asked.append("baseline")
    if InjuryKind.BONE in kinds:
        asked.append("pain_free_days")
    return [FIELDS[name] for name in (*asked, "former_weekly", "pace", "age", "sex", "protocol")]


def injuries_of(values: Mapping[str, Any], before: Iterable[Injury] = ()) -> tuple[Injury, ...]:
    """The injuries of the answers; one that was told ``before`` keeps the side and day that are not said anew, but
    where a clearance hangs on which it is. Raises BadInput where site, surgery or side fit none of them."""
    given: tuple[Injury, ...] = values.get("injuries", ())
    kinds: tuple[InjuryKind, ...] = values.get("injury", ())
    for name, kind in (("site", InjuryKind.BONE), ("surgery", InjuryKind.SURGERY)):
        if values.get(name) is not None and kind not in kinds:
            raise BadInput(
                f"{FIELDS[name].option} is asked of {kind.value} only", where=FIELDS[name].option,
                remedy=f"add --injury {kind.value}, or leave it out",
            )  # fmt: skip
    for name in ("side", "onset"):
        if values.get(name) is not None and not kinds:
            raise BadInput("there is no injury to it", where=FIELDS[name].option, remedy="name one with --injury")
    same = {injury.kind: injury for injury in before if not injury.hops_wait}
    return given + tuple(
        Injury(
            kind=kind,
            side=values.get("side") or (same[kind].side if kind in same else Side.BOTH),
            onset=values.get("onset") or (same[kind].onset if kind in same else None),
            site=values.get("site") if kind is InjuryKind.BONE else None,
            surgery=values.get("surgery") if kind is InjuryKind.SURGERY else None,
        )
        for kind in kinds
    )


def draft(
    values: Mapping[str, Any], now: datetime, zone: tzinfo | None, before: Profile | None = None,
    holding: Sequence[Injury] | None = None,
) -> Draft:  # fmt: skip
    """The profile that ``values`` (fields read) come to. What is not given stays as it was ``before``; ``holding`` are
    the injuries of then that stay whatever is told, all of them if it is not given.

    Raises BadInput for answers that do not fit together.
    """
    told = "injury" in values or "injuries" in values
    injuries = injuries_of(values, before.injuries if before else ()) if told or before is None else before.injuries
    if not told and before is not None:
        injuries_of(values)  # a site without an injury to it
    today = now.astimezone(zone).date()
    _check_dates(values, injuries, today)
    old: dict[str, Any] = {} if before is None else before.model_dump()
    renames = {"former_weekly": "former_weekly_m", "pace": "pace_s_per_km"}
    kept = {
        name: values[name] if values.get(name) is not None else old.get(renames.get(name, name))
        for name in ("baseline", "former_weekly", "pace", "age", "sex", "pain_free_days")
    }
    same = before is not None and set(injuries) <= set(before.injuries)
    if holding is None:
        holding = () if before is None else before.injuries
    kinds = [injury.kind for injury in (*injuries, *holding)]
    protocol = values.get("protocol") or (before.protocol if same and before is not None else default_programme(kinds))
    profile = Profile(
        injuries=injuries,
        protocol=protocol,
        baseline=kept["baseline"] or (),
        former_weekly_m=kept["former_weekly"],
        pace_s_per_km=kept["pace"],
        age=kept["age"],
        sex=kept["sex"],
        pain_free_days=kept["pain_free_days"],
    )
    return Draft(profile, _clearances(values, now, zone), _assumed(profile, values, same=same))


def _check_dates(values: Mapping[str, Any], injuries: tuple[Injury, ...], today: date) -> None:
    by, on = values.get("cleared_by"), values.get("cleared_on")
    if (by is None) != (on is None):
        missing = "--cleared-by" if by is None else "--cleared-on"
        raise BadInput("a clearance is a name and a day", where=missing, remedy=f"give {missing} too")
    if on is not None and on > today:
        raise BadInput("a clearance cannot be of the future", where="--cleared-on", remedy="give the day it was given")
    for injury in injuries:
        if injury.onset is not None and injury.onset > today:
            raise BadInput("an injury cannot be of the future", where="--onset", remedy="give the day it began")
        if injury.onset is not None and on is not None and on < injury.onset:
            raise BadInput(
                f"cleared on {on}, before the injury of {injury.onset}", where="--cleared-on", remedy="check both days"
            )


def check_pain_free_days(days: float, hurts: Iterable[Hurt], at: datetime, where: str) -> None:
    """Raises BadInput where what the runner told leaves fewer days without pain than are claimed."""
    left = days_since_pain(hurts, at)
    if left is not None and days > left.days:
        what = f"you rated {left.score} of 10 on {left.day}" if left.score else f"you told of pain on {left.day}"
        raise BadInput(what, where=where, remedy=f"that leaves {left.days} days at most")


def check_clearance(
    clearance: Clearance, profile: Profile, zone_name: str, told_at: Callable[[Injury], datetime],
    where: str | None = None,
) -> None:  # fmt: skip
    """Raises BadInput for one from before an injury that it would have to be about.

    Of a bone injury or an operation whose day is unknown, only a clearance from the day on which it was first told
    (``told_at``, UTC) is known to be about it.
    """
    day = local_date(clearance.at, zone_name)
    asking = [injury for injury in profile.injuries if injury.hops_wait] or profile.injuries
    for injury in asking:
        if injury.onset is not None and day < injury.onset:
            raise BadInput(
                f"a clearance of {day} is from before the {injury.kind.value} of {injury.onset}",
                where=where,
                remedy="give the day you were cleared for it; if the day of the injury is wrong: `coach init --onset`",
            )
        if not injury.hops_wait or _has_onset(injury, profile):
            continue
        first = local_date(told_at(injury), zone_name)
        if day < first:
            raise BadInput(
                f"nobody knows whether a clearance of {day} is about the {injury.kind.value}, whose day is unknown",
                where=where,
                remedy=f"give that day with `coach init --onset DATE`; without it a clearance counts from {first} on, "
                "the day you told of it",
            )


def _has_onset(injury: Injury, profile: Profile) -> bool:
    """Whether its day is known: told with it, or told later of the same injury."""
    dated = (other.model_copy(update={"onset": None}) for other in profile.injuries if other.onset is not None)
    return injury.onset is not None or injury in dated


def _clearances(values: Mapping[str, Any], now: datetime, zone: tzinfo | None) -> tuple[Clearance, ...]:
    """From the end of that day on: what was tested that day may have come before it."""
    by, on = values.get("cleared_by"), values.get("cleared_on")
    if by is None or on is None:
        return ()
    end = datetime.combine(on, time(23, 59, 59), zone).astimezone(UTC)
    return (Clearance(role=Role.CLINICIAN, by=by, at=min(now, end)),)


def _onset_unknown(injuries: Sequence[Injury]) -> str:
    if any(injury.hops_wait for injury in injuries):
        return "a clinician's clearance counts only from the day on which you tell of it, none of an earlier day"
    return "no rule asks for it with this injury; the report to a clinician leaves it out"


def _assumed(profile: Profile, values: Mapping[str, Any], *, same: bool) -> tuple[Assumed, ...]:
    injuries = profile.injuries
    unknown: list[tuple[bool, str, str, str]] = [
        (any(i.kind is InjuryKind.BONE and i.site is None for i in injuries), "site", "unknown",
         "counts as a high-risk site: no run without a clinician's clearance, and the first pain in a run is a STOP"),
        (any(i.kind is InjuryKind.SURGERY and i.surgery is None for i in injuries), "surgery", "unknown",
         "every test that any operation asks for"),
        (bool(injuries) and "side" not in values and not same and all(i.side is Side.BOTH for i in injuries), "side",
         "both", "tests compare both sides anyway"),
        (bool(injuries) and all(i.onset is None for i in injuries), "onset", "unknown",
         _onset_unknown(injuries)),
        (any(i.hops_wait for i in injuries) and values.get("cleared_by") is None and not same, "cleared_by", "nobody",
         "no run opens before a clinician's clearance is recorded: coach clear --role clinician --by NAME"
         if profile.needs_clinician else
         "hops, and so the first run, wait for a clinician's clearance: coach clear --role clinician --by NAME"),
        (not profile.baseline, "baseline", "0",
         "until you have rated three mornings before the first run; till then any pain in the morning is above it"),
        (0 < len(profile.baseline) < 3, "baseline", str(min(profile.baseline, default=0)),
         "the lowest of fewer than three mornings"),
        (any(i.kind is InjuryKind.BONE for i in injuries) and profile.pain_free_days is None, "pain_free_days", "0",
         "14 are asked before the first run: coach ready bone-pain-free-days"),
        (profile.former_weekly_m is None, "former_weekly", "unknown",
         "hills and speed stay closed; it and the distances you tell of open them: coach rate --distance KM"),
        (profile.pace_s_per_km is None, "pace", "unknown",
         "no estimate of time for protocols by distance, and what cannot be compared counts as more running"),
        (profile.age is None, "age", "unknown", "25 heel raises are asked on each side"),
        (profile.sex is None, "sex", "unknown", "25 heel raises are asked on each side"),
        (values.get("protocol") is None and not same, "protocol", profile.protocol, "the one for what you told"),
    ]  # fmt: skip
    return tuple(Assumed(FIELDS[name].option, value, meaning) for holds, name, value, meaning in unknown if holds)
