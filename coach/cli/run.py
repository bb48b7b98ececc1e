"""``coach run`` and bare ``coach``: the live session."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of the live session to the top level."""

    @app.callback(invoke_without_command=True)
    def bare(context: typer.Context) -> None:
        """PLACEHOLDER."""
