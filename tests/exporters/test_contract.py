"""Every exporter of ours under the contract; and the contract itself, which must find what is wrong."""

from importlib.metadata import entry_points
from typing import Any

import pytest

from coach.bootstrap.formats import GROUP, OURS
from coach.errors import BadInput
from coach.model.sheets import Exported, Sheet, SheetKind
from exporters.contract import ExporterContract

EVERY = [point for point in entry_points(group=GROUP) if point.value.startswith(OURS)]


@pytest.fixture(params=EVERY, ids=lambda point: point.name)
def exporter(request: pytest.FixtureRequest) -> Any:
    return request.param.load()


class TestOurs(ExporterContract):
    @pytest.fixture(autouse=True)
    def _set(self, exporter: Any) -> None:
        self.exporter = exporter


def test_all_of_ours_are_found() -> None:
    assert len(EVERY) == len({point.name for point in EVERY}) > 0


class Good:
    """The smallest exporter there can be."""

    about = "one line"
    suffix = ".one"
    is_text = True
    takes = frozenset({SheetKind.WORKOUT})

    def export(self, sheet: Sheet) -> Exported:
        if sheet.kind not in self.takes:
            raise BadInput("no", remedy="yes")
        return Exported(b"one\n")


class Forgetful(Good):
    def export(self, sheet: Sheet) -> Exported:
        return Exported(b"one\n")


class Moody(Good):
    count = 0

    def export(self, sheet: Sheet) -> Exported:
        self.count += 1
        return Exported(b"%d\n" % self.count)


class Bare(Good):
    def export(self, sheet: Sheet) -> Exported:
        raise ValueError("not a word for a person")


class Controlling(Good):
    def export(self, sheet: Sheet) -> Exported:
        super().export(sheet)
        return Exported(b"\x1b[1mone\n", ("two\nlines",))


TESTS = [name for name in dir(ExporterContract) if name.startswith("test_")]


def failing(exporter: Any) -> set[str]:
    contract = ExporterContract()
    contract.exporter = exporter
    found: set[str] = set()
    for name in TESTS:
        try:
            getattr(contract, name)()
        except (AssertionError, ValueError):
            found.add(name)
    return found


def test_the_contract_passes_a_good_one() -> None:
    assert failing(Good()) == set()


@pytest.mark.parametrize(
    ("exporter", "test"),
    [
        (Forgetful(), "test_it_refuses_other_sheets"),
        (Moody(), "test_the_same_sheet_gives_the_same_file"),
        (Bare(), "test_what_it_cannot_hold_it_refuses_in_one_line"),
        (Controlling(), "test_text_is_text"),
        (Controlling(), "test_remarks_are_one_line_each"),
    ],
)
def test_the_contract_finds(exporter: Any, test: str) -> None:
    assert test in failing(exporter)
