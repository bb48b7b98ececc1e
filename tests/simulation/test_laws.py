"""The laws can fail: with a rule taken out of the gate, the lives that need it break one."""

from typing import Any

import pytest

from coach.gate import rules_load, rules_plan, rules_symptoms
from coach.gate.facts import GateInput
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BandName, Injury
from coach.simulation.laws import Watch
from coach.simulation.life import Life
from coach.simulation.probe import opens_in_the_end
from coach.simulation.runners import KindName, Promise
from tests.gate.build import after, at, case, morning
from tests.simulation.worlds import lived


def without(monkeypatch: pytest.MonkeyPatch, *rules: str) -> None:
    for module in (rules_plan, rules_symptoms):
        left = tuple(rule for rule in module.RULES if rule.__name__ not in rules)
        monkeypatch.setattr(module, "RULES", left)
    for name in set(rules) & {"g23_weekly_maximum", "g23_weekly_load"}:  # asked once the stage is known
        monkeypatch.setattr(rules_load, name, lambda *asked: ())


def broken(kind: KindName, days: int = 150, seeds: int = 12) -> list[str]:
    """What the lives break, as far as the first that does."""
    for seed in range(seeds):
        one = lived(kind, "osu", seed, days)
        if one.broken:
            return list(one.broken)
    return []


@pytest.mark.parametrize(
    ("rules", "kind", "law"),
    [
        (("g16_gap",), KindName.WELL, "full days after the last run"),
        (("g23_weekly_maximum",), KindName.WELL, "of a week in which"),
        (("g23_weekly_load",), KindName.HOLIDAYS, "a week of"),
        (("g12_answers",), KindName.FORGETFUL, "is not answered"),
        (("g3_bone_pain",), KindName.NAVICULAR, "bone pain that is a STOP is none"),
        (("g1_red_flag", "g4_giving_way"), KindName.ALARMED, "asks for no clinician"),
        (("g17_absence",), KindName.HOLIDAYS, "no readiness check after"),
        (
            ("g5_severe", "g6_woken", "g7_swelling", "g8_still_raised", "g10_above_repeat", "g13_morning_above"),
            KindName.FLARES, "after a severe symptom",
        ),
    ],
)  # fmt: skip
def test_a_gate_without_a_rule_is_found_out(
    monkeypatch: pytest.MonkeyPatch, rules: tuple[str, ...], kind: KindName, law: str
) -> None:
    without(monkeypatch, *rules)
    assert any(law in what for what in broken(kind))


def test_a_gate_that_opens_hills_on_no_distance_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = rules_load.g20_build_limits
    monkeypatch.setattr(rules_load, "g20_build_limits", lambda case: () if case.next_rule else limits(case))
    assert any("m a week are asked, 0 m told" in what for what in broken(KindName.FORGETFUL, 365, seeds=1))


def test_a_gate_without_readiness_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "g24_readiness")
    monkeypatch.setattr(Life, "_test", lambda self, when: None)
    assert any("no readiness check was ever passed" in what for what in broken(KindName.WELL, days=10))


def test_a_gate_without_a_clearance_before_hops_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Injury, "hops_wait", property(lambda self: False))
    assert any("hops before it" in what for what in broken(KindName.BONE_LOW, days=20))


def test_a_diary_that_lets_answers_be_softened_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It then permits the gamer more than his shadow, who never took anything back."""
    monkeypatch.setattr("coach.history.amend._worse", lambda _name, _one, other: other)
    assert any("honest shadow" in what for what in broken(KindName.GAMER, days=200))


# --- single laws -------------------------------------------------------------------------------------------------


def decision(**more: Any) -> Decision:
    facts: dict[str, Any] = {"ruleset": "x", "asked_at": at(40), "outcome": Outcome.REPEAT, "stage": 0}
    return Decision.model_validate(facts | more)


def question() -> GateInput:
    return case(BandName.TENDON, after(), morning())


def found(*decisions: Decision, **promise: Any) -> list[str]:
    watch = Watch(Promise(**promise), {BandName.TENDON}, 20_000)
    for each in decisions:
        watch.asked(question(), each)
    return watch.broken


@pytest.mark.parametrize(
    ("decisions", "law"),
    [
        ([decision(outcome=Outcome.STOP)], "names no clearance"),
        ([decision(outcome=Outcome.STOP, needs=(Need.CLEARANCE,)), decision()], "went away without a clearance"),
        ([decision(opens_at=at(40 + 24 * 10))], "opens only after"),
        ([decision(opens_at=at(50)), decision(asked_at=at(45), opens_at=at(60))], "it opens later"),
        ([decision(stage=99)], "above the plan"),
    ],
)
def test_a_decision_that_breaks_a_law(decisions: list[Decision], law: str) -> None:
    assert any(law in what for what in found(*decisions)), found(*decisions)


def test_a_decision_that_breaks_none() -> None:
    waiting = [decision(asked_at=at(hour), opens_at=at(50)) for hour in (40, 41)]
    assert found(*waiting, decision(asked_at=at(51), opens_at=at(50))) == []


def test_who_is_never_to_be_stopped() -> None:
    stop = decision(outcome=Outcome.STOP, needs=(Need.CLEARANCE,))
    assert any("stopped by" in what for what in found(stop, never_stopped=True))


def test_the_probe_sees_a_state_that_nothing_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opens_in_the_end(case(BandName.TENDON, after(6, 3), morning(1))) == ""

    def always(given: GateInput) -> Decision:
        return decision(asked_at=given.asked_at, needs=(Need.READINESS,))

    monkeypatch.setattr("coach.simulation.probe.decide", always)
    assert "readiness" in opens_in_the_end(question())
