"""What is printed of an update, for people and for programs."""

from datetime import UTC, datetime

import pytest

from coach.headless.lines import Printer
from coach.model.cue import Cue, CueKind, DroppedCue, Priority, Speech
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.session.outputs import CueMissed

WORDS = Cue(CueKind.WARNING, 61_000_000_000, Speech(("Next, walk.",)), Priority.WARNING)


@pytest.mark.parametrize(
    ("as_json", "tells_missed", "lines"), [(False, True, 1), (False, False, 0), (True, True, 1), (True, False, 1)]
)
def test_cues_that_nobody_expects_to_hear_are_told_to_programs_alone(
    as_json: bool, tells_missed: bool, lines: int
) -> None:
    printed: list[str] = []
    timeline = compile_timeline(parse("1m run"))
    printer = Printer(
        timeline, printed.append, lambda: datetime(2026, 3, 2, tzinfo=UTC), as_json=as_json, tells_missed=tells_missed
    )
    printer(CueMissed(DroppedCue(WORDS, "no room")))
    assert len(printed) == lines
