"""A start that is refused for now, where nobody can ask for it again."""

import contextlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from coach.errors import GateClosed, StorageError
from coach.headless import LiveSession, Output, Wishes, _run
from coach.session.state import CommandKind, Phase
from tests.test_runner import Live


def shown(live: Live, run: Callable[[], Phase]) -> LiveSession:
    session = SimpleNamespace(
        timeline=live.timeline, about=lambda: {"backend": "silent"}, run=run, report_lines=lambda: ["what was done"],
        phase=lambda: live.runner.snapshot().phase, snapshot=live.runner.snapshot,
        was_refused=lambda: live.runner.refused is not None, post=live.runner.post, listen=live.runner.listen,
    )  # fmt: skip
    return cast("LiveSession", session)


@pytest.mark.parametrize("begun", [True, False])
def test_what_was_done_before_the_gate_closed_is_reported(begun: bool, capfd: pytest.CaptureFixture[str]) -> None:
    live = Live()
    closed = GateClosed("the gate is closed", remedy="see a clinician")

    def refuse(_away_ns: int = 0) -> None:
        raise closed

    def run() -> Phase:
        live.to(20)
        live.do(CommandKind.PAUSE)
        live.do(CommandKind.RESUME)
        raise closed

    live.runner._consent.start, live.runner._consent.go_on = None if begun else refuse, refuse
    with contextlib.closing(Output()) as output, pytest.raises(GateClosed):
        _run(shown(live, run), output, live.clock, Wishes(), attended=True)
    assert live.runner.snapshot().phase is Phase.STOPPED
    assert ("what was done" in capfd.readouterr().out) is begun


@pytest.mark.parametrize(("attended", "tries"), [(False, 1), (True, 2)])
def test_a_refused_start_ends_what_nobody_can_start_again(attended: bool, tries: int) -> None:
    live = Live()
    busy = StorageError("the journal is busy", remedy="try again")
    asked: list[int] = []

    def start() -> None:
        asked.append(live.clock.at_ns)
        if len(asked) == 1:
            raise busy

    def run() -> Phase:
        """The first minutes, in which somebody who is there asks again."""
        live.to(2)
        if live.runner.snapshot().phase is Phase.READY:
            live.do(CommandKind.START)
        while live.runner.step() is not None:
            live.clock.advance_to(live.runner.step() or live.clock.at_ns)
        if live.runner.refused is not None:
            raise live.runner.refused
        return live.runner.snapshot().phase

    live.runner._consent.start = start
    session = shown(live, run)
    with contextlib.closing(Output()) as output:
        raises: Any = contextlib.nullcontext() if attended else pytest.raises(StorageError, match="busy")
        with raises:
            phase = _run(session, output, live.clock, Wishes(as_json=True), attended=attended)
            assert phase is Phase.FINISHED
    assert len(asked) == tries
    assert live.runner.snapshot().phase is (Phase.FINISHED if attended else Phase.STOPPED)
