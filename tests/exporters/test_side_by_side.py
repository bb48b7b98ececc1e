"""The page that shows one workout in every format is what the program writes."""

from coach.model.sheets import SheetKind
from tests.side_by_side import ORDER, our_exporters, written


def test_the_page_is_what_is_written_now() -> None:
    for file, content in written().items():
        assert file.read_text(encoding="utf-8") == content, f"{file.name} is old: run make formats"


def test_no_format_of_a_workout_is_left_out() -> None:
    assert set(ORDER) == {
        name for name, exporter in our_exporters() if not exporter.takes & {SheetKind.TABLE, SheetKind.SOUND}
    }
