"""``coach ready``: what is to be passed before the first run, how it stands, and what a test gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from coach.cli.answers import Question, answers, is_terminal, score, yes_no
from coach.cli.shared import Strict, comeback, is_plain

if TYPE_CHECKING:
    from coach.coaching import Coaching
    from coach.coaching.readiness import Answers, Item, Readiness
    from coach.model.readiness import Criterion

_EPILOG = """\b
Examples:
  coach ready                                      everything, in order
  coach ready --ask                                asks for what is not passed
  coach ready walk-30 --figure 30
  coach ready heel-raises --left 22 --right 24
  coach ready stairs --yes --pain 1                tendon and fascia only …
  coach ready stairs --settled                     … and the next morning
  coach ready hops-30 --waived-by "Dr A" """

_SKIP = "skip"
_SKIPS = "Enter skips what you have not tested. Ctrl-C leaves; what is answered is kept."
_YES_NO = f"y for yes, n for no. {_SKIPS}"
_NUMBER = f"What you counted or measured. {_SKIPS}"


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(cls=Strict, epilog=_EPILOG, short_help="Show and keep the tests before the first run.")(ready)


def complete_criterion(incomplete: str) -> list[str]:
    """Names of criteria, for the shell's completion."""
    from coach.library.readiness_files import load_criteria

    return [criterion.id for criterion in load_criteria() if criterion.id.startswith(incomplete)]


def ready(
    criterion: Annotated[
        str | None,
        typer.Argument(
            metavar="CRITERION", help="Which one was tested. Without it: all.", autocompletion=complete_criterion
        ),
    ] = None,
    left: Annotated[float | None, typer.Option("--left", help="What the left side gave.")] = None,
    right: Annotated[float | None, typer.Option("--right", help="What the right side gave.")] = None,
    figure: Annotated[float | None, typer.Option("--figure", help="What it gave, where sides do not matter.")] = None,
    done: Annotated[bool | None, typer.Option("--yes/--no", help="Whether it is so, or went well.")] = None,
    pain: Annotated[
        str | None, typer.Option("--pain", metavar="0-10", help="Pain during the test; 0 if not given.")
    ] = None,
    settled: Annotated[
        bool | None, typer.Option("--settled/--not-settled", help="Whether that pain had settled the next morning.")
    ] = None,
    waived_by: Annotated[
        str | None, typer.Option("--waived-by", metavar="NAME", help="A clinician waives it: who.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="A word for yourself or a clinician.")] = "",
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="When it was tested, if not now.")] = None,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for everything that is not passed, in order.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show what is to be passed before the first run, and keep what a test gave.

    Until all that is mandatory is passed the coach offers walking, low-impact conditioning and strength, not runs.
    """
    from coach.coaching.readiness import Answers, readiness, result_of
    from coach.coaching.times import instant
    from coach.errors import BadInput

    felt = score(pain, "--pain") if pain is not None else 0
    given = Answers(done, left, right, figure, felt, settled, waived_by, note)
    with comeback() as coaching:
        coaching.need_profile()
        if criterion is None and (given != Answers() or pain is not None or at is not None):
            raise BadInput("which test was it?", remedy="name it first: coach ready walk-30 --figure 30")
        if criterion is not None and ask:
            raise BadInput("--ask asks for all of them", remedy=f"leave out --ask, or leave out {criterion[:40]}")
        if criterion is not None:
            when = None if at is None else instant(at, coaching.clock.local_now())
            coaching.test(result_of(coaching, criterion, given, when))
            typer.echo(f"Kept: {criterion}.", err=True)
        elif ask:
            _ask_all(coaching)
        found = readiness(coaching)
        zone = coaching.clock.local_zone()
    if json:
        typer.echo(ready_json(found))
        return
    for line in one_lines(found, criterion, zone) if criterion is not None else ready_lines(found, zone):
        typer.echo(line)


# Showing


def ready_json(found: Readiness) -> str:
    """One line of JSON: every criterion with its verdict, and what is offered meanwhile."""
    import json

    from coach.gate.meanwhile import offers
    from coach.gate.readiness_words import asked_words, verdict_words

    rows: list[dict[str, Any]] = []
    for criterion, verdict in found.items:
        row = verdict.model_dump(mode="json")
        if criterion is not None:
            row |= {
                "title": criterion.title,
                "how": criterion.how,
                "unit": criterion.unit,
                "measure": criterion.measure,
                "asked": asked_words(criterion, found.profile),
            }
        rows.append({**row, "words": verdict_words(verdict, criterion)})
    meanwhile = () if found.is_passed else offers(found.profile, cleared=found.is_cleared)
    return json.dumps(
        {
            "is_passed": found.is_passed,
            "missing": [item.verdict.criterion for item in found.missing],
            "criteria": rows,
            "meanwhile": [
                {"kind": o.kind, "title": o.title, "dose": o.dose, "sources": list(o.sources)} for o in meanwhile
            ],
        },
        ensure_ascii=False,
    )


def ready_lines(found: Readiness, zone: Any) -> list[str]:
    """Everything, in order, for people."""
    from coach.cli.today import DISCLAIMER

    lines = [f"Before the first run: {found.passed_words}.", ""]
    for item in found.items:
        lines += [*_item_lines(found, item, zone), ""]
    return [*lines, *_what_next(found), DISCLAIMER]


def one_lines(found: Readiness, name: str, zone: Any) -> list[str]:
    """One criterion with those that live on its figures, and how many are left."""
    lines = [
        line
        for item in found.items
        if item.criterion is not None and name in (item.criterion.id, item.criterion.figures_of)
        for line in _item_lines(found, item, zone, how=False)
    ]
    left = [item.verdict.criterion for item in found.missing]
    return [*lines, f"Left: {', '.join(left)}." if left else "All that must be is passed. Next: coach today"]


def _item_lines(found: Readiness, item: Item, zone: Any, *, how: bool = True) -> list[str]:
    from coach.gate.readiness_words import STATE, asked_words, must_words, retest_words, verdict_words

    criterion, verdict = item
    if is_plain():
        return _item_facts(item, zone, how=how)
    lines = [f"[{STATE[verdict.passed]:^6}] {verdict.criterion}: {item.title} ({must_words(verdict)})"]
    if how and criterion is not None and verdict.passed is not True:
        lines += [*wrapped(criterion.how), *wrapped(asked_words(criterion, found.profile))]
    tested = f" ({verdict.tested_at.astimezone(zone):%Y-%m-%d %H:%M})" if verdict.tested_at is not None else ""
    lines.append(f"         {verdict_words(verdict, criterion)}{tested}")
    again = retest_words(verdict, zone)
    if again:
        lines.append(f"         {again}")
    lines.append(f"         [{', '.join(verdict.sources)}]")
    return lines


def _item_facts(item: Item, zone: Any, *, how: bool) -> list[str]:
    """The same to be read out: each line by itself says what it is about."""
    from coach.gate.readiness_words import STATE, must_words, retest_words, verdict_words

    criterion, verdict = item
    tested = f", tested {verdict.tested_at.astimezone(zone):%Y-%m-%d %H:%M}" if verdict.tested_at is not None else ""
    lines = [f"{item.title}: {STATE[verdict.passed]}{tested}, {must_words(verdict)}. Its name is {verdict.criterion}."]
    if how and criterion is not None and verdict.passed is not True:
        lines.append(f"How: {criterion.how}")
    lines.append(f"Why: {verdict_words(verdict, criterion)}")
    again = retest_words(verdict, zone)
    return [*lines, *([again] if again else []), f"Sources: {', '.join(verdict.sources)}"]


def wrapped(text: str, first: str = "         ", rest: str = "         ") -> list[str]:
    """``text`` in lines that fit; to be read out in one."""
    import textwrap

    if is_plain():
        return [text]
    return textwrap.wrap(text, 100, initial_indent=first, subsequent_indent=rest, break_long_words=False)


def _what_next(found: Readiness) -> list[str]:
    from coach.gate.meanwhile import asks_clinician, offers

    if found.is_passed:
        return ["All that must be is passed. Next: coach today", ""]
    lines = ["Until then, instead of runs:"]
    if asks_clinician(found.profile):
        lines.append("  only what the clinician who follows you allows, and only while it stays free of pain")
    for offer in offers(found.profile, cleared=found.is_cleared):
        lines += wrapped(f"{offer.kind}: {offer.title}, {offer.dose} [{', '.join(offer.sources)}]", "  ", "    ")
    return [*lines, "", "Next: coach ready --ask, or coach ready CRITERION with what it gave", ""]


# Asking


def _ask_all(coaching: Coaching) -> None:
    """One criterion after the other; each is kept as soon as it is answered, so that leaving loses none."""
    from coach.coaching.readiness import Answers, next_question, readiness, result_of, settling
    from coach.errors import BadInput
    from coach.gate.readiness_words import asked_words

    if not is_terminal():
        raise BadInput("there is nobody to ask", where="--ask", remedy="give a test by name: `coach ready --help`")
    typer.echo(_SKIPS, err=True)
    try:
        for criterion in settling(readiness(coaching)):
            question = Question(
                "settled", "--settled", f"{criterion.title}: had the pain settled?", _or_skip(yes_no), _SKIP, _YES_NO
            )
            settled = answers([question], {})["settled"]
            if settled != _SKIP:
                _keep(coaching, lambda c=criterion, s=settled: result_of(coaching, c.id, Answers(settled=s)))
        asked: set[str] = set()
        while (
            criterion := next((c for c in next_question(readiness(coaching)) if c.id not in asked), None)
        ) is not None:
            asked.add(criterion.id)
            found = _ask(criterion, asked_words(criterion, coaching.need_profile()))
            if found is not None:
                _keep(coaching, lambda c=criterion, f=found: result_of(coaching, c.id, f))
    except typer.Abort:
        typer.echo("\nLeft. What was answered is kept.", err=True)
        raise typer.Exit(130) from None


def _keep(coaching: Coaching, make: Any) -> None:
    from coach.errors import BadInput

    try:
        coaching.test(make())
    except BadInput as error:
        typer.echo(f"  not kept: {error}", err=True)


def _ask(criterion: Criterion, asked: str) -> Answers | None:
    """What the test gave; None if it is skipped. ``asked`` says what passes it."""
    from coach.coaching.readiness import Answers
    from coach.model.readiness import Measure

    typer.echo("\n".join(["", criterion.title, f"  {criterion.how}", *([f"  {asked}"] if asked else [])]), err=True)
    unit = f", {criterion.unit}" if criterion.unit else ""
    number = _or_skip(_number)
    questions = {
        Measure.YES_NO: [Question("done", "--yes/--no", "Passed?", _or_skip(yes_no), _SKIP, _YES_NO)],
        Measure.FIGURE: [Question("figure", "--figure", f"How much{unit}", number, _SKIP, _NUMBER)],
        Measure.BOTH_SIDES: [
            Question("left", "--left", f"Left{unit}", number, _SKIP, _NUMBER),
            Question("right", "--right", f"Right{unit}", number, _SKIP, _NUMBER),
        ],
    }[criterion.measure]
    found: dict[str, Any] = {}
    for question in questions:
        found |= answers([question], {})
        if _SKIP in found.values():
            return None
    pain = Question("pain", "--pain", "Pain during it, 0-10", score, "0")
    return Answers(**found, **answers([pain], {}))


def _or_skip(read: Any) -> Any:
    def reads(text: str, where: str) -> Any:
        return _SKIP if text.strip() in ("", _SKIP) else read(text, where)

    return reads


def _number(text: str, where: str) -> float:
    from coach.errors import BadInput

    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise BadInput(f"{text.strip()[:20]} is not a number", where=where, remedy="give one, or skip") from None
