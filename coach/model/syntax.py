"""The workout syntax people type: ``5m walk, 8x(1m run, 2m walk), 5m walk``. Described in docs/workouts.md.

A text is a list of blocks between commas, semicolons or line ends. A block is a step or ``8x(…)``. A step is one
duration and one kind, with a quoted name and targets if wanted, in any order.
"""

from dataclasses import dataclass
from typing import NamedTuple, NoReturn, TypeVar

from coach.model.syntax_figures import (
    EXAMPLE,
    MAX_DIGITS,
    REPEAT_REMEDY,
    REPEAT_WORDS,
    TARGET_REMEDY,
    FigureReader,
    close_to,
)
from coach.model.syntax_scan import Scanner, SyntaxProblem, Token, is_times, quoted
from coach.model.syntax_words import (
    KIND_WORD,
    KINDS,
    LONGEST_PHRASE,
    format_targets,
    format_workout,
)
from coach.model.workout import (
    CADENCE_LIMITS,
    HEART_RATE_LIMITS,
    MAX_DEPTH,
    MAX_INTERVALS,
    MAX_REPEATS,
    RPE_LIMITS,
    ZONE_LIMITS,
    Block,
    CadenceTarget,
    Duration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    OpenDuration,
    Repeat,
    RpeTarget,
    Step,
    Workout,
    check_name,
    count_intervals,
)

__all__ = ["KIND_WORD", "Placed", "SyntaxProblem", "format_targets", "format_workout", "parse", "parse_places"]

KIND_LIST = ", ".join(KIND_WORD.values())

_T = TypeVar("_T")


class Placed(NamedTuple):
    """A block and where it stands: ``text[start:end]``, from 0, once line ends are ``\\n``.

    Of a repeat, ``opens`` is behind its ( and ``closes`` before its ), with ``inner`` between; of a step both are None.
    """

    block: Block
    start: int
    end: int
    inner: tuple["Placed", ...] = ()
    opens: int | None = None
    closes: int | None = None


def parse(text: str) -> Workout:
    """The workout that ``text`` describes; its name is the quoted title in front, if there is one.

    Raises SyntaxProblem with line, column and remedy. Nothing is unrolled: limits are checked by counting.
    """
    return _Parser(text).workout()[0]


def parse_places(text: str) -> tuple[Workout, tuple[Placed, ...]]:
    """As :func:`parse`, with the place of every block, so that an editor can change one and leave the rest as it is."""
    return _Parser(text).workout()


@dataclass(slots=True)
class _Draft:
    """A step while it is read."""

    first: Token
    duration: Duration | None = None
    kind: Intensity | None = None
    name: str | None = None
    cadence: CadenceTarget | None = None
    heart_rate: HeartRateTarget | HeartRateZone | None = None
    rpe: RpeTarget | None = None


class _Parser:
    def __init__(self, text: str) -> None:
        self.scanner = Scanner(text)
        self.peek = self.scanner.peek
        self.take = self.scanner.take
        self.fail = self.scanner.fail
        self.figures = FigureReader(self.scanner)

    def workout(self) -> tuple[Workout, tuple[Placed, ...]]:
        while self.peek().kind == "separator":
            self.take()
        title: str | None = None
        if self.peek().kind == "string" and self.peek(1).text == ":":
            title = self.name(self.take())
            self.take()
        first = self.peek()
        placed = self.blocks(None, 0)
        if not placed:
            self.fail(first, "there is no step in it", f"write steps such as {EXAMPLE}")
        return Workout(name=title, steps=tuple(place.block for place in placed)), placed

    def blocks(self, opener: Token | None, depth: int) -> tuple[Placed, ...]:
        """Blocks up to the bracket that closes ``opener``, or to the end of the text."""
        found: list[Placed] = []
        total = 0
        while True:
            while self.peek().kind == "separator":
                self.take()
            token = self.peek()
            if token.kind == "end" and opener:
                self.fail(opener, "this bracket is never closed", "put a ) after the last step of the repeat")
            if token.kind == "end":
                return tuple(found)
            if token.text == ")":
                if not opener:
                    self.fail(token, "this bracket closes nothing", "delete it, or open the repeat: 8x(…)")
                self.take()
                return tuple(found)
            placed = self.repeat(depth) if self.at_repeat() else self.placed_step()
            found.append(placed)
            total += count_intervals((placed.block,))
            if total > MAX_INTERVALS:
                self.fail(
                    token,
                    f"up to here it comes to {total:,} intervals, and a session may have {MAX_INTERVALS:,}",
                    "use fewer rounds or fewer steps",
                )
            self.expect_end_of_block()

    def at_repeat(self) -> bool:
        return self.peek().kind == "number" and is_times(self.peek(1))

    def expect_end_of_block(self) -> None:
        token = self.peek()
        if token.kind not in ("separator", "end") and token.text != ")":
            self.fail(token, "a comma is missing here", f"put a comma between steps: {EXAMPLE}")

    def placed_step(self) -> Placed:
        start = self.peek().at
        return Placed(self.step(), start, self.scanner.taken_to)

    def repeat(self, depth: int) -> Placed:
        count = self.take()
        self.take()
        opener = self.peek()
        if opener.text != "(":
            self.fail(opener, f"{count.text}x needs a bracket", f"write {count.text}x(1m run, 2m walk)")
        if "." in count.text:
            self.fail(count, f"{quoted(count.text)} is not a whole number of times", "write 8x(1m run, 2m walk)")
        if not count.text.strip("0"):
            self.fail(count, "0 times is never", f"write a number from 1 to {MAX_REPEATS}")
        if len(count.text) > MAX_DIGITS or int(count.text) > MAX_REPEATS:
            self.fail(
                count,
                f"{quoted(count.text)} times is more than the {MAX_REPEATS} a repeat may have",
                f"write a number from 1 to {MAX_REPEATS}",
            )
        if depth == MAX_DEPTH:
            self.fail(count, f"repeats are nested more than {MAX_DEPTH} deep", "write it with fewer brackets")
        self.take()
        inner = self.blocks(opener, depth + 1)
        if not inner:
            self.fail(opener, "there is no step in this bracket", f"write {count.text}x(1m run, 2m walk)")
        repeat = Repeat(count=int(count.text), steps=tuple(placed.block for placed in inner))
        end = self.scanner.taken_to
        return Placed(repeat, count.at, end, inner, opener.at + 1, end - 1)

    def step(self) -> Step:
        draft = _Draft(self.peek())
        while self.peek().kind not in ("separator", "end") and self.peek().text != ")":
            token = self.peek()
            if token.kind in ("number", "clock"):
                self.read_duration(draft)
            elif token.kind == "word":
                self.read_word(draft)
            elif token.kind == "string":
                draft.name = self.once(token, draft.name, self.name(self.take()), "names")
            elif token.text == "@":
                self.read_target(draft)
            else:
                self.misplaced(token)
        if draft.duration is None:
            self.fail(draft.first, "this step has no duration", "write 1m run, 400mtr run or open run")
        if draft.kind is None:
            self.fail(draft.first, "this step does not say what is done", f"add one of {KIND_LIST}: 5m walk")
        return Step(
            intensity=draft.kind,
            duration=draft.duration,
            name=draft.name,
            cadence=draft.cadence,
            heart_rate=draft.heart_rate,
            rpe=draft.rpe,
        )

    def once(self, token: Token, old: _T | None, new: _T, plural: str) -> _T:
        if old is not None:
            self.fail(token, f"two {plural} in one step", f"put a comma between steps: {EXAMPLE}")
        return new

    def misplaced(self, token: Token) -> NoReturn:
        if token.text == "(":
            self.fail(token, "this bracket has no count in front", "write 8x(1m run, 2m walk)")
        if token.text in "-–" and self.peek(1).kind in ("number", "clock"):
            self.fail(token, "a step cannot last less than no time", "leave out the minus sign")
        if is_times(token):
            self.fail(token, "the number of times is missing", "write 8x(1m run, 2m walk)")
        if token.text == ":":
            self.fail(
                token, "a colon comes only after a title", f'write the title in quotes, in front: "My run": {EXAMPLE}'
            )
        self.fail(token, f"{quoted(token.text)} is out of place", f"write steps such as {EXAMPLE}")

    def name(self, token: Token) -> str:
        inside = token.text[1:-1]
        if token.text[0] == '"':
            # \" and \\ are the only escapes the scanner lets through.
            inside = inside.replace("\\\\", "\0").replace('\\"', '"').replace("\0", "\\")
        try:
            return check_name(inside.strip())
        except ValueError as error:
            self.fail(token, str(error), "write a short name in quotes, or none")

    # Kinds

    def read_word(self, draft: _Draft) -> None:
        token = self.peek()
        if token.text.casefold() == "open":
            draft.duration = self.once(token, draft.duration, OpenDuration(), "durations")
            self.take()
            return
        for length in range(LONGEST_PHRASE, 0, -1):
            words = [self.peek(ahead) for ahead in range(length)]
            phrase = " ".join(word.text for word in words).casefold().replace("-", " ")
            if all(word.kind == "word" for word in words) and phrase in KINDS:
                draft.kind = self.once(token, draft.kind, KINDS[phrase], "kinds of step")
                for _ in words:
                    self.take()
                return
        self.unknown_word(token, draft)

    def unknown_word(self, token: Token, draft: _Draft) -> NoReturn:
        if token.text.casefold() == "x" and draft.duration is None:
            self.fail(token, "the number of times is missing", "write 8x(1m run, 2m walk)")
        if token.text.casefold() in REPEAT_WORDS:
            self.fail(token, f"a repeat is not written with {quoted(token.text)}", REPEAT_REMEDY)
        ahead = 1
        while self.peek(ahead).kind == "word" and ahead < 8:
            ahead += 1
        if self.peek(ahead).text == ":":
            self.fail(token, "a title goes in quotes", f'write "My run": {EXAMPLE}')
        guess = close_to(token.text, [*KINDS, "open"])
        remedy = f"did you mean {guess}? A" if guess else f"use {KIND_LIST}; a"
        self.fail(token, f"{quoted(token.text)} is not a kind of step", f'{remedy} name goes in quotes: 1m run "easy"')

    # Durations

    def read_duration(self, draft: _Draft) -> None:
        token = self.peek()
        if is_times(self.peek(1)):
            self.fail(token, "a comma is missing here", f"put a comma between steps: {EXAMPLE}")
        duration = self.figures.duration()
        draft.duration = self.once(token, draft.duration, duration, "durations")

    # Targets

    def read_target(self, draft: _Draft) -> None:
        sign = self.take()
        word = self.peek().text.casefold() if self.peek().kind == "word" else ""
        if word in ("z", "zone"):
            self.take()
            low, high = self.figures.range(sign, "a heart-rate zone", ZONE_LIMITS)
            if low != high:
                self.fail(sign, "a target is one zone", "write @Z2, or a range in beats: @140-150bpm")
            zone = HeartRateZone(zone=low)
            draft.heart_rate = self.once(sign, draft.heart_rate, zone, "heart-rate targets")
        elif word == "rpe":
            self.take()
            low, high = self.figures.range(sign, "RPE", RPE_LIMITS)
            draft.rpe = self.once(sign, draft.rpe, RpeTarget(low=low, high=high), "RPE targets")
        elif self.peek().kind == "number":
            self.read_measured_target(sign, draft)
        else:
            self.fail(sign, "this is not a target", TARGET_REMEDY)

    def read_measured_target(self, sign: Token, draft: _Draft) -> None:
        unit = self.peek(3 if self.peek(1).text in ("-", "–") else 1)
        if unit.text.casefold() == "spm":
            low, high = self.figures.range(sign, "cadence in steps a minute (both feet)", CADENCE_LIMITS)
            target = CadenceTarget(low=low, high=high)
            draft.cadence = self.once(sign, draft.cadence, target, "cadence targets")
        elif unit.text.casefold() == "bpm":
            low, high = self.figures.range(sign, "heart rate in beats a minute", HEART_RATE_LIMITS)
            beats = HeartRateTarget(low=low, high=high)
            draft.heart_rate = self.once(sign, draft.heart_rate, beats, "heart-rate targets")
        else:
            self.fail(sign, "this target has no unit", TARGET_REMEDY)
        self.take()
