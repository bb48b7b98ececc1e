"""Errors → one line on stderr and an exit code. The only place that does this."""

import sys
from collections.abc import Callable

from coach.errors import CoachError, ExitCode

INTERRUPTED = 130
"""What shells expect of a program ended by Ctrl-C: 128 + SIGINT."""


def complain(error: CoachError) -> None:
    """Print the error and its remedy as one line on stderr; on a terminal also the place it points at."""
    _say(f"coach: {' '.join(str(error).split())}")
    if error.picture and sys.stderr.isatty():
        for line in error.picture:
            _say(f"  {line}")


def exit_code_for(app: Callable[..., object]) -> int:
    """Run ``app`` (a typer application) and return the exit code it should leave with.

    Typer itself reports misuse of the command line and leaves with 2.
    """
    try:
        app()
    except CoachError as error:
        complain(error)
        return int(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone (``coach workout list | head``): nothing is wrong.
        _point_at_nothing(sys.stdout)
        return int(ExitCode.OK)
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            return int(ExitCode.OK)  # the same, as typer tells it: it leaves with 1
        raise
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: people get a line and a file, not a traceback
        return _crash(error)
    return int(ExitCode.OK)


def _crash(error: Exception) -> int:
    from coach.cli.crash import write_crash_file

    file = write_crash_file(error)
    kept = f"the details are in {file}; please report it" if file else "the details could not be kept"
    _say(f"coach: this is a fault of the program ({type(error).__name__}) — {kept}")
    return int(ExitCode.INTERNAL)


def _say(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        _point_at_nothing(sys.stderr)  # nobody is there to read; the exit code still tells


def _point_at_nothing(stream: object) -> None:
    """So that the interpreter's own last flush does not fail as well."""
    import contextlib
    import os

    with contextlib.suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[attr-defined]
        os.close(null)
