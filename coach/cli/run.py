"""``coach run`` and ``coach follow``: the live session."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from coach.cli.facts import a_fact
from coach.cli.shared import has_screen, is_plain, is_terminal

if TYPE_CHECKING:
    from coach.bootstrap import Live, Prepared, RunOptions
    from coach.clock import Clock
    from coach.coaching import Today
    from coach.session.state import Phase

_WorkoutText = Annotated[
    str | None,
    typer.Argument(
        metavar="WORKOUT", help="A name, a file, or the text itself. Without it: today's session, or seed-start."
    ),
]
_Headless = Annotated[bool, typer.Option("--headless", help="No screen: a line an event, keys or piped lines in.")]
_Json = Annotated[bool, typer.Option("--json", help="Like --headless, with a JSON object a line.")]
_At = Annotated[
    str | None, typer.Option("--at", metavar="HH:MM[:SS]", help="Begin the next time it is that late here.")
]
_Start = Annotated[
    bool | None,
    typer.Option("--start/--wait", help="Begin at once (usual when headless), or when asked (usual on the screen)."),
]
_Speed = Annotated[
    float, typer.Option(metavar="TIMES", help="Rehearse so many times as fast. A rehearsal never counts.")
]
_Resume = Annotated[bool, typer.Option("--resume", help="Go on with the session left behind.")]
_TakeOver = Annotated[bool, typer.Option("--take-over", help="Go on with the session that another coach runs now.")]
_New = Annotated[bool, typer.Option("--new", help="Begin afresh; a session left behind is closed.")]
_Override = Annotated[
    str, typer.Option("--override", metavar="REASON", help="Run though the gate is closed; never past a STOP.")
]
_Scratch = Annotated[bool, typer.Option("--scratch", help="Keep this session in a journal of its own.")]
_Linger = Annotated[
    float | None, typer.Option(hidden=True, help="Seconds the screen stays after the end if no key is pressed.")
]

_Voice = Annotated[str | None, typer.Option(help="auto, pack, hibari, espeak, pyttsx3 or beeps.")]
_VoiceName = Annotated[str | None, typer.Option(help="A voice of that engine (`coach audio voices`).")]
_Language = Annotated[str | None, typer.Option(help="Language of the cues: en, de, fr, es.")]
_Preset = Annotated[str | None, typer.Option(help="How much is said: minimal, standard, talkative.")]
_Countdown = Annotated[str | None, typer.Option(help="3-2-1 in words or beeps; auto leaves it to the preset.")]
_Rate = Annotated[str | None, typer.Option(help="Speaking rate in percent, 50-200.")]
_Volume = Annotated[str | None, typer.Option(help="Volume of the cues in percent, 0-100.")]
_Backend = Annotated[str | None, typer.Option(help="auto, alsa, sounddevice, simpleaudio, file or silent.")]
_Device = Annotated[str | None, typer.Option(help="Output device (`coach audio devices`).")]
_OutputFile = Annotated[str | None, typer.Option(help="The WAV file that backend file writes.")]
_PressStart = Annotated[
    bool | None,
    typer.Option("--press-start/--no-press-start", help="Say when to press start on the watch."),
]

_RUN_EPILOG = """\b
Examples:
  coach run '5m walk, 8x(1m run, 2m walk), 5m walk'
  coach run taste --at 06:30                 begins the next time it is 06:30
  coach run seed-start --speed 30            a rehearsal, thirty times as fast
  coach run --headless --voice beeps         a line an event, beeps only
  coach run taste --backend file --output-file taste.wav
  coach run --headless < fifo                elsewhere: echo pause > fifo

\b
Keys: space pauses and resumes, n next, b back, r repeat, + and - 30 s,
p pain, u takes the pain mark back, s stops, ? explains.
Piped lines, headless: start pause resume next back repeat pain withdraw
stop, extend +30, extend -30, volume 50.

\b
Exit codes: 0 done or stopped, 1 a fault of ours, 2 bad input, 4 the gate
is closed, 5 another coach is live, 6 no such voice or output, 7 the journal
cannot be kept."""


def collect_again() -> None:
    """After the imports: what is there now stays, so no collection in a session has to look at it again."""
    import gc

    gc.freeze()
    gc.enable()


def register(app: typer.Typer) -> None:
    """Add the commands of the live session to the top level."""
    app.command(epilog=_RUN_EPILOG, short_help="Run a session, with cues, a screen or lines.")(run)
    app.command()(follow)


def run(
    workout: _WorkoutText = None,
    headless: _Headless = False,
    json: _Json = False,
    at: _At = None,
    start: _Start = None,
    speed: _Speed = 1.0,
    resume: _Resume = False,
    take_over: _TakeOver = False,
    new: _New = False,
    scratch: _Scratch = False,
    override: _Override = "",
    voice: _Voice = None,
    voice_name: _VoiceName = None,
    language: _Language = None,
    preset: _Preset = None,
    countdown: _Countdown = None,
    rate: _Rate = None,
    volume: _Volume = None,
    backend: _Backend = None,
    device: _Device = None,
    output_file: _OutputFile = None,
    press_start: _PressStart = None,
    linger: _Linger = None,
) -> None:
    """Run a session: cues to the ear, and a screen or lines to the eye."""
    from coach.bootstrap import RunOptions

    overrides: dict[str, Any] = {
        "voice": voice,
        "voice_name": voice_name,
        "language": language,
        "preset": preset,
        "countdown": countdown,
        "rate": rate,
        "volume": volume,
        "backend": backend,
        "device": device,
        "output_file": output_file,
        "press_start": press_start,
    }
    options = RunOptions(workout, overrides, speed, scratch, resume, take_over, new, override)
    run_session(options, Manner(headless=headless, as_json=json, at=at, start=start, linger_s=linger))


def follow(json: Annotated[bool, typer.Option("--json", help="A JSON object a line, no screen.")] = False) -> None:
    """Watch the session that another coach runs. On the screen, t takes it over."""
    watch(as_json=json)


class Manner:
    """How a session is shown."""

    def __init__(
        self,
        *,
        headless: bool = False,
        as_json: bool = False,
        at: str | None = None,
        start: bool | None = None,
        linger_s: float | None = None,
        then_home: bool = False,
    ) -> None:
        """``then_home`` is whether the app shows afterwards what was done."""
        self.screen = not (headless or as_json) and has_screen()
        self.as_json = as_json
        self.at = at
        self.start = (not self.screen or at is not None) if start is None else start
        self.linger_s = linger_s
        self.then_home = then_home


def run_session(options: "RunOptions", manner: Manner) -> str:
    """The session that was run; empty if it was called off before."""
    from coach.errors import CoachError

    try:
        live = _prepare_and_run(options, manner)
    except CoachError as error:
        _tell_reasons(error)
        if not manner.screen:
            from coach.bootstrap.aloud import speak_failure

            failure = speak_failure(error, options.overrides)
            if failure is not None:
                typer.echo(f"coach: {failure}", err=True)
        raise
    if live is None:
        return ""
    live.check_recorded()  # after its report: the session itself went well
    return live.runner.session if live.snapshot().elapsed_ns else ""


def _tell_reasons(error: Exception) -> None:
    """Where the gate refuses, everything it has to say comes before the refusal."""
    from coach.errors import GateClosed

    if isinstance(error, GateClosed) and error.today is not None:
        from coach.cli.today import today_lines
        from coach.model.zones import zone

        today = cast("Today", error.today)
        for line in today_lines(today, zone(today.input.zone)):
            typer.echo(line, err=True)


def _prepare_and_run(options: "RunOptions", manner: Manner) -> "Live | None":
    """The session that was run, closed by now; None if it was called off before."""
    from dataclasses import replace

    from coach.bootstrap import the_clock
    from coach.headless import Wishes, run_headless

    clock = the_clock(moving=True)
    at = None
    if manner.at is not None:
        from coach.headless.alarm import next_occurrence, parse_time

        at = next_occurrence(clock.utc_now(), parse_time(manner.at), clock.local_zone())
        options = replace(options, at=at)
    prepared = _prepare(options)
    collect_again()
    wishes = Wishes(as_json=manner.as_json, start=manner.start, at=at)
    lives: list[Live] = []

    def go_live() -> "Live":
        lives.append(prepared.go_live())
        _warn(lives[-1].warnings())
        return lives[-1]

    if manner.screen:
        _on_screen(go_live, clock, wishes, manner)
    else:
        run_headless(go_live, clock, wishes, a_fact if is_plain() else str)
    return lives[-1] if lives else None


def _warn(warnings: list[str]) -> None:
    """On stderr, whatever has become of it while the hour was waited for."""
    if not warnings:
        return
    from contextlib import closing

    from coach.headless.output import Output

    with closing(Output()) as output:
        for warning in warnings:
            output.remark(f"coach: {warning}")


def _on_screen(go_live: "Callable[[], Live]", clock: "Clock", wishes: Any, manner: Manner) -> "Phase":
    from contextlib import closing

    from coach.headless import run_headless, wait_for_hour
    from coach.session.state import Command, CommandKind, Phase
    from coach.tui.app import run_screen
    from coach.tui.looks import looks_of

    if wishes.at is not None and not wait_for_hour(wishes.at, clock):
        return Phase.READY
    if not has_screen():  # it went away during the wait: nobody could leave the screen at the end
        return run_headless(go_live, clock, wishes._replace(at=None))
    with closing(go_live()) as live:
        if manner.start and live.phase() is Phase.READY:
            live.post(Command(CommandKind.START))
        try:
            return run_screen(
                live,
                title=live.title,
                report=live.report_lines,
                linger_s=manner.linger_s,
                then_home=manner.then_home,
                looks=looks_of(live.prepared.settings),
            )
        finally:  # also where the gate ended it
            if live.phase().is_over and live.snapshot().elapsed_ns:
                _leave_behind(live.report_lines())


def _leave_behind(lines: list[str]) -> None:
    """Print the report where it can still be read when the screen is gone; a terminal that is gone too is no fault."""
    from contextlib import closing

    from coach.headless.output import Output

    with closing(Output()) as output:
        for line in lines:
            output.line(line)


def _prepare(options: "RunOptions") -> "Prepared":
    """Make everything ready, with progress on stderr. On a terminal, asks what to do with a session left behind."""
    from dataclasses import replace

    from coach.bootstrap import UnfinishedSession, prepare

    try:
        prepared = prepare(options, _progress())
    except UnfinishedSession as unfinished:
        if not is_terminal():
            raise
        typer.echo(f"A session was left unfinished: {unfinished.left}.", err=True)
        from coach.cli.answers import confirm

        goes_on = confirm("Go on with it?", usual=True)
        choice = replace(options, resume=True, workout=None) if goes_on else replace(options, new=True)
        prepared = prepare(choice, _progress())
    for remark in prepared.remarks():
        typer.echo(f"coach: {remark}", err=True)
    return prepared


def _progress() -> Callable[[int, int], None]:
    import sys

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\rPreparing the cues: {done} of {total}", nl=done == total, err=True)
        elif done == total:
            typer.echo(f"Prepared {total} cues.", err=True)

    return show


def watch(*, as_json: bool, then_home: bool = False) -> str:
    """Follow the live session; its id if it was taken over, and run to its end here, else nothing.

    ``then_home`` is as in Manner.
    """
    from contextlib import closing

    from coach.bootstrap import RunOptions, open_follow

    with closing(open_follow()) as followed:
        collect_again()
        if as_json or not has_screen():
            from coach.headless import follow_headless

            follow_headless(followed, as_json=as_json, shape=a_fact if is_plain() else str)
            return ""
        from coach.bootstrap.home import the_looks
        from coach.tui.app import watch_screen

        wanted = watch_screen(followed, title=followed.title, looks=the_looks())
    return run_session(RunOptions(take_over=True), Manner(then_home=then_home)) if wanted else ""
