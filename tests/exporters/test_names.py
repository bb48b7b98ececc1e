"""Names as people make them up: whole on the other side, or refused, in every format that holds a workout."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
from hypothesis import given

from coach.errors import BadInput
from coach.model.syntax import parse
from coach.model.workout import Workout
from exporters import fit, garmin, intervals, md, svg, text
from exporters.contract import NAMES, workout_sheet
from tests.exporters.readers import by_fit_tool, by_fitdecode
from tests.model.workouts import names

Read = Callable[[str], list[str]]
"""From a name to every place it must be found whole in, after an export."""


def exported(exporter: fit.FitExporter, name: str) -> bytes:
    steps = (parse("1m run").steps[0].model_copy(update={"name": name}),)
    return exporter.export(workout_sheet(Workout(name=name, steps=steps), name)).data


def in_fit(name: str) -> list[str]:
    found: list[str] = []
    for decode in (by_fitdecode, by_fit_tool):
        messages = decode(exported(fit.exporter, name))
        [title] = [raw[8] for number, raw in messages if number == 26]
        [step] = [raw for number, raw in messages if number == 27]
        found += [title, step.get(8) or step[0]]
        assert step[0].isascii()
        assert len(step[0]) <= fit.SHORT_NAME
    return found


def in_garmin(name: str) -> list[str]:
    whole = json.loads(exported(garmin.exporter, name))
    return [whole["workoutName"], whole["workoutSegments"][0]["workoutSteps"][0]["description"]]


def in_intervals(name: str) -> list[str]:
    shown = re.fullmatch("- (.*) 1m intensity=active\n", exported(intervals.exporter, name).decode())
    assert shown
    return [shown[1]]


def in_text(name: str) -> list[str]:
    lines = exported(text.exporter, name).decode().split("\n")
    step = parse(lines[-3]).steps[0].model_dump()
    return [lines[0], step["name"], re.sub(r"^ *0:00 +Run +1 min +", "", lines[3])]


def in_md(name: str) -> list[str]:
    lines = exported(md.exporter, name).decode().split("\n")
    cells = re.split(r"(?<!\\)(?:\\\\)*\|", lines[4])
    assert len(cells) == 7
    return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", lines[0][2:])]


def in_svg(name: str) -> list[str]:
    root = ElementTree.fromstring(exported(svg.exporter, name))
    said = [str(each.text) for each in root.iter("{http://www.w3.org/2000/svg}title")]
    return [said[0], said[1].removeprefix("Run, 1 min “").removesuffix("”")]


EVERY = [in_fit, in_garmin, in_intervals, in_text, in_md, in_svg]


@pytest.mark.parametrize("read", EVERY)
@given(name=names)
def test_any_name_is_whole_or_refused(read: Read, name: str) -> None:
    check(read, name)


@pytest.mark.parametrize("read", EVERY)
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_awkward_names_are_whole_or_refused(read: Read, name: str) -> None:
    check(read, name)


def check(read: Read, name: str) -> None:
    try:
        found = read(name)
    except BadInput as refusal:
        said = str(refusal)
    else:
        assert set(found) == {name}
        return
    assert read in (in_fit, in_intervals), "the others hold every name"
    assert read is not in_fit or len(name.encode()) > 254
    assert "\n" not in said


@pytest.mark.parametrize("name", ["a\x07b", "a\nb", "a\x1b[1m", "a\u202eb", "x" * 300, "", " "])
def test_what_would_garble_a_line_never_gets_that_far(name: str) -> None:
    with pytest.raises(ValueError, match="a name"):
        Workout(name=name, steps=parse("1m run").steps)
