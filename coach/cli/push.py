"""``coach push``: today's session onto a watch on the cable, or into intervals.icu's calendar."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coach.cli.export import ask_again, begin_time, file_name, ready_sheet

if TYPE_CHECKING:
    from datetime import datetime

    from coach.bootstrap.exporting import Ready
    from coach.model.sheets import Exported

_Path = Annotated[
    Path | None, typer.Argument(metavar="PATH", help="With --usb: the watch's folder, if it is not found by itself.")
]
_Usb = Annotated[bool, typer.Option("--usb", help="Copy it to GARMIN/NewFiles of a mounted watch.")]
_To = Annotated[
    str | None, typer.Option("--to", metavar="SERVICE", help="Put it into a calendar: garmin or intervals.")
]
_SetKey = Annotated[bool, typer.Option("--set-key", help="With --to: keep the key that is typed or piped in.")]
_ForgetKey = Annotated[bool, typer.Option("--forget-key", help="With --to: remove the key that is kept.")]
_Force = Annotated[bool, typer.Option("--force", help="Replace a file of that name on the watch.")]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would go where, and send nothing.")]
_Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before sending.")]
_Without = Annotated[
    list[str] | None,
    typer.Option("--without", metavar="WHAT", help="Leave out names or targets of steps; may be repeated."),
]
_At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="When the session is to begin, if not now.")]

_EPILOG = """\b
Examples:
  coach push --usb                       to the watch that is plugged in
  coach push --usb /media/me/GARMIN      to that one
  coach push --usb --dry-run             what would go where
  coach push --to intervals --set-key    keep the key, once
  coach push --to intervals              into the calendar of intervals.icu
  coach push                             to Garmin Connect, once logged in
                                         there: coach garmin login

\b
Only today's session goes out, and only while the gate is open. From Garmin
Connect it is taken back once that closes; what is elsewhere cannot be called
back: its name carries stage and date.

\b
Exit codes: 0 sent, 2 bad input, or there is no watch, 4 the gate is closed,
7 the watch cannot be written to, 8 the service did not take it, 9 it wants a
login."""


def register(app: typer.Typer) -> None:
    """Add the command to the top level."""
    app.command(epilog=_EPILOG, short_help="Send today's session to a watch or a calendar.")(push)


def push(
    path: _Path = None,
    usb: _Usb = False,
    to: _To = None,
    force: _Force = False,
    dry_run: _DryRun = False,
    yes: _Yes = False,
    without: _Without = None,
    at: _At = None,
    set_key: _SetKey = False,
    forget_key: _ForgetKey = False,
) -> None:
    """Send today's session to where it will be run.

    A closed gate sends nothing and shows its reasons.
    """
    from coach.bootstrap.garmin_files import GARMIN, is_logged_in
    from coach.bootstrap.pushing import INTERVALS
    from coach.cli.garmin import to_garmin
    from coach.errors import BadInput

    if usb and to is not None:
        raise BadInput(
            "--usb and --to are two places", remedy="push to one after the other: `coach push --usb`, then the other"
        )
    if not usb and to is None and is_logged_in():
        to = GARMIN
    if not usb and to is None:
        remedy = "`coach push --usb` or `coach push --to intervals`; or once `coach garmin login`, then `coach push`"
        raise BadInput("say where to", remedy=remedy)
    if to is None:
        if set_key or forget_key:
            raise BadInput("a watch needs no key", remedy="say --to intervals")
        to_watch(path, without or (), at, force=force, dry_run=dry_run, yes=yes)
        return
    if to.casefold() not in (GARMIN, INTERVALS):
        raise BadInput(f"nothing can be pushed to {to[:40]!r}", where="--to", remedy=f"say {GARMIN} or {INTERVALS}")
    if path is not None or force:
        raise BadInput("PATH and --force are for a watch", remedy="leave them out, or say --usb")
    if to.casefold() == GARMIN:
        if set_key or forget_key:
            raise BadInput("Garmin Connect has no key", remedy="`coach garmin login`, `coach garmin logout`")
        to_garmin(without or (), at, dry_run=dry_run, yes=yes)
    elif set_key or forget_key:
        _mind_the_key(set_key=set_key, forget_key=forget_key)
    else:
        to_intervals(without or (), at, dry_run=dry_run, yes=yes)


def to_watch(
    path: Path | None, without: list[str] | tuple[()], at: str | None, *, force: bool, dry_run: bool, yes: bool
) -> None:
    """The FIT workout, verified by its hash. The gate is asked first: there is nothing to send where it is closed."""
    from coach.bootstrap.formats import load_format
    from coach.bootstrap.pushing import check_may_find
    from coach.delivery.watches import find_watches, is_there, put_on, the_watch, watch_at

    if path is None and not dry_run:
        check_may_find()
    ready, made = _made("fit", without, begin_time(at), keep=not dry_run)
    watch = the_watch(find_watches()) if path is None else watch_at(path)
    name = file_name(ready, load_format("fit"))
    replaces = ", in place of the one that is there" if is_there(watch, name, force=force) else ""
    typer.echo(f"{ready.stem}: {name}, {len(made.data)} bytes, to {watch.words}{replaces}", err=True)
    if dry_run or not _is_wanted("Copy it?", yes=yes):
        typer.echo("nothing was written", err=True)
        return
    ask_again(ready)
    sha256 = put_on(watch, name, made.data, force=force)
    typer.echo(f"written to {watch.folder / name}, and read back the same (SHA-256 {sha256[:16]}…)", err=True)
    typer.echo("Unmount the watch and unplug it: it takes the session in then.", err=True)


def to_intervals(without: list[str] | tuple[()], at: str | None, *, dry_run: bool, yes: bool) -> None:
    """The session as text for its workout builder, at its time. One request, whatever comes of it."""
    from coach.bootstrap.pushing import check_may_send, planned_session, the_keys, the_site
    from coach.delivery.intervals import send

    site = the_site()
    start = begin_time(at)  # once: a moment later the same time of day may be tomorrow's
    ready, made = _made("intervals", without, start, keep=not dry_run)
    session = planned_session(ready.stem, made.data.decode(), start)
    typer.echo(f"{session.name}, {session.start:%Y-%m-%d %H:%M}, to the calendar at {site}:", err=True)
    typer.echo(session.text, nl=False, err=True)
    if dry_run or not _is_wanted("Send it?", yes=yes):
        typer.echo("nothing was sent", err=True)
        return
    check_may_send(site)
    secret = the_keys().find().secret  # a keyring may ask for its own password
    ask_again(ready)
    send(session, secret, site)
    typer.echo("sent, and taken; sent again it is moved, not doubled", err=True)


def _mind_the_key(*, set_key: bool, forget_key: bool) -> None:
    import sys

    from coach.bootstrap.pushing import the_keys
    from coach.cli.answers import is_terminal
    from coach.errors import BadInput

    if set_key and forget_key:
        raise BadInput("--set-key and --forget-key contradict each other", remedy="give one of them")
    if forget_key:
        gone = the_keys().forget()
        typer.echo(f"the key is gone from {' and '.join(gone)}" if gone else "there was no key", err=True)
        return
    secret = typer.prompt("Key of intervals.icu", hide_input=True, err=True) if is_terminal() else sys.stdin.readline()
    kept = the_keys().keep(secret)
    typer.echo(f"the key is kept in {kept.place}", err=True)
    if kept.warning:
        typer.echo(f"coach: {kept.warning}", err=True)


def _made(
    format_name: str, without: list[str] | tuple[()], start: datetime | None, *, keep: bool
) -> tuple[Ready, Exported]:
    """Today's session in that format, with what there is to say about it said."""
    from coach.bootstrap.exporting import TODAY, Wish
    from coach.bootstrap.formats import load_format
    from coach.bootstrap.pushing import marked

    exporter = load_format(format_name)
    ready = ready_sheet(format_name, exporter, Wish((TODAY,), frozenset(without), start, keep=keep))
    if format_name == "fit":
        ready = marked(ready)
    made = exporter.export(ready.sheet)
    for remark in (*ready.remarks, *made.remarks):
        typer.echo(f"coach: {remark}", err=True)
    return ready, made


def _is_wanted(question: str, *, yes: bool) -> bool:
    from coach.cli.answers import confirm, is_terminal

    return yes or not is_terminal() or confirm(question, usual=True)
