"""The registry: names without imports, one that is broken stops no other."""

import io
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from coach.bootstrap.formats import GROUP, all_formats, format_names, load_format
from coach.errors import BadInput, Terminated

GOOD = """
from coach.model.sheets import Exported, SheetKind
class It:
    about = "mine"; suffix = ".x"; is_text = True; takes = frozenset({SheetKind.WORKOUT})
    def export(self, sheet): return Exported(b"")
exporter = It()
"""


@pytest.fixture
def points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """Ours, a good one, and four that are broken in different ways."""
    (tmp_path / "stranger_good.py").write_text(GOOD)
    (tmp_path / "stranger_raises.py").write_text("raise RuntimeError('no\\nluck')")
    (tmp_path / "stranger_half.py").write_text("class It:\n    about = 'x'\nexporter = It()")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield [
        EntryPoint("fit", "exporters.fit:exporter", GROUP),
        EntryPoint("fit", "stranger_good:exporter", GROUP),
        EntryPoint("good", "stranger_good:exporter", GROUP),
        EntryPoint("raises", "stranger_raises:exporter", GROUP),
        EntryPoint("half", "stranger_half:exporter", GROUP),
        EntryPoint("gone", "stranger_gone:exporter", GROUP),
    ]
    for name in ("stranger_good", "stranger_raises", "stranger_half"):
        sys.modules.pop(name, None)


def test_names_are_listed_without_importing_any(points: list[EntryPoint]) -> None:
    assert format_names(points) == ("fit", "gone", "good", "half", "raises")
    assert not {name for name in sys.modules if name.startswith("stranger_")}


def test_one_is_loaded_without_the_others(points: list[EntryPoint]) -> None:
    assert load_format("good", points).about == "mine"
    assert {name for name in sys.modules if name.startswith("stranger_")} == {"stranger_good"}


def test_broken_ones_are_shown_as_broken(points: list[EntryPoint]) -> None:
    found = {(each.name, each.package): each.outcome for each in all_formats(points)}
    problems = {key: str(outcome) for key, outcome in found.items() if isinstance(outcome, BadInput)}
    assert set(problems) == {
        ("fit", "stranger_good"), ("raises", "stranger_raises"), ("half", "stranger_half"), ("gone", "stranger_gone"),
    }  # fmt: skip
    assert "another exporter has this name" in problems["fit", "stranger_good"]
    assert "RuntimeError: no luck" in problems["raises", "stranger_raises"]
    assert "no suffix" in problems["half", "stranger_half"]
    assert "ModuleNotFoundError" in problems["gone", "stranger_gone"]
    assert set(found) - set(problems) == {("fit", ""), ("good", "stranger_good")}


def test_ours_is_not_replaced_by_one_of_the_same_name(points: list[EntryPoint]) -> None:
    assert type(load_format("FIT", points)).__module__ == "exporters.fit"


def test_asking_for_a_broken_one_says_why(points: list[EntryPoint]) -> None:
    with pytest.raises(BadInput, match=r"ModuleNotFoundError.*uninstall stranger_gone"):
        load_format("gone", points)


def test_an_unknown_one_gets_near_names(points: list[EntryPoint]) -> None:
    with pytest.raises(BadInput, match="did you mean good"):
        load_format("goods", points)


ODD = {
    "sys.exit at import": "import sys; sys.exit(3)",
    "a takes that raises": GOOD.replace("takes = frozenset({SheetKind.WORKOUT})", "takes = property(lambda s: 1 / 0)"),
    "a takes of words": GOOD.replace("frozenset({SheetKind.WORKOUT})", "frozenset({'workout'})"),
    "a takes that is a list": GOOD.replace("frozenset({SheetKind.WORKOUT})", "[SheetKind.WORKOUT]"),
    "a class": GOOD.replace("exporter = It()", "exporter = It"),
    "an about that is None": GOOD.replace('"mine"', "None"),
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_one_is_broken_and_the_rest_work(
    points: list[EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.delitem(sys.modules, "stranger_odd", raising=False)
    (tmp_path / "stranger_odd.py").write_text(ODD[what])
    odd = EntryPoint("odd", "stranger_odd:exporter", GROUP)
    found = {(each.name, each.package): each.outcome for each in all_formats([*points, odd])}
    assert "uninstall stranger_odd" in str(found["odd", "stranger_odd"])
    assert isinstance(found["odd", "stranger_odd"], BadInput)
    assert not isinstance(found["good", "stranger_good"], BadInput)
    with pytest.raises(BadInput, match="the exporter odd is broken"):
        load_format("odd", [odd])
    sys.modules.pop("stranger_odd", None)


POURS = "Exported(b'', (), lambda stream: 1 / 0)"


@pytest.mark.parametrize(
    "does", ["return b''", "1 / 0", "raise SystemExit(3)", "return Exported('x')", f"return {POURS}"]
)
def test_one_that_fails_at_work_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    monkeypatch.delitem(sys.modules, "stranger_odd", raising=False)
    (tmp_path / "stranger_odd.py").write_text(GOOD.replace('return Exported(b"")', does))
    monkeypatch.syspath_prepend(str(tmp_path))
    it = load_format("odd", [EntryPoint("odd", "stranger_odd:exporter", GROUP)])
    with pytest.raises(BadInput, match=r"the exporter odd is broken.*uninstall stranger_odd"):
        it.export(None).fill(io.BytesIO())  # type: ignore[arg-type]
    sys.modules.pop("stranger_odd", None)


def test_a_signal_ends_the_process_whoever_is_at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "stranger_odd", raising=False)
    (tmp_path / "stranger_odd.py").write_text("from coach.errors import Terminated; raise Terminated(143)")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Terminated):
        all_formats([EntryPoint("odd", "stranger_odd:exporter", GROUP)])


def test_case_does_not_matter(points: list[EntryPoint]) -> None:
    point = EntryPoint("Loud", "stranger_good:exporter", GROUP)
    assert load_format("lOUD", [point]).about == "mine"
    twice = all_formats([point, EntryPoint("loud", "stranger_good:exporter", GROUP)])
    assert [isinstance(each.outcome, BadInput) for each in twice] == [False, True]
