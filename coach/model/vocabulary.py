"""Every clause a voice pack records: what the shipped workouts need and what people will type."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from coach.model.cue import Notice, Speech
from coach.model.durations import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND, TENTHS_OF_MM_PER_MILE
from coach.model.phrasebook import Phrasebook, Phrases, utter
from coach.model.script import PRESETS, Script, make_style
from coach.model.timeline import Timeline
from coach.model.workout import Intensity

REPEATS = 20
"""Runs of one workout that are counted in recorded words."""
_SPLIT_MINUTES = 30
"""Up to so many minutes, those with 15, 30 or 45 seconds are recorded."""
_HOURS = 6
_METRES = (*range(50, 1000, 50), *range(1000, 3000, 100))
_HALF_KILOMETRES = range(2, 43)
_MILES = (
    *(Decimal(n) / 10 for n in range(1, 31)),
    *(Decimal(n) / 4 for n in range(1, 13)),
    *map(Decimal, range(4, 27)),
)


def vocabulary(phrasebook: Phrasebook, timelines: Iterable[Timeline]) -> frozenset[str]:
    """The clauses of ``timelines`` in every preset, and the general ones.

    General are: times up to 3 h, common distances, "run n of m" up to 20, and all that is said about a session.
    """
    said = set(_general(phrasebook))
    for timeline in timelines:
        for script in scripts(timeline, phrasebook):
            said |= {sound for sound in script.sounds() if isinstance(sound, Speech)}
    return frozenset(clause for speech in said for clause in speech.clauses)


def scripts(timeline: Timeline, phrasebook: Phrasebook) -> Iterator[Script]:
    """A script for every preset, with and without the watch's start."""
    for preset in PRESETS:
        for press_start in (False, True):
            yield Script(timeline, phrasebook, make_style(preset, {}, press_start))


def _general(book: Phrasebook) -> Iterator[Speech]:
    texts = book.texts
    for phrase in _openings(book):
        yield utter((phrase, texts.halfway))  # inside an announcement: with a comma …
        yield utter((phrase,))  # … and at its end
    for phrases in _times(book):
        yield utter((texts.last_run, *phrases))
    for phrases in _distances(book):
        yield utter((texts.last_run, *phrases))
        yield utter((texts.last_run, *phrases, texts.then_next))
    for count in range(1, REPEATS + 1):
        yield utter((book.counted(texts.runs, count), texts.halfway))
        yield utter((book.counted(texts.runs, count),))
    for minutes in (*range(1, 61), 75, 90, 105, 120, 135, 150, 165, 180):
        in_all = texts.in_all.format(time=book.whole_time(minutes * MS_PER_MINUTE))
        yield utter((texts.halfway, in_all))
        yield utter((in_all,))
    for ms in _times_left():
        phrases = book.time_left(ms)
        yield utter((phrases,))
        yield utter((texts.halfway, phrases))
    for phrase in (texts.almost_done, texts.then_done, *texts.countdown):
        yield utter((phrase,))
    yield utter((texts.last_run, texts.until_next))
    for clauses in (*texts.session.model_dump().values(), *(texts.notices[code] for code in Notice)):
        yield utter(clauses)


def _openings(book: Phrasebook) -> Iterator[str]:
    """What begins an utterance."""
    texts = book.texts
    for intensity in Intensity:
        yield book.what(intensity)
        yield book.next_is(intensity)
    for of in range(2, REPEATS + 1):
        for number in range(1, of + 1):
            yield book.run_of(number, of)
    yield texts.last_run
    yield texts.next_last_run
    yield texts.halfway


def _times(book: Phrasebook) -> Iterator[Phrases]:
    for seconds in range(1, 60):
        yield book.time(seconds * MS_PER_SECOND)
    for minutes in range(1, 181):
        yield book.time(minutes * MS_PER_MINUTE)
    for minutes in range(1, _SPLIT_MINUTES + 1):
        for seconds in (15, 30, 45):
            yield book.time(minutes * MS_PER_MINUTE + seconds * MS_PER_SECOND)
    for minutes in range(1, 60):  # the leading part of any other time: "seven minutes," + "twelve seconds."
        yield book.time(minutes * MS_PER_MINUTE + MS_PER_SECOND)
    for hours in range(1, _HOURS + 1):
        yield book.time(hours * MS_PER_HOUR)
        yield book.time(hours * MS_PER_HOUR + MS_PER_MINUTE)


def _distances(book: Phrasebook) -> Iterator[Phrases]:
    for metres in _METRES:
        yield book.distance(metres * 100)
    for halves in _HALF_KILOMETRES:
        yield book.distance(halves * 50_000)
    for miles in _MILES:
        yield book.distance(miles_in_cm(miles))


def _times_left() -> Iterator[int]:
    yield 30 * MS_PER_SECOND
    for minutes in (*range(1, 31), *range(35, 61, 5), 75, 90):
        yield minutes * MS_PER_MINUTE


def miles_in_cm(miles: Decimal) -> int:
    """The whole centimetres a distance in miles is kept as."""
    return int((miles * TENTHS_OF_MM_PER_MILE / 100).quantize(Decimal(1), ROUND_HALF_UP))
