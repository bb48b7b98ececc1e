"""``coach report``: one page for a clinician, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from coach.cli.shared import comeback
from coach.cli.today import DISCLAIMER, decision_lines, local, reason_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.coaching import Coaching, Today
    from coach.gate.facts import Given, Run
    from coach.model.decision import Decision
    from coach.model.profile import Injury
    from coach.model.rating import SymptomRating

_FLARES = frozenset(("G1", "G3a", "G3b", "G4", "G5", "G6", "G7a", "G7b", "G8a", "G8b", "G9", "G10", "G18b"))
_RUNS, _TOLD, _FLARED, _OTHERS = 8, 12, 6, 5
"""How many of each the page has room for; how many older ones there are is said."""


class _Episode(NamedTuple):
    """A run with the ratings about it and what the gate made of them."""

    run: Run | None
    readings: tuple[Given, ...]
    decision: Decision
    in_force: bool


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(short_help="Print one page for a clinician.")(report)


def report(text: Annotated[bool, typer.Option("--text", help="As plain text: the only form so far.")] = False) -> None:
    """Print one page for a clinician, in words.

    The decision in force with every reason; the latest runs with their ratings, or that they were not rated; every
    symptom and note; flare-ups and the run before each; runs in spite of a closed gate; waivers and clearances.
    """
    from coach.errors import BadInput

    if not text:
        raise BadInput("say in which form", remedy="`coach report --text`")
    with comeback() as coaching:
        for line in report_page(coaching):
            typer.echo(line)


def report_page(coaching: Coaching) -> list[str]:
    """The page, line by line."""
    found = coaching.today()
    zone = coaching.clock.local_zone()
    told = coaching.whole.told
    overrides = [f"{local(at, zone)}  “{begun.override}”" for at, begun in coaching.overrides()]
    clearances = [f"{local(c.at, zone)}  {c.role.value}: {c.by}  {c.note}" for _, _, c in told.clearances]
    return [
        *_head(coaching, found),
        *_section("Now", _decision(found, zone), 100),
        *_section("Latest runs", _runs(coaching, found, zone), _RUNS),
        *_section("Symptoms and notes, as told", _symptoms(told.ratings, zone), _TOLD),
        *_section(
            "Flare-ups, and the run before each", _flares(coaching, found, zone), _FLARED, _unrated(coaching, found)
        ),
        *_section("Runs in spite of a closed gate", overrides, _OTHERS),
        *_section("Tests before the first run that a clinician waived", _waivers(coaching, zone), _OTHERS),
        *_section("Clearances", clearances, _OTHERS),
    ]


def _head(coaching: Coaching, found: Today) -> list[str]:
    profile = coaching.need_profile()
    injuries = "; ".join(map(injury_words, profile.injuries)) or "none told"
    number, of = found.decision.stage + 1, len(found.input.stages)
    return [
        f"Return to running: a summary, {coaching.clock.local_now():%Y-%m-%d}",
        DISCLAIMER,
        "All pain is on a scale of 0-10 (10 the worst imaginable), at the injured place, as told by the runner.",
        "",
        f"Injury      {injuries}",
        f"Baseline    {found.input.baseline} of 10 on the first steps of a morning",
        f"Protocol    {profile.protocol}",
        f"Stage       {found.stage.name} ({found.stage.stage.title}), {number} of {of}",
    ]


def _section(title: str, lines: Sequence[str], most: int, none: str = "none") -> list[str]:
    """The latest ``most`` lines under their title, and how many were left out."""
    older = len(lines) - most
    left_out = [f"  ({older} older not shown)"] if older > 0 else []
    return ["", title, *left_out, *(f"  {line.rstrip()}" for line in lines[-most:] or [none])]


def _decision(found: Today, zone: Any) -> list[str]:
    return [*decision_lines(found.decision, found.input, zone), *reason_lines(found.decision, found.input)]


def _episodes(coaching: Coaching, found: Today) -> list[_Episode]:
    """Everything that was judged, oldest first, and what is in force."""
    past = [_Episode(each.run, each.readings, each.decision, False) for each in coaching.whole.judged]
    return [*past, _Episode(found.input.run, found.input.readings, found.decision, True)]


def _runs(coaching: Coaching, found: Today, zone: Any) -> list[str]:
    lines: list[str] = []
    for each in _episodes(coaching, found):
        run = each.run
        if run is None:
            continue
        marks = f", {run.pain_marks} marked as painful while running" if run.pain_marks else ""
        locked = "" if run.unlocked else ", not opened by the plan"
        then = "" if each.in_force else f" Then: {each.decision.outcome.name.replace('_', ' ').lower()}."
        ran = f"ran {run.done_ms / 60_000:.3g} min{locked}{marks}"
        lines.append(f"{local(run.start, zone)}  {ran}; {_run_words(coaching, each, run)}.{then}")
    return lines


def _run_words(coaching: Coaching, episode: _Episode, run: Run) -> str:
    """How the run and the mornings after it were rated."""
    from coach.coaching.story import mornings_of

    rated = "; ".join(rating_words(g.rating) for g in episode.readings if _is_after(g)) or "not rated"
    told = mornings_of(coaching, run, episode.readings)
    mornings = [rating.first_steps for rating in told if rating.first_steps is not None]
    return f"{rated}; {f'mornings after it up to {max(mornings)}' if mornings else 'no morning after it rated'}"


def _is_after(given: Given) -> bool:
    return given.rating.occasion.value == "after"


def _unrated(coaching: Coaching, found: Today) -> str:
    runs = [each for each in _episodes(coaching, found) if each.run is not None]
    silent = [each for each in runs if not any(map(_is_after, each.readings))]
    return f"none told, but {len(silent)} of {len(runs)} runs were not rated" if silent else "none"


def _symptoms(ratings: Sequence[Given], zone: Any) -> list[str]:
    found: list[str] = []
    for given in ratings:
        rating = given.rating
        if symptom_words(rating) or rating.note:
            found.append(f"{local(rating.at, zone)}  {rating.occasion.value.replace('-', ' ')}: {rating_words(rating)}")
    return found


def _flares(coaching: Coaching, found: Today, zone: Any) -> list[str]:
    from coach.gate.wording import cause_words

    lines: list[str] = []
    for each in _episodes(coaching, found):
        reasons = [reason for reason in each.decision.reasons if reason.code in _FLARES]
        if not reasons:
            continue
        said = "; ".join(f"{cause_words(reason)} ({reason.code})" for reason in reasons)
        before = "no run before it"
        if each.run is not None:
            before = f"{local(each.run.start, zone)}  after {each.run.done_ms / 60_000:.3g} min of running"
        lines.append(f"{before}{' (in force)' if each.in_force else ''}: {said}")
    return lines


def _waivers(coaching: Coaching, zone: Any) -> list[str]:
    from coach.gate.readiness import CLEARANCE

    _, results = coaching.standing.readiness_at(coaching.clock.utc_now())
    return [
        f"{local(r.at, zone)}  {r.criterion}: waived by {r.waived_by}  {r.note}"
        for r in results
        if r.waived_by.strip() and r.criterion != CLEARANCE
    ]


# In words


def rating_words(rating: SymptomRating) -> str:
    """Every answer worth telling: scores with their names, symptoms, how it was done, the note."""
    scores = [
        (rating.pain_during, "pain during"), (rating.pain_now, "pain then"), (rating.first_steps, "first steps"),
        (rating.confidence, "confidence"), (rating.effort, "effort"),
        (rating.muscle_soreness, "muscle soreness"), (rating.pain_elsewhere, "elsewhere"),
    ]  # fmt: skip
    words = [f"{name} {score}" for score, name in scores if score is not None]
    if rating.warmup_soreness:
        course = "" if rating.warmup_course is None else f" that {rating.warmup_course.value}"
        words.append(f"soreness in the warm-up {rating.warmup_soreness}{course}")
    if rating.stiffness_min:
        words.append(f"stiff for {rating.stiffness_min} min")
    if rating.back_to_usual is not None:
        words.append("back to usual" if rating.back_to_usual else "not back to usual")
    words += symptom_words(rating)
    if rating.completed is False:
        words.append("not all of it done")
    if rating.note:
        words.append(f"“{' '.join(rating.note.split())}”")
    return ", ".join(words)


def symptom_words(rating: SymptomRating) -> list[str]:
    """What alarms or holds back, beside the scores."""
    from coach.gate.wording import FLAGS

    told = [
        (rating.limp, "limping"), (rating.sharp_pain, "sharp pain"), (rating.swelling, "more swelling than usual"),
        (rating.woken, "woken at night"), (rating.giving_way, "giving way"), (rating.painkiller, "a painkiller taken"),
    ]  # fmt: skip
    flags = [f"RED FLAG: {FLAGS[flag]}" for flag in rating.red_flags]
    return [*flags, *(words for holds, words in told if holds)]


def injury_words(injury: Injury) -> str:
    """Kind, side and what is known besides."""
    parts = [injury.kind.value, injury.side.value]
    parts += [part.value for part in (injury.site, injury.surgery) if part is not None]
    if injury.onset is not None:
        parts.append(f"since {injury.onset}")
    return ", ".join(parts)
