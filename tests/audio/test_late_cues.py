"""Cues that come late out of the stream: after a stall of the output, or when all of them wait for the lead-in."""

import pytest

from coach.model.cue import Cue, CueKind, Priority, Speech
from coach.ports import CueStatus, CueTiming
from tests.audio.rig import click
from tests.audio.test_stream import Bench
from tests.audio.virtual import NS, PcmClip, cue


def say(bench: Bench, number: int, seconds: float, frames: int) -> None:
    spoken = Cue(CueKind.ANNOUNCE, number, Speech(("Run.",)), Priority.ANNOUNCE)
    bench.stream.play(spoken, PcmClip(click(number, frames)), bench.at(seconds))


def frames_of(bench: Bench) -> dict[int, tuple[int, int]]:
    """Of each cue by its ``at_ns``: planned and real frame."""
    timings: list[CueTiming] = [t for t in bench.stream.take_timings() if t.status is CueStatus.PLAYED]
    return {t.cue.at_ns: (t.planned_frame or 0, t.real_frame or 0) for t in timings}


def test_cues_that_wait_for_the_lead_in_come_one_after_another() -> None:
    bench = Bench(lead_in_ms=1000)
    bench.stream.play(cue(0), PcmClip(click(5, 12_000)), bench.at(0.2))
    say(bench, 1, 0.5, 30_000)
    bench.run(5)
    frames = frames_of(bench)
    assert frames[0][1] == 48_000
    assert frames[1][1] == 60_000


@pytest.mark.parametrize("gap", [0.3, 0.6])
def test_a_cue_in_time_waits_for_a_late_one_and_is_on_time_otherwise(gap: float) -> None:
    bench = Bench()
    bench.run(4)
    say(bench, 1, 3.8, 24_000)  # 0.5 s, and 0.2 s late
    say(bench, 2, 4 + gap, 4_800)
    bench.stream.play(cue(9), PcmClip(click(9, 2_400)), bench.at(4.2))
    bench.run(4)
    frames = frames_of(bench)
    late_end = frames[1][1] + 24_000
    assert frames[1][1] > frames[1][0]
    assert frames[2][1] == max(late_end, frames[2][0])
    assert (frames[2][1] == frames[2][0]) == (gap == 0.6)
    assert frames[9 * NS][1] == frames[9 * NS][0], "a boundary never waits"
