"""What can be done on a day, in the order and by the words of `coach --plain`."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from coach.cli.answers import Question, one_of
from coach.cli.shared import comeback
from coach.errors import BadInput


def _words(text: str, where: str) -> str:
    if not text.strip():
        raise BadInput("an answer is needed here", where=where, remedy="Ctrl-C leaves, and keeps nothing")
    return text.strip()


def _or_none(text: str, _where: str) -> str:
    return text.strip()


def _one_word(text: str, where: str) -> str:
    return shlex.quote(_words(text, where))


class Action(NamedTuple):
    """A line of the list. ``app`` are the ids of the actions of the app that do the same.

    ``argv`` is the command, ``asks`` what it has to be given and does not ask itself: an answer follows its option, or,
    if that is empty, the options. ``sure`` is asked before it is done. ``tells`` says it without a command.
    """

    word: str
    title: str
    argv: tuple[str, ...] = ()
    app: tuple[str, ...] = ()
    asks: tuple[Question, ...] = ()
    sure: str = ""
    tells: Callable[[], Sequence[str]] | None = None


# What is a table, a picture or a screen elsewhere, in sentences


def _profile() -> list[str]:
    from coach.coaching.telling import draft_of, told_lines

    with comeback() as coaching:
        before = coaching.need_profile()
        return told_lines(coaching, draft_of(coaching, {}, before), before)


def _plan() -> list[str]:
    from coach.cli.story import BEST_CASE, NO_DAY, plan_rows
    from coach.coaching.story import milestones, undated, what_comes_first

    with comeback() as coaching:
        first = what_comes_first(coaching.today())
        stages = milestones(coaching)
    lines = [f"{row['name']}, {row['state']}: {row['title']}.{_earliest(row)}" for row in plan_rows(stages)]
    return [*lines, *((NO_DAY, *first) if first else (BEST_CASE,)), *undated(stages)]


def _earliest(row: dict[str, Any]) -> str:
    return f" Earliest {row['earliest']}." if row["earliest"] else ""


def _history() -> list[str]:
    from coach.cli.story import history_rows

    with comeback() as coaching:
        rows = history_rows(coaching)
    return [_run_words(row) for row in rows] or ["No run yet."]


def _run_words(row: dict[str, Any]) -> str:
    planned = "" if row["planned_min"] is None else f" of {row['planned_min']:g}"
    pains = ", ".join(
        f"{name} {'not answered' if row[key] is None else row[key]}"
        for name, key in (("during", "during"), ("after", "after"), ("morning", "morning"))
    )
    locked = "" if row["unlocked"] else " It was not opened by the plan."
    then = row["then"].replace("_", " ").lower()
    ran = f"{row['when']}, run {row['run'][-10:]}: ran {row['done_min']:g}{planned} min"
    return f"{ran}. Pain {pains}.{locked} Then: {then}."


ACTIONS = (
    Action("today", "today's decision again", ("today",), ("app.today",)),
    Action("morning", "rate this morning; morning --amend corrects what you said", ("morning",), ("today.morning",)),
    Action("before", "rate how it is just before the run", ("before",), ("today.before",)),
    Action("after", "rate the last run; after --amend corrects what you said", ("rate",), ("today.after",)),
    Action("follow-up", "say whether all is back to usual", ("follow-up",), ("today.follow-up",)),
    Action("why", "every reason with its sources", ("why",), ("today.why",)),
    Action(
        "run", "run today's session, if the gate is open", ("run", "--headless"), ("today.go",), sure="Begin it now?"
    ),
    Action(
        "anyway", "run though the gate is closed, for a reason that is kept; never past a STOP", ("run", "--headless"),
        ("today.anyway",), (Question("reason", "--override", "Why do you run all the same?", _words),),
    ),
    Action("follow", "follow the session that another coach runs", ("follow",)),
    Action("plan", "every stage, done and ahead", app=("app.plan",), tells=_plan),
    Action("history", "every run and what came of it", app=("app.history",), tells=_history),
    Action("readiness", "the tests before the first run, and how they stand", ("ready",), ("app.readiness",)),
    Action("tests", "say what those tests gave", ("ready", "--ask")),
    Action("profile", "what you come back from, and what holds", app=("app.profile",), tells=_profile),
    Action("injury", "tell what you come back from, or what changed", ("init",)),
    Action(
        "export", "write a session, the plan or your record as a file", ("export",), ("app.export",),
        (
            Question("format", "", "Which format?", _words, None, "A name; export --list at the list says them all."),
            Question("target", "", "What of?", _words, "today", "today, stage and its number, last, ratings, runs, …"),
            Question("file", "--output", "Into which file? Enter prints it.", _or_none, ""),
        ),
    ),
    Action(
        "clear", "record a clearance", ("clear",), ("app.clear",),
        (
            Question("role", "--role", "Whose is it, clinician or self?", one_of("clinician", "self")),
            Question("by", "--by", "By whom: a name?", _words),
            Question("note", "--note", "What was said? Enter leaves it out.", _or_none, ""),
        ),
    ),
    Action(
        "ran", "tell of a run without the coach", ("ran",), ("app.ran",),
        (
            Question("start", "", "When did it begin: 18:00, or a date and a time?", _one_word),
            Question("minutes", "", "How many minutes of it did you run?", _words),
        ),
    ),
    Action(
        "take-back", "take back the run told last, within 10 minutes", ("ran", "--withdraw"), ("app.take-back",),
        sure="Take back the run that was told last?",
    ),
    Action("advance", "go on in spite of low confidence, if that is yours to choose", ("advance",), ("today.advance",)),
    Action("settings", "every setting and its meaning", ("config", "show"), ("app.settings",)),
    Action("workouts", "the workouts there are", ("workout", "list"), ("app.workouts",)),
    Action("leave", "leave the coach", app=("app.leave",)),
    Action("protocols", "the ways back to running there are; protocol show and a name tells one", ("protocol", "list")),
)  # fmt: skip
"""Everything that Today offers in the app, in an order that is never changed: the numbers are learnt."""
