"""Errors → one line on stderr and an exit code. The only place that does this."""

import sys
from collections.abc import Callable

from coach.errors import CoachError, ExitCode


def complain(error: CoachError) -> None:
    """Print the error and its remedy as one line on stderr."""
    print(f"coach: {error}", file=sys.stderr)


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
        sys.stderr.close()
        return int(ExitCode.OK)
    return int(ExitCode.OK)
