"""Which cues sound, when, and which give way."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.library.phrasebooks import load_phrasebook
from coach.model.cue import BEEP, Cue, CueKind, DroppedCue, Earcon, Priority, Sound, Speech
from coach.model.placement import (
    GAP_NS,
    NO_SOUND,
    PAST_END,
    PAST_SLOT,
    TOO_SHORT,
    Placement,
    place,
    place_in_turn,
)
from coach.model.script import MINUTE, PRESETS, SECOND, Anchor, Script, ScriptCue, make_style
from coach.model.timeline import compile_timeline
from coach.model.workout import Intensity, OpenDuration, Step, TimeDuration, Workout

MS = 1_000_000
BOOK = load_phrasebook("en")
LONG = Speech(("A long sentence,", "with a tail."))
SHORT = Speech(("Short.",))


def usual(sound: Sound) -> int:
    """Beeps of 0.1 s, earcons of 0.35 s, speech of 70 ms a letter."""
    if isinstance(sound, Earcon):
        return 100 * MS if sound == BEEP else 350 * MS
    return 70 * MS * len(sound.text)


def cue(kind: CueKind, at_s: float, *choices: Sound, priority: Priority, end: bool = False, **more: int) -> ScriptCue:
    return ScriptCue(kind, Anchor.END if end else Anchor.START, round(at_s * SECOND), choices, priority, None, **more)


def put(*cues: ScriptCue, end_s: float | None = 60, after_s: float = 0, **more: object) -> Placement:
    end_ns = None if end_s is None else round(end_s * SECOND)
    options: dict[str, object] = {"length": usual} | more
    return place(cues, interval=3, start_ns=0, end_ns=end_ns, after_ns=round(after_s * SECOND), **options)  # pyright: ignore


def reasons(placement: Placement) -> list[str]:
    return [dropped.reason for dropped in placement.dropped]


def test_a_free_cue_sounds_at_its_instant_with_its_best_choice():
    placement = put(cue(CueKind.HALFWAY, 30, LONG, SHORT, priority=Priority.HALFWAY))
    assert placement.cues == (Cue(CueKind.HALFWAY, 30 * SECOND, LONG, Priority.HALFWAY, 3),)
    assert placement.spans == ((30 * SECOND, 30 * SECOND + usual(LONG)),)
    assert placement.dropped == ()


def test_the_higher_priority_goes_first_and_the_lower_gives_way():
    low = cue(CueKind.TIME_LEFT, 29.5, SHORT, priority=Priority.TIME_LEFT)
    high = cue(CueKind.WARNING, 29.7, LONG, priority=Priority.WARNING)
    placement = put(low, high)
    assert [c.kind for c in placement.cues] == [CueKind.WARNING]
    (dropped,) = placement.dropped
    assert dropped.cue.kind is CueKind.TIME_LEFT
    assert dropped.reason == "it would sound over “A long sentence, with a tail.”"


def test_of_equals_the_earlier_stays():
    one = cue(CueKind.WARNING, 10, LONG, priority=Priority.WARNING)
    two = cue(CueKind.WARNING, 11, SHORT, priority=Priority.WARNING)
    assert [c.at_ns for c in put(two, one).cues] == [10 * SECOND]


def test_of_equals_at_one_instant_the_same_one_stays_whichever_comes_first():
    one = cue(CueKind.WARNING, 10, LONG, priority=Priority.WARNING)
    two = cue(CueKind.WARNING, 10, SHORT, priority=Priority.WARNING)
    assert put(one, two) == put(two, one)
    assert len(put(one, two).cues) == 1


def test_a_cue_that_does_not_fit_tries_its_shorter_choices():
    lower = cue(CueKind.HALFWAY, 9, LONG, SHORT, priority=Priority.HALFWAY)
    higher = cue(CueKind.WARNING, 9.6, SHORT, priority=Priority.WARNING)
    assert [c.sound for c in put(lower, higher).cues] == [SHORT, SHORT]


def test_speech_ends_before_the_interval_does():
    exact = 60 * SECOND - usual(SHORT)
    for late_ns, dropped in ((0, []), (1, [PAST_END])):
        warning = ScriptCue(CueKind.WARNING, Anchor.START, exact + late_ns, (SHORT,), Priority.WARNING)
        assert reasons(put(warning)) == dropped


def test_touching_is_not_overlapping():
    first = cue(CueKind.WARNING, 10, SHORT, priority=Priority.WARNING)
    second = cue(CueKind.HALFWAY, 10 + usual(SHORT) / SECOND, SHORT, priority=Priority.HALFWAY)
    assert len(put(first, second).cues) == 2


def test_a_count_that_does_not_fit_in_its_second_becomes_a_beep_and_at_high_speed_nothing():
    count = cue(CueKind.COUNTDOWN, -3, LONG, BEEP, priority=Priority.COUNTDOWN, end=True, within_ns=SECOND)
    assert [c.sound for c in put(count).cues] == [BEEP]
    assert [c.sound for c in put(count, speed=10).cues] == [BEEP]
    assert reasons(put(count, speed=26)) == [PAST_SLOT]


def test_a_sound_that_could_not_be_made_ready_is_passed_over_and_at_last_dropped_by_reason():
    count = cue(CueKind.COUNTDOWN, -3, SHORT, BEEP, priority=Priority.COUNTDOWN, end=True, within_ns=SECOND)
    word = cue(CueKind.HALFWAY, 30, SHORT, priority=Priority.HALFWAY)
    placement = put(count, word, length=lambda sound: usual(sound) if isinstance(sound, Earcon) else None)
    assert [c.sound for c in placement.cues] == [BEEP]
    assert placement.dropped == (DroppedCue(Cue(CueKind.HALFWAY, 30 * SECOND, SHORT, Priority.HALFWAY, 3), NO_SOUND),)


def boundary() -> ScriptCue:
    return cue(CueKind.EARCON, 0, Earcon("active"), BEEP, priority=Priority.BOUNDARY)


def announcement() -> ScriptCue:
    return ScriptCue(CueKind.ANNOUNCE, Anchor.START, 0, (LONG, SHORT), Priority.ANNOUNCE, follows=Earcon("active"))


@pytest.mark.parametrize("speed", [1.0, 2.5, 26.0])
def test_an_announcement_follows_its_earcon_by_a_breath_of_real_time(speed: float):
    placement = put(boundary(), announcement(), speed=speed)
    assert [c.at_ns for c in placement.cues] == [0, math.ceil((350 * MS + GAP_NS) * speed)]


def test_a_boundary_keeps_its_earcon_whatever_is_in_the_way():
    for more in ({"taken": [(0, 50 * SECOND)]}, {"end_s": 0.01}, {"end_s": 1, "speed": 26.0}):
        assert put(boundary(), **more).cues[0].at_ns == 0  # pyright: ignore
    broken = put(boundary(), announcement(), length=lambda s: None if s == Earcon("active") else usual(s))
    assert [c.sound for c in broken.cues] == [BEEP, LONG]
    assert broken.cues[1].at_ns == 100 * MS + GAP_NS
    mute = put(boundary(), length=lambda _: None)
    assert [c.sound for c in mute.cues] == [Earcon("active")]


def test_nothing_is_said_over_what_is_already_being_said():
    placement = put(announcement(), taken=[(0, 5 * SECOND)])
    assert reasons(placement) == ["it would sound over another cue"]


def test_what_is_past_is_neither_placed_nor_dropped():
    first = cue(CueKind.HALFWAY, 10, SHORT, priority=Priority.HALFWAY)
    second = cue(CueKind.WARNING, 20, SHORT, priority=Priority.WARNING)
    placement = put(boundary(), first, second, after_s=10.5)
    assert [c.kind for c in placement.cues] == [CueKind.WARNING]
    assert placement.dropped == ()


def test_a_cue_that_would_come_before_its_interval_is_dropped_by_reason():
    assert reasons(put(cue(CueKind.WARNING, -70, SHORT, priority=Priority.WARNING, end=True))) == [TOO_SHORT]


def test_cues_before_an_end_nobody_knows_are_left_out():
    placement = put(boundary(), cue(CueKind.WARNING, -10, SHORT, priority=Priority.WARNING, end=True), end_s=None)
    assert [c.kind for c in placement.cues] == [CueKind.EARCON]
    assert placement.dropped == ()


def test_session_sounds_come_one_after_the_other():
    sounds = (Earcon("pause"), SHORT)
    placement = place_in_turn(CueKind.PAUSE, sounds, at_ns=SECOND, length=usual, speed=2.0)
    begin = SECOND + 2 * (350 * MS + GAP_NS)
    assert [(c.sound, c.at_ns) for c in placement.cues] == [(sounds[0], SECOND), (SHORT, begin)]
    assert placement.spans == ((SECOND, SECOND + 700 * MS), (begin, begin + 2 * usual(SHORT)))


def test_session_sounds_that_are_missing_or_too_long_are_dropped_by_reason():
    def no_earcon(sound: Sound) -> int | None:
        return None if isinstance(sound, Earcon) else usual(sound)

    placement = place_in_turn(CueKind.PAUSE, (Earcon("pause"), SHORT, LONG), at_ns=0, length=no_earcon, end_ns=SECOND)
    assert [(c.sound, c.at_ns) for c in placement.cues] == [(SHORT, 0)]
    assert reasons(placement) == [NO_SOUND, PAST_END]


# Whatever the cues, lengths and speed

KINDS = [kind for kind in CueKind if kind is not CueKind.EARCON]
sounds = st.one_of(st.builds(lambda n: Speech((f"Word {n}.",)), st.integers(0, 9)), st.just(BEEP))
script_cues = st.builds(
    lambda kind, anchor, at, choices, priority, within: ScriptCue(
        kind, anchor, at if anchor is Anchor.START else -at, tuple(choices), priority, None, within
    ),
    st.sampled_from(KINDS),
    st.sampled_from(Anchor),
    st.integers(0, 20 * SECOND),
    st.lists(sounds, min_size=1, max_size=3, unique=True),
    st.sampled_from([priority for priority in Priority if priority is not Priority.BOUNDARY]),
    st.none() | st.just(SECOND),
)
piles = st.lists(script_cues, max_size=12).map(lambda pile: [boundary(), announcement(), *pile])
lengths = st.dictionaries(sounds, st.none() | st.integers(1, 5 * SECOND), min_size=11, max_size=11).map(
    lambda table: lambda sound: table.get(sound, 400 * MS)
)
speeds = st.sampled_from([1.0, 1.5, 7.3, 26.0]) | st.floats(0.25, 100)
ends = st.none() | st.integers(1, 40 * SECOND)


def taking(placement: Placement) -> list[tuple[int, int]]:
    """The spans of all that is said or beeped, but not of the boundaries' earcons."""
    both = zip(placement.cues, placement.spans, strict=True)
    return sorted(span for placed, span in both if placed.kind is not CueKind.EARCON)


@settings(max_examples=200, deadline=None)
@given(piles, lengths, speeds, ends, st.integers(0, 30 * SECOND), st.randoms(use_true_random=False))
def test_placing_keeps_its_promises(
    pile: list[ScriptCue],
    length: Callable[[Sound], int | None],
    speed: float,
    end_ns: int | None,
    after_ns: int,
    random,
):
    def placed(cues: list[ScriptCue]) -> Placement:
        return place(cues, interval=0, start_ns=0, end_ns=end_ns, after_ns=after_ns, length=length, speed=speed)

    placement = placed(pile)
    # the order they come in does not matter
    shuffled = list(pile)
    random.shuffle(shuffled)
    assert placed(shuffled) == placement
    # nothing overlaps, everything ends in time
    spans = taking(placement)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))
    assert all(end_ns is None or end <= end_ns for _, end in spans)
    # sorted by time, none in the past
    assert list(placement.cues) == sorted(placement.cues, key=lambda c: c.at_ns)
    assert all(c.at_ns >= after_ns for c in placement.cues)
    # the boundary keeps its earcon, exactly
    assert [c.at_ns for c in placement.cues if c.kind is CueKind.EARCON] == ([0] if after_ns == 0 else [])
    # every span is what the sound takes at this speed
    for c, (begin, end) in zip(placement.cues, placement.spans, strict=True):
        assert (begin, end - begin) == (c.at_ns, math.ceil((length(c.sound) or 0) * speed))
    assert all(dropped.reason for dropped in placement.dropped)


@settings(max_examples=200, deadline=None)
@given(piles, lengths, speeds, ends)
def test_nothing_is_lost_silently_and_nothing_lower_displaces_a_higher(
    pile: list[ScriptCue], length: Callable[[Sound], int | None], speed: float, end_ns: int | None
):
    def placed(cues: list[ScriptCue]) -> Placement:
        return place(cues, interval=0, start_ns=0, end_ns=end_ns, after_ns=0, length=length, speed=speed)

    placement = placed(pile)
    expected = [c for c in pile if c.anchor is Anchor.START or end_ns is not None]
    assert len(placement.cues) + len(placement.dropped) == len(expected)
    # without the cues of lower priority, those that remain are placed exactly as with them
    for floor in Priority:
        upper = placed([c for c in pile if c.priority >= floor])
        assert upper.cues == tuple(c for c in placement.cues if c.priority >= floor)


steps = st.builds(
    Step,
    intensity=st.sampled_from(Intensity),
    duration=st.integers(1, 900_000).map(lambda ms: TimeDuration(ms=ms))
    | st.sampled_from([10_000, 15_000, 30_000, 60_000, 180_000, 600_000]).map(lambda ms: TimeDuration(ms=ms))
    | st.just(OpenDuration()),
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(steps, min_size=1, max_size=6),
    st.sampled_from(PRESETS),
    speeds,
    st.sampled_from([20, 70, 150]),
)
def test_no_two_speech_cues_of_a_whole_session_overlap(some: list[Step], preset: str, speed: float, ms_a_letter: int):
    def length(sound: Sound) -> int:
        return ms_a_letter * MS * len(sound.text) if isinstance(sound, Speech) else usual(sound)

    timeline = compile_timeline(Workout(steps=tuple(some)))
    script = Script(timeline, BOOK, make_style(preset, {}))
    at, speech, earcons, starts = 0, [], [], []
    for interval in timeline.intervals:
        end = None if interval.planned_ms is None else at + interval.planned_ms * MS
        placement = place(
            script.interval(interval.index), interval=interval.index, start_ns=at, end_ns=end, after_ns=at,
            length=length, speed=speed,
        )  # fmt: skip
        both = zip(placement.cues, placement.spans, strict=True)
        speech += [span for placed, span in both if isinstance(placed.sound, Speech)]
        earcons += [placed.at_ns for placed in placement.cues if placed.kind is CueKind.EARCON]
        starts.append(at)
        # an open interval is left when all that is said in it is over
        at = max((span[1] for span in placement.spans), default=at) + MINUTE if end is None else end
    assert all(one[1] <= two[0] for one, two in pairwise(speech))
    assert earcons == starts
