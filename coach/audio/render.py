"""The rendering child: ``python -m coach.audio.render``. Speaks into WAV files and exits.

Everything heavy (numpy, soxr, soundfile, the engines) lives only here. It reads one JSON request from stdin and
answers with JSON lines on stdout:

``{"op": "voices", "language": tag or null}``
    one line ``{"voices": [...], "absent": {engine: why}}``
``{"op": "render", "language", "voice", "voice_name", "rate", "folder", "speeches": [[clause, ...], ...]}``
    ``{"voice": text}`` first, then for each speech ``{"clip": index, "file": name, "cached": bool, "engine": name}``
    or ``{"failed": index, "why": text}``; ``{"warning": text}`` at any time, ``{"stand_in": text}`` where another
    engine says what the first one cannot; ``{"storage": text}`` last if the folder cannot be written to or its disk is
    nearly full, else ``{"done": true}``. ``{"error": what, "where", "remedy"}`` instead of all if the asked-for voice
    cannot be had. ``"voice": null`` says that no engine speaks the language.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from coach.audio import cache
from coach.errors import SoundUnavailable, StorageError

Say = Callable[..., None]


def main() -> None:
    answers = _own_stdout()

    def say(**line: object) -> None:
        answers.write(json.dumps(line) + "\n")
        answers.flush()

    request: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    try:
        if request["op"] == "voices":
            _voices(request.get("language"), say)
        else:
            _render(request, say)
    except SoundUnavailable as error:
        say(error=error.what, where=error.where, remedy=error.remedy)
    except StorageError as error:
        say(storage=str(error))
    except BrokenPipeError:
        # The coach that asked has gone.
        os._exit(1)


def _own_stdout() -> TextIO:
    """Where answers go; whatever the engines print on stdout goes to stderr instead."""
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _voices(language: str | None, say: Say) -> None:
    from coach.audio.voices.base import speaking
    from coach.audio.voices.choice import every_voice

    voices, absent = every_voice()
    if language:
        voices = speaking(voices, language)
    say(
        voices=[{"engine": v.engine, "name": v.name, "languages": v.languages, "note": v.note} for v in voices],
        absent=absent,
    )


def _render(request: dict[str, Any], say: Say) -> None:
    from coach.audio.voices.choice import Chain

    chain = Chain(request["voice"], request["voice_name"], request["language"])
    first = chain.first
    say(voice=f"{first.engine} {first.name}" if first else None)
    folder = Path(request["folder"])
    stood_in: dict[str, list[str]] = {}
    full: StorageError | None = None
    for index, clauses in enumerate(request["speeches"] if first else []):
        try:
            answer = _one(chain, folder, clauses, request["rate"], may_write=full is None)
        except StorageError as error:
            full, answer = error, error.what  # what is there already is of use all the same
        if isinstance(answer, str):
            say(failed=index, why=answer)
            continue
        file, engine, cached = answer
        say(clip=index, file=file, cached=cached, engine=engine)
        if first and engine != first.engine:
            stood_in.setdefault(engine, []).append(" ".join(clauses))
    if first:
        for engine, texts in stood_in.items():
            others = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
            say(stand_in=f"{first.engine} cannot say '{texts[0]}'{others}: {engine} says it instead")
    for warning in chain.warnings:
        say(warning=warning)
    if full is not None:
        raise full
    say(done=True)


def _one(
    chain: Any, folder: Path, clauses: Sequence[str], rate: int, *, may_write: bool
) -> tuple[str, str, bool] | str:
    """File, engine and whether it was there already; or why no voice can say it. Raises StorageError."""
    from coach.audio.voices import shape
    from coach.audio.voices.base import RenderFailed

    why = "no voice can say it"
    for voice in chain.able(clauses):
        name = cache.key(voice.engine, voice.version, voice.name, rate, clauses) + ".wav"
        if cache.read(folder / name) is not None:
            return name, voice.engine, True
        if not may_write:
            why = "there is no room to keep it"
            continue
        try:
            pcm = shape.finish(voice.say(clauses, rate))
        except RenderFailed as error:
            why = error.what
            continue
        if not pcm:
            why = f"{voice.engine} said nothing"
            continue
        cache.write_clip(folder / name, cache.encode(pcm))
        return name, voice.engine, False
    return why


if __name__ == "__main__":
    main()
