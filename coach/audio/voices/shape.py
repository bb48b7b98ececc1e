"""Makes what an engine says into a clip: 48 kHz, trimmed, as loud as every other voice, never above the peak.

A clip begins with ``LEAD_IN_FRAMES`` of silence, so a sink that wakes slowly swallows none of the speech; the first
audible sample is at that frame (to within 5 ms).
"""

from collections.abc import Sequence

import numpy as np
import soxr  # pyright: ignore[reportMissingTypeStubs]

from coach.audio.voices.base import Samples
from coach.ports import RATE

LEAD_IN_FRAMES = RATE * 60 // 1000
TAIL_FRAMES = RATE * 40 // 1000
PEAK = 0.55  # of full scale: speech and an earcon (at most 0.40) together cannot clip
LOUDNESS_DB = -23.0  # A-weighted RMS of the parts that sound, below full scale
COMMA_GAP_S = 0.11
STOP_GAP_S = 0.30

_WINDOW = RATE * 5 // 1000
_QUIET_DB = 42.0  # below the loudest 5 ms: quieter is silence (the engines' own noise lies 60 below)


def resample(samples: Samples, rate: int) -> Samples:
    """``samples`` at ``rate`` Hz as 48 kHz."""
    if rate == RATE:
        return samples.astype(np.float32)
    return np.asarray(soxr.resample(samples.astype(np.float32), rate, RATE, quality="HQ"), dtype=np.float32)


def _levels_db(samples: Samples, window: int) -> Samples:
    count = len(samples) // window
    blocks = samples[: count * window].reshape(count, window).astype(np.float64)
    return (10 * np.log10((blocks**2).mean(axis=1) + 1e-12)).astype(np.float32)


def sounding(samples: Samples) -> tuple[int, int]:
    """First and one past the last frame that can be heard; (0, 0) if none can."""
    if len(samples) < _WINDOW:
        return (0, 0)
    levels = _levels_db(samples, _WINDOW)
    if levels.max() < -70:
        return (0, 0)
    heard = np.flatnonzero(levels > levels.max() - _QUIET_DB)
    return (int(heard[0]) * _WINDOW, (int(heard[-1]) + 1) * _WINDOW)


def trim(samples: Samples, head_ms: int = 10, tail_ms: int = 30) -> Samples:
    """Without the silence around it; ``head_ms`` and ``tail_ms`` of what surrounds the speech stay, faded."""
    start, end = sounding(samples)
    start = max(0, start - head_ms * RATE // 1000)
    end = min(len(samples), end + tail_ms * RATE // 1000)
    cut = samples[start:end].copy()
    fade_in, fade_out = min(len(cut), head_ms * RATE // 1000), min(len(cut), tail_ms * RATE // 1000)
    if fade_in and fade_out:
        cut[:fade_in] *= np.linspace(0, 1, fade_in, dtype=np.float32)
        cut[-fade_out:] *= np.linspace(1, 0, fade_out, dtype=np.float32)
    return cut


def loudness_db(samples: Samples) -> float:
    """A-weighted RMS, below full scale, of the 20 ms blocks within 25 dB of the loudest."""
    size = 1 << max(1, len(samples) - 1).bit_length()  # a power of two: other lengths can be slow to transform
    spectrum = np.fft.rfft(samples.astype(np.float64), size)
    f2 = np.fft.rfftfreq(size, 1 / RATE) ** 2
    weight = (12194**2 * f2**2) / (
        (f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194**2)
    )  # IEC 61672 A curve
    weighted = np.fft.irfft(spectrum * weight * 1.2589, size)[: len(samples)].astype(np.float32)
    levels = _levels_db(weighted, RATE // 50)
    if not len(levels):
        return -120.0
    heard = levels[levels > levels.max() - 25]
    return float(10 * np.log10((10 ** (heard.astype(np.float64) / 10)).mean()))


def limit(samples: Samples, peak: float = PEAK) -> Samples:
    """Never above ``peak``: the gain goes down smoothly around a peak instead of cutting it off."""
    need = np.minimum(1.0, peak / np.maximum(np.abs(samples), 1e-9))
    if need.min() >= 1.0:
        return samples
    # By the millisecond: the lowest gain within 4 ms either way, smoothed over as much, then drawn out to frames.
    block, reach = RATE // 1000, 4
    count = -(-len(need) // block)
    by_ms = np.pad(need, (0, count * block - len(need)), constant_values=1.0).reshape(count, block).min(axis=1)
    padded = np.pad(by_ms, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    smooth = np.convolve(lowest, np.full(2 * reach + 1, 1 / (2 * reach + 1)), mode="valid")
    drawn = np.interp(np.arange(len(samples)), np.arange(count) * block + block / 2, smooth)
    return (samples * np.minimum(drawn, need)).astype(np.float32)


def level(samples: Samples) -> Samples:
    """At the loudness every voice has, limited."""
    if sounding(samples) == (0, 0):
        return samples
    gain = 10 ** ((LOUDNESS_DB - loudness_db(samples)) / 20)
    return limit((samples * gain).astype(np.float32))


def finish(samples: Samples) -> bytes:
    """The clip: trimmed, levelled, with its silent lead-in, as signed 16-bit little-endian. Empty if inaudible."""
    if sounding(samples) == (0, 0):
        return b""
    margin_ms = 10
    body = level(trim(samples, head_ms=margin_ms))
    # The margin before the speech is part of the lead-in, so the speech itself begins at LEAD_IN_FRAMES.
    margin = sounding(body)[0]
    clip = np.concatenate([np.zeros(LEAD_IN_FRAMES - margin), body, np.zeros(TAIL_FRAMES)])
    return (np.clip(clip, -1, 1) * 32767).round().astype("<i2").tobytes()


def join(parts: Sequence[Samples], clauses: Sequence[str]) -> Samples:
    """Trimmed clauses as one utterance, with the pause their punctuation asks for."""
    whole = [parts[0]]
    for before, part in zip(clauses, parts[1:], strict=False):
        whole += [np.zeros(round(_gap_s(before) * RATE), dtype=np.float32), part]
    return np.concatenate(whole)


def _gap_s(clause: str) -> float:
    return STOP_GAP_S if clause.rstrip().endswith((".", "!", "?")) else COMMA_GAP_S


def stretch(samples: Samples, rate: int) -> Samples:
    """Faster (``rate`` above 100 percent) or slower at the same pitch: WSOLA.

    Windows of 25 ms are laid down at a fixed hop, each taken from where, within 8 ms of its nominal place, the
    waveform goes on best from the one before.
    """
    if rate == 100:
        return samples
    window, seek = RATE * 25 // 1000 // 2 * 2, RATE * 8 // 1000
    hop = window // 2
    shape = np.hanning(window + 1)[:window]
    source = np.pad(samples.astype(np.float64), (seek, window + 2 * seek + hop))
    count = max(1, int(len(samples) * 100 / rate) // hop)
    out = np.zeros(count * hop + window)
    follow = source[seek : seek + window]
    for index in range(count):
        nominal = int(index * hop * rate / 100) + seek
        region = source[nominal - seek : nominal + seek + window]
        if len(region) < window + 2 * seek:
            break
        energy = np.sqrt(np.convolve(region**2, np.ones(window), mode="valid")) + 1e-9
        best = int(np.argmax(np.correlate(region, follow, mode="valid") / energy)) if index else seek
        start = nominal - seek + best
        out[index * hop : index * hop + window] += shape * source[start : start + window]
        follow = source[start + hop : start + hop + window]
    return out.astype(np.float32)
