"""Hypothesis strategies for workouts, for every test that wants any workout there can be."""

from collections.abc import Iterator

from hypothesis import strategies as st

from coach.model.workout import (
    MAX_DEPTH,
    MAX_INTERVALS,
    MAX_STEP_CM,
    MAX_STEP_MS,
    Block,
    CadenceTarget,
    DistanceDuration,
    HeartRateTarget,
    HeartRateZone,
    Intensity,
    OpenDuration,
    Repeat,
    RpeTarget,
    Step,
    TimeDuration,
    Workout,
    check_name,
    count_intervals,
)


def _is_name(text: str) -> bool:
    try:
        check_name(text)
    except ValueError:
        return False
    return True


names = (
    st.text(max_size=80).filter(_is_name)
    | st.text('abc "\\“”#,;()@:', max_size=20).filter(_is_name)
    | st.sampled_from(["strides", 'so "easy"', "back\\slash", '"', "\\", '\\"', "🏃‍♀️ run", "走る", "a # b, c; d"])
)
times = st.builds(
    TimeDuration,
    ms=st.integers(1, MAX_STEP_MS) | st.integers(1, MAX_STEP_MS // 1000).map(lambda s: s * 1000) | st.just(MAX_STEP_MS),
)
distances = st.builds(
    DistanceDuration,
    cm=st.integers(1, MAX_STEP_CM)
    | st.integers(1, 1000).map(lambda m: m * 10_000)
    | st.integers(1, 6000).map(lambda hundredths: (hundredths * 16_093_440 + 5_000) // 10_000),
)
durations = times | distances | st.just(OpenDuration())


def _ranges(low: int, high: int) -> st.SearchStrategy[dict[str, int]]:
    pairs = st.tuples(st.integers(low, high), st.integers(low, high))
    return pairs.map(lambda pair: {"low": min(pair), "high": max(pair)})


steps = st.builds(
    Step,
    intensity=st.sampled_from(Intensity),
    duration=durations,
    name=st.none() | names,
    cadence=st.none() | _ranges(60, 260).map(lambda r: CadenceTarget(**r)),
    heart_rate=st.none()
    | _ranges(30, 240).map(lambda r: HeartRateTarget(**r))
    | st.builds(HeartRateZone, zone=st.integers(1, 5)),
    rpe=st.none() | _ranges(0, 10).map(lambda r: RpeTarget(**r)),
)
timed_steps = st.builds(Step, intensity=st.sampled_from(Intensity), duration=times)


def _depth(block: Block) -> int:
    return 0 if isinstance(block, Step) else 1 + max(map(_depth, block.steps))


def blocks(leaves: st.SearchStrategy[Step]) -> st.SearchStrategy[tuple[Block, ...]]:
    """Lists of steps and nested repeats within the limits of a session."""

    def repeat(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
        return st.builds(Repeat, count=st.integers(1, 9), steps=st.lists(inner, min_size=1, max_size=3).map(tuple))

    nested = st.recursive(leaves, repeat, max_leaves=8)
    found = st.lists(nested, min_size=1, max_size=4).map(tuple)
    return found.filter(lambda b: count_intervals(b) <= MAX_INTERVALS and max(map(_depth, b)) <= MAX_DEPTH)


workouts = st.builds(Workout, name=st.none() | names, steps=blocks(steps))
timed_workouts = st.builds(Workout, steps=blocks(timed_steps))


def expand(blocks: tuple[Block, ...]) -> Iterator[Step]:
    """Every step in the order it is done, repeats unrolled: what a timeline is compared with."""
    for block in blocks:
        if isinstance(block, Step):
            yield block
        else:
            for _ in range(block.count):
                yield from expand(block.steps)
