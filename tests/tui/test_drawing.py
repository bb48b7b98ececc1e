"""Letters, bar and view: what must hold at every size and instant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.clock import NS
from coach.model.cue import Cue, CueKind, DroppedCue, Earcon, Priority, Speech
from coach.model.timeline import compile_timeline
from coach.ports import SILENCE_WANTED, PlayerHealth
from coach.session.outputs import CueHeard, CueMissed, Refusal
from coach.session.state import Phase
from coach.tui import bigtext
from coach.tui.bar import BarScale
from coach.tui.feed import Shown, shown
from coach.tui.view import SHORT_WORD, WORD, Mode, look
from coach.tui.widgets import ORNAMENT
from tests.tui.staged import ODD, SEED, StagedSession

SIZES = st.tuples(st.integers(1, 250), st.integers(1, 60))
TIMES = st.from_regex(r"\A([0-9]:)?[0-9]{1,2}:[0-9]{2}\Z")


def test_every_word_has_letters() -> None:
    for word in (*WORD.values(), *SHORT_WORD.values(), *ORNAMENT.values(), "0123456789:/"):
        assert bigtext.drawable(word), word


def test_every_word_is_large_on_the_smallest_terminal() -> None:
    for word in WORD.values():
        assert bigtext.fit(SHORT_WORD.get(word, word), 38, 3), word


@given(SIZES, TIMES)
@settings(max_examples=100)
def test_a_time_fills_its_box_and_never_bursts_it(size: tuple[int, int], time: str) -> None:
    width, height = size
    rows = bigtext.centred(time, width, height)
    assert len(rows) == height
    assert {len(row) for row in rows} == {width}


@given(SIZES, st.sampled_from(list(WORD.values())), st.sampled_from(["", ">>>", "!"]), st.sampled_from(["", "10/12"]))
@settings(max_examples=100)
def test_a_band_fills_its_box(size: tuple[int, int], word: str, ornament: str, count: str) -> None:
    rows = bigtext.band((word, SHORT_WORD.get(word, word)), ornament, count, *size)
    assert len(rows) == size[1]
    assert {len(row) for row in rows} == {size[0]}


@given(st.integers(1, 16), st.integers(1, 16))
def test_a_letter_is_made_of_whole_pixels(across: int, down: int) -> None:
    rows = bigtext.draw("I", across, down)
    assert len(rows) == bigtext.cell_height(down)
    halves = sum({"█": 2, "▀": 1, "▄": 1}[row[0]] for row in rows)
    assert halves == bigtext.ROWS * down
    assert all(set(row) == {row[0]} and len(row) == across for row in rows)


def test_more_room_never_makes_a_time_smaller() -> None:
    before = (0, 0)
    for width in range(20, 200):
        across, down = bigtext.fit("12:34", width, 30) or (0, 0)
        assert (across, down) >= before
        before = (across, down)


@pytest.mark.parametrize("workout", [SEED, ODD])
def test_the_bar_shows_the_intervals_in_order_and_goes_forward(workout: object) -> None:
    timeline = compile_timeline(SEED if workout is SEED else ODD)
    for width in (1, 7, 38, 78, 118):
        scale = BarScale(timeline, width)
        assert len(scale.cells) == width
        assert scale.cells == sorted(scale.cells)
        cells = [scale.cell(i, share / 10) for i in range(len(timeline.intervals)) for share in range(11)]
        assert cells == sorted(cells)
        assert cells[0] >= 0
        assert cells[-1] == width - 1


@given(st.floats(0, 40 * 60))
@settings(max_examples=100)
def test_elapsed_and_left_add_up_to_the_plan(seconds: float) -> None:
    session = StagedSession().run_on(seconds)
    view = look(session.snapshot(), session.timeline)
    if session.snapshot().phase is Phase.RUNNING:
        assert in_seconds(view.elapsed) + in_seconds(view.left) == 34 * 60
        assert in_seconds(view.time) >= 1  # 0:00 would say that it is over


def in_seconds(clock: str) -> int:
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return total


def test_open_steps_count_up_and_say_how_they_end() -> None:
    session = StagedSession(ODD).run_on(83)
    view = look(session.snapshot(), session.timeline)
    assert (view.mode, view.time, view.counts_up) == (Mode.WARM_UP, "1:23", True)
    assert view.now == "Warm-up walk · until you press n · to the track"
    assert view.left == "–"
    session.do("next").move(20)
    view = look(session.snapshot(), session.timeline)
    assert view.now == "Run · 400 mtr · 165–175 steps/min · n when done"
    assert view.following == "Next: Stand · 1 min"


def test_a_paused_lead_in_is_paused() -> None:
    session = StagedSession().do("start").move(0.1).do("pause")
    view = look(session.snapshot(), session.timeline)
    assert view.mode is Mode.PAUSED
    assert view.index is None


def test_an_extension_shows_in_the_time_and_in_what_is_left() -> None:
    session = StagedSession().run_on(5 * 60)
    before = look(session.snapshot(), session.timeline)
    for _ in range(2):
        session.do("repeat")
    session.engine.command(type(session.posted[0])(session.posted[0].kind.EXTEND, delta_ms=30_000), session.now_ns)
    after = look(session.snapshot(), session.timeline)
    assert (before.time, after.time) == ("1:00", "1:30")
    assert in_seconds(after.left) == in_seconds(before.left) + 30


TIMELINE = compile_timeline(SEED)
WORDS = Cue(CueKind.WARNING, 61 * NS, Speech(("Next, walk.",)), Priority.WARNING)
BEEP = Cue(CueKind.EARCON, 61 * NS, Earcon("beep"), Priority.BOUNDARY)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (CueHeard(WORDS), Shown(log="  1:01  ♪ Next, walk.")),
        (CueHeard(BEEP), Shown()),
        (CueMissed(DroppedCue(WORDS, "no room")), Shown(log="  1:01  – Next, walk. (not said: no room)")),
        (CueMissed(DroppedCue(BEEP, "no room")), Shown()),
        (
            Refusal("the session has not started", "start it first"),
            Shown(
                "       ! the session has not started – start it first",
                "The session has not started – start it first",
                fleeting=True,
            ),
        ),
        (PlayerHealth("alsa", "default", alive=True), Shown(sound="alsa default")),
        (PlayerHealth("silent", "none", alive=True, note="silent: ALSA cannot open it"), Shown(sound="NO SOUND")),
        (PlayerHealth("silent", "none", alive=True, note=SILENCE_WANTED), Shown(sound="silent none")),
        (PlayerHealth("alsa", "default", alive=True, xruns=2), Shown(sound="alsa default · 2 dropouts")),
        (
            PlayerHealth("alsa", "hw:1", alive=False),
            Shown(notice="No sound: alsa hw:1 is gone", sound="NO SOUND (alsa hw:1)"),
        ),
        ("something new", Shown()),
    ],
)
def test_where_an_update_appears(update: object, expected: Shown) -> None:
    assert shown(update, TIMELINE) == expected
