"""What the README's five-minute tour shows and leaves behind."""

import json
import wave

from tests.tour import Tour


def events(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines() if line.startswith('{"')]


def kinds(output: str) -> list[object]:
    return [event["event"]["kind"] for event in events(output) if isinstance(event.get("event"), dict)]  # pyright: ignore


def test_the_tour_runs_as_printed(tour: Tour) -> None:
    assert tour.exit_code == 0, tour.stdout[-3000:] + tour.stderr[-3000:]
    assert "seed-start" in tour.stdout
    assert "34:00" in tour.stdout
    assert "refused, with exit code 2" in tour.stdout
    assert "fault of the program" not in tour.stderr
    assert "Traceback" not in tour.stderr
    assert {path.name for path in tour.folder.iterdir()} == {"playground", "session.wav"}, "it touches nothing else"


def test_the_tour_leaves_a_record(tour: Tour) -> None:
    happened = kinds(tour.stdout)
    for kind in ("paused", "resumed", "pain_marked", "stopped"):
        assert kind in happened
    assert happened.index("paused") < happened.index("resumed") < happened.index("pain_marked")


def test_the_tour_is_heard(tour: Tour) -> None:
    with wave.open(str(tour.folder / "session.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (48_000, 1, 2)
        assert 10 < sound.getnframes() / 48_000 < 30
        assert max(sound.readframes(sound.getnframes())) > 0
