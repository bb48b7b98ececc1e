"""The questions of each rating, and the answers as they are typed. Pure: no widget, no clock."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from coach.errors import BadInput
from coach.gate.wording import FLAGS
from coach.model.rating import REQUIRED, Course, Occasion, RedFlag, SymptomRating
from coach.tui.asks import Ask

HIGHEST = 10
NOT_KM = "km, such as 4.5"
NEAREST_M, FARTHEST_M = 10, 200_000
MOST_DIGITS = 6
MORNING_AT = time(7)  # of a morning that is past
NOT_A_SCORE = "one whole number 0–10, the higher one if in doubt"


class Kind(StrEnum):
    """How a question is answered."""

    SCORE = "score"
    CHOICE = "choice"
    FLAGS = "flags"
    KM = "km"  # kept in metres


class Choice(NamedTuple):
    """One answer: the key that gives it, what is kept, and how it reads."""

    key: str
    value: Any
    words: str


NO, YES = Choice("n", False, "no"), Choice("y", True, "yes")


class Question(NamedTuple):
    """``usual`` is what "no to the rest" answers; None where only the runner can. ``help`` is what F1 shows.

    ``after`` is the score that must be above 0 for this to be asked.
    """

    name: str
    text: str
    kind: Kind = Kind.CHOICE
    choices: tuple[Choice, ...] = (NO, YES)
    usual: Any = None
    optional: bool = False
    help: str = ""
    after: str = ""


_SITE = "0 is no pain, 10 the worst pain imaginable. At the injured place only."
_PAINKILLER = Question(
    "painkiller", "A painkiller in the last 24 hours?", usual=False,
    help="It can hide what a run did, so the stage comes again.",
)  # fmt: skip
_SWELLING = Question("swelling", "More swelling than usual?", usual=False)
_FLAGS = Question(
    "red_flags", "Anything new or alarming?", Kind.FLAGS, usual=(),
    help="y opens the list of warning signs: ↑ ↓ move, space marks. With one of them nobody should run.",
)  # fmt: skip
_CONFIDENCE = Question(
    "confidence", "How confident are you about running today?", Kind.SCORE, optional=True,
    help="0 not at all, 10 completely. Below 5 the stage comes again. Leave it out on a day without a run.",
)  # fmt: skip

QUESTIONS: dict[Occasion, tuple[Question, ...]] = {
    Occasion.MORNING: (
        Question("first_steps", "Pain on the first steps", Kind.SCORE, help=_SITE),
        _CONFIDENCE,
        Question("woken", "Did it wake you in the night?", usual=False),
        _SWELLING,
        _PAINKILLER,
        _FLAGS,
    ),
    Occasion.BEFORE: (
        Question("pain_now", "Pain now", Kind.SCORE, help=_SITE),
        _CONFIDENCE._replace(optional=False),
        _PAINKILLER,
        _FLAGS,
    ),
    Occasion.AFTER: (
        Question("pain_during", "Worst pain during the run", Kind.SCORE, help=_SITE),
        Question("pain_now", "Pain now", Kind.SCORE, help=_SITE),
        Question("warmup_soreness", "Soreness in the warm-up", Kind.SCORE, usual=0, help=_SITE),
        Question(
            "warmup_course", "How did that soreness go on?", after="warmup_soreness",
            choices=(
                Choice("1", Course.RESOLVED, "1 went away"),
                Choice("2", Course.PERSISTED, "2 stayed"),
                Choice("3", Course.RETURNED, "3 came back"),
            ),
        ),
        Question("limp", "Did you limp?", usual=False),
        Question("sharp_pain", "Was any of it sharp?", usual=False),
        _SWELLING,
        Question("giving_way", "Did the ankle or leg give way?", usual=False),
        Question("completed", "Did you do all of it?", usual=True),
        Question(
            "distance_m", "How far in all, in km?", Kind.KM, optional=True,
            help="The whole way with the walking. With your former distance a week it opens hills and speed.",
        ),
        Question(
            "effort", "How hard was it?", Kind.SCORE, optional=True, help="0 nothing at all, 10 as hard as you can."
        ),
        _PAINKILLER,
        _FLAGS,
    ),
    Occasion.FOLLOW_UP: (
        Question("back_to_usual", "Is it back to usual?"),
        _SWELLING,
        _FLAGS,
    ),
}  # fmt: skip

FLAG_WORDS: tuple[tuple[RedFlag, str], ...] = tuple((flag, FLAGS[flag]) for flag in RedFlag)


@dataclass
class Answer:
    """What stands in one field: ``value`` is None until it is answered, ``error`` says what is wrong with it.

    ``typed`` are the digits of a figure so far; ``open`` is whether the list of warning signs is, ``at`` where in it.
    """

    question: Question
    value: Any = None
    error: str = ""
    typed: str = ""
    open: bool = False
    at: int = 0
    marked: set[RedFlag] = field(default_factory=set[RedFlag])

    def press(self, character: str) -> bool:
        """A character was typed; whether it was an answer."""
        if self.question.kind is Kind.KM:
            is_part = character in ".," or (character.isascii() and character.isdigit())
            return is_part and self._digit_of_km(character)
        if self.question.kind is Kind.SCORE:
            return character.isdecimal() and self._digit(character)
        for choice in self.choices:
            if choice.key == character.lower():
                self.choose(choice.value)
                return True
        return False

    @property
    def choices(self) -> tuple[Choice, ...]:
        return (NO, YES) if self.question.kind is Kind.FLAGS else self.question.choices

    def _digit(self, digit: str) -> bool:
        text = (self.typed + digit).lstrip("0") or "0"
        self.typed = text
        if int(text) > HIGHEST:
            # What was meant is not known, and a lower score than that could open the gate.
            self.value, self.error, self.typed = None, f"{text[:3]} is not on the scale: {NOT_A_SCORE}", ""
        else:
            self.choose(int(text))
        return True

    def _digit_of_km(self, character: str) -> bool:
        text = self.typed + character.replace(",", ".")
        is_number = text.count(".") < 2 and len(text) <= MOST_DIGITS
        metres = round(float(f"0{text}") * 1000) if is_number else 0
        if NEAREST_M <= metres <= FARTHEST_M:
            self.choose(metres)
        else:
            self.value, self.error = None, f"{text} km makes no sense: {NOT_KM}"
        self.typed = text if is_number else ""
        return True

    def choose(self, value: Any) -> None:
        """Take ``value``; of the warning signs True opens the list."""
        self.error = ""
        if self.question.kind is not Kind.FLAGS:
            self.value = value
            return
        self.open = bool(value)
        self.value = tuple(sorted(self.marked)) or None if self.open else ()

    def mark(self, flag: RedFlag) -> None:
        """Mark a warning sign, or take the mark back."""
        self.marked ^= {flag}
        self.choose(True)

    def step(self, by: int) -> None:
        """The next answer up or down."""
        self.typed = ""
        if self.question.kind is Kind.KM:
            return
        if self.question.kind is Kind.SCORE:
            self.choose(max(0, min(HIGHEST, (-1 if self.value is None and by > 0 else self.value or 0) + by)))
            return
        values = [choice.value for choice in self.choices]
        now = values.index(self._chosen) if self._chosen in values else -1 if by > 0 else 1
        self.choose(values[max(0, min(len(values) - 1, now + by))])

    @property
    def _chosen(self) -> Any:
        if self.question.kind is Kind.FLAGS:
            return True if self.open else None if self.value is None else False
        return self.value

    def is_chosen(self, choice: Choice) -> bool:
        """Whether ``choice`` is the answer. (0 is not False here.)"""
        return self._chosen is not None and self._chosen == choice.value

    def take(self, value: Any) -> None:
        """Take back what was drafted; what is no answer to this question is passed over."""
        kind = self.question.kind
        if kind is Kind.FLAGS and isinstance(value, list):
            told = cast("list[object]", value)
            self.marked = {flag for flag in RedFlag if flag.value in told}
            self.choose(bool(told))
        elif kind is Kind.CHOICE and any(value == choice.value for choice in self.choices):
            self.choose(next(choice.value for choice in self.choices if value == choice.value))
        elif isinstance(value, int) and not isinstance(value, bool):
            low, high = (0, HIGHEST) if kind is Kind.SCORE else (NEAREST_M, FARTHEST_M)
            if kind in (Kind.SCORE, Kind.KM) and low <= value <= high:
                self.choose(value)

    def clear(self) -> None:
        """Nothing is answered any more."""
        self.value, self.error, self.typed, self.open = None, "", "", False
        self.marked.clear()

    def complain(self, words: str) -> None:
        """Say beside the field what is wrong."""
        self.error = words


class Answers:
    """The answers to all questions of one rating; they outlive the screen they are typed on."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.all = [Answer(question) for question in QUESTIONS[ask.occasion]]

    def __getitem__(self, name: str) -> Answer:
        return next(answer for answer in self.all if answer.question.name == name)

    @property
    def asked(self) -> list[Answer]:
        """Those that are asked as things stand."""
        return [a for a in self.all if not a.question.after or self[a.question.after].value]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was answered yet."""
        return all(answer.value is None and not answer.marked for answer in self.all)

    def draft(self) -> dict[str, str]:
        """What was answered, by the name of the question."""
        return {a.question.name: json.dumps(a.value) for a in self.all if a.value is not None}

    def take(self, draft: Mapping[str, str]) -> None:
        """Answer as in ``draft``; what cannot be understood is left open."""
        for answer in self.all:
            with suppress(ValueError):
                answer.take(json.loads(draft.get(answer.question.name, "null")))

    def missing(self) -> list[Answer]:
        """Those without which it cannot be kept. A warning sign is kept by itself: nobody need score pain first."""
        is_alarmed = bool(self["red_flags"].value)
        return [a for a in self.asked if a.value is None and (a.error or not (a.question.optional or is_alarmed))]

    def no_to_the_rest(self) -> None:
        """What has a usual answer and none yet gets that."""
        for answer in self.asked:
            if answer.value is None and not answer.open and answer.question.usual is not None:
                answer.choose(answer.question.usual)

    def at_mildest(self) -> "Answers":
        """The same, with what is not answered as mild as it can be: whatever will be said, it will be no milder."""
        mildest = Answers(self.ask)
        for answer, told in zip(mildest.all, self.all, strict=True):
            answer.value = told.value
            if answer.value is None and not answer.question.optional:
                answer.value = _mildest(answer.question)
        return mildest

    def complain(self) -> Answer | None:
        """Say beside every field that lacks an answer that it does; the first of them."""
        missing = self.missing()
        for answer in missing:
            if not answer.error:
                answer.complain(_wanted(answer))
        return missing[0] if missing else None

    def rating(self, now: datetime, zone: str) -> SymptomRating:
        """The rating they make at ``now`` (aware), or of the day they are about. Raises BadInput if they do not."""
        day = self.ask.day
        at = now if day is None else datetime.combine(day, MORNING_AT, now.tzinfo)
        values: Mapping[str, Any] = {a.question.name: a.value for a in self.asked if a.value is not None}
        more: dict[str, Any] = {"occasion": self.ask.occasion, "at": at, "zone": zone, "run": self.ask.run}
        if "warmup_course" in REQUIRED[self.ask.occasion] and self["warmup_soreness"].value == 0:
            more["warmup_course"] = Course.NONE
        try:
            return SymptomRating.model_validate({**more, **values})
        except ValidationError as error:
            words = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise BadInput(words, remedy="change the answers it is about") from None


def _mildest(question: Question) -> Any:
    if question.usual is not None:
        return question.usual
    return 0 if question.kind is Kind.SCORE else question.choices[0].value


def _wanted(answer: Answer) -> str:
    match answer.question.kind:
        case Kind.SCORE:
            return f"not answered: {NOT_A_SCORE}"
        case Kind.KM:
            return f"not answered: {NOT_KM}"
        case Kind.FLAGS:
            return "say which: space marks it, n takes it back" if answer.open else "not answered: y or n"
        case Kind.CHOICE:
            return f"not answered: {' or '.join(choice.key for choice in answer.choices)}"
