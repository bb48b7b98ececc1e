"""A session of 40 minutes as a file: how long it takes, beside the bare encoder given the same samples."""

import subprocess
import sys
import time
from tempfile import TemporaryFile

import soundfile

from coach.bootstrap.sound import SoundWish, make_sound
from coach.config import folders
from coach.model.sheets import SoundSheet
from coach.model.syntax import parse
from exporters import audio
from exporters.contract import workout_sheet

SESSION, QUICK = "5m warmup, 10x(1m run, 2m walk), 5m cooldown", "20s warmup, 2x(1m run, 30s walk), 20s cooldown"
_FORMATS = {"WAV": "PCM_16", "FLAC": "PCM_16", "MP3": "MPEG_LAYER_III"}


def seconds(work) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def bare(sheet: SoundSheet, form: str, samples: list[bytes]) -> None:
    with (
        TemporaryFile() as stream,
        soundfile.SoundFile(
            stream.fileno(), "w", sheet.rate, sheet.channels, _FORMATS[form], format=form, closefd=False
        ) as file,
    ):
        for block in samples:
            file.buffer_write(block, "int16")


def whole(sheet: SoundSheet) -> None:
    with TemporaryFile() as stream:
        audio.exporter.export(sheet).fill(stream)


def peak_mb(session: str) -> float:
    """The most memory the command itself takes, for an MP3 file."""
    command = [sys.executable, "-m", "coach", "export", "audio", session, "-o"]
    code = (
        "import resource, subprocess, sys, tempfile\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        f"    subprocess.run([*{command!r}, folder], check=True, capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


def section(quick: bool) -> str:
    session = QUICK if quick else SESSION
    rows: list[str] = []
    length_s = 0.0
    for form in _FORMATS:
        sound = make_sound(workout_sheet(parse(session)), SoundWish(f".{form.lower()}"), folders())
        samples = list(sound.sheet.blocks())
        length_s = sound.sheet.frames / sound.sheet.rate
        ours = min(seconds(lambda sheet=sound.sheet: whole(sheet)) for _ in range(2))
        alone = min(seconds(lambda sheet=sound.sheet, f=form, s=samples: bare(sheet, f, s)) for _ in range(2))
        sound.close()
        rows.append(f"| {form} | {ours:.1f} s | {length_s / ours:,.0f} × | {alone:.1f} s | {length_s / alone:,.0f} × |")
    short, long = peak_mb(QUICK), peak_mb(session)
    return "\n".join(
        [
            "## A session as a file",
            "",
            f"{length_s / 60:.0f} minutes, mono, with the voice ready: cues mixed, encoded, chapters written; beside",
            "it the encoder alone (libsndfile), given the same samples. × is times real time, the better of two.",
            "",
            "| | `coach export audio` | | encoder alone | |",
            "|---|---|---|---|---|",
            *rows,
            "",
            f"The command takes {long:.0f} MB at most for the MP3 file, {short:.0f} MB for one of four minutes.",
        ]
    )
