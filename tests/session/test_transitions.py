"""The table of commands: complete, obeyed by the engine, and the one in the documentation."""

from pathlib import Path

import pytest

from coach.errors import CommandRefused
from coach.model.cue import Notice
from coach.session.state import Command, CommandKind
from coach.session.transitions import TRANSITIONS, Situation, allowed, refusal, situation
from tests.session.rig import NS, Rig

K = CommandKind
PAGE = Path(__file__).parents[2] / "docs" / "session.md"


def in_situation(where: Situation) -> Rig:
    """A rig that stands there, two seconds into what it is in."""
    ways: dict[Situation, list[CommandKind]] = {
        Situation.READY: [],
        Situation.LEAD_IN: [K.START],
        Situation.INTERVAL: [K.START],
        Situation.PAIN_WALK: [K.START, K.PAIN],
        Situation.LEAD_IN_PAUSED: [K.START, K.PAUSE],
        Situation.INTERVAL_PAUSED: [K.START, K.PAUSE],
        Situation.PAIN_WALK_PAUSED: [K.START, K.PAIN, K.PAUSE],
        Situation.OVER: [K.STOP],
    }
    rig = Rig()
    for kind in ways[where]:
        rig.do(kind)
        if kind is K.START and where not in (Situation.LEAD_IN, Situation.LEAD_IN_PAUSED):
            rig.exactly_to(rig.engine.state.since_ns + 2 * NS)
    assert situation(rig.engine.state) is where
    return rig


@pytest.mark.parametrize("where", Situation)
@pytest.mark.parametrize("kind", CommandKind)
def test_the_engine_does_what_the_table_says(where: Situation, kind: CommandKind) -> None:
    rig = in_situation(where)
    before = rig.engine.state
    command = Command(kind, delta_ms=10_000)
    assert (kind in allowed(before)) is (kind in TRANSITIONS[where])
    if kind in TRANSITIONS[where]:
        rig.engine.command(command, rig.now)
        assert rig.engine.state != before
        return
    ground = refusal(where, kind)
    assert ground is not None
    with pytest.raises(CommandRefused) as refused:
        rig.engine.command(command, rig.now)
    assert (refused.value.what, refused.value.remedy, refused.value.code) == (ground.what, ground.remedy, ground.code)
    assert rig.engine.state == before


@pytest.mark.parametrize("where", Situation)
@pytest.mark.parametrize("kind", CommandKind)
def test_every_refusal_can_be_spoken_and_says_what_to_do(where: Situation, kind: CommandKind) -> None:
    ground = refusal(where, kind)
    if ground is not None:
        assert ground.code in set(Notice)
        assert ground.what
        assert ground.remedy


def test_the_documentation_has_this_table() -> None:
    expected: list[str] = []
    for kind in CommandKind:
        effects: dict[str, list[str]] = {}
        for where, row in TRANSITIONS.items():
            if kind in row:
                effects.setdefault(row[kind], []).append(where.value)
        expected += [f"| {kind.value} | {' · '.join(places)} | {effect} |" for effect, places in effects.items()]
    page = PAGE.read_text(encoding="utf-8")
    table = page.partition("<!-- commands -->")[2].partition("<!-- /commands -->")[0]
    assert table.strip().splitlines()[2:] == expected
