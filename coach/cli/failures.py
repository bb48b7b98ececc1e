"""Errors → one line on stderr and an exit code. The only place that does this."""

import errno
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import typer

from coach.errors import BadInput, CoachError, ExitCode, StorageError, Terminated

INTERRUPTED = 130
"""What shells expect of a program ended by Ctrl-C: 128 + SIGINT."""
TERMINATED = 143
"""… and by SIGTERM: 128 + 15; a hang-up is 129."""


def complain(error: CoachError) -> None:
    """Print the error and its remedy as one line on stderr; on a terminal also the place it points at."""
    _say(f"coach: {' '.join(str(error).split())}")
    if error.picture and sys.stderr.isatty():
        for line in error.picture:
            _say(f"  {line}")


_RAW = (
    (re.compile(r"Input should be a valid integer.*", re.DOTALL), "it must be a whole number"),
    (re.compile(r"Input should be a valid number.*", re.DOTALL), "it must be a number"),
    (re.compile(r"Input should be a finite number.*", re.DOTALL), "it must be a number"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"it must be \1 or less"),
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"it must be \1 or more"),
    (re.compile(r"'([^']*)' is not a valid (?:int|integer)$"), r"\1 is no whole number"),
    (re.compile(r"'([^']*)' is not a valid (?:float)$"), r"\1 is no number"),
)


def _plainly(words: str) -> str:
    """What typer says of a number, for people; how it says that depends on its version."""
    for raw, plain in _RAW:
        words = raw.sub(plain, words)
    return words


def check_arguments(arguments: Sequence[str]) -> None:
    """Raises BadInput for bytes that are no text: nothing could keep or print them."""
    for number, argument in enumerate(arguments, start=1):
        try:
            argument.encode()
        except UnicodeEncodeError:
            shown = argument.encode("ascii", "replace").decode()[:30]
            raise BadInput(f"argument {number} ({shown}) is not text in UTF-8", remedy="type it anew") from None


def exit_code_for(app: Callable[..., object]) -> int:
    """Run ``app`` (a typer application, told not to report errors itself) and return the exit code to leave with."""
    open_standard_streams()
    with _terminable():
        return _exit_code_for(app)


def _exit_code_for(app: Callable[..., object]) -> int:
    try:
        code = app()
    except CoachError as error:
        complain(error)
        return int(error.exit_code)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.Abort:
        return INTERRUPTED  # Ctrl-C or Ctrl-D where it asked
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
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return _crash(error)
        # Our own files say so themselves, by name; what is left is the file that stdout was pointed at.
        complain(StorageError("the output cannot be written: its disk is full", remedy="free some space on it"))
        _point_at_nothing(sys.stdout)
        return int(ExitCode.STORAGE)
    except Exception as error:  # noqa: BLE001 - the last resort: people get a line and a file, not a traceback
        return _report_misuse(error) if isinstance(error, _Misuse) else _crash(error)
    return code if isinstance(code, int) else int(ExitCode.OK)  # typer returns the code of those who left early


_Misuse = typer.BadParameter.__bases__[0]
"""What typer raises where the command line makes no sense; it has no public name."""


def _report_misuse(error: Any) -> int:
    if type(error).show is not _Misuse.show:  # type: ignore[attr-defined]
        error.show()  # a bare ``coach workout``: its help serves better than a complaint
        return int(ExitCode.BAD_INPUT)
    minus = _with_minus(getattr(error, "option_name", None))
    if minus:
        remedy = "leave the sign out"
        if re.fullmatch(r"-+[\d.,]+", minus):  # without the sign it would be another answer
            remedy = "no number here is below 0; scores are 0-10, where 0 is none"
        complain(BadInput(f"“{minus}” begins with a minus sign, as only options do", remedy=remedy))
        return int(ExitCode.BAD_INPUT)
    what = _plainly(error.format_message().rstrip("."))
    remedy = f"see `{error.ctx.command_path} --help`" if error.ctx else "the command with --help shows how it is used"
    complain(BadInput(what[:1].lower() + what[1:], remedy=remedy))
    return int(ExitCode.BAD_INPUT)


def _with_minus(option: str | None) -> str:
    """What was typed, if it is no option but a number or a workout with a minus sign before it; else nothing."""
    typed = next((word for word in sys.argv[1:] if option and word.startswith(option)), "")
    return typed[:30] if re.match(r"-+[\d(]|-+[^=]*\s", typed) else ""


def open_standard_streams() -> None:
    """Where a service or ``<&-`` left stdin, stdout or stderr closed, open them on nothing.

    Else the next file opened, such as a lock or the journal, would get that number, and be written to as stdout.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            os.set_inheritable(number, True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


@contextmanager
def _terminable() -> Generator[None]:
    """Within, SIGTERM and a hang-up unwind as Ctrl-C does.

    So what was begun, such as a voice's process or half a file, is ended or cleared away too. A hang-up that is
    ignored, as by nohup, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminated(number: int, _frame: FrameType | None) -> None:
        raise Terminated(128 + number)

    numbers = [signal.SIGTERM, *([signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else [])]
    before = {number: signal.signal(number, terminated) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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

    with contextlib.suppress(OSError, ValueError, AttributeError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[attr-defined]
        os.close(null)
