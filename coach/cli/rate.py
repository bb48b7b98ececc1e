"""``coach rate``, ``morning``, ``before``, ``follow-up``: the symptom ratings."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.answers import SCALE, Question, a_date, answers, instant, on_day, one_of, score, yes_no
from coach.cli.shared import comeback

if TYPE_CHECKING:
    from coach.coaching import Coaching
    from coach.model.rating import Occasion, SymptomRating

_COURSES = ("none", "resolved", "persisted", "returned")

SWELLING = Question("swelling", "--swelling", "More swelling than usual?", yes_no, "n")
PAINKILLER = Question("painkiller", "--painkiller", "A painkiller in the last 24 hours?", yes_no, "n")
ALARMING = Question("alarming", "--flag", "Anything new or alarming?", yes_no, "n")

AFTER = (
    Question("pain_during", "--during", f"Worst pain during the run, at the injured place ({SCALE})", score),
    Question("pain_now", "--now", "Pain there now, 0-10", score),
    Question("warmup_soreness", "--soreness", "Soreness there in the warm-up, 0-10", score, "0"),
    Question("limp", "--limp", "Did you limp?", yes_no, "n"),
    Question("sharp_pain", "--sharp", "Was any of it sharp?", yes_no, "n"),
    SWELLING,
    Question("giving_way", "--giving-way", "Did the ankle or leg give way?", yes_no, "n"),
    Question("completed", "--completed", "Did you do all of it?", yes_no, "y"),
    Question("effort", "--effort", "How hard was it, 0-10", score, "3"),
    PAINKILLER,
)
MORNING = (
    Question("first_steps", "FIRST_STEPS", f"Pain on the first steps, at the injured place ({SCALE})", score),
    Question("woken", "--woken", "Did it wake you in the night?", yes_no, "n"),
    SWELLING,
    PAINKILLER,
)
BEFORE = (
    Question("pain_now", "PAIN_NOW", f"Pain now, at the injured place ({SCALE})", score),
    Question("confidence", "--confidence", "How confident are you about running today, 0-10", score),
    PAINKILLER,
)
FOLLOW_UP = (
    Question("back_to_usual", "--usual/--not-usual", "Is it back to usual?", yes_no),
    SWELLING,
)

_At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="What it is about, if not now: 07:10.")]
_Nothing = Annotated[bool, typer.Option("--nothing-else", help="No to every question that is not answered here.")]
_Amend = Annotated[bool, typer.Option("--amend", help="Correct the rating given before. Softer counts for 10 minutes.")]
_Flags = Annotated[list[str] | None, typer.Option("--flag", help="Something alarming (`coach rate --flags` lists).")]
_Note = Annotated[str, typer.Option("--note", help="A word for yourself or a clinician.")]
_Elsewhere = Annotated[str | None, typer.Option("--elsewhere", help="Pain elsewhere, 0-10; asked apart.")]
_Muscle = Annotated[str | None, typer.Option("--muscle", help="Muscle soreness, 0-10; asked apart.")]
_Painkiller = Annotated[bool | None, typer.Option("--painkiller/--no-painkiller", help="In the last 24 hours.")]
_Swelling = Annotated[bool | None, typer.Option("--swelling/--no-swelling", help="More than usual.")]
_Confidence = Annotated[str | None, typer.Option("--confidence", help="About running today, 0-10.")]


def register(app: typer.Typer) -> None:
    """Add the rating commands to the top level."""
    app.command()(rate)
    app.command()(morning)
    app.command()(before)
    app.command("follow-up")(follow_up)


def rate(
    during: Annotated[str | None, typer.Option("--during", help="Worst pain during the run, 0-10.")] = None,
    now: Annotated[str | None, typer.Option("--now", help="Pain now, 0-10.")] = None,
    soreness: Annotated[str | None, typer.Option("--soreness", help="Soreness in the warm-up, 0-10.")] = None,
    course: Annotated[
        str | None, typer.Option("--course", help="How that went on: resolved, persisted, returned.")
    ] = None,
    limp: Annotated[bool | None, typer.Option("--limp/--no-limp")] = None,
    sharp: Annotated[bool | None, typer.Option("--sharp/--not-sharp", help="Sharp pain.")] = None,
    swelling: _Swelling = None,
    giving_way: Annotated[bool | None, typer.Option("--giving-way/--no-giving-way")] = None,
    completed: Annotated[bool | None, typer.Option("--completed/--not-completed")] = None,
    effort: Annotated[str | None, typer.Option("--effort", help="How hard it was, 0-10.")] = None,
    painkiller: _Painkiller = None,
    distance: Annotated[float | None, typer.Option("--distance", help="Of the whole run, in km.")] = None,
    run: Annotated[
        str | None, typer.Option("--run", help="Which run (`coach history`); the last one if not given.")
    ] = None,
    flag: _Flags = None,
    muscle: _Muscle = None,
    elsewhere: _Elsewhere = None,
    at: _At = None,
    amend: _Amend = False,
    nothing_else: _Nothing = False,
    note: _Note = "",
    flags: Annotated[bool, typer.Option("--flags", help="List what is alarming, and leave.")] = False,
) -> None:
    """Rate the run: within an hour if you can, within a day to count in full.

    Without options it asks, one question a line.
    """
    if flags:
        _list_flags()
        return
    from coach.errors import BadInput

    given = {
        "pain_during": during, "pain_now": now, "warmup_soreness": soreness, "limp": limp, "sharp_pain": sharp,
        "swelling": swelling, "giving_way": giving_way, "completed": completed, "effort": effort,
        "painkiller": painkiller,
    }  # fmt: skip
    with comeback() as coaching:
        known = _known_run(coaching, run)
        found = answers(AFTER, given, nothing_else=nothing_else)
        found["warmup_course"] = _course(found, course)
        found["run"] = known
        if not (distance is None or 0.01 <= distance <= 200):
            raise BadInput("that distance makes no sense", where="--distance", remedy="give it in km, such as 4.5")
        found["distance_m"] = None if distance is None else round(distance * 1000)
        found |= _asides(muscle, elsewhere, note)
        _keep(coaching, "after", found, flag, nothing_else, at, amend)


def morning(
    first_steps: Annotated[str | None, typer.Argument(help="Pain on the first steps, 0-10.")] = None,
    stiffness: Annotated[int | None, typer.Option("--stiffness", min=0, max=1440, help="In minutes.")] = None,
    woken: Annotated[bool | None, typer.Option("--woken/--not-woken", help="It woke you in the night.")] = None,
    swelling: _Swelling = None,
    painkiller: _Painkiller = None,
    confidence: _Confidence = None,
    flag: _Flags = None,
    for_day: Annotated[str | None, typer.Option("--for", metavar="DATE", help="A morning that is past.")] = None,
    at: _At = None,
    amend: _Amend = False,
    nothing_else: _Nothing = False,
    note: _Note = "",
) -> None:
    """Rate the morning: pain on the first steps. On the day of a run it is the check before it, too.

    The quickest way: `coach morning 1 --confidence 8 --nothing-else`.
    """
    given = {"first_steps": first_steps, "woken": woken, "swelling": swelling, "painkiller": painkiller}
    with comeback() as coaching:
        found = answers(MORNING, given, nothing_else=nothing_else)
        found["stiffness_min"] = stiffness
        if confidence is not None:
            found["confidence"] = score(confidence, "--confidence")
        found["note"] = note
        when = None if for_day is None else a_date(for_day, "--for")
        _keep(coaching, "morning", found, flag, nothing_else, at, amend, day=when)


def before(
    pain_now: Annotated[str | None, typer.Argument(help="Pain now, 0-10.")] = None,
    confidence: _Confidence = None,
    painkiller: _Painkiller = None,
    flag: _Flags = None,
    at: _At = None,
    nothing_else: _Nothing = False,
    note: _Note = "",
) -> None:
    """Rate how it is just before a run. A run the coach does not know of is told by `coach ran`."""
    given = {"pain_now": pain_now, "confidence": confidence, "painkiller": painkiller}
    with comeback() as coaching:
        found = answers(BEFORE, given, nothing_else=nothing_else)
        found["note"] = note
        _keep(coaching, "before", found, flag, nothing_else, at, amend=False)


def follow_up(
    usual: Annotated[bool | None, typer.Option("--usual/--not-usual", help="Back to usual.")] = None,
    swelling: _Swelling = None,
    flag: _Flags = None,
    at: _At = None,
    nothing_else: _Nothing = False,
    note: _Note = "",
) -> None:
    """Say at 48 hours, and daily from then on, whether what was raised is back to usual."""
    with comeback() as coaching:
        found = answers(FOLLOW_UP, {"back_to_usual": usual, "swelling": swelling}, nothing_else=nothing_else)
        found["note"] = note
        _keep(coaching, "follow-up", found, flag, nothing_else, at, amend=False)


def _course(found: dict[str, Any], course: str | None) -> str:
    if not found["warmup_soreness"]:
        return "none"
    question = Question(
        "warmup_course", "--course", "How did that go on: resolved, persisted, returned", one_of(*_COURSES[1:])
    )
    return answers([question], {"warmup_course": course})["warmup_course"]


def _asides(muscle: str | None, elsewhere: str | None, note: str) -> dict[str, Any]:
    return {
        "muscle_soreness": None if muscle is None else score(muscle, "--muscle"),
        "pain_elsewhere": None if elsewhere is None else score(elsewhere, "--elsewhere"),
        "note": note,
    }


def _known_run(coaching: Coaching, run: str | None) -> str:
    from coach.errors import BadInput

    coaching.need_profile()
    runs = coaching.standing.runs if run is None else coaching.whole.runs
    if run is not None:
        found = [each.id for each in runs if each.id.startswith(run.upper()) or each.id.endswith(run.upper())]
        if len(found) != 1:
            raise BadInput(f"no one run is called {run[:30]}", where="--run", remedy="`coach history` lists them")
        return found[0]
    if not runs:
        raise BadInput("there is no run to rate", remedy="`coach today` says what comes first")
    return runs[-1].id


def _keep(
    coaching: Coaching, occasion: str, found: dict[str, Any], flag: list[str] | None, nothing_else: bool,
    at: str | None, amend: bool, *, day: Any = None,
) -> None:  # fmt: skip
    from coach.clock import Clock
    from coach.model.rating import Occasion, SymptomRating

    clock: Clock = coaching.clock
    now = clock.local_now()
    when = now if at is None else instant(at, now)
    if day is not None:
        when = on_day(day, time(7) if at is None else when.astimezone(now.tzinfo).time(), now)
    found["red_flags"] = _red_flags(flag, nothing_else)
    rating = _rating(SymptomRating, {"occasion": occasion, "at": when, "zone": clock.zone_name(), **found})
    amends = coaching.rating_to_amend(rating) if amend else None
    coaching.rate(rating, amends=amends)
    _show_what_follows(coaching, Occasion(occasion))


def _rating(kind: type[SymptomRating], values: dict[str, Any]) -> SymptomRating:
    from pydantic import ValidationError

    from coach.errors import BadInput
    from coach.model.refusals import plain_words

    try:
        return kind.model_validate(values)
    except ValidationError as error:
        remedy = "give another answer; the command with --help says what each option takes"
        raise BadInput(plain_words(error), remedy=remedy) from None


def _red_flags(flag: list[str] | None, nothing_else: bool) -> tuple[str, ...]:
    from coach.cli.answers import is_terminal
    from coach.errors import BadInput
    from coach.model.rating import RedFlag

    names = [each.value for each in RedFlag]
    if flag is None and not nothing_else and is_terminal() and answers([ALARMING], {})["alarming"]:
        _list_flags()
        flag = typer.prompt("Which, by name, with commas between", err=True).replace(",", " ").split()
    for name in flag or ():
        if name not in names:
            raise BadInput(f"{name[:40]} is not on the list", where="--flag", remedy="`coach rate --flags` lists them")
    return tuple(flag or ())


def _list_flags() -> None:
    from coach.model.rating import RedFlag

    for each in RedFlag:
        typer.echo(f"{each.value:<48} {each.care.value}")


def _show_what_follows(coaching: Coaching, occasion: Occasion) -> None:
    from coach.cli.today import show_today

    typer.echo(f"Kept: your rating {occasion.value}.", err=True)
    show_today(coaching, keep=True)
