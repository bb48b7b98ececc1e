"""``coach garmin``: the login to Garmin Connect; and what ``coach push`` does there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.shared import print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coach.bootstrap.garmin import GarminSync
    from coach.coaching import Today
    from coach.errors import ServiceError
    from coach.garmin.sync import Action

UNOFFICIAL = "Garmin has no official way in for this: the coach comes as its app does, and Garmin may end that any day."
_EPILOG = """\b
Examples:
  coach garmin login me@example.org   asks for the password, and the code that
                                      Garmin may send
  coach garmin status                 whose login, and what lies ahead there
  coach garmin logout                 take back what lies ahead, and log out

\b
Exit codes: 0 done, 2 bad input, 8 Garmin Connect did not take it, 9 a login
is needed, or was refused."""

app = typer.Typer(
    help="Log in to Garmin Connect, for `coach push`.", no_args_is_help=True,
    epilog=_EPILOG,
)  # fmt: skip


@app.command(epilog=_EPILOG)
def login(
    email: Annotated[str | None, typer.Argument(metavar="EMAIL", help="The address you log in with there.")] = None,
) -> None:
    """Log in. The password is used once and kept nowhere.

    What is kept is a token, which you alone can read. Off a terminal address, password and code are read from the
    lines of standard input. Ctrl-C keeps nothing.
    """
    from coach.bootstrap.garmin import the_client
    from coach.errors import BadInput

    client = the_client()
    typer.echo(UNOFFICIAL, err=True)
    email = (email or _asked("E-mail address")).strip()
    password = _asked("Password (it is not shown, and not kept)", hide=True)
    if not email or not password:
        raise BadInput("an e-mail address and a password are needed", remedy="give both; nothing was sent")
    name = client.login(
        email, password, lambda _: _asked("The code Garmin sent you"), lambda words: typer.echo(words, err=True)
    )
    typer.echo(f"logged in as {name}; `coach push` sends there now", err=True)


@app.command()
def status(json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Say whose login it is, and what of the coach lies ahead there."""
    from coach.bootstrap.garmin import GarminSync, the_client

    name = the_client().name()
    ahead = [action.words for action in GarminSync().plan(None)]
    if json:
        print_json({"name": name, "to_take_back": ahead})
        return
    typer.echo(f"Logged in to Garmin Connect as {name}.")
    if not ahead:
        typer.echo("No session of the coach lies ahead there.")
    for words in ahead:
        typer.echo(f"Lies ahead: closing the gate would {words}.")


@app.command()
def logout() -> None:
    """Take back what lies ahead there, and forget the login.

    Garmin itself is not told: for that there is no way that is known.
    """
    from coach.bootstrap.garmin import GarminSync, the_tokens
    from coach.bootstrap.garmin_files import is_logged_in
    from coach.errors import CoachError

    if not is_logged_in():
        typer.echo("there was no login", err=True)
        return
    try:
        take_back(GarminSync(), dry_run=False)
    except CoachError as error:
        typer.echo(f"coach: {error.what}: take by hand off connect.garmin.com what lies ahead there", err=True)
    the_tokens().remove()
    typer.echo("the login is gone from here", err=True)


@app.command()
def key(forget: Annotated[bool, typer.Option("--forget", help="Remove the one that is kept.")] = False) -> None:
    """Keep the key of Garmin's Personal API, typed (unseen) or piped in.

    It is official and can only be read; make the key on Garmin's pages. It wants Python 3.12 or newer.
    """
    from coach.bootstrap.pulling import the_personal_key

    if forget:
        gone = the_personal_key().forget()
        typer.echo(f"the key is gone from {' and '.join(gone)}" if gone else "there was no key", err=True)
        return
    kept = the_personal_key().keep(_asked("Key of Garmin's Personal API", hide=True))
    typer.echo(f"the key is kept in {kept.place}", err=True)
    if kept.warning:
        typer.echo(f"coach: {kept.warning}", err=True)


def _asked(what: str, *, hide: bool = False) -> str:
    from coach.cli.answers import is_terminal
    from coach.errors import BadInput

    if is_terminal():
        return typer.prompt(what, hide_input=hide, err=True)
    line = sys.stdin.readline()
    if not line:
        raise BadInput(f"{what.partition(' (')[0].lower()} is missing", remedy="give one line for each, or a terminal")
    return line.removesuffix("\n")


# What a push does there


def to_garmin(without: Sequence[str], at: str | None, *, dry_run: bool, yes: bool) -> None:
    """Today's session into the library and onto its day. Where the gate is closed, what lies ahead is taken back."""
    from coach.bootstrap.exporting import TODAY, Wish
    from coach.bootstrap.formats import load_format
    from coach.bootstrap.garmin import GarminSync, the_tokens
    from coach.bootstrap.garmin_back import FOLLOWS
    from coach.bootstrap.garmin_files import GARMIN
    from coach.bootstrap.pushing import marked
    from coach.cli.export import ask_again, begin_time, ready_sheet
    from coach.errors import GateClosed

    the_tokens().read()  # a login is needed, whatever the gate says
    sync = GarminSync()
    start = begin_time(at)
    exporter = load_format(GARMIN)
    try:
        ready = marked(ready_sheet(GARMIN, exporter, Wish((TODAY,), frozenset(without), start, keep=not dry_run)))
        made = exporter.export(ready.sheet)
        for remark in (*ready.remarks, *made.remarks):
            typer.echo(f"coach: {remark}", err=True)
        day = sync.today if start is None else sync.day_of(start)
        actions = sync.plan(made.data, day)
        typer.echo(f"{ready.stem}, {day}, to Garmin Connect:", err=True)
        _show(actions)
        if dry_run or not actions or not _is_wanted(yes=yes):
            typer.echo("nothing was changed" if actions else "it is there already", err=True)
            return
        sync.apply(actions, lambda: ask_again(ready))
        typer.echo(f"sent, and found there as it was sent. {FOLLOWS}", err=True)
    except GateClosed:
        _take_back_or_say(sync, dry_run=dry_run)
        raise


def _show(actions: Sequence[Action]) -> None:
    for action in actions:
        typer.echo(f"  {action.words}", err=True)


def _is_wanted(*, yes: bool) -> bool:
    from coach.cli.answers import confirm, is_terminal

    return yes or not is_terminal() or confirm("Do that?", usual=True)


def take_back(sync: GarminSync, *, dry_run: bool) -> None:
    """Nothing of ours is to lie ahead. For that nobody is asked. Raises ServiceError."""
    from coach.bootstrap.garmin_back import TAKEN_BACK

    actions = sync.plan(None)
    if not actions:
        return
    typer.echo("to be taken back from Garmin Connect:" if dry_run else "taking back from Garmin Connect:", err=True)
    _show(actions)
    if not dry_run:
        sync.apply(actions, lambda: None)
        typer.echo(TAKEN_BACK, err=True)


def _take_back_or_say(sync: GarminSync, *, dry_run: bool) -> None:
    from coach.errors import ServiceError

    try:
        take_back(sync, dry_run=dry_run)
    except ServiceError as error:
        raise _still_there(error) from None


def _still_there(error: ServiceError) -> ServiceError:
    """The same, and what it means."""
    error.what = f"the gate is closed, and a session may still lie ahead on Garmin Connect: {error.what}"
    return error


def push_after_rating(found: Today) -> None:
    """What ``coach morning --push`` does after it is rated and decided. A closed gate was shown already."""
    from coach.bootstrap.garmin import GarminSync
    from coach.bootstrap.garmin_files import is_logged_in
    from coach.errors import ExitCode

    if found.is_open:
        to_garmin((), None, dry_run=False, yes=True)
        return
    if is_logged_in():
        _take_back_or_say(GarminSync(), dry_run=False)
    raise typer.Exit(int(ExitCode.GATE_CLOSED))


def take_back_what_is_wrong(found: Today) -> None:
    """After a decision: what lies ahead there and is not what is open now goes at once. Never fails: what was rated is
    kept, and a warning says what may still be there."""
    from coach.bootstrap.garmin_back import TakingBack

    if (job := TakingBack()(found)) is not None and (words := job()):
        typer.echo(f"coach: {words}", err=True)
