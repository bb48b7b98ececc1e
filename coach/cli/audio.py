"""``coach audio``: what can be heard here, and how it sounds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from coach.cli.workout import WORKOUT_HELP, complete_workout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coach.audio.soundbank import CachedSoundBank
    from coach.config import Settings
    from coach.model.cue import Sound

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="List outputs and voices, and listen to cues.")

_LANGUAGE = typer.Option(None, "--language", help="Language of the cues: en, de, fr, es, or your own.")
_VOICE = typer.Option(None, "--voice", help="auto, pack, hibari, espeak, pyttsx3 or beeps.")
_VOICE_NAME = typer.Option(None, "--voice-name", help="A voice of that engine; see `coach audio voices`.")
_RATE = typer.Option(None, "--rate", help="Speaking rate in percent, 50-200.")
_VOLUME = typer.Option(None, "--volume", help="Volume in percent, 0-100.")
_OUTPUT = typer.Option(None, "--output", help="Write this WAV file instead of playing.")


@app.command()
def devices(json: bool = typer.Option(False, "--json", help="Print one JSON array.")) -> None:
    """List the sound outputs."""
    from coach.audio.outputs import list_devices

    found = list_devices()
    if json:
        _print_json([{"backend": d.backend, "device": d.device, "description": d.description} for d in found])
        return
    for device in found:
        typer.echo(f"{device.backend:<12} {device.device:<24} {device.description}".rstrip())
    typer.echo("Choose one with COACH_BACKEND and COACH_DEVICE, or in the settings file.", err=True)


@app.command()
def voices(
    language: str | None = _LANGUAGE,
    json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """List the voices, in the order in which `auto` tries them, and check the earcons."""
    from coach.audio.child import Child, ChildFailed
    from coach.audio.soundbank import earcon_faults
    from coach.errors import SoundUnavailable

    answer: dict[str, Any] = {"voices": [], "absent": {}}
    try:
        for line in Child().lines({"op": "voices", "language": language}):
            answer = line
    except ChildFailed as failure:
        raise SoundUnavailable(str(failure), remedy="use --voice beeps, or install walkrun-coach again") from None
    faults = earcon_faults()
    if json:
        _print_json({**answer, "earcon_faults": faults})
        return
    for voice in answer["voices"]:
        typer.echo(f"{voice['engine']:<8} {voice['name']:<14} {', '.join(voice['languages']):<20} {voice['note']}")
    for engine, why in answer["absent"].items():
        typer.echo(f"no {engine}: {why}", err=True)
    if language and not answer["voices"]:
        raise SoundUnavailable(f"no voice here speaks '{language}'", remedy="install eSpeak NG, or use --voice beeps")
    _warn(faults)


@app.command()
def preview(
    workout: str = typer.Argument(help=WORKOUT_HELP, autocompletion=complete_workout),
    language: str | None = _LANGUAGE,
    preset: str | None = typer.Option(None, "--preset", help="minimal, standard or talkative."),
    countdown: str | None = typer.Option(None, "--countdown", help="3-2-1 in words or beeps; auto: by the preset."),
    voice: str | None = _VOICE,
    voice_name: str | None = _VOICE_NAME,
    rate: int | None = _RATE,
    volume: int | None = _VOLUME,
    output: Path | None = _OUTPUT,
    quiet: bool = typer.Option(False, "--list", help="Only list the cues."),
) -> None:
    """List every cue of a workout with its time, and sound them one after the other."""
    from contextlib import closing

    from coach.audio.recital import recite
    from coach.config import folders
    from coach.library.catalogue import resolve
    from coach.library.scripts import make_script
    from coach.model.timeline import compile_timeline

    spoken = {"voice": voice, "voice_name": voice_name, "rate": rate, "volume": volume}
    settings = _settings(language=language, preset=preset, countdown=countdown, **spoken)
    places = folders()
    timeline = compile_timeline(resolve(workout, places.workouts).workout)
    script = make_script(timeline, settings, places)
    with closing(_bank(settings, script.sounds())) as bank:
        lines = list(recite(script, bank))
        for line in lines:
            typer.echo(f"{_clock_time(line.at_ns):>9}  {line.kind.value:<10} {_label(line.sound)}")
        if not quiet:
            _sound([line.sound for line in lines], bank, settings, output)


@app.command()
def say(
    text: str = typer.Argument(help="What to say."),
    language: str | None = _LANGUAGE,
    voice: str | None = _VOICE,
    voice_name: str | None = _VOICE_NAME,
    rate: int | None = _RATE,
    volume: int | None = _VOLUME,
    output: Path | None = _OUTPUT,
) -> None:
    """Say any text in the coach's voice."""
    from contextlib import closing

    from coach.errors import BadInput, SoundUnavailable

    settings = _settings(language=language, voice=voice, voice_name=voice_name, rate=rate, volume=volume)
    speech = _speech(text)
    if not any(character.isalnum() for character in text):
        raise BadInput("there is nothing to say", remedy="give some words")
    with closing(_bank(settings, [speech])) as bank:
        if bank.clip(speech) is None:
            raise SoundUnavailable(f"no voice can say '{speech.text}'", remedy="see `coach audio voices`")
        _sound([speech], bank, settings, output)


def _speech(text: str) -> Any:
    """``text`` in clauses, punctuated as the cues are, so that the voice pack is found where it has the words."""
    import re

    from coach.model.cue import Speech

    clauses = [clause for clause in re.split(r"(?<=[,.;:!?])\s+", text.strip()) if clause]
    if clauses and clauses[-1][-1].isalnum():
        clauses[-1] += "."
    return Speech(tuple(clauses))


def _settings(**overrides: Any) -> Settings:
    from coach.config import folders, load

    return load(folders().settings_file, overrides=overrides)


def _bank(settings: Settings, sounds: Iterable[Sound]) -> CachedSoundBank:
    from coach.audio.soundbank import CachedSoundBank
    from coach.config import folders

    bank = CachedSoundBank.from_settings(settings, folders())
    report = bank.prepare(sounds)
    _warn(report.warnings)
    typer.echo(f"voice: {report.voice}", err=True)
    return bank


def _sound(sounds: Sequence[Sound], bank: CachedSoundBank, settings: Settings, output: Path | None) -> None:
    from coach.audio.recital import play, write
    from coach.clock import NS, SystemClock

    if output is not None:
        length_ns = write(output, sounds, bank, settings.volume)
        typer.echo(f"{output}: {length_ns / NS:.1f} s", err=True)
        return
    from coach.audio.outputs import open_player

    clock = SystemClock()
    player = open_player(settings, clock)
    play(player, clock, sounds, bank)
    health = player.health()
    if health.note:
        _warn([health.note])


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)


def _clock_time(at_ns: int | None) -> str:
    if at_ns is None:
        return "-"
    minutes, ms = divmod(at_ns // 1_000_000, 60_000)
    return f"{minutes}:{ms // 1000:02}.{ms % 1000 // 100}"


def _label(sound: Sound) -> str:
    from coach.model.cue import Speech

    return sound.text if isinstance(sound, Speech) else f"[{sound.name}]"


def _print_json(data: object) -> None:
    from json import dumps

    typer.echo(dumps(data, ensure_ascii=False))
