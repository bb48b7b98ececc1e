"""A start that is refused for now, where nobody can ask for it again."""

import contextlib
from types import SimpleNamespace
from typing import Any, cast

import pytest

from coach.errors import StorageError
from coach.headless import LiveSession, Output, Wishes, _run
from coach.session.state import CommandKind, Phase
from tests.test_runner import Live


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
    session = SimpleNamespace(
        timeline=live.timeline, about=lambda: {"backend": "silent"}, run=run, report_lines=list,
        phase=lambda: live.runner.snapshot().phase,
        was_refused=lambda: live.runner.refused is not None, post=live.runner.post, listen=live.runner.listen,
    )  # fmt: skip
    with contextlib.closing(Output()) as output:
        raises: Any = contextlib.nullcontext() if attended else pytest.raises(StorageError, match="busy")
        with raises:
            phase = _run(cast("LiveSession", session), output, live.clock, Wishes(as_json=True), attended=attended)
            assert phase is Phase.FINISHED
    assert len(asked) == tries
    assert live.runner.snapshot().phase is (Phase.FINISHED if attended else Phase.STOPPED)
