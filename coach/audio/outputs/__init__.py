"""The sound outputs: which there are, and the player for the one that is wanted."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from coach.audio.outputs.base import Output, OutputGone
from coach.clock import Clock
from coach.config import Settings, folders
from coach.errors import SoundUnavailable
from coach.ports import SILENCE_WANTED, Player

__all__ = ["Device", "list_devices", "open_player"]


class Device(NamedTuple):
    """One place sound can go: ``backend`` and ``device`` are what the settings of these names take."""

    backend: str
    device: str
    description: str


def list_devices() -> list[Device]:
    """Every output device the installed backends know; none where no backend is installed."""
    from coach.audio.outputs.alsa import alsa_devices
    from coach.audio.outputs.sounddevice import portaudio_devices

    found: list[Device] = []
    listers: tuple[tuple[str, Callable[[], list[tuple[str, str]]]], ...] = (
        ("alsa", alsa_devices),
        ("sounddevice", portaudio_devices),
    )
    for backend, lister in listers:
        try:
            found += [Device(backend, device, description) for device, description in lister()]
        except OutputGone:
            continue  # that backend is not installed: it has no devices
    return found


def open_player(settings: Settings, clock: Clock, *, state: Path | None = None) -> Player:
    """The player the settings ask for, not yet started.

    ``auto`` takes the platform's sound, else the file if one is set, else silence with a note in its health. ``state``
    is the folder that remembers other programs' volumes while they are lowered (default: this user's).
    Raises SoundUnavailable when a backend or a device asked for by name cannot be had.
    """
    if settings.backend == "simpleaudio":
        from coach.audio.outputs.simpleaudio import SimpleAudioPlayer, require_simpleaudio

        require_simpleaudio()
        return SimpleAudioPlayer(
            clock,
            lead_in_ms=settings.lead_in_ms,
            latency_offset_ms=settings.latency_offset_ms,
            volume=settings.volume,
        )
    from coach.audio.stream import StreamPlayer

    output = _automatic(settings, clock) if settings.backend == "auto" else _named(settings.backend, settings, clock)
    ducker = None
    if settings.ducking and output.backend not in ("file", "silent"):
        from coach.audio.ducking import GuardedDucker

        ducker = GuardedDucker(state or folders().state, settings.duck_db)
    return StreamPlayer(
        output,
        clock,
        lead_in_ms=settings.lead_in_ms,
        latency_offset_ms=settings.latency_offset_ms,
        dither=settings.dither,
        volume=settings.volume,
        ducker=ducker,
    )


def _automatic(settings: Settings, clock: Clock) -> Output:
    """The first output that opens. Raises SoundUnavailable if a device was named and cannot be had."""
    from coach.audio.outputs.silent import SilentOutput

    usual = "alsa" if sys.platform == "linux" else "sounddevice"
    if settings.device:
        return _named(usual, settings, clock)
    why: list[str] = []
    for backend in (usual, "file"):
        if backend == "file" and not settings.output_file:
            continue
        try:
            return _named(backend, settings, clock)
        except SoundUnavailable as error:
            why.append(error.what)
    return SilentOutput(clock, f"silent: {'; '.join(why)}")


def _named(backend: str, settings: Settings, clock: Clock) -> Output:
    """The output of that name, opened. Raises SoundUnavailable."""
    output, remedy = _make(backend, settings, clock)
    try:
        output.open()
    except OutputGone as gone:
        raise SoundUnavailable(str(gone), remedy=remedy) from None
    return output


def _make(backend: str, settings: Settings, clock: Clock) -> tuple[Output, str]:
    """An output, and what to do if it cannot be opened."""
    match backend:
        case "alsa":
            from coach.audio.outputs.alsa import AlsaOutput

            return AlsaOutput(clock, settings.device), (
                "`coach audio devices` lists what there is; is the sound server running, and libasound2 installed?"
            )
        case "sounddevice":
            from coach.audio.outputs.sounddevice import PortAudioOutput

            return PortAudioOutput(clock, settings.device), (
                "pip install 'walkrun-coach[sounddevice]', on Linux with libportaudio2; "
                "`coach audio devices` lists what there is"
            )
        case "file":
            from coach.audio.outputs.file import FileOutput

            if not settings.output_file:
                raise SoundUnavailable("the backend 'file' has no file", remedy="set output_file to a WAV file")
            path = Path(settings.output_file).expanduser()
            return FileOutput(clock, path), "set output_file to a new WAV file in a folder that can be written"
        case _:
            from coach.audio.outputs.silent import SilentOutput

            return SilentOutput(clock, SILENCE_WANTED), ""
