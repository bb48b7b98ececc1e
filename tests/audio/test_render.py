"""The rendering child, run for real."""

import json
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

from coach.audio import cache
from coach.audio.child import Child


def request(folder: Path, *speeches: tuple[str, ...], **options: object) -> dict[str, Any]:
    asked = {"op": "render", "language": "en", "voice": "espeak", "voice_name": "", "rate": 100}
    return {**asked, "folder": str(folder), "speeches": speeches, **options}


def test_answers_line_by_line_and_ends(tmp_path: Path) -> None:
    lines = list(Child().lines(request(tmp_path, ("Run,", "one minute."), ("Walk.",))))
    assert lines[0] == {"voice": "espeak en-us"}
    assert [line["clip"] for line in lines[1:3]] == [0, 1]
    assert lines[3] == {"done": True}


def test_writes_files_any_player_reads(tmp_path: Path) -> None:
    lines = list(Child().lines(request(tmp_path, ("Run.",))))
    path = tmp_path / lines[1]["file"]
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.readframes(file.getnframes()) == cache.read(path)
    assert not [other for other in tmp_path.iterdir() if other != path]


def test_engines_that_print_do_not_disturb_the_answers(tmp_path: Path) -> None:
    code = (
        "import sys, coach.audio.voices.espeak as e\n"
        "old = e.EspeakVoice.say\n"
        "def loud(*a):\n    print('Audio saved', flush=True); return old(*a)\n"
        "e.EspeakVoice.say = loud\n"
        "from coach.audio.render import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(request(tmp_path, ("Run.",))).encode(),
        capture_output=True,
        check=True,
    )
    assert [json.loads(line) for line in done.stdout.splitlines()][-1] == {"done": True}
    assert b"Audio saved" in done.stderr


def test_a_voice_that_cannot_be_had_is_the_only_answer(tmp_path: Path) -> None:
    lines = list(Child().lines(request(tmp_path, ("Run.",), language="xx")))
    assert len(lines) == 1
    assert "xx" in lines[0]["error"]
    assert lines[0]["remedy"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    lines = list(Child().lines(request(tmp_path / "none", ("Run.",))))
    assert "cannot be written" in lines[-1]["storage"]


def test_a_phrase_nobody_can_say_stops_no_other(tmp_path: Path) -> None:
    lines = list(Child().lines(request(tmp_path, ("Run.",), ("",), ("Walk.",))))
    assert [line.get("clip", line.get("failed")) for line in lines[1:4]] == [0, 1, 2]
    assert "failed" in lines[2]


NAMED = ("Run 1 of 6,", "Kilimanjaro surge,", "twenty seconds.")


def child_without(module: str, folder: Path) -> Child:
    """A rendering child in which ``module`` cannot be imported, as where it is not installed."""
    script = folder / "child.py"
    script.write_text(f"import sys\nsys.modules[{module!r}] = None\nfrom coach.audio.render import main\nmain()\n")
    return Child([sys.executable, str(script)])


def test_without_hibari_the_pack_speaks_and_espeak_says_whole_what_it_lacks(tmp_path: Path) -> None:
    asked = request(tmp_path, NAMED, ("Run 1 of 6,", "strides,", "twenty seconds."), voice="auto")
    lines = list(child_without("hibari", tmp_path).lines(asked))
    assert lines[0]["voice"].startswith("pack")
    assert [line["engine"] for line in lines if "clip" in line] == ["espeak", "pack"]
    (stand_in,) = [line["stand_in"] for line in lines if "stand_in" in line]
    assert stand_in == f"pack cannot say '{' '.join(NAMED)}': espeak says it instead"


@pytest.mark.parametrize(
    ("module", "language", "words"),
    [("soundfile", "en", "voice pack cannot be decoded"), ("hibari.voices", "de", "hibari is installed but does not")],
)
def test_an_engine_that_cannot_be_loaded_is_told_and_another_speaks(
    tmp_path: Path, module: str, language: str, words: str
) -> None:
    if module == "hibari.voices":
        pytest.importorskip("hibari")
    asked = request(tmp_path, ("Run.",), voice="auto", language=language)
    lines = list(child_without(module, tmp_path).lines(asked))
    assert next(line["engine"] for line in lines if "clip" in line) in ("hibari", "espeak")
    (warning,) = [line["warning"] for line in lines if "warning" in line]
    assert words in warning
    assert lines[-1] == {"done": True}


def test_files_that_lie_about_do_not_get_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "numpy.py").write_text("raise RuntimeError('not mine')")
    monkeypatch.chdir(tmp_path)
    assert list(Child().lines(request(tmp_path, ("Run.",))))[-1] == {"done": True}


def test_lists_voices_and_why_there_are_none() -> None:
    (answer,) = Child().lines({"op": "voices", "language": "de"})
    assert {voice["engine"] for voice in answer["voices"]} >= {"espeak"}
    assert all("de" in voice["languages"][0] for voice in answer["voices"])


@pytest.mark.parametrize("rate", [50, 100, 200])
def test_the_same_request_gives_the_same_file(tmp_path: Path, rate: int) -> None:
    names: list[str] = []
    contents: list[bytes] = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        line = list(Child().lines(request(folder, ("Run 3 of 8,", "one minute."), rate=rate)))[1]
        names.append(line["file"])
        contents.append((folder / line["file"]).read_bytes())
    assert names[0] == names[1]
    assert contents[0] == contents[1]
