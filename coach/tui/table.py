"""A table whose columns are as wide as what will stand in them."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.widgets import DataTable


def head(table: DataTable[str], names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Empty the table and give it columns that ``rows`` will fit in.

    Left to itself the table measures rows once it is idle, and what it has drawn before stays as narrow as it was.
    """
    table.clear(columns=True)
    for at, name in enumerate(names):
        table.add_column(name, width=max(cell_len(text) for text in (name, *(row[at] for row in rows))))
