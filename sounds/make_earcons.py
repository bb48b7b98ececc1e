"""Write the earcons: ``python sounds/make_earcons.py``. Deterministic: the same files every time.

The melodies are in ``coach/audio/tones.py``, where the coach also finds them should a file here be damaged.
"""

import wave
from pathlib import Path

from coach.audio.tones import MELODIES, samples
from coach.ports import RATE


def write(folder: Path) -> list[Path]:
    """Write every earcon into ``folder`` as 48 kHz mono 16-bit WAV."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name in MELODIES:
        path = folder / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples(name))
        written.append(path)
    return written


if __name__ == "__main__":
    for path in write(Path(__file__).parent / "earcons"):
        print(path)
