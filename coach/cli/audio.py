"""``coach audio``: what can be heard here, and how it sounds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from coach.cli.shared import print_json
from coach.cli.workout import WORKOUT_HELP, complete_workout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coach.audio.soundbank import CachedSoundBank
    from coach.config import Settings
    from coach.model.cue import Sound
    from coach.ports import PrepareReport

_EPILOG = """\b
Examples:
  coach audio devices                        where cues would sound now
  coach audio voices                         who can say them
  coach audio say 'Run 3 of 8.'              try the voice
  coach audio preview taste --list           every cue of a workout"""

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, epilog=_EPILOG, help="List outputs and voices, and listen to cues."
)

_LANGUAGE = typer.Option(None, "--language", help="Language of the cues: en, de, fr, es, or your own.")
_VOICE = typer.Option(None, "--voice", help="auto, pack, hibari, espeak, pyttsx3 or beeps.")
_VOICE_NAME = typer.Option(None, "--voice-name", help="A voice of that engine; see `coach audio voices`.")
_RATE = typer.Option(None, "--rate", help="Speaking rate in percent, 50-200.")
_VOLUME = typer.Option(None, "--volume", help="Volume in percent, 0-100.")
_OUTPUT = typer.Option(None, "--output", help="Write this WAV file instead of playing.")


@app.command(short_help="List the sound outputs there are.")
def devices(json: bool = typer.Option(False, "--json", help="Print one JSON array.")) -> None:
    """List the sound outputs, those of cards and sound servers first, and say which of them `auto` takes now."""
    from coach.audio.outputs import list_devices

    found = sorted(list_devices(), key=lambda device: _is_plugin(device.backend, device.device))
    if json:
        print_json([{"backend": d.backend, "device": d.device, "description": d.description} for d in found])
        return
    typer.echo(f"auto would use: {_automatic()}")
    for row in _columns([(device.backend, device.device, device.description) for device in found]):
        typer.echo(row)
    typer.echo("Choose one with COACH_BACKEND and COACH_DEVICE, or in the settings file.", err=True)


def _is_plugin(backend: str, device: str) -> bool:
    """Whether it is a part of ALSA that needs a card or a sound server behind it."""
    return backend == "alsa" and "CARD=" not in device and device not in ("default", "sysdefault", "pulse", "pipewire")


def _automatic() -> str:
    """What backend `auto` comes to now: it is opened, but nothing sounds."""
    from coach.audio.outputs import open_player
    from coach.clock import SystemClock
    from coach.errors import SoundUnavailable

    settings = _settings()
    # Not the file: opening it would write it.
    asked = settings.model_copy(update={"backend": "auto", "output_file": "", "ducking": False})
    try:
        player = open_player(asked, SystemClock())
    except SoundUnavailable as error:
        return f"nothing: {error}"
    health = player.health()
    player.close(drain=False)
    if health.backend != "silent":
        return f"{health.backend} {health.device}".rstrip()
    why = health.note.removeprefix("silent: ")
    return f"the file {settings.output_file} ({why})" if settings.output_file else f"silent, no output answers ({why})"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """``rows`` with every column as wide as it needs to be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


@app.command(short_help="List the voices of a language.")
def voices(
    language: str | None = _LANGUAGE,
    everything: bool = typer.Option(False, "--all", help="Those of every language."),
    json: bool = typer.Option(False, "--json", help="Print one JSON object."),
) -> None:
    """List the voices of the language of the cues, in the order in which `auto` tries them; check the earcons."""
    from coach.audio.child import Child, ChildFailed
    from coach.audio.soundbank import earcon_faults
    from coach.errors import BadInput, SoundUnavailable

    if everything and language:
        raise BadInput("--all and --language contradict each other", remedy="give one of them")
    wanted = None if everything else language or _settings().language
    answer: dict[str, Any] = {"voices": [], "absent": {}}
    try:
        for line in Child().lines({"op": "voices", "language": wanted}):
            answer = line
    except ChildFailed as failure:
        raise SoundUnavailable(str(failure), remedy="use --voice beeps, or install walkrun-coach again") from None
    faults = earcon_faults()
    if json:
        print_json({**answer, "earcon_faults": faults})
        return
    rows = [(v["engine"], v["name"], ", ".join(v["languages"]), v["note"]) for v in answer["voices"]]
    for row in _columns(rows):
        typer.echo(row)
    for engine, why in answer["absent"].items():
        typer.echo(f"no {engine}: {why}", err=True)
    if wanted and not answer["voices"]:
        raise SoundUnavailable(f"no voice here speaks '{wanted}'", remedy="install eSpeak NG, or use --voice beeps")
    if wanted and not language:
        typer.echo(f"These speak '{wanted}', the language of the cues; --all lists the rest.", err=True)
    _warn(faults)


@app.command(short_help="List and sound every cue of a workout.")
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
    bank, report = _prepared(settings, [speech])
    with closing(bank):
        if bank.clip(speech) is None:
            what = ": ".join([f"no voice can say '{speech.text}'", *report.warnings])
            raise SoundUnavailable(what, remedy="see `coach audio voices`")
        _tell(report)
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
    bank, report = _prepared(settings, sounds)
    _tell(report)
    return bank


def _prepared(settings: Settings, sounds: Iterable[Sound]) -> tuple[CachedSoundBank, PrepareReport]:
    from coach.audio.soundbank import CachedSoundBank
    from coach.config import folders

    bank = CachedSoundBank.from_settings(settings, folders())
    return bank, bank.prepare(sounds)


def _tell(report: PrepareReport) -> None:
    _warn(report.warnings)
    typer.echo(f"voice: {report.voice}", err=True)


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
