"""The stream on a device made of arithmetic, stepped by hand: nothing here waits."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.stream import Stream
from coach.ports import RATE, CueStatus
from tests.audio.rig import click
from tests.audio.virtual import NS, PcmClip, VirtualDevice, cue
from tests.fakes import FakeClock

FRAME_NS = NS / RATE
MS = 1_000_000


class Bench:
    """A stream, its device and the clock both live by."""

    def __init__(self, **options) -> None:
        self.clock = FakeClock()
        device = {name: options.pop(name) for name in ("ppm", "latency", "wander", "broken") if name in options}
        self.device = VirtualDevice(self.clock, **device)
        self.zero = self.clock.monotonic_ns()
        self.stream = Stream(self.device, self.clock, **{"lead_in_ms": 0, **options})

    def run(self, seconds: float) -> None:
        until = self.clock.monotonic_ns() + round(seconds * NS)
        while (left := until - self.clock.monotonic_ns()) > 0:
            self.clock.advance(min(max(self.stream.step(), 1), left))

    def at(self, seconds: float) -> int:
        return self.zero + round(seconds * NS)

    def play(self, number: int, seconds: float, frames: int = 2400) -> bytes:
        pcm = click(number, frames)
        self.stream.play(cue(number), PcmClip(pcm), self.at(seconds))
        return pcm

    def statuses(self) -> dict[int, CueStatus]:
        return {timing.cue.interval or 0: timing.status for timing in self.stream.take_timings()}


def test_cues_are_heard_at_their_instants_and_their_distances_are_exact() -> None:
    bench = Bench(latency=1234)
    pcms = [bench.play(number, 2 + number * 0.75) for number in range(20)]
    bench.run(20)
    onsets = [bench.device.onsets(pcm) for pcm in pcms]
    assert [len(found) for found in onsets] == [1] * 20
    frames = [found[0][0] for found in onsets]
    assert {b - a for a, b in itertools.pairwise(frames)} == {36_000}
    assert all(abs(found[0][1] - bench.at(2 + n * 0.75)) <= 2 * FRAME_NS for n, found in enumerate(onsets))
    timings = bench.stream.take_timings()
    assert [timing.status for timing in timings] == [CueStatus.PLAYED] * 20
    assert all(timing.real_frame == timing.planned_frame for timing in timings)
    assert all(abs(timing.late_ns or 0) < 3 * FRAME_NS for timing in timings)
    assert bench.stream.health().xruns == 0
    assert bench.stream.health().corrections == 0


def test_the_lead_in_comes_first_and_the_latency_offset_is_taken_off() -> None:
    bench = Bench(lead_in_ms=1000, latency_offset_ms=150)
    first = bench.play(0, 0.2)
    second = bench.play(1, 3.0)
    bench.run(5)
    (one,), (two,) = bench.device.onsets(first), bench.device.onsets(second)
    assert 0.99 < (one[1] - bench.zero) / NS < 1.1
    assert abs(two[1] - bench.at(2.85)) <= 2 * FRAME_NS


def test_a_commands_cues_handed_out_one_by_one_are_all_in_time() -> None:
    bench = Bench()
    bench.play(0, 5.2)
    bench.run(5)
    bench.stream.silence()
    earcon = bench.play(1, 5.1, RATE * 3 // 10)
    bench.run(0.01)  # the device is fed between the two
    speech = bench.play(2, 5.46, RATE)
    bench.run(1)
    following = bench.play(3, 6.11)  # a command while that sounds
    bench.run(2)
    for number, pcm, seconds in ((1, earcon, 5.1), (2, speech, 5.46)):
        ((_, at_ns),) = bench.device.onsets(pcm)
        assert abs(at_ns - bench.at(seconds)) <= 2 * FRAME_NS, number
    assert bench.device.onsets(following)
    assert bench.stream.health().xruns == 0


def test_a_cue_in_the_past_comes_at_once_and_whole() -> None:
    bench = Bench()
    bench.run(5)
    pcm = bench.play(1, 4.0)
    bench.run(1)
    ((_, at_ns),) = bench.device.onsets(pcm)
    assert 0 <= at_ns - bench.at(5) <= 50 * MS, "30 to gather, 20 of the device: queued silence does not hold it up"
    assert bench.device.drops == 1


def test_a_late_cue_does_not_cut_what_sounds() -> None:
    bench = Bench()
    long = bench.play(1, 2.0, frames=2 * RATE)
    bench.run(2.4)
    late = bench.play(2, 2.3)
    bench.run(3)
    assert bench.statuses() == {1: CueStatus.PLAYED, 2: CueStatus.PLAYED}
    assert bench.device.drops == 0
    assert not bench.device.onsets(long), "the late one is mixed in"
    assert not bench.device.onsets(late)


def test_silence_is_immediate_and_what_comes_after_is_on_time() -> None:
    bench = Bench()
    cut = bench.play(1, 2.0, frames=2 * RATE)
    bench.play(2, 4.5)
    bench.run(2.5)
    bench.stream.silence()
    silenced_ns = bench.clock.monotonic_ns()
    after = bench.play(3, 6.0)
    bench.run(5)
    assert bench.statuses() == {1: CueStatus.CUT, 2: CueStatus.CUT, 3: CueStatus.PLAYED}
    assert not bench.device.onsets(cut)
    assert bench.device.ended_ns(bench.device.heard[0]) - silenced_ns <= FRAME_NS
    ((_, at_ns),) = bench.device.onsets(after)
    assert abs(at_ns - bench.at(6)) <= 2 * FRAME_NS


def test_silence_with_nothing_sounding_leaves_the_stream_alone() -> None:
    bench = Bench()
    waiting = bench.play(1, 4.0)
    bench.run(2)
    bench.stream.silence()
    bench.run(4)
    assert bench.statuses() == {1: CueStatus.CUT}
    assert bench.device.drops == 0
    assert not bench.device.onsets(waiting)


def test_after_a_dry_run_cues_are_true_to_the_clock_and_heads_are_whole() -> None:
    bench = Bench()
    before = bench.play(1, 2.0)
    bench.run(3)
    gap = bench.play(2, 4.4)
    after = bench.play(3, 7.0)
    bench.clock.advance(3 * NS // 2)  # the feeding thread was held up
    bench.run(4)
    assert bench.stream.health().xruns == 1
    (one,), (two,), (three,) = (bench.device.onsets(pcm) for pcm in (before, gap, after))
    assert abs(three[1] - one[1] - 5 * NS) <= 2 * FRAME_NS
    assert 0 < two[1] - bench.at(4.4) < 200 * MS, "due in the gap: late, but whole"


def test_cues_that_a_long_stall_made_senseless_are_lost() -> None:
    bench = Bench()
    bench.run(2)
    gone = bench.play(1, 3.0)
    bench.clock.advance(10 * NS)
    bench.run(2)
    assert not bench.device.onsets(gone)
    assert bench.statuses() == {1: CueStatus.LOST}


def test_a_dead_device_costs_only_the_cues_it_is_dead_for() -> None:
    bench = Bench()
    first = bench.play(1, 2.0)
    bench.play(2, 4.0)
    last = bench.play(3, 9.0)
    bench.run(3)
    bench.device.broken = "unplugged"
    bench.run(3)
    health = bench.stream.health()
    assert not health.alive
    assert "unplugged" in health.note
    assert bench.statuses() == {1: CueStatus.PLAYED, 2: CueStatus.LOST}
    bench.device.broken = ""
    bench.run(6)
    assert bench.statuses() == {3: CueStatus.PLAYED}
    health = bench.stream.health()
    assert (health.alive, health.reopened) == (True, 1)
    (one,), (three,) = bench.device.onsets(first), bench.device.onsets(last)
    assert abs(three[1] - one[1] - 7 * NS) <= 2 * FRAME_NS


def test_without_any_device_the_session_goes_on() -> None:
    bench = Bench(broken="no such device")
    bench.play(1, 1.0)
    bench.run(5)
    assert bench.statuses() == {1: CueStatus.LOST}
    assert not bench.stream.health().alive


def test_a_broken_clip_is_lost_and_the_rest_plays() -> None:
    bench = Bench()

    class Broken(PcmClip):
        def load(self) -> bytes:
            raise FileNotFoundError("gone from the cache")

    bench.stream.play(cue(1), Broken(b"\1\1"), bench.at(2))
    good = bench.play(2, 2.5)
    bench.run(4)
    assert bench.statuses() == {1: CueStatus.LOST, 2: CueStatus.PLAYED}
    assert bench.device.onsets(good)


def test_clips_are_read_once_and_freed_after() -> None:
    bench = Bench()
    clip = PcmClip(click(1))
    bench.stream.play(cue(1), clip, bench.at(2))
    bench.run(3)
    assert clip.loads == 1
    assert bench.stream.held_bytes == 0


def test_volume_holds_from_now_on() -> None:
    bench = Bench()
    bench.stream.set_volume(50)
    pcm = bench.play(1, 2.0)
    bench.run(3)
    assert not bench.device.onsets(pcm)
    assert abs(int.from_bytes(bench.device.heard[0].pcm[-2:], "little", signed=True)) <= 6100


@given(st.floats(-150, 150), st.integers(0, 4000))
@settings(max_examples=15, deadline=None)
def test_a_drifting_device_is_followed_in_silence_only(ppm, latency) -> None:
    bench = Bench(ppm=ppm, latency=latency)
    pcms = {}
    for number in range(60):
        bench.run(1)
        if number < 58:
            pcms[number] = bench.play(number, number * 10 + 3)
        bench.run(9)
    for number, pcm in pcms.items():
        ((_, at_ns),) = (found for found in bench.device.onsets(pcm) if abs(found[1] - bench.at(number * 10 + 3)) < NS)
        assert abs(at_ns - bench.at(number * 10 + 3)) < 12 * MS
    assert bench.stream.health().xruns == 0
    drifted_ms = abs(ppm) * 600 / 1000
    assert int(drifted_ms / 12) <= bench.stream.health().corrections <= drifted_ms / 10


def test_reports_that_wander_do_not_move_the_cues() -> None:
    # A triangle of ±18 ms in 3 s, as PipeWire reports through PulseAudio's library.
    bench = Bench(wander=lambda ns: abs(ns // MS % 3000 - 1500) * 36 * 48 // 1500 - 18 * 48)
    bench.run(0.1)
    pcms = [bench.play(number, 2 + number * 2) for number in range(40)]
    bench.run(90)
    frames = [bench.device.onsets(pcm)[0][0] for pcm in pcms]
    assert {b - a for a, b in itertools.pairwise(frames)} == {96_000}
    assert bench.stream.health().corrections == 0


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 30_000)), min_size=1, max_size=8), st.data())
@settings(max_examples=60, deadline=None)
def test_every_cue_is_reported_exactly_once(cues, data) -> None:
    bench = Bench()
    for number, (at_ms, frames) in enumerate(cues):
        bench.play(number, at_ms / 1000, frames)
        bench.run(0.1)
    for _ in range(4):
        bench.run(data.draw(st.floats(0.01, 1.5)))
        match data.draw(st.sampled_from(["silence", "break", "mend", "stall"])):
            case "silence":
                bench.stream.silence()
            case "break":
                bench.device.broken = "unplugged"
            case "mend":
                bench.device.broken = ""
            case _:
                bench.clock.advance(1300 * MS)
    bench.run(7)
    assert sorted(t.cue.interval or 0 for t in bench.stream.take_timings()) == list(range(len(cues)))
    assert bench.stream.idle


def test_closing_reports_what_was_not_heard() -> None:
    bench = Bench()
    bench.play(1, 3.0)
    bench.run(1)
    bench.stream.shut()
    assert bench.statuses() == {1: CueStatus.CUT}
