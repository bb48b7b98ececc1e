"""Rules about symptoms, G1 to G15 but for G12. One function a rule: a case → what it asks, or nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from coach.gate.bands import SORE
from coach.gate.case import Case, Finding
from coach.gate.days import after_days
from coach.gate.episodes import Episode, worst_pain
from coach.model.decision import Need, Outcome
from coach.model.rating import Care, Course, Occasion

LIMIT = 5
"""Above this a morning asks for a step back, whatever the injury."""
SEVERE = 6
BONE_SEVERE = 3
TWO_DAYS = timedelta(hours=48)
THREE_DAYS = timedelta(hours=72)
BONE_WINDOW = timedelta(days=28)
_CARE_ORDER = (Care.EMERGENCY, Care.SAME_DAY, Care.BOOK)


def g1_red_flag(case: Case) -> Iterator[Finding]:
    flags = sorted({flag for r in case.ratings for flag in r.red_flags})
    if flags:
        care = min((flag.care for flag in flags), key=_CARE_ORDER.index)
        figures = {"flags": ", ".join(flags), "care": care.value}
        yield Finding("G1", Outcome.STOP, figures=figures, sources=("project-choice",), symptom=True)


def g2_clearance_missing(case: Case) -> Iterator[Finding]:
    if case.input.needs_clinician and case.input.clinician_at is None:
        yield Finding("G2", Outcome.STOP, sources=("hoenig-2023", "project-choice"))


def g3_bone_pain(case: Case) -> Iterator[Finding]:
    """G3a the first time at a low-risk site, G3b otherwise."""
    if not case.is_bone:
        return
    earlier = list(case.ledger.bone_pain)
    for episode in case.episodes:
        first = first_bone_pain(episode)
        if first is None:
            continue
        worst = max((worst_pain(r) for r in episode.ratings), default=0)
        worst = max(worst, 1 if episode.marked else 0)
        woken = any(r.woken for r in episode.ratings)
        again = any(first - BONE_WINDOW <= at for at in earlier)
        figures = {"pain": worst, "limit": BONE_SEVERE, "high_risk": case.input.high_risk, "again": again}
        if again or worst >= BONE_SEVERE or woken or case.input.high_risk:
            yield Finding("G3b", Outcome.STOP, figures=figures, sources=("warden-2021", "hoenig-2023"), symptom=True)
        else:
            found = case.step_back("G3a", Outcome.REST, episode, figures, ("warden-2021",))
            zero = _zero_since(episode)
            yield found if zero else found._replace(needs=(*found.needs, Need.UNTIL_ZERO))
        earlier.append(first)


def first_bone_pain(episode: Episode) -> datetime | None:
    """When the bone first hurt in this episode; None if it did not. Night waking counts."""
    found = [r.at for r in episode.ratings if worst_pain(r) >= 1 or r.woken]
    if episode.run is not None and episode.marked:
        found.append(episode.run.end)
    return min(found, default=None)


def _zero_since(episode: Episode) -> bool:
    """Whether a later reading, not masked by a painkiller, shows no pain at all."""
    return any(
        r.at > episode.last and r.occasion is not Occasion.AFTER and worst_pain(r) == 0 and not r.painkiller
        and r.back_to_usual is not False
        for r in episode.ratings
    )  # fmt: skip


def g4_giving_way(case: Case) -> Iterator[Finding]:
    if any(r.giving_way for r in case.ratings):
        yield Finding("G4", Outcome.STOP, sources=("smith-2021",), symptom=True)


def g5_severe(case: Case) -> Iterator[Finding]:
    for episode in case.episodes:
        worst = max(episode.during or 0, episode.after or 0)
        limp = any(r.limp for r in episode.ratings)
        sharp = any(r.sharp_pain for r in episode.ratings)
        if worst >= SEVERE or limp or sharp:
            figures = {"pain": worst, "limit": SEVERE, "limp": limp, "sharp": sharp}
            yield case.step_back("G5", Outcome.REST, episode, figures, ("bwh-2007", "project-choice"))


def g6_woken(case: Case) -> Iterator[Finding]:
    if case.is_bone:
        return  # G3b stops
    for episode in case.episodes:
        nights = [r.at for r in episode.ratings if r.woken]
        if not nights:
            continue
        found = case.step_back("G6", Outcome.REST, episode, {}, ("bwh-2007",))
        back = any(
            r.at > nights[-1] and not r.woken and not r.painkiller and r.first_steps is not None
            and r.first_steps <= case.baseline
            for r in episode.mornings
        )  # fmt: skip
        yield found if back else found._replace(needs=(*found.needs, Need.AT_BASELINE))


def g7_swelling(case: Case) -> Iterator[Finding]:
    for episode in case.episodes:
        swollen = [r for r in episode.ratings if r.swelling]
        if not swollen:
            continue
        yield case.step_back("G7a", Outcome.REST, episode, {}, ("bwh-2007",))
        late = [r for r in swollen if r.at >= episode.since + THREE_DAYS]
        if late:
            hours = round((late[-1].at - episode.since) / timedelta(hours=1))
            yield Finding(
                "G7b", Outcome.STOP, figures={"hours": hours, "limit": 72}, sources=("bwh-2007",), symptom=True
            )


def g8_still_raised(case: Case) -> Iterator[Finding]:
    """Unanswered: closed until answered. First answered after 72 h: nobody knows how it was at 48, so as if raised."""
    for episode in case.episodes:
        if not episode.raised:
            continue
        still = [r for r in episode.ratings if case.judge.is_raised(r)]
        latest = still[-1]
        hours = round((latest.at - episode.since) / timedelta(hours=1))
        usual = episode.usual_at
        if latest.at >= episode.since + THREE_DAYS:
            yield Finding(
                "G8b", Outcome.STOP, figures={"hours": hours, "limit": 72}, sources=("bwh-2007",), symptom=True
            )
        elif latest.at >= episode.since + TWO_DAYS:
            yield case.step_back("G8a", Outcome.STEP_BACK, episode, {"hours": hours, "limit": 48}, ("project-choice",))
        elif usual is not None and usual > episode.since + THREE_DAYS:
            hours = round((usual - episode.since) / timedelta(hours=1))
            yield case.step_back("G8a", Outcome.STEP_BACK, episode, {"hours": hours, "limit": 72}, ("project-choice",))
        if usual is None:
            yield Finding("G8a", Outcome.REPEAT, needs=(Need.FOLLOW_UP,), figures={"limit": 48}, symptom=True)


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
            yield case.step_back("G9", Outcome.STEP_BACK, episode, figures, ("fees-1998", "pmc6044585"))


def g10_above_repeat(case: Case) -> Iterator[Finding]:
    for episode in case.episodes:
        for when, score in (
            ("during", episode.during),
            ("after", episode.after),
            ("warm-up", _soreness(case, episode)),
        ):
            if score is not None and score > case.band.repeat:
                figures = {"when": when, "pain": score, "limit": case.band.repeat}
                yield case.step_back("G10", Outcome.STEP_BACK, episode, figures, case.band.sources)
        for rating in episode.mornings:
            score = rating.first_steps or 0
            limit = min(case.baseline + case.band.morning, LIMIT)
            if score > limit:
                figures = {"when": "morning", "pain": score, "limit": limit, "baseline": case.baseline}
                yield case.step_back("G10", Outcome.STEP_BACK, episode, figures, case.band.sources)
                break


def _soreness(case: Case, episode: Episode) -> int | None:
    """Warm-up soreness that resolved, for those whom G15 does not judge."""
    found = [r.warmup_soreness for r in episode.ratings if r.warmup_course is Course.RESOLVED]
    return max(filter(None, found), default=None) if case.is_steady_kind else None


def g11_mean_morning(case: Case) -> Iterator[Finding]:
    mornings = case.mornings
    since = case.readings[0].rating.at if case.readings else case.asked_at
    for at, _ in mornings:
        if at < since or (case.ledger.g11_at is not None and at < case.ledger.g11_at + timedelta(days=7)):
            continue
        week = [score for day, score in mornings if at - timedelta(days=7) < day <= at]
        mean = sum(week) / len(week)
        if len(week) >= 2 and mean >= case.baseline + 1:
            figures = {"mean": round(mean, 2), "limit": case.baseline + 1, "mornings": len(week), "at": at.isoformat()}
            yield case.step_back("G11", Outcome.STEP_BACK, at, figures, ("project-choice",), days=0)
            return


def g13_morning_above(case: Case) -> Iterator[Finding]:
    for episode in case.episodes:
        for rating in episode.ratings:
            score = rating.first_steps
            above = score is not None and case.baseline < score <= case.baseline + case.band.morning
            if above or rating.back_to_usual is False:
                figures = {"pain": "raised" if score is None else score, "baseline": case.baseline}
                yield Finding(
                    "G13", Outcome.REPEAT, opens_at=a_day_more(case), figures=figures, sources=("pmc6044585",),
                    symptom=True, holds=True,
                )  # fmt: skip
                return


def a_day_more(case: Case) -> datetime | None:
    """The gap and 24 h, from the start of the last run; None before the first."""
    opens = gap_ends(case)
    return None if opens is None else opens + timedelta(hours=24)


def gap_ends(case: Case) -> datetime | None:
    """When the gap to the last run is over (UTC); None before the first run.

    The larger of the injury's and the stage's holds, in the stricter zone.
    """
    last = case.loads[-1] if case.loads else None
    if last is None:
        return None
    worst = max(((e.during or 0, e.after or 0) for e in case.episodes if e.run is not None), default=(0, 0))
    band, rule = case.band, case.rule
    sore = max(worst) >= SORE
    days = max(band.sore_rest_days if sore else band.rest_days, rule.rest_days)
    hours = max(band.sore_gap_h if sore else band.gap_h, rule.gap_h)
    if rule.weeks_alternate is not None:  # reached only after those weeks: the build phase's consecutive days
        days, hours = rule.rest_days, rule.gap_h
    return after_days(last.start, days, hours, tuple(dict.fromkeys((*case.zones, last.zone))))


def g14_inside_repeat(case: Case) -> Iterator[Finding]:
    episode = case.ran
    if episode is None:
        return
    worst = max(episode.during or 0, episode.after or 0, _steady_soreness(case, episode))
    if not case.band.advance < worst <= case.band.repeat:
        return
    count = case.ledger.steady + 1
    figures = {"pain": worst, "limit": case.band.advance, "repeat": case.band.repeat, "running": count}
    steady = case.is_steady_kind and mornings_at_baseline(case, episode) and count >= 3
    outcome = None if steady else Outcome.REPEAT
    yield Finding("G14", outcome, figures=figures, sources=("silbernagel-2007",), symptom=not steady)


def _steady_soreness(case: Case, episode: Episode) -> int:
    """Warm-up soreness that G9 leaves to G14."""
    if not case.is_steady_kind:
        return 0
    return max((r.warmup_soreness or 0 for r in episode.ratings if r.warmup_course is not Course.RETURNED), default=0)


def mornings_at_baseline(case: Case, episode: Episode) -> bool:
    """Whether the next morning was answered and none of the episode's mornings was above baseline."""
    mornings = episode.mornings
    answered = bool(episode.next_mornings())
    return answered and all((r.first_steps or 0) <= case.baseline and not r.swelling for r in mornings)


def g15_resolved_or_short(case: Case) -> Iterator[Finding]:
    episode = case.ran
    if episode is None or case.run is None:
        return
    for rating in episode.ratings:
        soreness = rating.warmup_soreness or 0
        resolved = rating.warmup_course is Course.RESOLVED and not case.is_steady_kind
        if resolved and soreness > case.band.advance:
            figures = {"soreness": soreness, "limit": case.band.advance}
            yield Finding("G15", Outcome.REPEAT, figures=figures, sources=("pmc6044585",), symptom=True)
            break
    planned = max(filter(None, (case.run.planned_ms, _session_ms(case))), default=None)
    short = planned is not None and case.run.done_ms * 10 < planned * 9
    unfinished = any(r.completed is False for r in episode.ratings)
    if short or unfinished:
        share = 0 if not planned else round(100 * case.run.done_ms / planned)
        yield Finding("G15", Outcome.REPEAT, figures={"done_percent": share, "limit": 90}, sources=("project-choice",))


def _session_ms(case: Case) -> int | None:
    """The running of the session that was due."""
    sessions = case.rule.run_ms
    return sessions[min(case.ledger.good, len(sessions) - 1)]


RULES = (
    g1_red_flag, g2_clearance_missing, g3_bone_pain, g4_giving_way, g5_severe, g6_woken, g7_swelling, g8_still_raised,
    g9_warm_up, g10_above_repeat, g11_mean_morning, g13_morning_above, g14_inside_repeat, g15_resolved_or_short,
)  # fmt: skip
