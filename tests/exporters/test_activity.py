"""Activities: read back by decoders of others, and equal to what was done; beside real watches' own."""

import io
import os
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import fitdecode
import pytest
from hypothesis import example, given, settings
from tcxreader.tcxreader import TCXReader

from coach.history.laps import done_laps
from coach.model.sheets import ActivitySheet, Lap
from coach.model.syntax import parse
from coach.model.timeline import Timeline
from coach.model.workout import Workout
from coach.session.state import Command, CommandKind
from exporters import activity_fit, activity_tcx
from exporters.activity import in_ms
from exporters.contract import activity_sheet
from exporters.fit import EPOCH
from tests.exporters.readers import DECODERS, FIT_INTENSITY, Raw, by_fitdecode, fit_done, planned
from tests.history.test_laps import lived, written
from tests.model.workouts import names
from tests.session.rig import moves, timelines
from tests.session.test_engine_properties import Moves, play

CORPUS = os.environ.get("COACH_CORPUS", "")
TEXT = '5m warmup, 2x(2x(1m run "easy", 2m walk), 2m rest), 400mtr run, 5m cooldown'

Decoder = Callable[[bytes], list[tuple[int, Raw]]]


class Read(NamedTuple):
    """A lap as a file has it: its interval's step, intensity, start in whole seconds, elapsed and moving ms."""

    step: int | None
    intensity: str
    start: datetime
    elapsed_ms: int
    moving_ms: int


def at(raw: int) -> datetime:
    return EPOCH + timedelta(seconds=raw)


def laps_of(messages: list[tuple[int, Raw]]) -> list[Read]:
    rows = [raw for number, raw in messages if number == 19]
    return [
        Read(raw.get(71) if raw.get(71) != 0xFFFF else None, FIT_INTENSITY[raw[23]], at(raw[2]), raw[7], raw[8])
        for raw in rows
    ]


def expected(sheet: ActivitySheet, steps: bool = True) -> list[Read]:
    return [
        Read(
            None if lap.interval is None or not steps else lap.interval,
            lap.intensity.value,
            lap.start.replace(microsecond=0),
            in_ms(lap.end - lap.start),
            in_ms(lap.moving),
        )
        for lap in sheet.laps
    ]


def intervals_of(messages: list[tuple[int, Raw]]) -> list[int]:
    """For each interval of the embedded workout, in the order it is done, the number of its step."""
    steps = [raw for number, raw in messages if number == 27]
    order: list[int] = []
    for number, raw in enumerate(steps):
        if raw[1] == 6:
            order += list(range(raw[2], number)) * (raw[4] - 1)
        else:
            order.append(number)
    return order


@pytest.mark.parametrize("decode", DECODERS)
def test_every_lap_comes_back_as_it_was_done(decode: Decoder) -> None:
    sheet = activity_sheet(parse(TEXT))
    messages = decode(activity_fit.exporter.export(sheet).data)
    kinds = [number for number, _ in messages]
    assert kinds[0] == 0
    assert kinds[-2:] == [18, 34], "sums come last"
    order = intervals_of(messages)
    want = [each._replace(step=None if each.step is None else order[each.step]) for each in expected(sheet)]
    assert laps_of(messages) == want
    assert fit_done([m for m in messages if m[0] == 27]) == [
        each._replace(target=()) for each in planned(sheet.workout)
    ], "the workout is in it"
    head, session, whole = messages[0][1], messages[-2][1], messages[-1][1]
    moving = sum(each.moving_ms for each in want)
    assert (head[0], head[3], at(head[4])) == (4, 4711, sheet.laps[0].start)
    assert (session[8], session[26], session[25], session[5], session[28]) == (moving, len(want), 0, 1, 0)
    assert session[7] == in_ms(sheet.laps[-1].end - sheet.laps[0].start)
    assert (whole[0], whole[1]) == (moving, 1)
    assert whole[5] - whole[253] == 3600, "an hour east of Greenwich"


def test_the_timer_stops_and_starts_as_the_runner_did() -> None:
    sheet = activity_sheet(parse(TEXT))
    messages = by_fitdecode(activity_fit.exporter.export(sheet).data)
    [stop] = sheet.stops
    events = [(at(raw[253]), raw[0], raw[1]) for number, raw in messages if number == 21]
    whole = [value.replace(microsecond=0) for value in (stop.start, stop.end)]
    first, last = sheet.laps[0].start, sheet.laps[-1].end.replace(microsecond=0)
    assert events == [(first, 0, 0), (whole[0], 0, 4), (whole[1], 0, 0), (last, 0, 4)]
    times = [raw[253] for number, raw in messages if number in (19, 20, 21)]
    assert times == sorted(times), "in order of time"
    assert {number for number, _ in messages} == {0, 18, 19, 20, 21, 26, 27, 34}


@given(timelines, moves)
@settings(max_examples=25)
def test_any_session_comes_back_equal(timeline: Timeline, moves: Moves) -> None:
    """Whatever the runner did: pauses, skips, pain; from the events to the file and back."""
    rig = play(timeline, moves)
    rig.attempt(Command(CommandKind.STOP))
    laps, stops = done_laps(written(lived(rig), 5))
    if not laps:
        return
    sheet = ActivitySheet(timeline.workout, "Run", 1, timedelta(), laps, stops)
    made = activity_fit.exporter.export(sheet)
    messages = by_fitdecode(made.data)
    order = intervals_of(messages)
    assert laps_of(messages) == [
        each._replace(step=None if each.step is None else order[each.step]) for each in expected(sheet)
    ]
    tcx = activity_tcx.exporter.export(sheet).data
    assert [each[:3] for each in tcx_laps(tcx)] == [
        (lap.start.replace(microsecond=lap.start.microsecond // 1000 * 1000), in_ms(lap.moving), resting(lap))
        for lap in laps
    ]


@pytest.mark.parametrize("text", ["1m run @170spm @Z2, 1m walk", ", ".join(["1m run"] * 51)])
def test_a_workout_that_a_watch_could_not_hold_costs_no_lap(text: str) -> None:
    sheet = activity_sheet(parse(text))
    made = activity_fit.exporter.export(sheet)
    messages = by_fitdecode(made.data)
    assert any("the workout is not in it" in remark for remark in made.remarks)
    assert laps_of(messages) == expected(sheet, steps=False)
    assert 27 not in {number for number, _ in messages}


def test_nothing_tells_where_it_hurt() -> None:
    sheet = activity_sheet(parse("1m run, 1m walk"))
    for exporter in (activity_fit.exporter, activity_tcx.exporter):
        assert b"pain" not in exporter.export(sheet).data.lower()


@given(names)
@settings(max_examples=60)
@example("ركض خفيف 🏃‍♀️")
@example("🏃" * 80)
@example("<b>&amp;</b> ]]>")
def test_names_survive_or_the_workout_is_left_out_aloud(name: str) -> None:
    step = parse("1m run").steps[0]
    sheet = replace(activity_sheet(Workout(steps=(step.model_copy(update={"name": name}), step))), title=name)
    made = activity_fit.exporter.export(sheet)
    messages = by_fitdecode(made.data)
    kept = [raw[8] for number, raw in messages if number == 26]
    assert kept == [name] or (not kept and any("the workout is not in it" in remark for remark in made.remarks))
    assert len(laps_of(messages)) == len(sheet.laps)
    root = ET.fromstring(activity_tcx.exporter.export(sheet).data)
    assert root.findtext(".//t:Activity/t:Notes", namespaces=NS) == name


# --- TCX -----------------------------------------------------------------------------------------------------------

NS = {"t": "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"}


def resting(lap: Lap) -> str:
    return "Resting" if lap.intensity.value in ("recovery", "rest") else "Active"


def tcx_laps(data: bytes) -> list[tuple[datetime, int, str, str]]:
    found: list[tuple[datetime, int, str, str]] = []
    for lap in ET.fromstring(data).iterfind(".//t:Lap", NS):
        text = {child.tag.rpartition("}")[2]: child.text or "" for child in lap}
        start = datetime.fromisoformat(lap.attrib["StartTime"])
        found.append((start, round(float(text["TotalTimeSeconds"]) * 1000), text["Intensity"], text["Notes"]))
    return found


def test_tcx_has_every_lap_in_the_order_of_its_schema() -> None:
    sheet = activity_sheet(parse("1m warmup, 2x(1m run, 2m walk)"), title="osu/2-3 <a> & b")
    data = activity_tcx.exporter.export(sheet).data
    assert [each[3] for each in tcx_laps(data)] == ["Warm up", "Walk", "Run 1 of 2", "Walk", "Run 2 of 2", "Walk"]
    root = ET.fromstring(data)
    for lap in root.iterfind(".//t:Lap", NS):
        tags = [child.tag.rpartition("}")[2] for child in lap]
        head = ["TotalTimeSeconds", "DistanceMeters", "Calories", "Intensity", "TriggerMethod"]
        tracks = tags.count("Track")
        assert tags == [*head, *["Track"] * tracks, "Notes"]
        assert tracks == (2 if lap is root.findall(".//t:Lap", NS)[1] else 1), "a pause parts the track"
    assert root.findtext(".//t:Activity/t:Notes", namespaces=NS) == "osu/2-3 <a> & b"


def test_tcx_is_read_by_somebody_elses_reader(tmp_path: Path) -> None:
    sheet = activity_sheet(parse("1m warmup, 2x(1m run, 2m walk)"))
    file = tmp_path / "x.tcx"
    file.write_bytes(activity_tcx.exporter.export(sheet).data)
    read = TCXReader().read(str(file), only_gps=False)
    assert read.activity_type == "Running"
    assert len(read.laps) == len(sheet.laps)
    assert read.start_time.replace(tzinfo=UTC) == sheet.laps[0].start
    assert read.end_time.replace(tzinfo=UTC) == sheet.laps[-1].end


# --- beside real ones ----------------------------------------------------------------------------------------------

needs_corpus = pytest.mark.skipif(
    not CORPUS or not (Path(CORPUS) / "fit").is_dir(),
    reason="COACH_CORPUS names no folder with fit: real files of others are not part of the project",
)
REAL = ("activity-small-fenix2-run", "garmin-fenix-5-run", "garmin-fenix-5-walk", "garmin-fr935-cr", "hrv-activity")


def shapes(data: bytes) -> dict[int, dict[int, set[str]]]:
    """Of every kind of message: each field with its base types."""
    found: dict[int, dict[int, set[str]]] = {}
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDefinitionMessage):
                for field in frame.field_defs:
                    kinds = found.setdefault(frame.global_mesg_num, {}).setdefault(field.def_num, set())
                    kinds.add(field.base_type.name)
    return found


@needs_corpus
@pytest.mark.parametrize("name", REAL)
def test_every_field_is_one_that_watches_write_in_the_same_shape(name: str) -> None:
    theirs = shapes((Path(CORPUS) / "fit" / f"{name}.fit").read_bytes())
    ours = shapes(activity_fit.exporter.export(activity_sheet(parse(TEXT))).data)
    compared = 0
    for kind, fields in ours.items():
        for number, base in fields.items():
            if number in theirs.get(kind, {}):
                assert base == theirs[kind][number], (kind, number)
                compared += 1
    assert compared >= 30
    assert set(ours) - {26, 27} <= set(theirs), "no kind of message that an activity has not"
    for kind in (18, 19, 20, 34):
        missing = set(ours[kind]) - set(theirs[kind]) - {23, 71}  # an intensity and a step only some write
        assert not missing, (kind, missing)


@needs_corpus
@pytest.mark.parametrize("name", ["garmin-fenix-5-run", "garmin-fenix-5-walk", "hrv-activity"])
def test_field_for_field_where_both_say_the_same(name: str) -> None:
    """Constants, and how sums and times hang together."""
    theirs = by_fitdecode((Path(CORPUS) / "fit" / f"{name}.fit").read_bytes())
    ours = by_fitdecode(activity_fit.exporter.export(activity_sheet(parse(TEXT))).data)

    def facts(messages: list[tuple[int, Raw]]) -> dict[str, object]:
        def rows(kind: int) -> list[Raw]:
            return [raw for number, raw in messages if number == kind]

        [session], [whole] = rows(18), rows(34)
        laps, timer = rows(19), [raw for raw in rows(21) if raw[0] == 0]
        return {
            "type": rows(0)[0][0],
            "lap": {(raw[0], raw[1]) for raw in laps},
            "lap numbers": [raw[254] for raw in laps] == list(range(len(laps))),
            "laps follow": all(abs(b[2] - a[2] - a[7] / 1000) <= 2 for a, b in pairwise(laps)),
            "session stop": session[1],
            "trigger": session[28],
            "laps counted": (session[25], session[26] == len(laps)),
            "starts": session[2] == laps[0][2] == rows(0)[0][4],
            "sum": abs(session[8] - sum(raw[8] for raw in laps)) <= len(laps),
            "whole": (whole[0] == session[8], whole[1], whole[2], whole[3], whole[4]),
            "first and last": (timer[0][1], timer[-1][1]),
            "on a quarter hour": (whole[5] - whole[253]) % 900,
        }

    assert facts(ours) == facts(theirs)


@needs_corpus
def test_tcx_beside_a_real_one() -> None:
    real = ET.parse(Path(CORPUS) / "tcx" / "sup_activity_1.tcx").getroot()
    ours = ET.fromstring(activity_tcx.exporter.export(activity_sheet(parse(TEXT))).data)
    assert ours.tag == real.tag

    def paths(root: ET.Element, path: str = "") -> set[str]:
        return {path + root.tag}.union(*(paths(child, path + root.tag + "/") for child in root))

    assert {path for path in paths(ours) if not path.endswith("Notes")} <= paths(real)
