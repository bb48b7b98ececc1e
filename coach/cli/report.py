"""``coach report``: one page for a clinician, in words."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from coach.cli.shared import comeback
from coach.cli.today import DISCLAIMER, decision_lines, local

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.coaching import Coaching, Today
    from coach.gate.facts import Given, Run
    from coach.model.decision import Decision, Reason
    from coach.model.profile import Injury
    from coach.model.rating import SymptomRating

_FLARES = frozenset(("G1", "G3a", "G3b", "G4", "G5", "G6", "G7a", "G7b", "G8a", "G8b", "G9", "G10", "G18b"))
_WIDTH, _PAGE = 96, 66
"""A sheet in a small typewriter face: signs in a row, and rows."""
_RUNS, _TOLD, _FLARED, _OTHERS = 8, 12, 6, 5
"""How many of each there may be on it; how many older ones there are is said."""


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

    The decision in force with every reason; the latest runs with their ratings, or that they were not rated; symptoms,
    pain marks and notes; flare-ups and the run before each; runs in spite of a closed gate; waivers and clearances.
    What is older and has no room on it is counted.
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
    overrides = [f"{local(at, zone)}  “{begun.override}”" for at, begun in coaching.overrides()]
    clearances = [
        f"{local(c.at, zone)}  {c.role.value}: {c.by}  {c.note}" for _, _, c in coaching.whole.told.clearances
    ]
    unrated = _unrated(coaching, found)
    sections = [
        _Section("Latest runs", _runs(coaching, found, zone), _RUNS),
        _Section("Symptoms and notes, as told", _symptoms(coaching, found, zone), _TOLD, unrated),
        _Section("Flare-ups, and the run before each", _flares(coaching, found, zone), _FLARED, unrated),
        _Section("Runs in spite of a closed gate", overrides, _OTHERS),
        _Section("Tests before the first run that a clinician waived", _waivers(coaching, zone), _OTHERS),
        _Section("Clearances", clearances, _OTHERS),
    ]
    head = [*_wrapped(_head(coaching, found), indent=""), "", "Now"]
    lines, reasons = _decision(found, zone)
    roomy = [*head, *_wrapped(lines), *_wrapped([f"Because   {reason}" for reason in reasons])]
    tight = [*head, *_wrapped(lines), *_wrapped([f"Because   {'; '.join(reasons)}"])]
    return _fitted(roomy, tight, sections)


def _head(coaching: Coaching, found: Today) -> list[str]:
    profile = coaching.need_profile()
    injuries = "; ".join(map(injury_words, profile.injuries)) or "none told"
    number, of = found.decision.stage + 1, len(found.input.stages)
    return [
        f"Return to running: a summary, {coaching.clock.local_now():%Y-%m-%d}",
        DISCLAIMER,
        "Pain is on a scale of 0-10 (0 none, 10 the worst imaginable), at the injured place, as told.",
        "A pain mark is a key pressed while running, when it hurt; it counts as 1 at least.",
        "",
        f"Injury      {injuries}",
        f"Baseline    {found.input.baseline} of 10 on the first steps of a morning",
        f"Protocol    {profile.protocol}",
        f"Stage       {found.stage.name} ({found.stage.stage.title}), {number} of {of}",
    ]


# On one page


class _Section(NamedTuple):
    """The latest ``most`` of its entries are shown; ``none`` where there are no entries."""

    title: str
    entries: Sequence[str]
    most: int
    none: str = "none"

    @property
    def shown(self) -> int:
        """How many entries are shown."""
        return min(self.most, len(self.entries))

    def laid_out(self, rows: int) -> list[str]:
        """The entries under their title, each in at most so many rows, and how many were left out."""
        older = len(self.entries) - self.most
        left_out = [f"  ({older} older not shown)"] if older > 0 else []
        shown = self.entries[max(0, older) :] or [self.none]
        return ["", self.title, *left_out, *_wrapped(shown, rows)]


def _fitted(roomy: Sequence[str], tight: Sequence[str], sections: list[_Section]) -> list[str]:
    """All of it below one of two heads. Where it would be more than a page, with fewer of the older entries, then
    with the tight head and shorter entries."""
    page: list[str] = []
    for head, rows, least in ((roomy, 3, 2), (tight, 2, 1), (tight, 1, 1)):
        while True:
            page = [*head, *(row for section in sections for row in section.laid_out(rows))]
            if len(page) <= _PAGE:
                return page
            longest = max(sections, key=lambda section: section.shown)
            if longest.shown <= least:
                break
            sections[sections.index(longest)] = longest._replace(most=longest.shown - 1)
    return page


def _wrapped(lines: Sequence[str], rows: int | None = None, indent: str = "  ") -> list[str]:
    """``lines`` no wider than the page, each in at most so many rows."""
    paper = textwrap.TextWrapper(
        _WIDTH,
        initial_indent=indent,
        subsequent_indent="    ",
        break_on_hyphens=False,
        max_lines=rows,
        placeholder=" …",
    )
    return [row for line in lines for row in paper.wrap(line) or [""]]


# What is on it


def _decision(found: Today, zone: Any) -> tuple[list[str], list[str]]:
    """What is in force, and every reason: what was told, without what it means for the plan."""
    from coach.gate.advice import situation_of

    situation = situation_of(found.input)
    reasons = [
        reason.model_copy(update={"figures": {**situation, **reason.figures}}) for reason in found.decision.reasons
    ]
    return decision_lines(found.decision, found.input, zone), _causes(reasons)


def _causes(reasons: Sequence[Reason]) -> list[str]:
    """Each with its rule's code; what a rule says alike of several days, once."""
    from coach.gate.wording import cause_words

    return list(dict.fromkeys(f"{cause_words(reason)} ({reason.code})" for reason in reasons))


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
        marks = f", {_marks(run)}" if run.pain_marks else ""
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


def _symptoms(coaching: Coaching, found: Today, zone: Any) -> list[str]:
    """Every rating that the gate takes for a symptom, or that has a note, and every run that was marked as painful."""
    from coach.gate.case import Case

    is_symptom = Case(found.input).judge.is_symptom
    told = [
        (rating.at, f"{rating.occasion.value.replace('-', ' ')}: {rating_words(rating)}")
        for rating in (given.rating for given in coaching.whole.told.ratings)
        if is_symptom(rating) or rating.painkiller or rating.note
    ]
    marked = [
        (run.start, f"run: {_marks(run)}")
        for run in (each.run for each in _episodes(coaching, found))
        if run is not None and run.pain_marks
    ]
    return [f"{local(at, zone)}  {words}" for at, words in sorted(told + marked)]


def _marks(run: Run) -> str:
    return f"{run.pain_marks} pain mark{'' if run.pain_marks == 1 else 's'}"


def _flares(coaching: Coaching, found: Today, zone: Any) -> list[str]:
    lines: list[str] = []
    for each in _episodes(coaching, found):
        reasons = [reason for reason in each.decision.reasons if reason.code in _FLARES]
        if not reasons:
            continue
        said = "; ".join(_causes(reasons))
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
