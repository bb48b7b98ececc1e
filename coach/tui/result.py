"""What a test of readiness gave, as a form: the figures, the pain, and what they come to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from coach.coaching import Coaching
from coach.coaching.readiness import MAX_FIGURE, Answers, Item, Readiness, comes_first, readiness, result_of
from coach.coaching.times import instant
from coach.errors import BadInput, CoachError
from coach.gate.readiness import PAIN_FREE_DAYS, symmetry
from coach.gate.readiness_words import STATE, verdict_words
from coach.library.drafts import Drafts
from coach.model.readiness import Criterion, Measure
from coach.tui.entries import Choice, Entry, typed_in
from coach.tui.form import FormPage
from coach.tui.questions import HIGHEST

MAX_NOTE = 2000
YES_NO = (("", "not said"), ("yes", "yes"), ("no", "no"))
_HOW = {"done": "y or n", "waived_by": "give the clinician's name, or leave with Esc"}
_SETTLED = "whether that pain had settled the next morning; with this alone no new test"
_MEASURED = {Measure.YES_NO: ("done",), Measure.FIGURE: ("figure",), Measure.BOTH_SIDES: ("left", "right")}


class ResultScreen(FormPage):
    """Asks what one test gave; ``kept`` is called once it is in the journal.

    While something has to be passed first nothing is measured: then only a clinician's waiver is asked for.
    """

    ABOUT: ClassVar[str] = "Nothing is kept before ^S, or Enter on the last field. Both sides are always needed."

    def __init__(
        self, coaching: Coaching, drafts: Drafts, found: Readiness, item: Item, kept: Callable[[], None]
    ) -> None:
        assert item.criterion is not None, "what has no criterion has no test"
        self._coaching = coaching
        self._criterion = item.criterion
        self._kept = kept
        self._waits = comes_first(found, item.criterion)
        self._settles = item.verdict.why == "settling"
        super().__init__(
            drafts, coaching.clock, f"test-{item.criterion.id}", item.title, self._entries(item.criterion),
            above=self._told_first(item.criterion),
        )  # fmt: skip

    def _told_first(self, criterion: Criterion) -> Sequence[str]:
        if self._waits:
            names = ", ".join(item.title for item in self._waits)
            return [f"! Not yet. To be passed first: {names}.", "A clinician may let it go, by name."]
        return [criterion.how]

    def _entries(self, criterion: Criterion) -> list[Entry]:
        unit = criterion.unit
        counted = f"in {unit}" if unit else "a number"
        about = "empty: counted from what you rated" if criterion.id == PAIN_FREE_DAYS else counted
        sides = f"{counted}; both sides, the injured one too"
        settled = Entry("settled", "Settled", Choice(YES_NO, ""), _yes_no, about=_SETTLED)
        entries = [
            Entry("done", "Passed", Choice(YES_NO, ""), _yes_no, about="← → or y, n"),
            Entry("left", "Left", typed_in(""), _number, about=sides),
            Entry("right", "Right", typed_in(""), _number, about=sides),
            Entry("figure", "Result", typed_in(""), _number, about=about),
            Entry("pain", "Pain", typed_in("", "0"), _pain, about="during the test, 0-10; empty is 0"),
            Entry("at", "Tested", typed_in("", "now"), self._when, about="if not now: 07:10, or 2026-03-02 07:10"),
            Entry("waived_by", "Waived by", typed_in("", "nobody"), str,
                  about="a clinician who lets it go, by name; then no result is asked"),
            Entry("note", "Note", typed_in("", "none", most=MAX_NOTE), str, about="a word for yourself or a clinician"),
        ]  # fmt: skip
        entries.insert(0 if self._settles else len(entries) - 2, settled)
        return entries

    def _when(self, text: str) -> datetime | None:
        return instant(text, self._coaching.clock.local_now(), "--at") if text.strip() else None

    def wanted(self) -> set[str]:
        """Nothing is measured before its time; whether pain had settled is asked where there was some."""
        if self._waits:
            return {"waived_by", "note"}
        measured = set(_MEASURED[self._criterion.measure])
        typed = self.typed
        hurt_before = typed["pain"].strip(" 0") and typed["at"].strip()
        settles = {"settled"} if self._settles or hurt_before else set[str]()
        return {*measured, *settles, "pain", "at", "waived_by", "note"}

    # What it comes to

    def answers(self) -> Answers:
        """What is typed. Raises BadInput for what cannot be read."""
        typed = {name: words if name in self.wanted() else "" for name, words in self.typed.items()}
        return Answers(
            done=_yes_no(typed["done"]), left=_number(typed["left"]), right=_number(typed["right"]),
            figure=_number(typed["figure"]), pain=_pain(typed["pain"]) or 0, settled=_yes_no(typed["settled"]),
            waived_by=typed["waived_by"].strip() or None, note=typed["note"].strip(),
        )  # fmt: skip

    def _missing(self, answers: Answers) -> list[str]:
        """The entries without which there is no result."""
        may_be_counted = self._criterion.id == PAIN_FREE_DAYS
        if answers.waived_by is not None or may_be_counted or (answers.settled is not None and not answers.is_measured):
            return []
        if self._waits:
            return ["waived_by"]
        return [name for name in _MEASURED[self._criterion.measure] if getattr(answers, name) is None]

    def preview(self) -> str:
        """The symmetry of the sides, and the verdict on this and on what lives on its figures."""
        try:
            answers = self.answers()
            lines = _symmetry_lines(answers)
            if not self.is_changed or self._missing(answers):
                return "\n".join(lines)
            result = result_of(self._coaching, self._criterion.id, answers, self._at())
            found = readiness(self._coaching, besides=[result])
        except CoachError as error:
            return self.in_words(f"{error.what} — {error.remedy}")
        for item in found.items:
            if item.criterion is not None and self._criterion.id in (item.criterion.id, item.criterion.figures_of):
                state = STATE[item.verdict.passed].upper()
                lines.append(f"{state}: {item.title}. {verdict_words(item.verdict, item.criterion)}")
        return "\n".join(lines)

    def _at(self) -> datetime | None:
        return self._when(self.typed["at"] if "at" in self.wanted() else "")

    def keep(self) -> None:
        """Into the journal."""
        answers = self.answers()
        missing = self._missing(answers)
        if missing:
            for name in missing:
                self.entries[name].complain(f"{_wanted(name)}: {_HOW.get(name, 'give a number')}")
            self.refuse(self.entries[missing[0]], _wanted(missing[0]))
            return
        self._coaching.test(result_of(self._coaching, self._criterion.id, answers, self._at()))
        self.done()
        self._kept()


def _symmetry_lines(answers: Answers) -> list[str]:
    if answers.left is None or answers.right is None:
        return []
    return [f"Symmetry {symmetry(answers.left, answers.right)} % (weaker side of the stronger)."]


def _yes_no(text: str) -> bool | None:
    return None if not text else text == "yes"


def _number(text: str) -> float | None:
    """A result. Raises BadInput."""
    words = text.strip().replace(",", ".")
    if not words:
        return None
    try:
        value = float(words)
    except ValueError:
        value = -1.0
    if not 0 <= value <= MAX_FIGURE:  # false for NaN as well
        raise BadInput(f"{words[:20]} is not a result", remedy=f"give a number from 0 to {MAX_FIGURE}")
    return value


def _pain(text: str) -> int | None:
    """A score. Raises BadInput."""
    words = text.strip()
    if not words:
        return None
    if not (words.isascii() and words.isdecimal() and len(words) < 3 and int(words) <= HIGHEST):
        raise BadInput(f"{words[:20]} is not on the scale", remedy="give one whole number 0-10")
    return int(words)


def _wanted(name: str) -> str:
    return "not answered" if name != "waived_by" else "nobody is named"
