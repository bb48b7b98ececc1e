"""Bare ``coach``: the app, and what it is left for; ``coach --plain``."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from coach.cli.run import Manner, collect_again, run_session, watch
from coach.cli.shared import has_screen

if TYPE_CHECKING:
    from coach.tui.home import Wish


class _Came(NamedTuple):
    """What came of an errand: a session that was run here, and what is to be said."""

    just_ran: str = ""
    notice: str = ""


def register(app: typer.Typer) -> None:
    """What happens without a command."""
    app.callback(invoke_without_command=True)(bare)


def bare(
    context: typer.Context,
    plain: Annotated[
        bool, typer.Option("--plain", help="Everything as plain lines, for screen readers and pipes: no screen.")
    ] = False,
) -> None:
    """On a terminal: watch the live session, or open the app on Today. Else print this help."""
    if context.invoked_subcommand is not None:
        _check_alone(plain=plain)
        return
    if plain:
        from coach.cli.plain import talk

        talk()
        return
    if not has_screen():
        typer.echo(context.get_help())
        return
    _stay_at_home()


def _check_alone(*, plain: bool) -> None:
    from coach.errors import BadInput

    if plain:
        remedy = "give it alone, `coach --plain`: every command can be typed there"
        raise BadInput("--plain goes with no command", remedy=remedy)


def _stay_at_home() -> None:
    """The app on Today, and what it is left for, until it is left for good. A session that is live is watched first."""
    from coach.bootstrap import someone_is_live
    from coach.bootstrap.home import open_home
    from coach.tui.home import Errand, Wish

    collect_again()
    came = _tried(Wish(Errand.FOLLOW)) if someone_is_live() else _Came()
    while has_screen():
        wish = open_home(notice=came.notice, just_ran=came.just_ran)
        if wish.errand is Errand.LEAVE:
            return
        came = _tried(wish)


def _tried(wish: "Wish") -> _Came:
    """What came of it, a refusal in words."""
    from coach.errors import CoachError

    try:
        return _Came(just_ran=_done(wish))
    except CoachError as error:
        return _Came(notice=" ".join(str(error).split()))
    except (typer.Exit, typer.Abort):
        return _Came(notice="Left; nothing was changed.")


def _done(wish: "Wish") -> str:
    """The session that was run here; empty if none was."""
    from coach.bootstrap import RunOptions
    from coach.tui.home import Errand

    if wish.errand is Errand.FOLLOW:
        return watch(as_json=False, then_home=True)
    return run_session(RunOptions(override=wish.override), Manner(then_home=True))
