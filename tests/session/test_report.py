"""From events to what a person reads after the run."""

from coach.session.events import CueReported, PickedUp, SessionEvent, SoundReported
from coach.session.report import Spread, build, report_lines
from coach.session.state import CommandKind
from tests.session.rig import NS, SEED, SHORT, Rig

K = CommandKind


def report_of(rig: Rig, *extra: SessionEvent):
    report = build([*rig.journal, *extra])
    assert report is not None
    return report


def cue(status: str, planned: int | None = None, real: int | None = None, late: int | None = None, reason: str = ""):
    return CueReported(
        at_ns=0,
        cue="earcon",
        label="[active]",
        status=status,
        planned_frame=planned,
        real_frame=real,
        late_ns=late,
        reason=reason,
    )


def test_a_session_done_as_planned_says_so_in_two_lines() -> None:
    rig = Rig(SEED).do(K.START).exactly_to(4000 * NS)
    report = report_of(rig)
    assert all(one.as_planned for one in report.intervals)
    assert report_lines(rig.journal)[:2] == ["Finished: 34:00 on the way", "Runs: 8 of 8 as planned, 8:00 of 8:00"]


def test_what_went_otherwise_is_listed() -> None:
    rig = Rig(SHORT).do(K.START)
    begin = rig.engine.state.since_ns
    rig.do(K.NEXT, at=begin + 5 * NS).do(K.PAUSE, at=begin + 10 * NS).do(K.RESUME, at=begin + 20 * NS)
    rig.do(K.REPEAT, at=begin + 25 * NS).do(K.EXTEND, at=begin + 26 * NS, delta_ms=10_000)
    rig.do(K.PAIN, at=begin + 70 * NS).do(K.STOP, at=begin + 100 * NS)
    report = report_of(rig)
    assert [(one.done_ns // NS, one.how) for one in report.intervals] == [
        (5, ("next",)),
        (50, ("repeat", "completed")),
        (5, ("pain",)),
        (0, ()),
    ]
    assert (report.paused_ns, report.extended_ns, report.pain_walk_ns) == (10 * NS, 10 * NS, 30 * NS)
    assert report_lines(rig.journal)[:7] == [
        "Stopped: 1:30 on the way, paused 0:10",
        "Runs: 0 of 2 as planned, 0:10 of 0:40",
        "Pain: 1 mark, 0:30 walked after it",
        "  Run 1 of 2: 0:05 of 0:20 (next)",
        "  Walk after run 1: 0:50 of 0:30 (repeat, completed)",
        "  Run 2 of 2: 0:05 of 0:20 (pain)",
        "  Walk after run 2: 0:00 of 0:30 (not done)",
    ]


def test_a_withdrawn_mark_leaves_the_interval_as_planned() -> None:
    rig = Rig(SHORT).do(K.START)
    begin = rig.engine.state.since_ns
    rig.do(K.PAIN, at=begin + 5 * NS).do(K.WITHDRAW, at=begin + 9 * NS).exactly_to(begin + 200 * NS)
    report = report_of(rig)
    assert all(one.as_planned for one in report.intervals)
    assert (len(report.state.pain_marks_ns), report.pain_walk_ns) == (0, 4 * NS)


def test_cues_are_counted_and_measured() -> None:
    rig = Rig(SHORT).do(K.START).exactly_to(200 * NS)
    cues = [
        cue("played", 100, 100, 1_000_000),
        cue("played", 300, 301, -2_000_000),  # reported out of order is compared in order
        cue("played", 200, 200, 500_000),
        cue("cut", 400, 900, 90_000_000),
        cue("dropped", reason="too long"),
        cue("dropped", reason="too long"),
        cue("dropped", reason="no sound"),
        cue("lost", 500),
    ]
    summary = report_of(rig, *cues).cues
    assert (summary.planned, summary.played, summary.cut, summary.lost) == (8, 3, 1, 1)
    assert summary.dropped == {"too long": 2, "no sound": 1}
    assert summary.interval_error == Spread(2, 1, 1)
    assert summary.late == Spread(3, 1_000_000, 2_000_000)
    lines = report_lines([*rig.journal, *cues, SoundReported(at_ns=0, backend="alsa", device="default", voice="pack")])
    assert lines[2:] == [
        "Sound: alsa default, voice pack",
        "Cues: 3 of 8 played, 1 cut by a command, 1 lost, 3 dropped",
        "  2 × too long",
        "  1 × no sound",
        "Time between cues, planned against real: median 1, at most 1 frame (0.021 ms)",
        "Off the clock, as the output reports it: median 1.0 ms, at most 2.0 ms",
    ]


def test_cues_of_two_players_are_never_compared() -> None:
    rig = Rig(SHORT).do(K.START).exactly_to(200 * NS)
    first = [cue("played", 48_000, 48_000), cue("played", 96_000, 96_000)]
    second = [cue("played", 50_000, 50_007), cue("played", 98_000, 98_007)]
    error = report_of(rig, *first, PickedUp(at_ns=200 * NS), *second).cues.interval_error
    assert error == Spread(2, 0, 0)


def test_a_session_without_any_cue_or_creation_is_no_trouble() -> None:
    rig = Rig(SHORT)
    assert report_of(rig).cues.interval_error is None
    assert report_lines(rig.journal)[0] == "Not over: 0:00 on the way"
    assert report_lines(rig.events) == []


def test_many_reasons_are_summed_up() -> None:
    rig = Rig(SHORT)
    cues = [cue("dropped", reason=f"reason {n}") for n in range(20) for _ in range(20 - n)]
    lines = report_lines([*rig.journal, *cues])
    assert sum("×" in line for line in lines) == 9
    assert lines[-1] == "  78 × other reasons"
