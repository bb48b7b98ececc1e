"""``coach rate``, ``morning``, ``before``, ``follow-up``: the symptom ratings."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.answers import (
    SCALE,
    Question,
    answers,
    is_terminal,
    one_of,
    score,
    score_or_none,
    yes_no,
)
from coach.cli.red_flags import WithFlags, alarm, ask_flags, flag_lines
from coach.cli.shared import comeback

if TYPE_CHECKING:
    from coach.coaching import Coaching
    from coach.model.rating import SymptomRating

MAX_NOTE = 2000
_COURSES = ("none", "resolved", "persisted", "returned")

SWELLING = Question("swelling", "--swelling", "More swelling than usual?", yes_no, "n")
PAINKILLER = Question("painkiller", "--painkiller", "A painkiller in the last 24 hours?", yes_no, "n")
ALARMING = Question("alarming", "--flag", "Anything new or alarming?", yes_no, "n", ends=True)

AFTER = (
    Question("pain_during", "--during", f"Worst pain during the run, at the injured place ({SCALE})", score),
    Question("pain_now", "--now", "Pain there now, 0-10", score),
    Question("warmup_soreness", "--soreness", "Soreness there in the warm-up, 0-10", score, "0"),
    Question("limp", "--limp", "Did you limp?", yes_no, "n"),
    Question("sharp_pain", "--sharp", "Was any of it sharp?", yes_no, "n"),
    SWELLING,
    Question("giving_way", "--giving-way", "Did the ankle or leg give way?", yes_no, "n"),
    Question("completed", "--completed", "Did you do all of it?", yes_no, "y"),
    Question("effort", "--effort", "How hard was it, 0-10; Enter leaves it out", score_or_none, ""),
    PAINKILLER,
)
MORNING = (
    Question("first_steps", "FIRST_STEPS", f"Pain on the first steps, at the injured place ({SCALE})", score),
    Question("woken", "--woken", "Did it wake you in the night?", yes_no, "n"),
    SWELLING,
    PAINKILLER,
)
CONFIDENCE = Question("confidence", "--confidence", "How confident are you about running today, 0-10", score)
ANYTHING = "Woken in the night, swollen, a painkiller taken, or anything new or alarming?"
BEFORE = (
    Question("pain_now", "PAIN_NOW", f"Pain now, at the injured place ({SCALE})", score),
    CONFIDENCE,
    PAINKILLER,
)
FOLLOW_UP = (
    Question("back_to_usual", "--usual/--not-usual", "Is it back to usual?", yes_no),
    SWELLING,
)

_RATE_EPILOG = """\b
Examples:
  coach rate                                           asks, one question a line
  coach rate --during 2 --now 1 --nothing-else         all the rest was fine
  coach rate --during 2 --now 1 --soreness 3 --course resolved --nothing-else
  coach rate --during 6 --now 4 --limp --nothing-else --note "left heel"
  coach rate --during 7 --now 4 --amend --nothing-else correct it: harsher counts at
                                                       any time, softer for 10 minutes"""
_MORNING_EPILOG = """\b
Examples:
  coach morning                                        asks; Enter is no to all but pain
  coach morning 1 --confidence 8 --nothing-else        the quickest, on a day of a run
  coach morning 2 --for 2026-03-03 --nothing-else      a morning that is past"""

_At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="What it is about, if not now: 07:10.")]
_Nothing = Annotated[bool, typer.Option("--nothing-else", help="No to every question that is not answered here.")]
_Amend = Annotated[
    bool, typer.Option("--amend", help="Correct the rating given before. Softer counts for 10 minutes, harsher always.")
]
_Flags = Annotated[
    list[str] | None,
    typer.Option("--flag", metavar="NAME", help="Something alarming, by its name below; may be repeated."),
]
_Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="A word for yourself or a clinician.")]
_Elsewhere = Annotated[
    str | None, typer.Option("--elsewhere", metavar="0-10", help="Pain elsewhere: kept, never judged.")
]
_Muscle = Annotated[str | None, typer.Option("--muscle", metavar="0-10", help="Muscle soreness: kept, never judged.")]
_Painkiller = Annotated[
    bool | None, typer.Option("--painkiller/--no-painkiller", help="A painkiller in the last 24 hours.")
]
_Swelling = Annotated[bool | None, typer.Option("--swelling/--no-swelling", help="More swelling than usual.")]
_Confidence = Annotated[
    str | None, typer.Option("--confidence", metavar="0-10", help="How confident you are about running today.")
]


def register(app: typer.Typer) -> None:
    """Add the rating commands to the top level."""
    app.command(cls=WithFlags, epilog=_RATE_EPILOG, short_help="Rate the run, within the hour if you can.")(rate)
    app.command(cls=WithFlags, epilog=_MORNING_EPILOG, short_help="Rate the morning: first steps, night, swelling.")(
        morning
    )
    app.command(cls=WithFlags, short_help="Rate how it is just before a run.")(before)
    app.command("follow-up", cls=WithFlags, short_help="Say whether all is back to usual.")(follow_up)


def rate(
    during: Annotated[str | None, typer.Option("--during", metavar="0-10", help="Worst pain during the run.")] = None,
    now: Annotated[str | None, typer.Option("--now", metavar="0-10", help="Pain now.")] = None,
    soreness: Annotated[str | None, typer.Option("--soreness", metavar="0-10", help="Soreness in the warm-up.")] = None,
    course: Annotated[
        str | None,
        typer.Option("--course", metavar="WORD", help="How that soreness went on: resolved, persisted or returned."),
    ] = None,
    limp: Annotated[bool | None, typer.Option("--limp/--no-limp", help="You limped.")] = None,
    sharp: Annotated[bool | None, typer.Option("--sharp/--not-sharp", help="Some of the pain was sharp.")] = None,
    swelling: _Swelling = None,
    giving_way: Annotated[
        bool | None, typer.Option("--giving-way/--no-giving-way", help="The ankle or leg gave way.")
    ] = None,
    completed: Annotated[
        bool | None, typer.Option("--completed/--not-completed", help="You did all of the session.")
    ] = None,
    effort: Annotated[str | None, typer.Option("--effort", metavar="0-10", help="How hard it was.")] = None,
    painkiller: _Painkiller = None,
    distance: Annotated[float | None, typer.Option("--distance", metavar="KM", help="The whole run.")] = None,
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Which run (`coach history`); the last if not given.")
    ] = None,
    flag: _Flags = None,
    muscle: _Muscle = None,
    elsewhere: _Elsewhere = None,
    at: _At = None,
    amend: _Amend = False,
    nothing_else: _Nothing = False,
    note: _Note = "",
    flags: Annotated[bool, typer.Option("--flags", help="List what is alarming in plain words, and leave.")] = False,
) -> None:
    """Rate the run: within an hour if you can, within a day to count in full.

    Without options it asks, one question a line. All scores are 0 (none) to 10 (the worst imaginable).
    """
    if flags:
        for line in flag_lines():
            typer.echo(line)
        return
    from coach.errors import BadInput

    given = {
        "pain_during": during, "pain_now": now, "warmup_soreness": soreness, "limp": limp, "sharp_pain": sharp,
        "swelling": swelling, "giving_way": giving_way, "completed": completed, "effort": effort,
        "painkiller": painkiller,
    }  # fmt: skip
    alarming = alarm(flag)
    with comeback() as coaching:
        told: dict[str, Any] = {"run": _known_run(coaching, run), **_told(coaching, alarming, at, note)}
        if not (distance is None or 0.01 <= distance <= 200):
            raise BadInput("that distance makes no sense", where="--distance", remedy="give it in km, such as 4.5")
        told["distance_m"] = None if distance is None else round(distance * 1000)
        told["muscle_soreness"] = None if muscle is None else score(muscle, "--muscle")
        told["pain_elsewhere"] = None if elsewhere is None else score(elsewhere, "--elsewhere")
        if course is not None:
            course = one_of(*_COURSES)(course, "--course")
        found = _answered(AFTER, given, told, nothing_else=nothing_else)
        found["warmup_course"] = _course(found.get("warmup_soreness"), course, asks=not found["red_flags"])
        _keep(coaching, "after", told | found, amend=amend)


def morning(
    first_steps: Annotated[
        str | None, typer.Argument(metavar="FIRST_STEPS", help="Pain on the first steps, 0-10.")
    ] = None,
    stiffness: Annotated[
        int | None, typer.Option("--stiffness", metavar="MINUTES", min=0, max=1440, help="How long it was stiff.")
    ] = None,
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
    alarming = alarm(flag)
    with comeback() as coaching:
        coaching.need_profile()
        told = _told(coaching, alarming, at, note, for_day)
        told["stiffness_min"] = stiffness
        questions = MORNING
        if confidence is not None:
            told["confidence"] = score(confidence, "--confidence")
        elif not (nothing_else or alarming) and is_terminal() and _may_run_on_that_day(coaching, told["at"]):
            questions = (MORNING[0], CONFIDENCE, *MORNING[1:])  # the morning is then the check before the run
        found = _answered(questions, given, told, nothing_else=nothing_else, together=ANYTHING)
        _keep(coaching, "morning", told | found, amend=amend)


def before(
    pain_now: Annotated[str | None, typer.Argument(metavar="PAIN_NOW", help="Pain now, 0-10.")] = None,
    confidence: _Confidence = None,
    painkiller: _Painkiller = None,
    flag: _Flags = None,
    at: _At = None,
    nothing_else: _Nothing = False,
    note: _Note = "",
) -> None:
    """Rate how it is just before a run. A run the coach does not know of is told by `coach ran`."""
    given = {"pain_now": pain_now, "confidence": confidence, "painkiller": painkiller}
    alarming = alarm(flag)
    with comeback() as coaching:
        coaching.need_profile()
        told = _told(coaching, alarming, at, note)
        found = _answered(BEFORE, given, told, nothing_else=nothing_else)
        _keep(coaching, "before", told | found)


def follow_up(
    usual: Annotated[bool | None, typer.Option("--usual/--not-usual", help="All is back to usual.")] = None,
    swelling: _Swelling = None,
    flag: _Flags = None,
    at: _At = None,
    nothing_else: _Nothing = False,
    note: _Note = "",
) -> None:
    """Say at 48 hours, and daily from then on, whether what was raised is back to usual."""
    alarming = alarm(flag)
    with comeback() as coaching:
        coaching.need_profile()
        told = _told(coaching, alarming, at, note)
        given = {"back_to_usual": usual, "swelling": swelling}
        found = _answered(FOLLOW_UP, given, told, nothing_else=nothing_else)
        _keep(coaching, "follow-up", told | found)


# What was given as options is read before anything is asked: a slip there costs no answers


def _told(
    coaching: Coaching, flags: tuple[str, ...] | None, at: str | None, note: str, day: str | None = None
) -> dict[str, Any]:
    """When it is about, where, the red flags and the note. Raises BadInput."""
    from coach.coaching.times import a_date, instant, on_day
    from coach.errors import BadInput

    clock = coaching.clock
    now = clock.local_now()
    when = now if at is None else instant(at, now)
    if day is not None:
        when = on_day(a_date(day, "--for"), time(7) if at is None else when.astimezone(now.tzinfo).time(), now)
    if len(note) > MAX_NOTE:
        raise BadInput(f"{len(note)} letters are too many", where="--note", remedy=f"give {MAX_NOTE} at most")
    return {"at": when, "zone": clock.zone_name(), "note": note, "red_flags": flags}


def _answered(
    questions: tuple[Question, ...], given: dict[str, Any], told: dict[str, Any], *, nothing_else: bool,
    together: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The answers, and the red flags if anything is alarming: with one that was given nothing else has to be said.

    ``nothing_else`` then completes a rating that lacks no number, and is no answer to one that does.
    """
    if told["red_flags"]:
        found = answers(questions, given, nothing_else=nothing_else, asks=False)
        found = found if len(found) == len(questions) else answers(questions, given, asks=False)
        return found | {"red_flags": told["red_flags"]}
    if nothing_else or not is_terminal():
        return answers(questions, given, nothing_else=nothing_else) | {"red_flags": ()}
    found = answers((ALARMING, *questions), given, together=together)
    flags = ask_flags() if found.pop("alarming") else ()
    if not flags and len(found) < len(questions):  # it was taken back
        found = answers(questions, given | found)
    return found | {"red_flags": flags}


def _course(soreness: int | None, course: str | None, *, asks: bool) -> str | None:
    from coach.errors import BadInput

    if not soreness:
        if course not in (None, "none"):
            raise BadInput(
                "there was no soreness in the warm-up that could go on", where="--course",
                remedy="give --soreness as well, or leave out --course",
            )  # fmt: skip
        return None if soreness is None else "none"
    if course is None and not asks:
        return None
    question = Question(
        "warmup_course", "--course", "How did that go on: resolved, persisted, returned", one_of(*_COURSES[1:])
    )
    return answers([question], {"warmup_course": course})["warmup_course"]


def _may_run_on_that_day(coaching: Coaching, when: datetime) -> bool:
    """Whether nothing but what can be told or done that day stands between now and a run."""
    from coach.gate.days import waking_date
    from coach.model.decision import Need, Outcome

    decision, zone = coaching.today().decision, coaching.clock.zone_name()
    today = waking_date(decision.asked_at, zone)
    waits = decision.opens_at is not None and waking_date(decision.opens_at, zone) > today
    barred = {Need.READINESS, Need.CLINICIAN, Need.CLEARANCE} & set(decision.needs)
    return waking_date(when, zone) == today and decision.outcome is not Outcome.STOP and not waits and not barred


def _known_run(coaching: Coaching, run: str | None) -> str:
    from coach.coaching.run_names import run_called
    from coach.errors import BadInput

    coaching.need_profile()
    if run is not None:
        try:
            return run_called(run, coaching.whole.runs)
        except BadInput as problem:
            raise BadInput(problem.what, where="--run", remedy=problem.remedy) from None
    last = coaching.last_run()
    if last is None:
        remedy = "`coach today` says what comes first; what is alarming is told by `coach before --flag NAME`"
        raise BadInput("there is no run to rate", remedy=remedy)
    return last.id


def _keep(coaching: Coaching, occasion: str, values: dict[str, Any], *, amend: bool = False) -> None:
    from coach.cli.corrected import in_force, what_it_changed
    from coach.cli.today import day_if_past, show_today
    from coach.model.rating import OCCASION_WORDS, SymptomRating

    rating = _rating(SymptomRating, {"occasion": occasion, **values})
    amends = coaching.rating_to_amend(rating) if amend else _adds_to(coaching, rating)
    before = None if amends is None else in_force(coaching, rating)
    coaching.rate(rating, amends=amends)
    alone = "" if rating.is_complete else " With a red flag the rest may wait."
    day = day_if_past(rating.at, coaching.clock.local_now())
    typer.echo(f"Kept: your rating {OCCASION_WORDS[rating.occasion]}{day}.{alone}", err=True)
    if before is not None:
        for line in what_it_changed(coaching, rating, before):
            typer.echo(line, err=True)
    show_today(coaching, keep=True)


def _adds_to(coaching: Coaching, rating: SymptomRating) -> str | None:
    """The rating that a red flag told by itself is added to, where what it is told with was rated already."""
    if rating.is_complete or rating.occasion.value not in ("after", "morning"):
        return None
    return coaching.standing.told.last_of(rating) or coaching.whole.told.last_of(rating)


def _rating(kind: type[SymptomRating], values: dict[str, Any]) -> SymptomRating:
    from pydantic import ValidationError

    from coach.errors import BadInput
    from coach.model.refusals import plain_words

    try:
        return kind.model_validate(values)
    except ValidationError as error:
        remedy = "give another answer; the command with --help says what each option takes"
        raise BadInput(plain_words(error), remedy=remedy) from None
