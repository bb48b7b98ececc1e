"""The best case keeps the gaps that the gate will ask for."""

from datetime import timedelta

import pytest

from coach.gate.facts import GateInput, Ledger, Load, StageRule
from coach.history.outlook import best_case
from coach.model.profile import BandName
from coach.model.protocol import StagePhase
from tests.history.test_standing import MINUTE, at


@pytest.mark.parametrize(("name", "weeks", "days"), [("build/b", 9, 1), ("mine/b", 9, 2), ("build/b", 6, 2)])
def test_days_in_a_row_only_in_the_generated_build_phase_and_after_its_weeks(name: str, weeks: int, days: int) -> None:
    stages = tuple(
        StageRule(
            id=f"{name}{n}", run_ms=(30 * MINUTE,), good=3, rest_days=0, weeks_alternate=0, phase=StagePhase.BUILD
        )
        for n in range(2)
    )
    last = Load(start=at(-5), done_ms=30 * MINUTE, bout_ms=30 * MINUTE)
    ledger = Ledger(running_since=at(-7 * weeks), loads=(last,))
    asked = GateInput(
        asked_at=at(0), bands=(BandName.TENDON,), baseline=1, stages=stages, ledger=ledger, readiness_at=at(-100)
    )
    first, second = best_case(asked)
    assert second.starts[0].date() - first.starts[0].date() == timedelta(days=3 * days)
