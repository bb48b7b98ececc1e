"""Errors a person can act on. Only ``cli`` turns them into advice on the screen and an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process returns. A public contract: see docs/commands.md."""

    OK = 0
    INTERNAL = 1  # a fault of ours; a redacted crash file is written
    BAD_INPUT = 2  # the command line, a workout, a setting or a file is wrong
    GATE_CLOSED = 4
    ALREADY_LIVE = 5  # another coach is running a session
    SOUND = 6  # the asked-for voice or sound output cannot be had
    STORAGE = 7  # the journal or a file cannot be written or read
    SERVICE = 8  # a service on the net cannot be reached, or did not take it
    LOGIN = 9  # a service wants a login first


class CoachError(Exception):
    """Something the user can mend.

    ``what`` says what is wrong, ``where`` the file, line or column if there is one, ``remedy`` what to do.
    ``picture`` is lines that show the place, for terminals; mostly none.
    """

    exit_code = ExitCode.INTERNAL
    picture: tuple[str, ...] = ()

    def __init__(self, what: str, *, remedy: str, where: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what} — {self.remedy}"


class BadInput(CoachError):
    """A workout, option, setting or file does not make sense."""

    exit_code = ExitCode.BAD_INPUT


class GateClosed(CoachError):
    """The gate does not let this run begin. ``today`` holds the decision with its reasons, for the front ends."""

    exit_code = ExitCode.GATE_CLOSED

    def __init__(self, what: str, *, remedy: str, where: str | None = None, today: object = None) -> None:
        super().__init__(what, remedy=remedy, where=where)
        self.today = today


class AlreadyLive(CoachError):
    """Another coach holds the live session of this journal."""

    exit_code = ExitCode.ALREADY_LIVE


class SoundUnavailable(CoachError):
    """The voice, language or sound output that was asked for cannot be had here."""

    exit_code = ExitCode.SOUND


class StorageError(CoachError):
    """The journal, the cache or a file cannot be read or written."""

    exit_code = ExitCode.STORAGE


class ServiceError(CoachError):
    """A service on the net cannot be reached, or did not take what was sent."""

    exit_code = ExitCode.SERVICE


class LoginNeeded(ServiceError):
    """The service wants a login first: there is none here, or it takes the one that is here no more."""

    exit_code = ExitCode.LOGIN


class Terminated(SystemExit):
    """A signal ends the process, which unwinds. Whoever runs code of others lets this pass, not their ``sys.exit``."""


class CommandRefused(CoachError):
    """The session cannot do this command in its present state; the session goes on.

    ``code`` is the spoken notice that says so.
    """

    exit_code = ExitCode.BAD_INPUT

    def __init__(self, what: str, *, remedy: str, where: str | None = None, code: str = "refused") -> None:
        super().__init__(what, remedy=remedy, where=where)
        self.code = code
