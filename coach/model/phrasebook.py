"""How the coach speaks one language: texts (data) → clauses. Pure; ``coach.library.phrasebooks`` reads the files.

A *phrase* is a few words without end punctuation; ``utter`` makes clauses of phrases: each but the last ends with
a comma, the last with a full stop, unless the data gave it punctuation of its own.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from coach.model.cue import Notice, Speech
from coach.model.durations import distance_parts
from coach.model.texts import Forms, Texts, UnitTexts
from coach.model.workout import (
    DistanceDuration,
    Duration,
    HeartRateZone,
    Intensity,
    OpenDuration,
    Step,
    TimeDuration,
)

_ENDS = (".", ",", "!", "?", ":", ";", "…")
_ONE_BREATH = (15, 30, 45)
"""Minor parts said in one clause with the major one ("one minute thirty seconds"); any other is a clause of its own,
so that few clauses make every duration."""

Phrases = tuple[str, ...]


def utter(phrases: Iterable[str]) -> Speech:
    """Phrases as one utterance: a sentence with a capital and punctuation."""
    kept = [phrase.strip() for phrase in phrases]
    kept[0] = kept[0][:1].upper() + kept[0][1:]
    last = len(kept) - 1
    return Speech(
        tuple(
            phrase if phrase.endswith(_ENDS) else phrase + ("." if place == last else ",")
            for place, phrase in enumerate(kept)
        )
    )


class Phrasebook:
    """The words of one language. ``plural(n)`` gives the index of the plural form for ``n``."""

    def __init__(self, texts: Texts, plural: Callable[[int], int]) -> None:
        self.texts = texts
        self._plural = plural

    @property
    def language(self) -> str:
        return self.texts.language

    # Numbers, times and distances

    def number(self, n: int, gender: str = "") -> str:
        """``n`` in words where the language's data has them, in digits where not. ``gender``: "", "f" or "m"."""
        numbers = self.texts.numbers
        special = {"f": numbers.feminine, "m": numbers.masculine}.get(gender, {})
        if n in special:
            return special[n]
        if n < len(numbers.words):
            return numbers.words[n]
        hundreds, rest = divmod(n, 100)
        if not rest and hundreds <= len(numbers.hundreds):
            return numbers.hundreds[hundreds - 1]
        return str(n)

    def counted(self, forms: Forms, n: int) -> str:
        """The plural form of ``forms`` for ``n``, with the number in it."""
        form = forms[self._plural(n)]
        return form.format(n=self.number(n), n_f=self.number(n, "f"), n_m=self.number(n, "m"))

    def time(self, ms: int) -> Phrases:
        """A time to the second: ``("two minutes",)``, ``("two minutes", "ten seconds")``; never less than a second."""
        time = self.texts.time
        minutes, seconds = divmod(max(1, (ms + 500) // 1000), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [(time.hour, hours), (time.minute, minutes), (time.second, seconds)]
        said = [(self.counted(forms, n), n) for forms, n in parts if n]
        if len(said) == 2 and said[1][1] in _ONE_BREATH:
            return (time.joined.format(major=said[0][0], minor=said[1][0]),)
        return tuple(words for words, _ in said)

    def whole_time(self, ms: int) -> str:
        """A time as one phrase, to stand inside another: ``one hour ten minutes``."""
        phrases = self.time(ms)
        if len(phrases) == 2:
            return self.texts.time.joined.format(major=phrases[0], minor=phrases[1])
        return " ".join(phrases)

    def distance(self, cm: int) -> Phrases:
        """A distance: ``("four hundred metres",)``, ``("one and a half kilometres",)``; metres to the whole."""
        figure, unit = distance_parts(cm)
        amount = Decimal(figure)
        distance = self.texts.distance
        if unit == "m":
            return (self._amount(distance.metre, Decimal(max(1, round(amount)))),)
        return (self._amount(distance.mile if unit == "mi" else distance.kilometre, amount),)

    def _amount(self, unit: UnitTexts, amount: Decimal) -> str:
        whole, part = int(amount), amount % 1
        if not part:
            return self.counted(unit.whole, whole)
        alone = {Decimal("0.25"): unit.quarter, Decimal("0.5"): unit.half, Decimal("0.75"): unit.three_quarters}
        added = {
            Decimal("0.25"): unit.and_quarter,
            Decimal("0.5"): unit.and_half,
            Decimal("0.75"): unit.and_three_quarters,
        }
        if not whole and (text := alone.get(part)):
            return text
        if whole in range(1, len(self.texts.numbers.words)) and (forms := added.get(part)):
            return self.counted(forms, whole)
        form = unit.decimal[self._plural(whole) if len(unit.decimal) > 1 else 0]
        return form.format(n=str(amount).replace(".", self.texts.numbers.decimal_mark))

    def how_long(self, duration: Duration) -> Phrases:
        """What a step lasts, in time, distance or until the runner says so."""
        match duration:
            case TimeDuration(ms=ms):
                return self.time(ms)
            case DistanceDuration(cm=cm):
                return self.distance(cm)
            case OpenDuration():
                return (self.texts.until_next,)

    # What to do

    def what(self, intensity: Intensity) -> str:
        """``Run``, ``Walk``, ``Walk to warm up`` …"""
        return self.texts.steps[intensity].plain

    def run_of(self, number: int, of: int) -> str:
        """``Run 3 of 8``."""
        return self.texts.run_of.format(k=number, n=of)

    def next_is(self, intensity: Intensity) -> str:
        """``Next, walk``."""
        return self.texts.steps[intensity].next

    def targets(self, step: Step) -> Phrases:
        """``cadence 170 to 180`` and the like, one phrase a target."""
        words = self.texts.targets
        said: list[str] = []
        for target, both, one in (
            (step.cadence, words.cadence, words.cadence_one),
            (step.heart_rate, words.heart_rate, words.heart_rate_one),
            (step.rpe, words.effort, words.effort_one),
        ):
            if isinstance(target, HeartRateZone):
                said.append(words.heart_rate_zone.format(n=target.zone))
            elif target is not None:
                said.append((one if target.low == target.high else both).format(low=target.low, high=target.high))
        return tuple(said)

    def time_left(self, ms: int) -> str:
        """``Five minutes left``; ``ms`` a time that is one phrase (whole minutes, or less than a minute)."""
        seconds = max(1, (ms + 500) // 1000)
        leading = seconds // 3600 or seconds // 60 or seconds
        return self.texts.time.left[self._plural(leading)].format(time=self.whole_time(ms))

    def notice(self, code: str) -> Speech:
        """The sentence for ``code``, that of ``Notice.REFUSED`` where the code has none."""
        known = code in self.texts.notices
        return utter(self.texts.notices[Notice(code) if known else Notice.REFUSED])
