"""Telling of the injuries, and of a clearance: what a question means left unanswered, and a profile in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from coach.coaching import Coaching
from coach.coaching.profiles import FIELDS, Draft, draft
from coach.coaching.readiness import readiness
from coach.errors import BadInput
from coach.model.profile import BandName, Clearance, Injury, Profile
from coach.model.refusals import place_of, what_is_wrong

UNKNOWN = "unknown"
_CLEARANCE_HELP = "give --role clinician or --role self, a name of up to 80 letters, a note of up to 2000"


def draft_of(coaching: Coaching, values: Mapping[str, Any], before: Profile | None) -> Draft:
    """The profile that ``values`` (fields read) come to. Raises BadInput for answers that do not fit together, and
    for whatever :meth:`Coaching.set_profile` refuses."""
    clock = coaching.clock
    made = draft(values, clock.utc_now(), clock.local_zone(), before, holding(coaching, before))
    coaching.check_profile(made.profile, *made.clearances)
    return made


def holding(coaching: Coaching, before: Profile | None) -> tuple[Injury, ...]:
    """The injuries told before that stay in force whatever is told now."""
    return () if before is None else coaching.profile_with(before.model_copy(update={"injuries": ()})).injuries


def usual(coaching: Coaching, name: str, values: Mapping[str, Any], before: Profile | None) -> str:
    """What the field ``name`` means left empty: what was told before, or the cautious value."""
    if name == "protocol":
        return draft_of(coaching, {**values, "protocol": None}, before).profile.protocol
    if name == "cleared_on":
        return coaching.clock.local_now().date().isoformat()
    if name == "side":
        kinds = values.get("injury", ())
        sides = {i.side.value for i in before.injuries if i.kind in kinds} if before is not None else set[str]()
        return sides.pop() if len(sides) == 1 else "both"
    return known(before).get(name) or UNKNOWN


def known(before: Profile | None) -> dict[str, str]:
    """What was told before, as it would be typed, by the name of the field; empty where nothing was."""
    if before is None:
        return {}
    return {
        "baseline": ",".join(map(str, before.baseline)),
        "former_weekly": f"{before.former_weekly_m / 1000:g}" if before.former_weekly_m else "",
        "pace": "" if before.pace_s_per_km is None else f"{before.pace_s_per_km // 60}:{before.pace_s_per_km % 60:02}",
        "age": "" if before.age is None else str(before.age),
        "sex": "" if before.sex is None else before.sex.value,
    }


def injury_word(before: Profile) -> str:
    """The injuries told before, as they would be typed."""
    return ",".join(injury.kind.value for injury in before.injuries) or "none"


def clearance_of(role: str, by: str, at: datetime, note: str) -> Clearance:
    """A clearance as it was typed; ``at`` is aware. Raises BadInput naming the option."""
    try:
        return Clearance.model_validate({"role": role, "by": by.strip(), "at": at, "note": note})
    except ValidationError as error:
        raise BadInput(what_is_wrong(error), where=f"--{place_of(error)}", remedy=_CLEARANCE_HELP) from None


# In words


def told_lines(coaching: Coaching, made: Draft, before: Profile | None, *, by_label: bool = False) -> list[str]:
    """What holds, and what was assumed: by its option, or by the label of its field."""
    profile = made.profile
    lines = [f"Injury    {injury_words(injury)}" for injury in profile.injuries] or ["Injury    none"]
    earlier = earlier_injuries(coaching, made, before)
    lines += [f"          {words}: told before; it holds until a clinician's clearance" for words in earlier]
    slips = _taken_back(coaching, made, before)
    lines += [f"          {words}: taken back, as a slip of the last minutes" for words in slips]
    zone = coaching.clock.local_zone()
    lines += [f"Cleared   by {c.by}, {c.at.astimezone(zone):%Y-%m-%d}" for c in made.clearances]
    lines.append(f"Protocol  {profile.protocol}")
    facts = [
        ("Baseline", _baseline_words(coaching, profile, before)),
        ("Before", _former_words(coaching, profile, before)),
        ("Pace", "" if profile.pace_s_per_km is None else f"{known(profile)['pace']} per km"),
        ("Age", "" if profile.age is None else str(profile.age)),
        ("Sex", "" if profile.sex is None else profile.sex.value),
        ("No pain", "" if profile.pain_free_days is None else f"{profile.pain_free_days} days"),
    ]
    lines += [f"{name:<9} {value}" for name, value in facts if value]
    if made.assumed:
        lines += ["", "Not told, so the cautious value holds:"]
        names = {field.option: f"· {field.label}" if by_label else f"  {field.option}" for field in FIELDS.values()}
        lines += [f"{names[a.option]}: {a.value}: {a.meaning}" for a in made.assumed]
    return lines


def earlier_injuries(coaching: Coaching, made: Draft, before: Profile | None) -> list[str]:
    """Injuries told before that stay in force."""
    if before is None:
        return []
    return [injury_words(i) for i in coaching.profile_with(made.profile).injuries if i not in made.profile.injuries]


def _taken_back(coaching: Coaching, made: Draft, before: Profile | None) -> list[str]:
    """Injuries told before that do not hold any more once this is told."""
    if before is None:
        return []
    in_force = coaching.profile_with(made.profile).injuries
    return [injury_words(injury) for injury in before.injuries if injury not in in_force]


def injury_words(injury: Injury) -> str:
    """An injury with all that was told of it."""
    more = [
        injury.site and injury.site.value,
        injury.surgery and injury.surgery.value,
        injury.side.value if injury.side != "both" else None,
        injury.onset and f"since {injury.onset}",
    ]
    return ", ".join([injury.kind.value, *filter(None, more)])


def _baseline_words(coaching: Coaching, profile: Profile, before: Profile | None) -> str:
    """The baseline, and what of it does not count: it is never raised, and with a bone injury it is 0."""
    told = ", ".join(map(str, profile.baseline))
    if not told:
        return ""
    if BandName.BONE in coaching.profile_with(profile).bands if before is not None else BandName.BONE in profile.bands:
        return "0: with a bone injury any pain counts" if any(profile.baseline) else told
    counts = None if before is None else coaching.standing.profiles.baseline_at(coaching.clock.utc_now())
    if counts is not None and profile.baseline_score > counts:
        return f"{counts}, as before: it may be lowered, never raised, so {told} does not count"
    return told


def _former_words(coaching: Coaching, profile: Profile, before: Profile | None) -> str:
    """The weekly distance of old; it is never lowered, for a shorter one opens hills sooner."""
    told = profile.former_weekly_m
    if told is None:
        return ""
    words = f"{told / 1000:g} km a week"
    counts = told if before is None else coaching.former_weekly_m_with(profile)
    if counts is None or counts <= told:
        return words
    return f"{counts / 1000:g} km a week, as before: it may be raised, never lowered, so {words} does not count"


def next_step(coaching: Coaching) -> str:
    """The command that comes next."""
    found = readiness(coaching)
    if found.profile.needs_clinician and not found.is_cleared:
        return "coach clear --role clinician --by NAME, once you are cleared; coach ready shows what else is asked"
    return "coach today" if found.is_passed else "coach ready"
