"""What is read of a GPX file."""

import pytest

from coach.activities import gpx as reader
from coach.activities import markup
from coach.activities.gpx import read_gpx
from coach.activities.reading import read_activities
from coach.errors import BadInput
from coach.model.activity import Activity, Device, Pause, Record
from tests.activities.files import at, gpx, small_gpx


def only(data: bytes) -> Activity:
    [activity] = read_gpx(data, "x.gpx")
    return activity


def test_a_whole_small_run() -> None:
    activity = only(small_gpx())
    assert (activity.form, activity.sport, activity.start, activity.end) == ("gpx", "running", at(0), at(49))
    assert activity.records[3] == Record(
        at(3), cadence=170, heart_rate=140, latitude=48.000075, longitude=11.5, altitude_m=500
    )
    assert len(activity.records) == 30
    assert activity.pauses == (Pause(at(19), at(40)),)
    assert activity.devices == (Device(product="Watch"),)
    assert (activity.timer_ms, activity.distance_m, activity.laps, activity.faults) == (None, None, (), ())


@pytest.mark.parametrize(
    ("word", "sport", "steps"),
    [("trail_running", "running", 170), ("9", "running", 170), ("Walking", "walking", 170), ("hiking", "hiking", 170),
     ("cycling", "cycling", None), ("1", "cycling", None), ("", "", 170), ("yoga", "", 170)],
)  # fmt: skip
def test_sports(word: str, sport: str, steps: int | None) -> None:
    activity = only(gpx([["<extensions><cad>85</cad></extensions>"] * 3], word))
    assert activity.sport == sport
    assert activity.records[0].cadence == steps


def test_elements_of_extensions_do_not_stand_in_for_the_points_own() -> None:
    activity = only(gpx([["<ele>1</ele><extensions><x><time>?</time><ele>2</ele></x></extensions>"] * 2]))
    assert [(each.at, each.altitude_m) for each in activity.records] == [(at(0), 1), (at(1), 1)]


def test_too_many_points_are_refused_over_all_tracks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORDS", 30)
    one = small_gpx()
    assert len(only(one).records) == 30
    begin, end = one.index(b"<trk>"), one.index(b"</gpx>")
    with pytest.raises(BadInput, match="more than 30 points"):
        read_gpx(one[:end] + one[begin:end] + one[end:], "x")


def test_empty_segments_and_neighbours_are_no_pause() -> None:
    data = gpx([[""] * 3]).replace(b"</trkseg>", b"</trkseg><trkseg></trkseg>")
    assert only(data).pauses == ()


def test_segments_in_another_order_are_put_right() -> None:
    data = small_gpx()
    begin, middle = data.index(b"<trkseg>"), data.rindex(b"<trkseg>")
    end = data.rindex(b"</trk>")
    assert only(data[:begin] + data[middle:end] + data[begin:middle] + data[end:]) == only(data)


def test_a_route_is_refused() -> None:
    with pytest.raises(BadInput, match=r"its points have no times that make sense: it is a route, not a run"):
        read_gpx(gpx([[""] * 5], times=False), "x.gpx")
    old = small_gpx().replace(b"<time>2026", b"<time>1901")
    with pytest.raises(BadInput, match="it is a route"):
        read_gpx(old, "x.gpx")


def test_a_point_here_and_there_without_a_time_is_left_out() -> None:
    data = small_gpx().replace(b"<time>2026-03-02T06:30:03.000Z</time>", b"")
    activity = only(data)
    assert len(activity.records) == 29
    assert activity.faults == ("1 of its points have no time: left out",)


@pytest.mark.parametrize("how", ["bom", "utf-16", "indented"])
def test_encodings(how: str) -> None:
    text = small_gpx().decode()
    data = {
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "utf-16": text.replace("UTF-8", "UTF-16").encode("utf-16"),
        "indented": b"  \n  " + text.encode(),
    }[how]
    [activity] = read_activities(data, "x")
    assert activity == only(small_gpx())


def test_way_points_alone_are_no_track() -> None:
    with pytest.raises(BadInput, match="there is no track in it"):
        read_gpx(b"<gpx><wpt lat='1' lon='2'><time>2026-03-02T06:30:00Z</time></wpt></gpx>", "x.gpx")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE gpx SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]>',
    ],
)
def test_entity_bombs_are_refused_before_they_can_expand(declaration: str) -> None:
    data = small_gpx().replace(b"<gpx", declaration.encode() + b"<gpx", 1)
    with pytest.raises(BadInput, match=r"x.gpx: line 2: it declares a document type or an entity"):
        read_activities(data, "x.gpx")
    with pytest.raises(BadInput, match="it declares a document type"):
        read_gpx(data, "x.gpx")


def test_depth_is_bounded() -> None:
    with pytest.raises(BadInput, match="more than 64 deep"):
        read_gpx(b"<gpx>" + b"<a>" * 100, "x.gpx")


def test_the_number_of_elements_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "MAX_ELEMENTS", 100)
    assert len(only(gpx([["<ele>1</ele>"] * 20])).records) == 20
    with pytest.raises(BadInput, match="there are more than 100 elements"):
        read_gpx(b"<gpx>" + b"<a/>" * 100, "x.gpx")


def test_an_encoding_that_nobody_knows_is_a_fault() -> None:
    with pytest.raises(BadInput, match="nothing of it can be read"):
        read_activities(b"<?xml version='1.0' encoding='zlib'?><gpx></gpx>", "x.gpx")
