"""The melodies of the earcons, and the few lines of synthesis that sound them.

``sounds/make_earcons.py`` writes them as WAV files; the live process needs this module only to sound a boundary
whose file is damaged. Standard library only.

Running rises and is bright (a sharp attack, many overtones), walking falls and is soft (a slow attack, nearly a
pure tone). No two have the same melody or the same rhythm, so they are told apart over traffic and with one ear.
"""

import math
import sys
from array import array
from functools import cache
from typing import NamedTuple

from coach.ports import RATE

PEAK = 0.40  # of full scale: an earcon and speech (at most 0.55) together cannot clip


class Note(NamedTuple):
    """``pitch_hz`` for ``ms``, then silence for ``gap_ms``. ``bright`` is the share of overtones, 0–1."""

    pitch_hz: float
    ms: int
    gap_ms: int = 0
    bright: float = 0.5
    attack_ms: int = 4
    loudness: float = 1.0


_C5, _E5, _G5, _C6, _E6 = 523.25, 659.26, 783.99, 1046.50, 1318.51
_A4, _D5, _F5, _A5, _D4, _G4 = 440.0, 587.33, 698.46, 880.0, 293.66, 392.0

MELODIES: dict[str, tuple[Note, ...]] = {
    # run: three quick rising notes, long last one
    "active": (Note(_G5, 70, 20, 0.9), Note(_C6, 70, 20, 0.9), Note(_E6, 230, 0, 0.9)),
    # walk: two slow falling notes
    "recovery": (Note(_E5, 170, 15, 0.15, 18), Note(_A4, 250, 0, 0.15, 18)),
    # setting out: two even rising steps and back to the first
    "warmup": (Note(_C5, 120, 15, 0.4, 8), Note(_E5, 120, 15, 0.4, 8), Note(_C5, 160, 0, 0.4, 8)),
    # standing: one low, swelling tone
    "rest": (Note(_D4, 320, 0, 0.3, 40),),
    # nearly home: three falling notes, slower and slower
    "cooldown": (Note(_G5, 70, 10, 0.2, 12), Note(_E5, 120, 10, 0.2, 12), Note(_C5, 230, 0, 0.2, 16)),
    "beep": (Note(_A5, 100, 0, 0.5),),
    "pause": (Note(_F5, 60, 60, 0.5), Note(_F5, 160, 0, 0.3)),
    "resume": (Note(_F5, 60, 60, 0.5), Note(_A5, 160, 0, 0.6)),
    "finish": (
        Note(_C5, 90, 10, 0.7),
        Note(_E5, 90, 10, 0.7),
        Note(_G5, 90, 10, 0.7),
        Note(_C6, 120, 30, 0.7),
        Note(_C6, 350, 0, 0.7),
    ),
    "pain": (Note(_A4, 150, 40, 0.2, 15), Note(_A4, 150, 40, 0.2, 15), Note(_D4, 300, 0, 0.2, 20)),
    "stop": (Note(_C5, 110, 20, 0.4, 8), Note(_G4, 330, 0, 0.4, 12)),
    "notice": (Note(_D5, 50, 40, 0.6), Note(_D5, 50, 40, 0.6), Note(_D5, 50, 0, 0.6)),
}

_RELEASE_MS = 25


@cache
def samples(name: str) -> bytes:
    """The earcon ``name`` at 48 kHz, mono, signed 16-bit little-endian. Raises KeyError for one that does not exist."""
    mixed = array("h")
    for note in MELODIES[name]:
        mixed.extend(_note(note))
        mixed.extend([0] * (note.gap_ms * RATE // 1000))
    if sys.byteorder == "big":
        mixed.byteswap()
    return mixed.tobytes()


def _note(note: Note) -> "array[int]":
    """One note; raised-cosine edges keep it free of clicks."""
    frames = note.ms * RATE // 1000
    attack = max(1, note.attack_ms * RATE // 1000)
    release = min(frames - attack, _RELEASE_MS * RATE // 1000)
    overtones = [1.0, *(note.bright / order for order in (2, 3, 4))]
    step = 2 * math.pi * note.pitch_hz / RATE
    raw = [sum(part * math.sin((k + 1) * step * frame) for k, part in enumerate(overtones)) for frame in range(frames)]
    top = max(abs(value) for value in raw)
    scale = PEAK * 32767 * note.loudness / top
    out = array("h")
    for frame, value in enumerate(raw):
        decay = 1.0 - 0.4 * frame / frames
        edge = 1.0
        if frame < attack:
            edge = 0.5 - 0.5 * math.cos(math.pi * frame / attack)
        if frame >= frames - release:
            edge *= 0.5 - 0.5 * math.cos(math.pi * (frames - 1 - frame) / release)
        out.append(round(value * scale * decay * edge))
    return out
