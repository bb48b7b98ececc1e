"""Figures in the workout syntax: durations such as ``1m30s`` and ranges such as ``170-180``."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from coach.model.durations import spell_ms
from coach.model.syntax_scan import Scanner, Token, is_times, quoted
from coach.model.syntax_words import DISTANCE_UNITS, KINDS, MILE_UNITS, TIME_UNITS
from coach.model.workout import MAX_STEP_CM, MAX_STEP_MS, DistanceDuration, Duration, TimeDuration

MAX_DIGITS = 12
AMBIGUOUS_MINUTES = 100
"""From here on ``m`` is refused: who writes 200m run means metres more often than minutes."""

UNITS = (*TIME_UNITS, *DISTANCE_UNITS)
EXAMPLE = "5m walk, 8x(1m run, 2m walk), 5m walk"
REPEAT_WORDS = ("times", "time", "rounds", "round", "sets", "set", "repeat", "repeats", "reps", "rep")
REPEAT_REMEDY = "write the count, an x and a bracket: 8x(1m run, 2m walk)"
TARGET_REMEDY = "targets are @170-180spm, @140-150bpm, @Z2 and @RPE3-4"


class FigureReader:
    """Takes durations and ranges from a scanner; raises SyntaxProblem."""

    def __init__(self, scanner: Scanner) -> None:
        self.peek = scanner.peek
        self.take = scanner.take
        self.fail = scanner.fail

    def duration(self) -> Duration:
        """The duration that begins at the next token, which is a number or a clock time."""
        return self._clock() if self.peek().kind == "clock" else self._pieces()

    def _clock(self) -> TimeDuration:
        token = self.take()
        parts = token.text.split(":")
        if len(parts) > 3 or any(len(part) != 2 or part > "59" for part in parts[1:]):
            self.fail(token, f"{quoted(token.text)} is not a time", "write 1:30 for 1 min 30 s, or 1:02:03 with hours")
        after = self.peek()
        if after.kind == "word" and after.text.casefold() in TIME_UNITS:
            self.fail(after, "a time with a colon has no unit", f"write {token.text} alone, or 1m30s")
        if len(parts[0]) > MAX_DIGITS:
            self._too_long(token)
        seconds = 0
        for part in parts:
            seconds = seconds * 60 + int(part)
        return self._time(token, seconds * 1000)

    def _pieces(self) -> Duration:
        """``1m``, ``1m30s``, ``1 min 30 s``: figures with units, from large to small; or one distance."""
        first = self.peek()
        total = 0
        last_unit: int | None = None
        while self.peek().kind == "number" and not is_times(self.peek(1)):
            figure = self.take()
            unit = self._unit(figure)
            if unit in DISTANCE_UNITS:
                if last_unit is not None:
                    self.fail(figure, "a step lasts a time or a distance, not both", "make two steps of it")
                return self._distance(figure, unit)
            size = TIME_UNITS[unit]
            if last_unit is not None and size >= last_unit:
                self.fail(figure, "two durations in one step", f"put a comma between steps: {EXAMPLE}")
            last_unit = size
            total += self._scaled(figure, size, 1, exact="a millisecond")
        return self._time(first, total)

    def _unit(self, figure: Token) -> str:
        """The unit after ``figure``, taken, in lower case."""
        token = self.peek()
        word = token.text.casefold()
        if token.kind != "word" or word not in UNITS:
            self._fail_for_unit(figure, token)
        self.take()
        if word == "m" and (len(figure.text) > MAX_DIGITS or float(figure.text) >= AMBIGUOUS_MINUTES):
            number = figure.text[:MAX_DIGITS]
            self.fail(
                figure, f"{number}m is {number} minutes", f"for metres write {number}mtr, for minutes {number}min"
            )
        return word

    def _fail_for_unit(self, figure: Token, token: Token) -> NoReturn:
        """Say what is wrong where ``token`` stands in place of the unit of ``figure``."""
        word = token.text.casefold()
        after = self.peek(1)
        adjacent = token.at == figure.at + len(figure.text) and after.at == token.at + 1
        if token.text == "," and after.kind == "number" and adjacent:
            self.fail(token, "a comma stands between steps", f"write {figure.text}.{after.text} with a point")
        if word in REPEAT_WORDS:
            self.fail(figure, f"a repeat is not written {quoted(f'{figure.text} {token.text}')}", REPEAT_REMEDY)
        if token.kind != "word" or word == "open" or close_to(word, KINDS) is not None:
            self.fail(
                figure,
                f"{quoted(figure.text)} has no unit",
                f"write {figure.text[:MAX_DIGITS]}m for minutes, s for seconds, mtr for metres or km",
            )
        guess = close_to(word, UNITS)
        remedy = f"did you mean {guess}?" if guess else "use s, m (minutes) or h, mtr (metres), km or mi"
        self.fail(token, f"{quoted(token.text)} is not a unit", remedy)

    def _time(self, token: Token, ms: int) -> TimeDuration:
        if ms <= 0:
            self.fail(token, "a step cannot last no time at all", "write at least 1s, or leave the step out")
        if ms > MAX_STEP_MS:
            self._too_long(token)
        return TimeDuration(ms=ms)

    def _distance(self, figure: Token, unit: str) -> DistanceDuration:
        # A mile is no whole number of centimetres: the nearest is taken. All else must be exact.
        exact = None if unit in MILE_UNITS else "a centimetre"
        cm = self._scaled(figure, DISTANCE_UNITS[unit], 10, exact=exact)
        if cm <= 0:
            self.fail(figure, "a step cannot be no distance at all", "write at least 1mtr, or leave the step out")
        if cm > MAX_STEP_CM:
            limit = MAX_STEP_CM // 100_000
            self.fail(figure, f"a step may be {limit} km at most", "write a shorter step, or an open one: open run")
        return DistanceDuration(cm=cm)

    def _scaled(self, figure: Token, size: int, parts: int, *, exact: str | None) -> int:
        """``figure`` × ``size`` / ``parts``, rounded half up, or refused if ``exact`` and not whole."""
        if len(figure.text) > MAX_DIGITS:
            self.fail(figure, "this figure has too many digits", "write a shorter one")
        whole, _, fraction = figure.text.partition(".")
        product = int(whole + fraction) * size
        divisor = parts * 10 ** len(fraction)
        if exact and product % divisor:
            self.fail(figure, f"{quoted(figure.text)} is finer than {exact}", "write fewer decimals")
        return (2 * product + divisor) // (2 * divisor)

    def _too_long(self, token: Token) -> NoReturn:
        self.fail(
            token, f"a step may last {spell_ms(MAX_STEP_MS)} at most", "write a shorter step, or an open one: open walk"
        )

    def range(self, sign: Token, what: str, limits: tuple[int, int]) -> tuple[int, int]:
        """``3`` or ``3-4``, taken and checked."""
        figures = [self.take()]
        if self.peek().text in ("-", "–"):
            self.take()
            figures.append(self.take())
        for figure in figures:
            if figure.kind != "number" or "." in figure.text:
                self.fail(sign, "a target is a whole number or a range", TARGET_REMEDY)
            if len(figure.text) > 3 or not limits[0] <= int(figure.text) <= limits[1]:
                self.fail(figure, f"{what} is from {limits[0]} to {limits[1]}", "write a figure within that")
        low, high = int(figures[0].text), int(figures[-1].text)
        if low > high:
            self.fail(sign, f"the range {low}-{high} runs backwards", f"write {high}-{low}")
        return low, high


def close_to(word: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``word`` is most likely a slip of, None if none is near."""
    if len(word) > 20:
        return None
    return next(iter(get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)), None)
