"""Rules about symptoms, G1 to G15 but for G12. One function a rule: a case → what it asks, or nothing."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from coach.gate.case import Case, Figure, Finding
from coach.gate.days import waking_date
from coach.gate.episodes import Episode, repeated, shows_zero, worst_pain
from coach.gate.facts import Morning
from coach.model.decision import Need, Outcome
from coach.model.rating import Care, Course, Occasion, SymptomRating

LIMIT = 5
"""Above this a morning asks for a step back, whatever the injury."""
SEVERE = 6
BONE_SEVERE = 3
TWO_DAYS = timedelta(hours=48)
THREE_DAYS = timedelta(hours=72)
BONE_WINDOW = timedelta(days=28)
WEEK_DAYS = timedelta(days=7)
_CARE_ORDER = (Care.EMERGENCY, Care.SAME_DAY, Care.BOOK)


def g1_red_flag(case: Case) -> Iterator[Finding]:
    flags = sorted({flag for r in case.ratings for flag in r.red_flags})
    if flags:
        care = min((flag.care for flag in flags), key=_CARE_ORDER.index)
        figures = {"flags": ", ".join(flags), "care": care.value}
        yield Finding("G1", Outcome.STOP, figures=figures, symptom=True)


def g2_clearance_missing(case: Case) -> Iterator[Finding]:
    if case.input.needs_clinician and case.input.clinician_at is None:
        figures = case.uncounted
        yield Finding("G2", Outcome.STOP, figures=figures, sources=("hoenig-2023", "project-choice"))


def g3_bone_pain(case: Case) -> Iterator[Finding]:
    """G3a the first time at a low-risk site, G3b otherwise."""
    times = bone_pain_times(case)
    if not times:
        return
    worst = max((worst_pain(r) for r in case.ratings), default=0)
    marked = worst == 0 and case.run is not None and case.run.pain_marks > 0
    worst = max(worst, int(marked))
    woken = any(r.woken for r in case.ratings)
    before = any(times[0] - BONE_WINDOW <= at for at in case.ledger.bone_pain)
    again = before or repeated(times, BONE_WINDOW) is not None
    figures = {"pain": worst, "limit": BONE_SEVERE, "high_risk": case.input.high_risk, "again": again}
    figures |= {"marked": True} if marked else {}
    if again or worst >= BONE_SEVERE or woken or case.input.high_risk:
        yield Finding("G3b", Outcome.STOP, figures=figures, sources=("warden-2021", "hoenig-2023"), symptom=True)
        return
    last = max(e.last for e in case.episodes)
    found = case.step_back("G3a", Outcome.REST, last, figures, ("warden-2021",), flares=times)
    zero = any(r.at > times[-1] and shows_zero(r) for r in case.ratings)
    yield found if zero else found._replace(needs=(*found.needs, Need.UNTIL_ZERO))


def bone_pain_times(case: Case) -> tuple[datetime, ...]:
    """When the bone hurt, in order. Night waking counts, and a pain mark during the run."""
    if not case.is_bone:
        return ()
    found = [r.at for r in case.ratings if worst_pain(r) >= 1 or r.woken]
    if case.run is not None and case.run.pain_marks:
        found.append(case.run.end)
    return tuple(sorted(found))


def g4_giving_way(case: Case) -> Iterator[Finding]:
    if any(r.giving_way for r in case.ratings):
        yield Finding("G4", Outcome.STOP, sources=("smith-2021",), symptom=True)


def _when(episode: Episode, is_it: Callable[[SymptomRating], bool]) -> tuple[datetime, ...]:
    return tuple(r.at for r in episode.ratings if is_it(r))


def _pain(rating: SymptomRating) -> int:
    """During, after, or at any other time; a morning's first steps have limits of their own."""
    return max(rating.pain_during or 0, rating.pain_now or 0)


def g5_severe(case: Case) -> Iterator[Finding]:
    for episode in case.episodes:
        times = _when(episode, lambda r: _pain(r) >= SEVERE or bool(r.limp or r.sharp_pain))
        if times:
            worst = max(map(_pain, episode.ratings))
            limp = any(r.limp for r in episode.ratings)
            sharp = any(r.sharp_pain for r in episode.ratings)
            figures = {"pain": worst, "limit": SEVERE, "limp": limp, "sharp": sharp}
            sources = ("bwh-2007", "project-choice")
            yield case.step_back("G5", Outcome.REST, episode.last, figures, sources, flares=times)


def g6_woken(case: Case) -> Iterator[Finding]:
    if case.is_bone:
        return  # G3b stops
    for episode in case.episodes:
        nights = _when(episode, lambda r: bool(r.woken))
        if not nights:
            continue
        found = case.step_back("G6", Outcome.REST, episode.last, {}, ("bwh-2007",), flares=nights)
        back = any(r.at > nights[-1] and case.judge.shows_baseline(r) for r in case.ratings)
        yield found if back else found._replace(needs=(*found.needs, Need.AT_BASELINE))


def g7a_swelling(case: Case) -> Iterator[Finding]:
    for episode in case.episodes:
        swollen = _when(episode, lambda r: bool(r.swelling))
        if swollen:
            yield case.step_back("G7a", Outcome.REST, episode.last, {}, ("bwh-2007",), flares=swollen)


def g8_still_raised(case: Case) -> Iterator[Finding]:
    """G7b and G8. Unanswered: closed until answered. First answered after 72 h: nobody knows how it was at 48, so as
    if it had been raised then. As a flare-up it is of the 48th hour, whenever it was told: what lasts is no second one.
    """
    for spell in case.spells:
        late = spell.later_than(THREE_DAYS)
        still = spell.later_than(TWO_DAYS)
        usual = spell.usual_at
        for code, found in (("G7b", [r for r in late if r.swelling]), ("G8b", late)):
            if found:
                figures: dict[str, Figure] = {"hours": _hours(found[-1].at - spell.since), "limit": 72}
                yield Finding(code, Outcome.STOP, figures=figures, sources=("bwh-2007",), symptom=True)
        if still:
            figures = {"hours": _hours(still[-1].at - spell.since), "limit": 48}
            yield _g8a(case, still[-1].at, figures, (spell.asked_from,))
        elif usual is not None and usual > spell.since + THREE_DAYS:
            figures = {"hours": _hours(usual - spell.since), "limit": 72}
            yield _g8a(case, spell.raised[-1].at if spell.raised else spell.since, figures, (spell.asked_from,))
        if usual is None:
            due = spell.asked_from
            figures = {"limit": 48}
            if any(r.swelling for r in spell.raised):
                figures["swelling"] = True
            if any((r.first_steps or 0) > case.baseline for r in spell.raised):
                figures["morning"] = True
            yield Finding("G8a", Outcome.REPEAT, opens_at=due, needs=(Need.FOLLOW_UP,), figures=figures, symptom=True)


def _g8a(case: Case, last: datetime, figures: dict[str, Figure], flares: tuple[datetime, ...]) -> Finding:
    """Days off from the latest symptom of the episodes it is in."""
    last = max([last, *(e.last for e in case.episodes if e.since <= last)])
    return case.step_back("G8a", Outcome.STEP_BACK, last, figures, ("project-choice",), flares=flares)


def _hours(span: timedelta) -> int:
    return round(span / timedelta(hours=1))


def g9_warm_up(case: Case) -> Iterator[Finding]:
    """For tendon and fascia, inside the repeat band, only if it returned: else G14 alone judges."""
    for episode in case.episodes:
        for rating in episode.ratings:
            soreness, course = rating.warmup_soreness or 0, rating.warmup_course
            if soreness <= case.band.advance or course is None or course not in (Course.PERSISTED, Course.RETURNED):
                continue
            if case.is_steady_kind and soreness <= case.band.repeat and course is Course.PERSISTED:
                continue
            figures = {"soreness": soreness, "limit": case.band.advance, "course": course.value}
            sources = ("fees-1998", "pmc6044585")
            yield case.step_back("G9", Outcome.STEP_BACK, episode.last, figures, sources, flares=(rating.at,))


def g10_above_repeat(case: Case) -> Iterator[Finding]:
    """Above the repeat band, at any time. A morning above it waits a day more as well, as one inside it does (G13)."""
    limit, highest = case.band.repeat, min(case.baseline + case.band.morning, LIMIT)
    sources = case.band.sources
    for episode in case.episodes:
        for when, score_of in (("during", _during), ("after", _now), ("warm-up", _resolved(case))):
            times = _when(episode, lambda r, score_of=score_of: score_of(r) > limit)
            if times:
                figures: dict[str, Figure] = {"when": when, "limit": limit}
                figures["pain"] = max(map(score_of, episode.ratings))
                yield case.step_back("G10", Outcome.STEP_BACK, episode.last, figures, sources, flares=times)

        times = _when(episode, lambda r: (r.first_steps or 0) > highest)
        if times:
            worst = max(r.first_steps or 0 for r in episode.ratings)
            figures = {"when": "morning", "pain": worst, "limit": highest, "baseline": case.baseline}
            found = case.step_back("G10", Outcome.STEP_BACK, episode.last, figures, sources, flares=times)
            opens = max(filter(None, (found.opens_at, case.a_day_more)))
            yield found._replace(opens_at=opens)


def _during(rating: SymptomRating) -> int:
    return rating.pain_during or 0


def _now(rating: SymptomRating) -> int:
    return rating.pain_now or 0


def _resolved(case: Case) -> Callable[[SymptomRating], int]:
    """Warm-up soreness that resolved, for those whom G15 does not judge."""
    if not case.is_steady_kind:
        return lambda rating: 0  # noqa: ARG005
    return lambda rating: (rating.warmup_soreness or 0) if rating.warmup_course is Course.RESOLVED else 0


def g11_mean_morning(case: Case) -> Iterator[Finding]:
    """Once in 7 days a step back; while the mean stays up within them, the session comes again and counts anew.

    At the first stage nothing is stepped back, so its days of walking are asked each time.
    """
    found = high_weeks(case)
    if not found:
        return
    day, mean, count, last = found[-1]
    figures: dict[str, Figure] = {"mean": round(mean, 2), "limit": case.baseline + 1, "mornings": count}
    before = case.ledger.g11_at
    fresh = [at for *_, at in found if before is None or at >= before + WEEK_DAYS]
    if case.stage > 0 and not fresh:
        figures |= {"within_days": 7, "day": day.isoformat()}
        yield Finding("G11", Outcome.REPEAT, figures=figures, restarts=True)
        return
    if fresh:
        figures["at"] = fresh[0].isoformat()
    # The latest morning may be a good one: what hurts is left to the other rules.
    asked = case.step_back("G11", Outcome.STEP_BACK, last, figures, ("project-choice",), days=0, rest=timedelta())
    yield asked._replace(symptom=False, restarts=True)


def high_weeks(case: Case) -> list[tuple[date, float, int, datetime]]:
    """Days of this segment whose morning ends a week with a mean at least 1 above baseline: day, mean, count, when."""
    mornings = case.new_mornings
    worst = worst_by_day((*case.ledger.mornings, *mornings))
    latest = {waking_date(m.at, m.zone): m.at for m in mornings}
    days = sorted(worst)
    found: list[tuple[date, float, int, datetime]] = []
    first = total = 0
    for index, day in enumerate(days):
        total += worst[day]
        while days[first] <= day - WEEK_DAYS:
            total -= worst[days[first]]
            first += 1
        count = index - first + 1
        if day in latest and count >= 2 and total >= (case.baseline + 1) * count:
            found.append((day, total / count, count, latest[day]))
    return found


def worst_by_day(mornings: tuple[Morning, ...]) -> dict[date, int]:
    """The worst of each morning, on the day it was where it was given."""
    worst: dict[date, int] = {}
    for morning in mornings:
        day = waking_date(morning.at, morning.zone)
        worst[day] = max(morning.score, worst.get(day, 0))
    return worst


def g13_morning_above(case: Case) -> Iterator[Finding]:
    highest = min(case.baseline + case.band.morning, LIMIT)
    found = [
        r for r in case.ratings
        if r.back_to_usual is False or (r.first_steps is not None and case.baseline < r.first_steps <= highest)
    ]  # fmt: skip
    if found:
        score = max((r.first_steps for r in found if r.first_steps is not None), default=None)
        figures = {"pain": "raised" if score is None else score, "baseline": case.baseline}
        yield Finding(
            "G13", Outcome.REPEAT, opens_at=case.a_day_more, figures=figures, sources=("pmc6044585",), symptom=True,
            holds=True,
        )  # fmt: skip


def g14_inside_repeat(case: Case) -> Iterator[Finding]:
    """Pain inside the repeat band, during, after or whenever it was rated since."""
    episode = case.ran
    if episode is None:
        return
    worst = worst_of_session(case, episode)
    if not case.band.advance < worst <= case.band.repeat:
        return
    count, before = case.ledger.steady + 1, case.ledger.steady_pains
    figures: dict[str, Figure] = {"pain": worst, "limit": case.band.advance, "repeat": case.band.repeat}
    third = case.is_steady_kind and count >= 3
    risen = third and (len(before) < 2 or worst > max(before))
    steady = third and not risen and mornings_at_baseline(case, episode)
    figures |= {"running": count, "steady": steady}
    if risen and before:
        figures["before"] = max(before)
    if third and not risen and not steady and _may_yet_be_usual(case, episode):
        figures["waits"] = "morning"
    outcome = None if steady else Outcome.REPEAT
    sources = ("silbernagel-2007", "san-tendon")
    yield Finding("G14", outcome, figures=figures, sources=sources, symptom=not steady)


def worst_of_session(case: Case, episode: Episode) -> int:
    """The pain that G14 judges: during the run, whenever it was rated since, and in the warm-up."""
    now = max((r.pain_now or 0 for r in case.ratings), default=0)
    return max(episode.during or 0, now, case.steady_soreness)


def _may_yet_be_usual(case: Case, episode: Episode) -> bool:
    """Whether the next morning is not answered yet, and no other was above baseline or swollen."""
    mornings = [r for r in case.ratings if r.occasion is Occasion.MORNING]
    return not episode.next_mornings() and not any(map(case.judge.is_raised, mornings))


def mornings_at_baseline(case: Case, episode: Episode) -> bool:
    """Whether the next morning was answered and no morning since the run was above baseline or swollen."""
    mornings = [r for r in case.ratings if r.occasion is Occasion.MORNING]
    return bool(episode.next_mornings()) and not any(map(case.judge.is_raised, mornings))


def g15_resolved_or_short(case: Case) -> Iterator[Finding]:
    episode, run = case.ran, case.run
    if episode is None or run is None:
        return
    sore = [
        r.warmup_soreness or 0 for r in episode.ratings
        if r.warmup_course is Course.RESOLVED and (r.warmup_soreness or 0) > case.band.advance
    ]  # fmt: skip
    if sore and not case.is_steady_kind:
        figures: dict[str, Figure] = {"soreness": max(sore), "limit": case.band.advance}
        yield Finding("G15", Outcome.REPEAT, figures=figures, sources=("pmc6044585",), symptom=True)
    due_ms = _session_ms(case) if run.due_ms is None else run.due_ms
    planned = max(filter(None, (run.planned_ms, due_ms)), default=None)
    if planned is not None and run.done_ms * 10 < planned * 9:
        figures = {"done_percent": 100 * run.done_ms // planned, "limit": 90}
        yield Finding("G15", Outcome.REPEAT, figures=figures)
    elif any(r.completed is False for r in episode.ratings):
        yield Finding("G15", Outcome.REPEAT, figures={"completed": False})


def _session_ms(case: Case) -> int | None:
    """The running of the session that was due."""
    sessions = case.rule.run_ms
    return sessions[min(case.ledger.good, len(sessions) - 1)]


RULES = (
    g1_red_flag, g2_clearance_missing, g3_bone_pain, g4_giving_way, g5_severe, g6_woken, g7a_swelling, g8_still_raised,
    g9_warm_up, g10_above_repeat, g11_mean_morning, g13_morning_above, g14_inside_repeat, g15_resolved_or_short,
)  # fmt: skip
