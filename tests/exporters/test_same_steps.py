"""One plan, every destination: what comes out is the live timeline, step by step, duration by duration.

FIT is read by two decoders of others, Garmin's JSON and intervals.icu's text by readers that share no code with
the exporters.
"""

from collections.abc import Callable
from itertools import pairwise
from tempfile import TemporaryFile
from typing import ClassVar

import numpy as np
import pytest
import soundfile
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from coach.audio.track import blocks, make_schedule
from coach.errors import BadInput
from coach.model.cue import EARCON_OF, Earcon, Sound
from coach.model.script import Script, make_style
from coach.model.sheets import SoundSheet
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.model.workout import DistanceDuration, Intensity, Step, TimeDuration, Workout
from coach.ports import RATE, Clip
from exporters import audio, fit, garmin, intervals
from exporters.contract import MADE_AT, workout_sheet
from exporters.steps import one_level
from tests.audio.virtual import PcmClip
from tests.exporters.readers import (
    Done,
    by_fit_tool,
    by_fitdecode,
    fit_done,
    garmin_done,
    intervals_done,
    planned,
    widened,
)
from tests.fakes import FakeSoundBank
from tests.model.workouts import blocks as blocks_of
from tests.model.workouts import workouts
from tests.session.rig import english

Read = Callable[[Workout], list[Done]]


def through_fitdecode(workout: Workout) -> list[Done]:
    return fit_done(by_fitdecode(fit.exporter.export(workout_sheet(workout)).data))


def through_fit_tool(workout: Workout) -> list[Done]:
    return fit_done(by_fit_tool(fit.exporter.export(workout_sheet(workout)).data))


def through_garmin(workout: Workout) -> list[Done]:
    return garmin_done(garmin.exporter.export(workout_sheet(workout)).data)


def through_intervals(workout: Workout) -> list[Done]:
    return intervals_done(intervals.exporter.export(workout_sheet(workout)).data.decode())


EVERY = (through_fitdecode, through_fit_tool, through_garmin, through_intervals)
FIT = (through_fitdecode, through_fit_tool)


class ToldApart(FakeSoundBank):
    """Each earcon a pitch of its own, so that an ear can tell which it was; all else is silent, and takes its time."""

    PITCHES: ClassVar = {EARCON_OF[intensity]: 400 * (at + 1) for at, intensity in enumerate(Intensity)}

    def clip(self, sound: Sound) -> Clip | None:
        silent = super().clip(sound)
        pitch = self.PITCHES.get(sound) if isinstance(sound, Earcon) else None
        if pitch is None or silent is None:
            return silent
        wave = 12_000 * np.cos(2 * np.pi * pitch * np.arange(silent.frames) / RATE)
        return PcmClip(wave.astype("<i2").tobytes())


def heard(workout: Workout) -> list[Done]:
    """What a listener measures in the FLAC file: which earcon begins when, to the sample; the last step ends at its
    finish, where the chapters end."""
    bank = ToldApart()
    timeline = compile_timeline(workout)
    made = make_schedule(Script(timeline, english(), make_style("minimal")), bank, 1000)
    sheet = SoundSheet(
        workout, "Run", MADE_AT, ".flac", RATE, 1, made.frames, made.starts, made.end, lambda: blocks(made, bank, 100)
    )
    with TemporaryFile() as stream:
        audio.exporter.export(sheet).fill(stream)
        stream.seek(0)
        samples, _ = soundfile.read(stream, dtype="int16")
    sounding = np.flatnonzero(samples)
    begins = sounding[np.flatnonzero(np.diff(sounding, prepend=-RATE) > RATE // 100)]
    found: list[Done] = []
    for begin, end in pairwise([*begins.tolist(), made.end]):
        spectrum = np.abs(np.fft.rfft(samples[begin : begin + RATE // 5].astype(float)))
        pitch = int(np.argmax(spectrum)) * 5
        [name] = [earcon.name for earcon, known in ToldApart.PITCHES.items() if abs(known - pitch) <= 5]
        assert (end - begin) * 1000 % RATE == 0, "to the sample"
        found.append(Done(name, "time", (end - begin) * 1000 // RATE))
    return found


timed_steps = st.builds(
    Step,
    intensity=st.sampled_from(Intensity),
    duration=st.integers(1, 25).map(lambda s: TimeDuration(ms=s * 1000)),
)
"""What every destination holds, sound too, and short enough to listen to all of it."""


@given(st.builds(Workout, steps=blocks_of(timed_steps)))
@example(parse("2x(3x(5s run, 3s walk), 4s rest), 7s walk"))
@example(parse("1s run, 1s run"))
@settings(max_examples=12)
def test_what_is_heard_is_what_is_written_everywhere(workout: Workout) -> None:
    """Live timeline = decoded FIT = Garmin's JSON expanded = intervals.icu's text = what is measured in the sound."""
    total = compile_timeline(workout).total_ms or 0
    assume(total <= 240_000)
    assume(size(workout) <= fit.MAX_STEPS)
    live = planned(workout)
    for read in (*EVERY, heard):
        assert read(workout) == live, read.__name__


plain_steps = st.builds(
    Step,
    intensity=st.sampled_from(Intensity),
    duration=st.integers(1, 21_600).map(lambda s: TimeDuration(ms=s * 1000))
    | st.integers(1, 100_000).map(lambda m: DistanceDuration(cm=m * 100)),
    name=st.none() | st.sampled_from(["easy", "Hügel", "走る"]),
)
"""What every destination holds."""


def size(workout: Workout) -> int:
    return sum(each.size for each in one_level(workout))


@given(st.builds(Workout, steps=blocks_of(plain_steps)))
@example(parse("2x(3x(1m run, 30s walk), 2m rest), 5m walk"))
@example(parse("5m warmup, 8x(1m run, 2m walk), 5m cooldown"))
@example(parse("1x(1x(2x(1m run))), 2x(1x(1m walk), 2x(2x(10s run)))"))
def test_every_destination_does_what_the_live_session_does(workout: Workout) -> None:
    assume(size(workout) <= fit.MAX_STEPS)
    live = planned(workout)
    for read in EVERY:
        assert read(workout) == live, read.__name__


@pytest.mark.parametrize("read", EVERY)
@given(workout=workouts)
def test_any_workout_is_the_same_or_is_refused(read: Read, workout: Workout) -> None:
    live = planned(workout)
    try:
        done = read(workout)
    except BadInput:
        assert not is_harmless(workout, read), "it refuses what it could hold"
        return
    assert done == (widened(live) if read in FIT else live)


def is_harmless(workout: Workout, read: Read) -> bool:
    """Whether nothing about it is beyond any limit that docs/export.md names."""
    steps = [interval.step for interval in compile_timeline(workout).intervals]
    if read is through_intervals:
        return all(is_plain(step) and step.name is None for step in steps)
    few = len(steps) <= fit.MAX_STEPS
    one_target = not any(step.cadence is not None and step.heart_rate is not None for step in steps)
    if read is through_garmin:
        whole = all(step.duration.ms % 1000 == 0 for step in steps if isinstance(step.duration, TimeDuration))
        return few and one_target and whole
    return few and one_target and all(len((step.name or "").encode()) < 200 for step in steps)


def is_plain(step: Step) -> bool:
    ends = step.duration
    exact = isinstance(ends, TimeDuration) and ends.ms % 1000 == 0
    exact |= isinstance(ends, DistanceDuration) and ends.cm % 100 == 0
    return exact and step.cadence is None and step.heart_rate is None and step.rpe is None


@given(workouts)
def test_written_out_is_the_same_in_as_few_entries_as_it_takes(workout: Workout) -> None:
    rounds = one_level(workout)
    assert [step for each in rounds for _ in range(each.times) for step in each.steps] == [
        interval.step for interval in compile_timeline(workout).intervals
    ]
    assert size(workout) <= len(compile_timeline(workout).intervals)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("8x(1m run, 2m walk)", 3),
        ("2x(3x(1m run, 30s walk), 2m rest)", 8),  # twice three rounds and a rest, either way
        ("50x(2x(1s run))", 3),
        ("2x(50x(1s run, 1s walk))", 6),
        ("1x(1m run)", 1),
    ],
)
def test_how_many_entries_nested_repeats_take(text: str, entries: int) -> None:
    assert size(parse(text)) == entries


@pytest.mark.parametrize("exporter", [fit.exporter, garmin.exporter, intervals.exporter])
def test_writing_out_is_said(exporter: fit.FitExporter) -> None:
    assert any("written out" in r for r in exporter.export(workout_sheet(parse("2x(2x(1m run), 1m walk)"))).remarks)
    assert not exporter.export(workout_sheet(parse("2x(1m run, 1m walk)"))).remarks


@pytest.mark.parametrize(
    ("exporter", "text", "words"),
    [
        (garmin.exporter, "1.5s run", "whole seconds"),
        (garmin.exporter, "1m run @170spm @Z2", "one of them"),
        (garmin.exporter, ", ".join(["1m run"] * 51), "51 steps"),
        (intervals.exporter, "1.5s run", "whole seconds and metres"),
        (intervals.exporter, "12.3mtr run", "whole seconds and metres"),
        (intervals.exporter, "open run", "ends by a button"),
        (intervals.exporter, "1m run @170spm", "cycling alone"),
        (intervals.exporter, "1m run @140bpm", "takes zones"),
        (intervals.exporter, "1m run @RPE3", "RPE"),
        (intervals.exporter, '1m run "5m hills"', "“5m hills”"),
        (intervals.exporter, '1m run "press lap"', "more than a name"),
        (intervals.exporter, '1m run "Ramp up"', "more than a name"),
        (intervals.exporter, '1m run "- x"', "more than a name"),
    ],
)
def test_what_cannot_be_held_is_refused_by_name(exporter: fit.FitExporter, text: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        exporter.export(workout_sheet(parse(text)))
    assert words in str(caught.value)


def test_a_title_longer_than_garmin_holds_is_refused() -> None:
    assert garmin.exporter.export(workout_sheet(parse("1m run"), "🏃" * 128))
    with pytest.raises(BadInput, match="title is longer"):
        garmin.exporter.export(workout_sheet(parse("1m run"), "🏃" * 129))


def test_the_words_of_a_step_reach_garmin() -> None:
    data = garmin.exporter.export(workout_sheet(parse('1m run "5m hills" @RPE3, 1m walk'))).data.decode()
    assert '"description": "5m hills; RPE 3"' in data
    assert '"description": null' in data


def test_the_text_is_as_the_guide_of_intervals_icu_writes_it() -> None:
    text = '5m warmup, 8x(1m run "easy", 1h2m30s walk @Z2), 400mtr run, 1.5km run, 0.25mi run, 90s rest'
    assert intervals.exporter.export(workout_sheet(parse(text))).data.decode() == (
        "- Warm up 5m intensity=warmup\n"
        "\n"
        "8x\n"
        "- easy 1m intensity=active\n"
        "- Walk 1h2m30s Z2 HR intensity=recovery\n"
        "\n"
        "- Run 400mtr intensity=active\n"
        "- Run 1.5km intensity=active\n"
        "- Run 0.25mi intensity=active\n"
        "- Rest 1m30s intensity=rest\n"
    )
