"""The command line: commands here, errors turned into one line of advice and an exit code.

``coach --help`` must stay as quick as typer itself, so command modules import what they do only inside the
functions that do it.
"""

import sys

import typer

from coach.cli import (
    activity,
    audio,
    bare,
    config,
    export,
    garmin,
    gate,
    init,
    journal,
    protocol,
    push,
    rate,
    ratings,
    ready,
    report,
    run,
    simulate,
    story,
    today,
    why,
    workout,
)
from coach.cli.failures import check_arguments, exit_code_for
from coach.cli.shared import as_manual

_EPILOG = """\b
Examples:
  coach init, then coach ready              what happened, and the tests before
                                            the first run
  coach morning, coach today, coach run,    the round of every run
  coach rate
  coach                                     today, on the screen
  coach --plain                             the same in plain lines
  coach run '5m walk, 8x(1m run, 2m walk)'  a workout as you would say it
  coach run taste --headless                a line an event, no screen
  coach pull, or coach import FILE          what the watch recorded
  coach run --resume                        go on after a crash or power cut
  coach workout list                        what can be run by name
  coach protocol show osu                   a way back to running, stage by stage
  coach garmin login, then coach push       today's session to the watch
  coach audio say 'Run 3 of 8.'             try the voice

\b
Exit codes: 0 done, 1 a fault of ours, 2 bad input, 4 the gate is closed,
5 another coach is live, 6 no such voice or output, 7 the journal or a file
cannot be kept, 8 a service did not take it, 9 it wants a login.
Settings: `coach config show`. Where things live: `coach config path`."""

app = typer.Typer(
    name="coach",
    epilog=_EPILOG,
    help="A walk–run interval coach for runners coming back from a foot or ankle injury.\n\n"
    "It is a training log that applies published rules. It does not diagnose or treat anything, and no "
    "clinician has reviewed it.",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
bare.register(app)
run.register(app)
init.register(app)
ready.register(app)
today.register(app)
why.register(app)
rate.register(app)
story.register(app)
report.register(app)
simulate.register(app)
export.register(app)
push.register(app)
activity.register(app)
app.add_typer(activity.app, name="activity")
app.add_typer(workout.app, name="workout")
app.add_typer(protocol.app, name="protocol", short_help="List, show, copy and check ways back to running.")
app.add_typer(audio.app, name="audio")
app.add_typer(journal.app, name="journal")
app.add_typer(gate.app, name="gate")
app.add_typer(garmin.app, name="garmin")
app.add_typer(ratings.app, name="ratings")
app.add_typer(config.app, name="config")
as_manual(
    app, activity.app, workout.app, protocol.app, audio.app, journal.app, gate.app, garmin.app, ratings.app, config.app
)


def main() -> None:
    """Run the command line and leave with a documented exit code."""
    sys.exit(exit_code_for(_obey))


def _obey() -> object:
    check_arguments(sys.argv[1:])
    return app(prog_name="coach", standalone_mode=False)
