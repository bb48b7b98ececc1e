"""Sounds made ready: cached, rendered by a child, or replaced by something that still tells the runner what to do."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from coach.audio import cache, tones
from coach.audio.child import Child
from coach.audio.soundbank import CachedSoundBank
from coach.errors import SoundUnavailable, StorageError
from coach.model.cue import BEEP, Earcon, Sound, Speech
from coach.resources import shipped

RUN = Speech(("Run 3 of 8,", "one minute."))
WALK = Speech(("Walk,", "two minutes."))
SOUNDS: list[Sound] = [RUN, WALK, BEEP, Earcon("active"), Earcon("recovery")]


def child_that(tmp_path: Path, code: str, stall_s: float = 30) -> Child:
    """A child that runs ``code``; the request is in ``request``, ``say(**line)`` answers."""
    script = tmp_path / "child.py"
    script.write_text(
        "import json, os, signal, sys, time\n"
        "request = json.load(sys.stdin)\n"
        "def say(**line): print(json.dumps(line), flush=True)\n" + code
    )
    return Child([sys.executable, str(script)], stall_s=stall_s)


NEVER = "raise SystemExit('the child was run')"


def espeak_bank(folder: Path, **options: object) -> CachedSoundBank:
    return CachedSoundBank(folder, voice="espeak", **options)  # type: ignore[arg-type]


class TestPrepare:
    def test_everything_is_ready_with_progress(self, tmp_path: Path) -> None:
        bank = espeak_bank(tmp_path / "voice")
        seen: list[tuple[int, int]] = []
        report = bank.prepare(SOUNDS, lambda done, total: seen.append((done, total)))
        assert (report.rendered, report.cached, report.missing, report.warnings) == (2, 0, (), ())
        assert report.voice == "espeak en-us"
        assert seen == [(1, 2), (2, 2)]
        for sound in SOUNDS:
            clip = bank.clip(sound)
            assert clip is not None
            assert clip.frames > 4000
            assert len(clip.load()) == clip.frames * 2
            assert any(clip.load())
            assert bank.length_ns(sound) == clip.frames * 1_000_000_000 // 48_000

    def test_the_second_time_no_child_runs(self, tmp_path: Path) -> None:
        espeak_bank(tmp_path / "voice").prepare(SOUNDS)
        bank = espeak_bank(tmp_path / "voice", child=child_that(tmp_path, NEVER))
        report = bank.prepare(SOUNDS)
        assert (report.rendered, report.cached, report.missing, report.warnings) == (0, 2, (), ())
        assert bank.clip(RUN) is not None

    def test_only_what_is_missing_is_rendered(self, tmp_path: Path) -> None:
        espeak_bank(tmp_path / "voice").prepare([RUN])
        report = espeak_bank(tmp_path / "voice").prepare([RUN, WALK])
        assert (report.rendered, report.cached) == (1, 1)

    def test_another_rate_is_another_clip(self, tmp_path: Path) -> None:
        lengths: list[int] = []
        for rate in (100, 150):
            bank = espeak_bank(tmp_path / "voice", rate=rate)
            assert bank.prepare([RUN]).rendered == 1
            lengths.append(bank.length_ns(RUN) or 0)
        assert lengths[1] < 0.85 * lengths[0]

    def test_beeps_need_no_child_and_no_folder(self, tmp_path: Path) -> None:
        bank = CachedSoundBank(tmp_path / "voice", voice="beeps", child=child_that(tmp_path, NEVER))
        report = bank.prepare(SOUNDS)
        assert report.voice == "beeps"
        assert set(report.missing) == {RUN.text, WALK.text}
        assert bank.clip(RUN) is None
        assert bank.length_ns(RUN) is None
        assert bank.clip(BEEP) is not None
        assert not (tmp_path / "voice").exists()

    def test_what_the_pack_lacks_another_voice_says_whole(self, tmp_path: Path) -> None:
        named = Speech(("Run,", "Kilimanjaro surge,", "one minute."))
        bank = CachedSoundBank(tmp_path / "voice", voice="pack")
        report = bank.prepare([RUN, named])
        assert report.rendered == 2
        assert bank.clip(named) is not None
        assert "pack cannot say 'Run, Kilimanjaro surge, one minute.'" in report.warnings[0]
        again = CachedSoundBank(tmp_path / "voice", voice="pack", child=child_that(tmp_path, NEVER)).prepare(
            [RUN, named]
        )
        assert (again.cached, again.warnings) == (2, report.warnings), "said again without a child to ask"


class TestLanguage:
    def test_a_voice_asked_for_that_cannot_speak_it_stops_the_start(self, tmp_path: Path) -> None:
        for voice, language in (("pack", "de"), ("espeak", "xx")):
            with pytest.raises(SoundUnavailable) as caught:
                CachedSoundBank(tmp_path, voice=voice, language=language).prepare(SOUNDS)
            assert caught.value.exit_code == 6
            assert language in caught.value.what
            assert caught.value.remedy

    def test_auto_without_a_voice_warns_and_keeps_the_earcons(self, tmp_path: Path) -> None:
        bank = CachedSoundBank(tmp_path, language="xx")
        report = bank.prepare(SOUNDS)
        assert report.voice == "beeps"
        assert "no voice here speaks 'xx'" in report.warnings[0]
        assert bank.clip(Earcon("active")) is not None
        assert bank.clip(RUN) is None


class TestChildGoesWrong:
    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("sys.exit(3)", "exit code 3"),
            ("os.kill(os.getpid(), signal.SIGKILL)", "exit code -9"),
            ("raise RuntimeError('onnx is unwell')", "onnx is unwell"),
            ("print('Audio saved to x.wav')", "answered with"),
            ("print('[1]')", "answered with"),
            ("say(voice='a b')", "exit code 0"),
        ],
    )
    def test_a_crash_leaves_beeps_and_a_warning(self, tmp_path: Path, code: str, words: str) -> None:
        bank = CachedSoundBank(tmp_path / "voice", child=child_that(tmp_path, code))
        report = bank.prepare(SOUNDS)
        assert words in " ".join(report.warnings)
        assert len(report.missing) == 2
        assert bank.clip(Earcon("recovery")) is not None

    def test_a_child_that_hangs_is_killed(self, tmp_path: Path) -> None:
        pid = tmp_path / "pid"
        code = f"open({str(pid)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
        bank = CachedSoundBank(tmp_path / "voice", child=child_that(tmp_path, code, stall_s=1))
        report = bank.prepare(SOUNDS)
        assert "silent for 1 s" in " ".join(report.warnings)
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)

    def test_what_came_before_the_crash_is_kept(self, tmp_path: Path) -> None:
        folder = tmp_path / "voice"
        espeak_bank(folder).prepare([RUN])
        name = next(folder.glob("*.wav")).name
        code = f"say(voice='a b')\nsay(clip=0, file={name!r}, cached=True, engine='a')\nsys.exit(1)"
        bank = CachedSoundBank(folder, child=child_that(tmp_path, code))
        report = bank.prepare([RUN, WALK])
        assert report.missing == (WALK.text,)
        assert bank.clip(RUN) is not None

    def test_a_child_that_cannot_be_started(self, tmp_path: Path) -> None:
        bank = CachedSoundBank(tmp_path / "voice", child=Child([str(tmp_path / "none")]))
        assert "cannot be started" in " ".join(bank.prepare(SOUNDS).warnings)

    def test_after_a_crash_the_next_start_tries_again(self, tmp_path: Path) -> None:
        folder = tmp_path / "voice"
        espeak_bank(folder, child=child_that(tmp_path, "sys.exit(3)")).prepare(SOUNDS)
        assert espeak_bank(folder).prepare(SOUNDS).rendered == 2


class TestFolder:
    @pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "remove"])
    def test_a_damaged_file_is_rendered_again(self, tmp_path: Path, damage: str) -> None:
        bank = espeak_bank(tmp_path)
        bank.prepare([RUN])
        path = next(tmp_path.glob("*.wav"))
        whole = path.read_bytes()
        middle = len(whole) // 2
        if damage == "remove":
            path.unlink()
        else:
            flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
            path.write_bytes({"truncate": whole[:middle], "flip": flipped, "empty": b""}[damage])
        report = espeak_bank(tmp_path).prepare([RUN])
        assert (report.rendered, report.cached) == (1, 0)
        assert cache.read(path) is not None

    def test_a_file_that_vanishes_during_the_session_becomes_a_beep(self, tmp_path: Path) -> None:
        bank = espeak_bank(tmp_path)
        bank.prepare([RUN])
        clip = bank.clip(RUN)
        assert clip is not None
        spoken = clip.load()
        next(tmp_path.glob("*.wav")).unlink()
        assert len(clip.load()) == len(spoken)
        assert clip.load() != spoken
        assert any(clip.load())

    @pytest.mark.parametrize("folder", ["/proc/none/voice", "{tmp}/file/voice", "{tmp}/file"])
    def test_an_unwritable_cache_is_replaced_for_this_session(self, tmp_path: Path, folder: str) -> None:
        (tmp_path / "file").write_text("in the way")
        bank = espeak_bank(Path(folder.format(tmp=tmp_path)))
        report = bank.prepare([RUN])
        assert report.rendered == 1
        assert "for this session only" in report.warnings[0]
        clip = bank.clip(RUN)
        assert clip is not None
        assert any(clip.load())
        bank.close()
        bank.close()

    def test_a_disk_that_fills_up_is_replaced_for_this_session(self, tmp_path: Path) -> None:
        full = tmp_path / "voice"
        code = (
            f"if request['folder'] == {str(full)!r}: say(voice='espeak en-us'); say(storage='no space'); sys.exit()\n"
            "import subprocess\n"
            "sys.exit(subprocess.run([sys.executable, '-m', 'coach.audio.render'], "
            "input=json.dumps(request).encode()).returncode)"
        )
        bank = espeak_bank(full, child=child_that(tmp_path, code))
        report = bank.prepare([RUN])
        assert report.rendered == 1
        assert "no space" in report.warnings[0]
        bank.close()

    def test_with_every_disk_full_the_session_beeps(self, tmp_path: Path) -> None:
        bank = espeak_bank(tmp_path / "voice", child=child_that(tmp_path, "say(voice='e e'); say(storage='no space')"))
        report = bank.prepare(SOUNDS)
        assert len(report.missing) == 2
        assert "speech cannot be kept (no space)" in " ".join(report.warnings)
        assert bank.clip(BEEP) is not None
        bank.close()

    def test_the_last_space_of_a_disk_is_left_to_the_journal(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        free = cache.RESERVE_BYTES + 1000
        monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
        cache.write_clip(tmp_path / "short.wav", bytes(1000))
        with pytest.raises(StorageError, match="only 20 MB left"):
            cache.write_clip(tmp_path / "long.wav", bytes(1001))
        assert [path.name for path in tmp_path.iterdir()] == ["short.wav"]

    def test_on_a_nearly_full_disk_what_is_there_still_sounds(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "voice"
        espeak_bank(folder).prepare([WALK])
        nearly_full = child_that(
            tmp_path,
            "import shutil, types\n"
            "import coach.audio.render as render, io\n"
            "shutil.disk_usage = lambda path: types.SimpleNamespace(free=1_000_000)\n"
            "sys.stdin = io.TextIOWrapper(io.BytesIO(json.dumps(request).encode()))\n"
            "render.main()\n",
        )
        before = sorted(path.name for path in folder.iterdir())
        bank = espeak_bank(folder, child=nearly_full)
        report = bank.prepare([RUN, WALK])
        assert bank.clip(WALK) is not None
        assert report.missing == (RUN.text,)
        assert "its disk has only 0 MB left" in " ".join(report.warnings)
        assert sorted(path.name for path in folder.iterdir()) == before
        bank.close()

    def test_two_coaches_may_fill_it_at_once(self, tmp_path: Path) -> None:
        speeches = [["Run 1 of 9,", f"{n} minutes."] for n in range(2, 40)]
        request = {"op": "render", "language": "en", "voice": "espeak", "voice_name": "", "rate": 100}
        asked = json.dumps({**request, "folder": str(tmp_path), "speeches": speeches}).encode()
        command = [sys.executable, "-m", "coach.audio.render"]
        both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
        for process in both:
            assert process.stdin is not None
            process.stdin.write(asked)
            process.stdin.close()
        for process in both:
            assert process.stdout is not None
            answers = [json.loads(line) for line in process.stdout]
            process.stdout.close()
            assert process.wait() == 0
            assert sum("clip" in answer for answer in answers) == len(speeches)
        files = list(tmp_path.iterdir())
        assert len(files) == len(speeches)
        assert all(cache.read(path) for path in files)

    def test_it_keeps_to_its_size_and_to_what_is_in_use(self, tmp_path: Path) -> None:
        for index in range(10):
            old = tmp_path / f"old{index}.wav"
            old.write_bytes(b"x" * 100_000)
            os.utime(old, (1_000_000 + index, 1_000_000 + index))
        bank = espeak_bank(tmp_path, limit_bytes=600_000)
        bank.prepare([RUN, WALK])
        left = {path.name for path in tmp_path.iterdir()}
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 600_000
        assert "old0.wav" not in left
        assert "old9.wav" in left
        assert bank.clip(RUN) is not None
        assert (bank.clip(WALK) or pytest.fail("gone")).load()


class TestEarcons:
    def test_damaged_or_missing_files_still_sound(self, tmp_path: Path) -> None:
        folder = tmp_path / "earcons"
        folder.mkdir()
        (folder / "active.wav").write_bytes(b"RIFF not a sound")
        whole = (shipped("sounds") / "earcons" / "recovery.wav").read_bytes()
        (folder / "recovery.wav").write_bytes(whole[: len(whole) // 2])
        bank = CachedSoundBank(tmp_path / "voice", voice="beeps", earcons=folder)
        report = bank.prepare([Earcon("active"), Earcon("recovery"), BEEP])
        assert len(report.warnings) == 3
        for warning, name in zip(report.warnings, ("active", "beep", "recovery"), strict=True):
            assert f"{name}.wav" in warning
            assert "make_earcons.py" in warning
            clip = bank.clip(Earcon(name))
            assert clip is not None
            assert clip.load() == tones.samples(name)

    def test_one_damaged_during_the_session_still_sounds(self, tmp_path: Path) -> None:
        path = tmp_path / "active.wav"
        path.write_bytes((shipped("sounds") / "earcons" / "active.wav").read_bytes())
        bank = CachedSoundBank(tmp_path / "voice", voice="beeps", earcons=tmp_path)
        bank.prepare([Earcon("active")])
        clip = bank.clip(Earcon("active"))
        assert clip is not None
        before = clip.load()
        path.write_bytes(b"")
        assert clip.load() == before

    def test_one_that_does_not_exist_beeps_with_a_warning(self, tmp_path: Path) -> None:
        bank = CachedSoundBank(tmp_path, voice="beeps")
        report = bank.prepare([Earcon("trumpet")])
        assert "trumpet.wav" in report.warnings[0]
        clip = bank.clip(Earcon("trumpet"))
        assert clip is not None
        assert clip.load() == tones.samples("beep")


def test_the_live_process_stays_light() -> None:
    code = (
        "import sys; from coach.audio.soundbank import CachedSoundBank; "
        "print(sorted(set(sys.modules) & {'numpy', 'soundfile', 'soxr', 'cffi', 'hibari', 'asyncio', 'textual'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
