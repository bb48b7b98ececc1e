"""``coach audio``, run as a user runs it."""

import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from coach.resources import shipped


@pytest.fixture
def coach(tmp_path: Path):
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "coach", "audio", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, "COACH_HOME": str(tmp_path / "home"), **environment},
            check=False,
        )

    return run


def read(path: Path) -> tuple[float, int]:
    """Seconds, and the largest sample."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        pcm = memoryview(file.readframes(file.getnframes())).cast("h")
    return len(pcm) / 48_000, max(abs(sample) for sample in pcm)


def test_voices_are_listed_in_their_order(coach) -> None:
    done = coach("voices", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["voices"][0]["engine"] == "pack"
    assert answer["earcon_faults"] == []
    assert {"engine", "name", "languages", "note"} == set(answer["voices"][0])


def test_voices_of_a_language(coach) -> None:
    done = coach("voices", "--language", "fr")
    assert done.returncode == 0
    assert all("fr" in line for line in done.stdout.splitlines())
    assert done.stdout


def test_no_voice_for_a_language(coach) -> None:
    done = coach("voices", "--language", "xx")
    assert done.returncode == 6
    assert "no voice here speaks 'xx'" in done.stderr


def test_say_writes_what_was_asked_for(coach, tmp_path: Path) -> None:
    done = coach("say", "Run 3 of 8, one minute", "--output", str(tmp_path / "a.wav"))
    assert done.returncode == 0, done.stderr
    assert "voice: pack" in done.stderr
    seconds, loudest = read(tmp_path / "a.wav")
    assert 1.5 < seconds < 4
    assert 0.3 * 32768 < loudest <= 0.55 * 32768 + 1
    half = coach("say", "Run 3 of 8, one minute", "--output", str(tmp_path / "b.wav"), "--volume", "50")
    assert half.returncode == 0
    assert read(tmp_path / "b.wav")[1] == pytest.approx(loudest / 2, rel=0.02)
    fast = coach("say", "Run 3 of 8, one minute", "--output", str(tmp_path / "c.wav"), "--rate", "150")
    assert fast.returncode == 0
    assert read(tmp_path / "c.wav")[0] < seconds - 0.4


def test_what_the_pack_lacks_is_said_by_another_voice(coach, tmp_path: Path) -> None:
    done = coach("say", "Kilimanjaro surge", "--output", str(tmp_path / "a.wav"))
    assert done.returncode == 0
    assert "warning: pack cannot say 'Kilimanjaro surge.'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["say", "Run", "--language", "xx"], 6, "no voice"),
        (["say", "Run", "--voice", "pack", "--language", "de"], 6, "pack has no voice for 'de'"),
        (["say", "Run", "--voice-name", "nobody"], 6, "nobody"),
        (["say", "Run", "--voice", "beeps"], 6, "no voice can say"),
        (["say", "Run", "--voice", "parrot"], 2, "--voice"),
        (["say", "Run", "--rate", "20"], 2, "--rate"),
        (["say", "  "], 2, "nothing to say"),
        (["say", "Run", "--output", "/proc/none/a.wav"], 7, "cannot be written"),
        (["preview", "no-such-workout"], 2, "no-such-workout"),
        (["preview", "seed-start", "--language", "xx"], 2, "xx"),
    ],
)
def test_bad_input_is_one_line_with_a_remedy(coach, arguments: list[str], code: int, words: str) -> None:
    done = coach(*arguments)
    assert done.returncode == code, done.stderr
    complaint = done.stderr.strip().splitlines()[-1]
    assert words in complaint
    assert " — " in complaint
    assert "Traceback" not in done.stderr


def test_preview_lists_and_writes_every_cue(coach, tmp_path: Path) -> None:
    done = coach("preview", "2x(1m run, 30s walk)", "--output", str(tmp_path / "a.wav"))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any("[active]" in line and line.strip().startswith("0:00.0") for line in lines)
    assert any("[recovery]" in line and "1:00.0" in line for line in lines)
    assert any("Run 1 of 2, one minute." in line for line in lines)
    assert any("Last run" in line for line in lines)
    assert "finish" in lines[-1]
    seconds, _ = read(tmp_path / "a.wav")
    assert seconds > len(lines) * 0.55


def test_preview_in_another_language(coach, tmp_path: Path) -> None:
    done = coach("preview", "2x(1m run, 30s walk)", "--language", "de", "--list")
    assert done.returncode == 0, done.stderr
    assert "voice: espeak de" in done.stderr


def test_minimal_says_less_than_talkative(coach) -> None:
    counts = [
        len(coach("preview", "taste", "--preset", preset, "--list").stdout.splitlines())
        for preset in ("minimal", "talkative")
    ]
    assert 20 < counts[0] < counts[1]


def test_the_countdown_is_spoken_or_beeped_as_asked(coach) -> None:
    def counted(*options: str, **environment: str) -> list[str]:
        lines = coach("preview", "20s run", "--list", *options, **environment).stdout.splitlines()
        return [line.split(maxsplit=2)[2] for line in lines if " countdown " in line]

    words, beeps = ["Three.", "Two.", "One."], ["[beep]"] * 3
    assert counted() == words
    assert counted("--preset", "minimal") == beeps
    assert counted("--countdown", "beeps") == beeps
    assert counted("--preset", "minimal", COACH_COUNTDOWN="words") == words
    assert coach("preview", "20s run", "--countdown", "drums").returncode == 2


def test_a_language_of_the_runners_own_is_a_file_in_the_folder_of_texts(coach, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "data" / "texts"
    folder.mkdir(parents=True)
    german = (shipped("sounds") / "texts" / "de.toml").read_text(encoding="utf-8")
    text = german.replace('language = "de"', 'language = "de-at"').replace('"Laufen"', '"Renn"')
    (folder / "de-at.toml").write_text(text, encoding="utf-8")
    done = coach("preview", "20s run", "--list", "--language", "de-at")
    assert done.returncode == 0, done.stderr
    assert "Renn, zwanzig Sekunden." in done.stdout
    refused = coach("preview", "20s run", "--list", "--language", "it")
    assert refused.returncode == 2
    assert str(folder / "it.toml") in refused.stderr
    shown = subprocess.run(
        [sys.executable, "-m", "coach", "config", "path"],
        capture_output=True,
        text=True,
        env={**os.environ, "COACH_HOME": str(tmp_path / "home")},
        check=True,
    )
    assert str(folder) in shown.stdout


def test_a_broken_earcon_is_reported() -> None:
    """In a child whose shipped sounds are elsewhere: the real ones stay as they are."""
    code = (
        "import coach.audio.soundbank as s, tempfile, pathlib\n"
        "folder = pathlib.Path(tempfile.mkdtemp()); (folder / 'earcons').mkdir()\n"
        "s.shipped = lambda name: folder\n"
        "from coach.cli import main; import sys; sys.argv = ['coach', 'audio', 'voices', '--language', 'en']; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "active.wav" in done.stderr
    assert "make_earcons.py" in done.stderr


def test_say_is_played_to_its_end(coach, tmp_path: Path) -> None:
    target = tmp_path / "played.wav"
    done = coach("say", "Walk, two minutes.", COACH_BACKEND="file", COACH_OUTPUT_FILE=str(target))
    assert done.returncode == 0, done.stderr
    seconds, loudest = read(target)
    assert seconds > 2.0  # the lead-in of a second, and the speech
    assert loudest > 0.3 * 32768


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    """A configuration of ALSA without a device that opens."""
    file = tmp_path / "asound.conf"
    file.write_text("pcm.!default { type hw card 31 }\nctl.!default { type hw card 31 }\n")
    return file


def test_devices_say_first_what_auto_would_use_now(coach, nowhere: Path) -> None:
    done = coach("devices", ALSA_CONFIG_PATH=str(nowhere), COACH_OUTPUT_FILE="")
    assert done.returncode == 0
    if sys.platform == "linux":
        assert done.stdout.splitlines()[0].startswith("auto would use: silent, no output answers")


def test_looking_at_the_devices_writes_no_file(coach, nowhere: Path, tmp_path: Path) -> None:
    wav = tmp_path / "out.wav"
    done = coach("devices", ALSA_CONFIG_PATH=str(nowhere), COACH_OUTPUT_FILE=str(wav))
    assert done.returncode == 0
    assert not wav.exists()
    if sys.platform == "linux":
        assert done.stdout.startswith(f"auto would use: the file {wav}")


def test_voices_are_those_of_the_language_of_the_cues_in_columns(coach) -> None:
    done = coach("voices", COACH_LANGUAGE="de")
    rows = done.stdout.splitlines()
    assert rows
    assert all(re.search(r"\bde\b", row) for row in rows)
    assert "--all" in done.stderr
    every = coach("voices", "--all").stdout.splitlines()
    assert len(every) > 2 * len(rows)
    starts = {tuple(found.start() for found in re.finditer(r"(?<=  )\S", row))[:2] for row in every}
    assert len(starts) == 1
    assert coach("voices", "--all", "--language", "de").returncode == 2
