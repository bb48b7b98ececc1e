"""The runner's record for spreadsheets (CSV) and programs (a JSON object a line)."""

import csv
import io
import json
import re
from collections.abc import Iterable

from coach.errors import BadInput
from coach.model.sheets import Cell, Exported, Sheet, SheetKind, TableSheet

_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d\d:\d\d$|\d+(\.\d+)?$)")
"""How a text begins that a spreadsheet would work out instead of showing it; UTC offsets and numbers are harmless."""


class CsvExporter:
    """RFC 4180 with a head line, UTF-8; nothing for what is not given, ``true`` and ``false``, lists with spaces."""

    about = "CSV of your ratings, runs or journal, for spreadsheets"
    suffix = ".csv"
    is_text = True
    takes = frozenset({SheetKind.TABLE})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        table = _table(sheet, "csv")
        lines = [_line(table.columns)]
        guarded = 0
        for row in table.rows:
            cells = [_cell(row.get(column)) for column in table.columns]
            shown = [f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells]
            guarded += sum(1 for cell, text in zip(cells, shown, strict=True) if cell != text)
            lines.append(_line(shown))
        remark = f"{guarded} texts begin like a formula: an apostrophe stands before them"
        return Exported("".join(lines).encode(), (remark,) if guarded else ())


class JsonLinesExporter:
    """Every column of every row, ``null`` for what is not given."""

    about = "your ratings, runs or journal, a JSON object a line"
    suffix = ".jsonl"
    is_text = True
    takes = frozenset({SheetKind.TABLE})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind."""
        table = _table(sheet, "jsonl")
        lines = (
            json.dumps({column: row.get(column) for column in table.columns}, ensure_ascii=False) for row in table.rows
        )
        return Exported("".join(f"{line}\n" for line in lines).encode())


def _line(cells: Iterable[str]) -> str:
    """Only a writer whose own line ends are CR and LF puts quotes around either of them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _table(sheet: Sheet, name: str) -> TableSheet:
    if isinstance(sheet, TableSheet):
        return sheet
    raise BadInput(f"{name} holds no {sheet.kind.value}", remedy="say ratings, runs or journal")


def _cell(value: Cell | list[str]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return " ".join(value)
        case _:
            return str(value)


as_csv = CsvExporter()
as_jsonl = JsonLinesExporter()
