"""What is said and when, by rule, preset and toggle."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.config import TOGGLES
from coach.library.phrasebooks import languages, load_phrasebook
from coach.model.cue import BEEP, EARCON_OF, EARCONS, CueKind, Earcon, Notice, Speech
from coach.model.script import ALWAYS, MINUTE, PRESETS, SECOND, Anchor, Script, ScriptCue, Style, make_style
from coach.model.timeline import Timeline, compile_timeline
from coach.model.vocabulary import vocabulary
from coach.model.workout import (
    CadenceTarget,
    DistanceDuration,
    Intensity,
    OpenDuration,
    Repeat,
    Step,
    TimeDuration,
    Workout,
)

BOOK = load_phrasebook("en")
STANDARD = make_style("standard", {})
TALKATIVE = make_style("talkative", {})


def step(intensity: Intensity, seconds: float, name: str | None = None) -> Step:
    return Step(intensity=intensity, duration=TimeDuration(ms=round(seconds * 1000)), name=name)


def run(seconds: float) -> Step:
    return step(Intensity.ACTIVE, seconds)


def walk(seconds: float) -> Step:
    return step(Intensity.RECOVERY, seconds)


def script(*steps: Step | Repeat, style: Style = STANDARD) -> Script:
    return Script(compile_timeline(Workout(steps=steps)), BOOK, style)


SEED = (
    step(Intensity.WARMUP, 300),
    Repeat(count=8, steps=(run(60), walk(120))),
    step(Intensity.COOLDOWN, 300),
)


def of_kind(cues: tuple[ScriptCue, ...], kind: CueKind) -> list[ScriptCue]:
    return [cue for cue in cues if cue.kind is kind]


def said(cues: tuple[ScriptCue, ...], kind: CueKind) -> list[str]:
    return [choice.text for cue in of_kind(cues, kind) for choice in cue.choices if isinstance(choice, Speech)]


def test_a_boundary_has_the_earcon_of_its_intensity_and_an_announcement_after_it():
    cues = script(*SEED).interval(5)  # the third run
    (earcon,) = of_kind(cues, CueKind.EARCON)
    assert (earcon.anchor, earcon.offset_ns, earcon.choices) == (Anchor.START, 0, (Earcon("active"), BEEP))
    (announcement,) = of_kind(cues, CueKind.ANNOUNCE)
    assert announcement.follows == Earcon("active")
    assert announcement.choices == (Speech(("Run 3 of 8,", "one minute.")), Speech(("Run 3 of 8.",)), Speech(("Run.",)))


def test_the_last_run_is_announced_as_such_and_warned_of():
    whole = script(*SEED)
    assert said(whole.interval(15), CueKind.LAST)[0] == "Last run, one minute."
    assert of_kind(whole.interval(15), CueKind.ANNOUNCE) == []
    assert said(whole.interval(14), CueKind.WARNING)[0] == "Next, the last run, one minute."
    assert sum(bool(of_kind(whole.interval(i), CueKind.LAST)) for i in range(18)) == 1


def test_without_the_last_toggle_the_last_run_is_counted_like_the_others():
    whole = script(*SEED, style=make_style("standard", {"last": False}))
    assert said(whole.interval(15), CueKind.ANNOUNCE)[0] == "Run 8 of 8, one minute."
    assert said(whole.interval(14), CueKind.WARNING)[0] == "Next, run, one minute."


def test_a_single_run_is_neither_counted_nor_the_last():
    assert said(script(run(1800)).interval(0), CueKind.ANNOUNCE)[0] == "Run, thirty minutes."


def test_a_typed_name_is_said_and_can_be_left_out():
    named = script(step(Intensity.ACTIVE, 60, "Strides"), run(60)).interval(0)
    assert said(named, CueKind.ANNOUNCE) == ["Run 1 of 2, Strides, one minute.", "Run 1 of 2, one minute.",
                                            "Run 1 of 2.", "Run."]  # fmt: skip


def test_distance_and_open_steps_say_so_and_have_no_cues_before_an_end_nobody_knows():
    distance = Step(intensity=Intensity.ACTIVE, duration=DistanceDuration(cm=40_000))
    free = Step(intensity=Intensity.RECOVERY, duration=OpenDuration())
    whole = script(distance, free, style=TALKATIVE)
    assert said(whole.interval(0), CueKind.ANNOUNCE)[0] == "Run, four hundred metres, then press next."
    assert said(whole.interval(1), CueKind.ANNOUNCE)[0] == "Walk, until you press next."
    assert {cue.kind for i in (0, 1) for cue in whole.interval(i)} == {CueKind.EARCON, CueKind.ANNOUNCE}


@pytest.mark.parametrize(
    ("seconds", "before"), [(300, 10), (30, 10), (29.999, 6), (15, 6), (14.999, None), (5, None)]
)  # fmt: skip
def test_the_next_step_is_warned_of_early_enough_but_not_in_short_steps(seconds: float, before: int | None):
    warnings = of_kind(script(run(seconds), walk(60)).interval(0), CueKind.WARNING)
    assert [(cue.anchor, cue.offset_ns) for cue in warnings] == ([(Anchor.END, -before * SECOND)] if before else [])


def test_the_last_interval_warns_of_the_end_and_of_nothing_next():
    for sayings in said(script(*SEED).interval(17), CueKind.WARNING):
        assert "done" in sayings
        assert "Next" not in sayings


@pytest.mark.parametrize(("seconds", "count"), [(10, 3), (9.999, 0), (60, 3)])
def test_the_countdown_counts_the_last_three_seconds_of_steps_of_ten_or_more(seconds: float, count: int):
    cues = of_kind(script(run(seconds)).interval(0), CueKind.COUNTDOWN)
    words = [(-3 * SECOND, "Three."), (-2 * SECOND, "Two."), (-1 * SECOND, "One.")]
    assert [(c.offset_ns, c.choices) for c in cues] == [(at, (Speech((w,)), BEEP)) for at, w in words][:count]
    assert all(c.within_ns == SECOND for c in cues)


@pytest.mark.parametrize(("seconds", "at"), [(60, 30), (61, 30.5), (59.999, None)])
def test_halfway_is_said_in_steps_of_a_minute_and_more(seconds: float, at: float | None):
    cues = of_kind(script(run(seconds)).interval(0), CueKind.HALFWAY)
    assert [(c.anchor, c.offset_ns) for c in cues] == ([] if at is None else [(Anchor.START, round(at * SECOND))])


@pytest.mark.parametrize(
    ("minutes", "left"),
    [
        (2, []),
        (3, [1]),
        (9, [1]),
        (10, [1]),
        (11, [1, 5, 10]),
        (12, [1, 5, 10]),
        (20, [1, 5, 15]),
        (30, [1, 5, 10, 20, 25]),
    ],
)
def test_the_time_left_of_long_steps_leaving_out_what_halfway_says(minutes: int, left: list[int]):
    cues = of_kind(script(run(minutes * 60)).interval(0), CueKind.TIME_LEFT)
    assert sorted(-c.offset_ns // MINUTE for c in cues) == left


def test_the_time_left_is_said_at_the_middle_too_where_halfway_is_off():
    cues = script(run(600), style=make_style("standard", {"halfway": False})).interval(0)
    assert "Five minutes left." in said(cues, CueKind.TIME_LEFT)


def test_talkative_names_targets_what_is_left_at_halfway_and_the_sum():
    aimed = run(120).model_copy(update={"cadence": CadenceTarget(low=170, high=180)})
    whole = script(aimed, walk(60), aimed, style=TALKATIVE)
    assert said(whole.interval(0), CueKind.ANNOUNCE)[0] == "Run 1 of 2, two minutes, cadence 170 to 180."
    assert said(whole.interval(0), CueKind.HALFWAY) == ["Halfway, one minute left.", "Halfway."]
    start = [sound.text for sound in whole.session(CueKind.START) if isinstance(sound, Speech)]
    assert start == ["Get ready.", "Two runs, five minutes in all."]


def test_minimal_says_what_and_beeps_the_countdown():
    whole = script(*SEED, style=make_style("minimal", {}))
    cues = whole.interval(5)
    assert said(cues, CueKind.ANNOUNCE) == ["Run 3 of 8.", "Run."]
    assert [c.choices for c in of_kind(cues, CueKind.COUNTDOWN)] == [(BEEP,)] * 3
    assert {c.kind for c in cues} == {CueKind.EARCON, CueKind.ANNOUNCE, CueKind.COUNTDOWN}


def test_the_countdown_is_spoken_or_beeped_as_wanted():
    assert make_style("standard", {}).words
    assert not make_style("standard", {}, words=False).words
    assert make_style("minimal", {}, words=True).words


def everything(whole: Script) -> set[CueKind]:
    """Every kind of cue ``whole`` makes anywhere."""
    inside = {cue.kind for i in range(len(whole.timeline.intervals)) for cue in whole.interval(i)}
    outside = (CueKind.START, CueKind.PAUSE, CueKind.RESUME, CueKind.PAIN, CueKind.FINISH, CueKind.STOP)
    spoken = {CueKind.NOTICE} if isinstance(whole.notice("refused"), Speech) else set[CueKind]()
    return inside | {kind for kind in outside if whole.session(kind)} | spoken


def test_standard_has_every_kind_of_cue():
    assert everything(script(*SEED)) == set(CueKind)


@pytest.mark.parametrize("toggle", TOGGLES)
def test_every_toggle_silences_its_kind_and_no_other(toggle: str):
    assert everything(script(*SEED, style=make_style("standard", {toggle: False}))) == set(CueKind) - {CueKind(toggle)}


@pytest.mark.parametrize("toggle", TOGGLES)
def test_every_toggle_brings_its_kind_to_the_minimal_preset(toggle: str):
    assert CueKind(toggle) in everything(script(*SEED, style=make_style("minimal", {toggle: True})))


@pytest.mark.parametrize("preset", PRESETS)
def test_what_no_session_is_safe_without_cannot_be_switched_off(preset: str):
    style = make_style(preset, {kind.value: False for kind in CueKind})
    assert style.on == ALWAYS == everything(script(*SEED, style=style))


def test_press_start_is_said_in_any_preset_and_without_an_earcon_to_mistake_for_the_beep():
    for preset in PRESETS:
        sounds = script(*SEED, style=make_style(preset, {}, press_start=True)).session(CueKind.START)
        assert sounds == (Speech(("Press start on the watch at the beep.",)),)


def test_session_sounds_are_an_earcon_then_speech():
    whole = script(*SEED)
    for kind in (CueKind.START, CueKind.PAUSE, CueKind.RESUME, CueKind.PAIN, CueKind.FINISH, CueKind.STOP):
        earcon, speech = whole.session(kind)
        assert isinstance(earcon, Earcon)
        assert isinstance(speech, Speech)


def test_going_on_says_with_what():
    whole = script(*SEED)
    assert whole.session(CueKind.RESUME, run=True)[1] == Speech(("Carry on running.",))
    assert whole.session(CueKind.RESUME)[1] == Speech(("Carry on walking.",))
    assert whole.session(CueKind.RESUME, rest=True)[1] == Speech(("Going on.",))
    assert whole.session(CueKind.PAIN)[1] == Speech(("Pain noted.", "Walk now."))
    taken_back = whole.session(CueKind.PAIN, run=True, withdrawn=True)[1]
    assert taken_back == Speech(("Pain mark taken back.", "Carry on running."))


def test_a_cue_of_an_interval_is_no_cue_of_the_session():
    with pytest.raises(ValueError, match="halfway"):
        script(*SEED).session(CueKind.HALFWAY)


def test_every_intensity_has_its_own_earcon():
    assert len(set(EARCON_OF.values())) == len(Intensity)
    assert [name for name, times in Counter(EARCONS).items() if times > 1] == []


# Whatever the workout, style and language

durations = st.one_of(
    st.builds(TimeDuration, ms=st.sampled_from([5_000, 12_000, 20_000, 60_000, 90_000, 130_000, 600_000, 3_700_000])),
    st.builds(TimeDuration, ms=st.integers(1, 6 * 3600 * 1000)),
    st.builds(DistanceDuration, cm=st.integers(1, 10_000_000)),
    st.just(OpenDuration()),
)
steps = st.builds(
    Step,
    intensity=st.sampled_from(Intensity),
    duration=durations,
    name=st.none() | st.sampled_from(["Strides", "easy!", "Hill"]),
    cadence=st.none() | st.just(CadenceTarget(low=170, high=180)),
)
timelines = st.lists(steps, min_size=1, max_size=6).map(lambda some: compile_timeline(Workout(steps=tuple(some))))
styles = st.builds(
    make_style,
    st.sampled_from(PRESETS),
    st.dictionaries(st.sampled_from(TOGGLES), st.booleans(), max_size=6),
    st.booleans(),
    st.none() | st.booleans(),
)
books = st.sampled_from([load_phrasebook(language) for language in sorted(languages())])


@settings(max_examples=120, deadline=None)
@given(timelines, books, styles, st.data())
def test_sounds_has_everything_a_session_can_need(timeline: Timeline, book, style: Style, data: st.DataObject):
    whole = Script(timeline, book, style)
    ready = whole.sounds()
    for interval in timeline.intervals:
        planned_ns = (interval.planned_ms or 0) * 1_000_000
        changes = st.sampled_from([-30, 15, 30, 60, 120, 300, 600, 3600]).map(lambda seconds: seconds * SECOND)
        longer = data.draw(changes.map(planned_ns.__add__) | st.integers(SECOND, 7 * 60 * MINUTE))
        for total in (None, longer) if interval.planned_ms and longer > 0 else (None,):
            assert {sound for cue in whole.interval(interval.index, total) for sound in cue.choices} <= ready
    flags = [(bool(i & 1), bool(i & 2), bool(i & 4)) for i in range(8)]
    for kind in (CueKind.START, CueKind.PAUSE, CueKind.RESUME, CueKind.PAIN, CueKind.FINISH, CueKind.STOP):
        for going, rest, withdrawn in flags:
            assert set(whole.session(kind, run=going, rest=rest, withdrawn=withdrawn)) <= ready
    assert {whole.notice(code) for code in (*Notice, "no such code")} <= ready
    assert BEEP in ready


@settings(max_examples=80, deadline=None)
@given(timelines, books, styles)
def test_every_clause_is_punctuated_and_every_utterance_a_sentence(timeline: Timeline, book, style: Style):
    for sound in Script(timeline, book, style).sounds():
        if isinstance(sound, Speech):
            assert all(clause.endswith((".", ",", "!")) for clause in sound.clauses)
            assert sound.clauses[-1].endswith((".", "!"))
            assert not sound.text[0].islower()
            assert not {"{", "}"} & {*sound.text}
            assert "  " not in sound.text
        else:
            assert sound in EARCONS


def clauses(whole: Script) -> set[str]:
    return {clause for sound in whole.sounds() if isinstance(sound, Speech) for clause in sound.clauses}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("run_minutes", [0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 9, 10, 15, 20, 25, 28, 30])
def test_the_general_vocabulary_covers_the_usual_walk_run_sessions(preset: str, run_minutes: float):
    known = vocabulary(BOOK, [])
    style = make_style(preset, {})
    for walk_minutes in (1, 1.5, 2, 2.5, 3, 4, 5):
        for count in (1, 2, 6, 15, 20):
            whole = script(
                step(Intensity.WARMUP, 300),
                Repeat(count=count, steps=(run(run_minutes * 60), walk(walk_minutes * 60))),
                step(Intensity.COOLDOWN, 300),
                style=style,
            )
            total_ms = whole.timeline.total_ms
            if total_ms is not None and total_ms <= 3 * 3_600_000:
                assert clauses(whole) - known == set()


@pytest.mark.parametrize("cm", [16_093, 40_234, 80_467, 120_701, 160_934, 482_803, 20_000, 40_000, 120_000, 500_000])
def test_the_general_vocabulary_covers_common_distances(cm: int):
    distance = Step(intensity=Intensity.ACTIVE, duration=DistanceDuration(cm=cm))
    assert clauses(script(distance, walk(60), distance, style=TALKATIVE)) <= vocabulary(BOOK, [])


def test_the_vocabulary_holds_what_a_given_workout_says_besides():
    named = compile_timeline(Workout(steps=(step(Intensity.ACTIVE, 60, "Strides"), walk(60), run(60))))
    assert "Strides," in vocabulary(BOOK, [named]) - vocabulary(BOOK, [])
