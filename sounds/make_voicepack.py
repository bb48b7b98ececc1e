"""Render the English voice pack: ``make voicepack``, or ``python sounds/make_voicepack.py``. Needs hibari-tts.

Every clause of ``coach.model.vocabulary`` is spoken inside a carrier sentence and cut out at the pause, so it has the
melody of its place: "Run 3 of 8," stays up because more follows, "one minute." begins lower and falls. pocketsphinx,
where it is installed, hears each clip back; one it does not understand is spoken again, slower or in another carrier.
"""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
from hearing import Listener, words

from coach.audio.voices import pack, shape
from coach.audio.voices.base import Samples
from coach.audio.voices.hibari import synthesise
from coach.library.everything import every_workout
from coach.library.phrasebooks import load_phrasebook
from coach.model.timeline import Timeline, compile_timeline
from coach.model.vocabulary import vocabulary
from coach.ports import RATE

VOICE = "heart"
EDITION = 1  # raise it when the recipe below changes
ATTRIBUTION = (
    "Spoken by hibari-tts (voice heart), (c) 2026 Maureese Williams, Apache-2.0; "
    "distilled from Kokoro-82M (voice af_heart) by hexgrad, Apache-2.0."
)

# The ellipsis makes the pause long enough to cut in, with the melody of a comma.
_HEADS = ("Run nine of nine... ", "Last run... ")
_TAILS = ("... one minute.", "... nine minutes.")
_PACES = (100, 95, 90)
_PAUSE_DB = -40.0
_WINDOW = RATE // 100


@dataclass(frozen=True)
class Take:
    """One way to say a clause: the text spoken, how many pauses before and after it, and the pace in percent."""

    text: str
    before: int
    after: int
    pace: int


def takes(clause: str) -> Iterator[Take]:
    """Ways to say ``clause``, the best first."""
    opening, closing = clause[0].isupper(), clause[-1] != ","
    for pace in _PACES:
        for head, tail in zip(_HEADS, _TAILS, strict=True):
            body = clause if closing else clause[:-1]
            yield Take(
                ("" if opening else head) + body + ("" if closing else tail), int(not opening), int(not closing), pace
            )
            if opening and closing:
                break


def pauses(samples: Samples) -> list[tuple[int, int]]:
    """The pauses inside speech that is trimmed, longest first, in frames."""
    count = len(samples) // _WINDOW
    power = (samples[: count * _WINDOW].reshape(count, _WINDOW) ** 2).mean(axis=1)
    quiet = 10 * np.log10(power / power.max() + 1e-12) < _PAUSE_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[0], quiet.astype(int), [0]])))
    found = [(int(a) * _WINDOW, int(b) * _WINDOW) for a, b in edges.reshape(-1, 2)]
    inside = [(a, b) for a, b in found if a > 0 and b < count * _WINDOW]
    return sorted(inside, key=lambda pause: pause[0] - pause[1])


def cut(take: Take) -> Samples | None:
    """The clause alone, levelled; None if the pauses around it cannot be told from others."""
    whole = shape.trim(synthesise(VOICE, take.text, rate=take.pace), tail_ms=60)
    wanted = take.before + take.after
    around = sorted(pauses(whole)[:wanted])
    if len(around) < wanted or any(b - a < RATE * 8 // 100 for a, b in around):
        return None
    start = around[0][1] - _WINDOW if take.before else 0
    end = around[-1][0] + 2 * _WINDOW if take.after else len(whole)
    return shape.level(shape.trim(whole[start:end]))


def record(clause: str, listener: Listener | None) -> tuple[bytes, bool]:
    """The clip, and whether it was heard right (True where nobody listens)."""
    fallback: bytes | None = None
    for take in takes(clause):
        samples = cut(take)
        if samples is None or not _plausible(samples, clause):
            continue
        clip = pack.encode(samples)
        if listener is None or listener.hear(pack.decode(clip), RATE) == words(clause):
            return clip, True
        fallback = fallback or clip
    if fallback is None:
        raise SystemExit(f"no take of '{clause}' can be cut cleanly")
    return fallback, False


def _plausible(samples: Samples, clause: str) -> bool:
    """A clip is as long as so many letters take: neither half a word nor a piece of the carrier is in it."""
    letters = sum(len(word) for word in words(clause))
    seconds = len(samples) / RATE
    return 0.18 + 0.03 * letters < seconds < 0.55 + 0.11 * letters


def shipped_timelines() -> list[Timeline]:
    """Those of every shipped workout."""
    return [compile_timeline(workout) for workout in every_workout()]


def recorded(target: Path, edition: str) -> dict[str, bytes]:
    """The clips of an earlier run by the same engine and recipe that were heard right: they stay."""
    if not target.exists():
        return {}
    with zipfile.ZipFile(target) as archive:
        old = json.loads(archive.read("manifest.json"))
        if old["version"] != edition:
            return {}
        return {t: archive.read(name) for t, name in old["clips"].items() if t not in old["unheard"]}


def make(target: Path) -> None:
    """Write the pack. Clips that are there already are kept: `rm` it first to speak all of them anew."""
    clauses = sorted(vocabulary(load_phrasebook("en"), shipped_timelines()))
    try:
        listener = Listener(clauses)
    except ImportError:
        listener = None
        print("pocketsphinx is not installed: nobody checks what is said", file=sys.stderr)
    edition = f"{version('hibari-tts')}-{EDITION}"
    kept = recorded(target, edition)
    files: dict[str, str] = {}
    clips: dict[str, bytes] = {}
    unheard: list[str] = []
    for number, clause in enumerate(clauses):
        clip, heard = (kept[clause], True) if clause in kept else record(clause, listener)
        files[clause] = hashlib.sha256(clause.encode()).hexdigest()[:12] + ".opus"
        clips[files[clause]] = clip
        if not heard:
            unheard.append(clause)
        if number % 100 == 99:
            print(f"{number + 1} of {len(clauses)}", file=sys.stderr)
    manifest = {
        "format": pack.FORMAT,
        "language": "en",
        "voice": VOICE,
        "version": edition,
        "licence": "Apache-2.0",
        "attribution": ATTRIBUTION,
        "unheard": unheard,
        "clips": files,
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        text = json.dumps(manifest, indent=1, ensure_ascii=False)
        # A fixed date: the same clips make the same file.
        archive.writestr(zipfile.ZipInfo("manifest.json"), text)
        for name, clip in clips.items():
            archive.writestr(zipfile.ZipInfo(name), clip)
    print(f"{target}: {len(clips)} clips, {target.stat().st_size / 1e6:.1f} MB, {len(unheard)} not heard right:")
    print("\n".join(f"  {clause}" for clause in unheard))


if __name__ == "__main__":
    make(pack.pack_file("en"))
