"""What is printed: text, Markdown, the picture. Complete, in order, and safe whatever a name holds."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given

from coach.library.plans import make_plan
from coach.library.protocols import Protocols
from coach.model.durations import spell
from coach.model.sheets import PlanSheet, StageSheet
from coach.model.syntax import parse
from coach.model.timeline import compile_timeline
from coach.model.workout import Workout
from coach.resources import shipped
from exporters import md, svg, text
from exporters.contract import NAMES, workout_sheet
from exporters.lines import typed
from tests.model.workouts import workouts

SEED = "5m warmup, 8x(1m run, 2m walk), 5m cooldown"
SVG = "{http://www.w3.org/2000/svg}"


def printed(workout: str, title: str = "Session") -> str:
    return text.exporter.export(workout_sheet(parse(workout), title)).data.decode()


def osu() -> PlanSheet:
    protocols = Protocols(shipped("workouts"))
    found = protocols.get("osu")
    plan = make_plan(found, protocols.get)
    return PlanSheet(found.title, found.description, tuple(StageSheet(p.name, p.stage) for p in plan.planned), ("one",))


def test_text_has_every_interval_with_its_start() -> None:
    lines = printed(SEED).splitlines()
    assert lines[0] == "Session"
    assert lines[2].split() == ["start", "round", "step", "lasts"]
    assert lines[4].split() == ["5:00", "1/8", "Run", "1", "of", "8", "1", "min"]
    assert len(lines) == 2 + 1 + 18 + 5
    assert "34:00 in all, 8:00 of it running" in lines


@given(workouts)
def test_what_text_ends_with_can_be_typed_again(workout: Workout) -> None:
    lines = text.exporter.export(workout_sheet(workout)).data.decode().splitlines()
    assert parse(lines[-2]) == workout.model_copy(update={"name": None, "description": None})
    assert len(lines) == 2 + 1 + len(compile_timeline(workout).intervals) + 5


def test_times_that_nobody_knows_are_not_made_up() -> None:
    assert "2:00 and 1 step of unknown length" in printed("400mtr run, 2m walk")
    assert "\n2 steps of unknown length\n" in printed("2x(open run)")
    sheet = replace(workout_sheet(parse("400mtr run, 2m walk")), pace_s_per_km=400)
    assert "about 4:40 in all, 2:40 of it running" in text.exporter.export(sheet).data.decode()


@pytest.mark.parametrize("exporter", [text.exporter, md.exporter], ids=["text", "md"])
def test_a_plan_has_every_stage_and_session(exporter: text.TextExporter | md.MarkdownExporter) -> None:
    sheet = osu()
    out = exporter.export(sheet).data.decode()
    at = -1
    for stage in sheet.stages:
        at = out.index(f"{stage.name}:" if exporter is md.exporter else f"{stage.name}  ", at + 1)
        for session in stage.stage.sessions:
            assert typed(session) in out[at:]
    assert "no clinician has reviewed it" in out
    assert "one" in out.splitlines()[-3]


@pytest.mark.parametrize(
    "name", [*NAMES, "a | b", "<script>", "# no", "1. no", "[x](y)", "__b__", "&lt;", "> q", "***"]
)
def test_markdown_shows_a_name_as_it_is(name: str) -> None:
    steps = tuple(block.model_copy(update={"name": name}) for block in parse("1m run, 2m walk").steps)
    workout = Workout(name=name, description=name, steps=steps)
    lines = md.exporter.export(workout_sheet(workout, name)).data.decode().splitlines()
    assert lines[0].startswith("# ")
    assert unescaped(lines[0][2:]) == name
    assert unescaped(lines[2]) == name
    assert not re.match(r"[-+=>#|]|\d+[.)]|(?<!\\)[*_]{3}", lines[2]), "a line that Markdown would read"
    table = [line for line in lines if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {6}
    for line in lines:
        assert not re.search(r"(?<!\\)[<\[`]", line)


def unescaped(line: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line)


@given(workouts)
def test_the_picture_has_a_bar_an_interval_in_order(workout: Workout) -> None:
    timeline = compile_timeline(workout)
    root = ElementTree.fromstring(svg.exporter.export(workout_sheet(workout)).data)
    bars = [each for each in root.iter(f"{SVG}rect") if each.find(f"{SVG}title") is not None]
    words = [str(bar.findtext(f"{SVG}title")) for bar in bars]
    assert len(bars) == len(timeline.intervals)
    for interval, said, bar in zip(timeline.intervals, words, bars, strict=True):
        assert spell(interval.step.duration) in said
        assert ("stroke-dasharray" in bar.attrib) == (interval.planned_ms is None)
    left = [float(bar.attrib["x"]) for bar in bars]
    assert left == sorted(left)
    right = [x + float(bar.attrib["width"]) for x, bar in zip(left, bars, strict=True)]
    assert abs(right[-1] - (svg.WIDTH - svg.MARGIN)) < 0.05


def test_the_picture_is_to_scale() -> None:
    root = ElementTree.fromstring(svg.exporter.export(workout_sheet(parse(SEED))).data)
    widths = [float(e.attrib["width"]) for e in root.iter(f"{SVG}rect") if e.find(f"{SVG}title") is not None]
    for interval, width in zip(compile_timeline(parse(SEED)).intervals, widths, strict=True):
        assert interval.planned_ms is not None
        assert abs(width - (svg.WIDTH - 2 * svg.MARGIN) * interval.planned_ms / (34 * 60_000)) < 0.01


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_the_picture_is_xml_whatever_the_name(name: str) -> None:
    steps = tuple(block.model_copy(update={"name": name}) for block in parse("1m run, 2m walk").steps)
    root = ElementTree.fromstring(svg.exporter.export(workout_sheet(Workout(steps=steps), name)).data)
    assert root.findtext(f"{SVG}title") == name


def test_steps_without_a_time_are_said_to_be_drawn_at_a_guess() -> None:
    assert svg.exporter.export(workout_sheet(parse("400mtr run"))).remarks
    assert not svg.exporter.export(workout_sheet(parse("1m run"))).remarks
