from array import array

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.audio.mixer import Mixer, added, scaled

samples = st.integers(-32_768, 32_767)
clips = st.lists(st.tuples(st.integers(-20, 200), st.lists(samples, min_size=1, max_size=60)), max_size=4)
END = 300


def pcm(values: list[int]) -> bytes:
    return array("h", values).tobytes()


def numbers(block: bytes) -> list[int]:
    return array("h", block).tolist()


def mixed(placed: list[tuple[int, list[int]]], *, dither: bool = False) -> Mixer:
    mixer = Mixer(dither=dither)
    for start, values in placed:
        mixer.add(start, pcm(values))
    return mixer


@given(clips, st.lists(st.integers(1, 70), min_size=1, max_size=60), st.integers(0, 100), st.booleans())
@settings(max_examples=150)
def test_the_stream_does_not_depend_on_how_it_is_cut(placed, cuts, volume, dither) -> None:
    whole = mixed(placed, dither=dither).render(0, END, volume)
    mixer, pieces, at = mixed(placed, dither=dither), [], 0
    while at < END:
        frames = min(cuts[len(pieces) % len(cuts)], END - at)
        pieces.append(mixer.render(at, frames, volume))
        at += frames
        mixer.forget_before(at)
    assert b"".join(pieces) == whole


@given(clips)
@settings(max_examples=150)
def test_every_clip_stands_at_its_frame_and_sums_are_right(placed) -> None:
    quiet = [(start, [value // 5 for value in values]) for start, values in placed]
    out = numbers(mixed(quiet).render(0, END))
    for frame in range(END):
        want = sum(v[frame - start] for start, v in quiet if start <= frame < start + len(v))
        assert out[frame] == want


def test_sums_saturate_instead_of_wrapping_round() -> None:
    assert numbers(added(pcm([30_000, -30_000, 5]), pcm([30_000, -30_000, 6]))) == [32_767, -32_768, 11]


def test_full_volume_copies_and_half_halves() -> None:
    clip = pcm([1000, -1000, 32_767, -32_768])
    assert scaled(clip, 100) is clip
    assert numbers(scaled(clip, 50)) == [500, -500, 16_383, -16_384]
    assert numbers(scaled(clip, 0)) == [0, 0, 0, 0]


def test_clips_are_freed_when_they_have_passed_and_when_all_is_dropped() -> None:
    mixer = Mixer()
    for number in range(100):
        mixer.add(number * 1000, bytes(2000))
        mixer.render(number * 1000, 1000)
        mixer.forget_before(number * 1000 + 1000)
        assert mixer.held_bytes == 0
    mixer.add(200_000, bytes(2000))
    mixer.add(200_500, bytes(2000))
    assert mixer.held_bytes == 4000
    mixer.drop()
    assert mixer.held_bytes == 0
    assert not any(mixer.render(200_000, 2000))


def test_a_block_rendered_again_is_the_same_until_it_is_let_go() -> None:
    mixer = mixed([(10, [7] * 20)])
    assert mixer.render(0, 40) == mixer.render(0, 40)


def test_dither_is_one_bit_where_nothing_sounds_and_nothing_where_something_does() -> None:
    mixer = mixed([(100, [9] * 50)], dither=True)
    out = numbers(mixer.render(0, 48_500))
    assert set(out[:100] + out[150:]) == {-1, 1}
    assert out[100:150] == [9] * 50
    assert abs(sum(out[150:])) < 2000
