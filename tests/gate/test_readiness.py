"""Readiness judged: thresholds, sides, pain, order, age, clearance and waivers; and that worse never becomes a pass."""

import math
from datetime import UTC, datetime, timedelta
from string import Formatter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.gate import readiness_words
from coach.gate.readiness import BASELINE, CLEARANCE, CODES, PAIN_FREE_DAYS, due, judge, passed_at
from coach.gate.readiness_words import verdict_words
from coach.library.readiness_files import load_criteria
from coach.model.profile import BandName, BoneSite, Injury, InjuryKind, Profile, Sex, Surgery
from coach.model.readiness import Measure, ReadinessResult, ReadinessVerdict, criteria_for
from tests.gate.build import T0, Load, after, case, morning

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
CRITERIA = load_criteria()
BY_ID = {criterion.id: criterion for criterion in CRITERIA}

FASCIA = Injury(kind=InjuryKind.FASCIA)
ACHILLES = Injury(kind=InjuryKind.ACHILLES)
SPRAIN = Injury(kind=InjuryKind.SPRAIN)
FIBULA = Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA)
NAVICULAR = Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR)
REPAIR = Injury(kind=InjuryKind.SURGERY, surgery=Surgery.ACHILLES_REPAIR)
BUNION = Injury(kind=InjuryKind.SURGERY, surgery=Surgery.BUNION)
EVERYBODY = ((), (FASCIA,), (ACHILLES,), (SPRAIN,), (FIBULA,), (NAVICULAR,), (REPAIR,), (BUNION,), (FASCIA, FIBULA))


def profile(*injuries: Injury, **more: Any) -> Profile:
    return Profile(injuries=injuries, protocol="seed-start", **more)


def result(criterion: str, days: float = 1, **more: Any) -> ReadinessResult:
    """A result so many days before now; what is not given is good."""
    good: dict[Measure, dict[str, Any]] = {
        Measure.YES_NO: {"passed_task": True},
        Measure.FIGURE: {"figure": BY_ID[criterion].at_least or 0 if criterion in BY_ID else 0},
        Measure.BOTH_SIDES: {"left": 50, "right": 50},
    }
    values = good[BY_ID[criterion].measure] | more
    return ReadinessResult(criterion=criterion, at=NOW - timedelta(days=days), **values)


def clearance(days: float = 2) -> ReadinessResult:
    return ReadinessResult(criterion=CLEARANCE, at=NOW - timedelta(days=days), passed_task=True, waived_by="Dr A")


def all_passed(who: Profile, days: float = 1) -> list[ReadinessResult]:
    """Everything that is asked, passed in its order, a minute each; a clearance the day before."""
    tested = [c for c in criteria_for(CRITERIA, who.injuries) if not c.clinician and c.figures_of is None]
    return [
        clearance(days + 1),
        *(result(c.id, days - number / 1440) for number, c in enumerate(tested)),
    ]


def verdict(who: Profile, name: str, results: list[ReadinessResult], **more: Any) -> ReadinessVerdict:
    return next(v for v in judge(CRITERIA, who, results, NOW, **more) if v.criterion == name)


def why(who: Profile, name: str, *results: ReadinessResult, **more: Any) -> str:
    return verdict(who, name, list(results), **more).why


# Order and completeness


@pytest.mark.parametrize("injuries", EVERYBODY)
def test_every_criterion_that_applies_gets_one_verdict_in_order(injuries: tuple[Injury, ...]) -> None:
    who = profile(*injuries)
    verdicts = judge(CRITERIA, who, [], NOW)
    assert [v.criterion for v in verdicts] == [c.id for c in criteria_for(CRITERIA, injuries)]
    assert all(v.passed is None and v.sources for v in verdicts)
    assert passed_at(CRITERIA, who, [], NOW) is None


@pytest.mark.parametrize("injuries", EVERYBODY)
def test_all_of_it_passed_is_the_oldest_pass(injuries: tuple[Injury, ...]) -> None:
    who = profile(*injuries)
    results = all_passed(who)
    assert [v.why for v in judge(CRITERIA, who, results, NOW) if v.passed is not True] == []
    assert passed_at(CRITERIA, who, results, NOW) == results[1].at
    assert passed_at(CRITERIA, who, results, NOW - timedelta(days=30)) is None


def test_days_without_pain_of_the_profile_are_a_criterion() -> None:
    assert BY_ID[PAIN_FREE_DAYS].measure is Measure.FIGURE
    assert (CLEARANCE in BY_ID, BASELINE in BY_ID) == (False, False)


def test_each_mandatory_criterion_alone_holds_readiness_back() -> None:
    for injuries in EVERYBODY:
        who = profile(*injuries)
        results = all_passed(who)
        for criterion in criteria_for(CRITERIA, injuries):
            name = CLEARANCE if criterion.clinician else criterion.figures_of or criterion.id
            if criterion.mandatory:
                assert passed_at(CRITERIA, who, [r for r in results if r.criterion != name], NOW) is None, criterion.id
    who = profile(FASCIA)
    without = [r for r in all_passed(who) if r.criterion != "big-toe"]
    assert passed_at(CRITERIA, who, without, NOW) is not None  # advisory


def test_the_oldest_of_the_latest_passes() -> None:
    who = profile(FASCIA)
    again = result("walk-30", 0.5)
    first, *rest = all_passed(who)
    tests = [r for r in rest if r.criterion != "walk-30"]
    assert passed_at(CRITERIA, who, [first, *rest, again], NOW) == min(r.at for r in [*tests, again])
    assert passed_at(CRITERIA, who, [*rest, result("walk-30", 0.2, figure=29)], NOW) is None


# Figures


@pytest.mark.parametrize(
    ("age", "sex", "norm"),
    [
        (None, None, 25), (30, None, 25), (75, None, 25), (None, Sex.MALE, 25), (25, Sex.MALE, 25), (45, Sex.MALE, 25),
        (45, Sex.FEMALE, 24), (50, Sex.MALE, 23), (55, Sex.FEMALE, 21), (60, Sex.MALE, 19), (69, Sex.FEMALE, 19),
        (70, Sex.MALE, 14), (90, Sex.FEMALE, 16), (15, Sex.FEMALE, 25),
    ],
)  # fmt: skip
def test_heel_raises_by_age_and_sex(age: int | None, sex: Sex | None, norm: int) -> None:
    who = profile(FASCIA, age=age, sex=sex)
    good = verdict(who, "heel-raises", [result("heel-raises", left=norm, right=norm)])
    assert (good.passed, good.figures["norm"]) == (True, norm)
    bad = verdict(who, "heel-raises", [result("heel-raises", left=norm - 1, right=norm + 9)])
    assert (bad.passed, bad.why) == (False, "below-norm")


@pytest.mark.parametrize(
    ("left", "right", "expected", "percent"),
    [(27, 30, "passed", 90), (30, 27, "passed", 90), (26, 29, "not-symmetric", 89), (22, 25, "not-symmetric", 88),
     (0, 0, "not-symmetric", 0), (0, 30, "not-symmetric", 0), (25, 25, "passed", 100)],
)  # fmt: skip
def test_symmetry_is_the_weaker_by_the_stronger_side(left: int, right: int, expected: str, percent: int) -> None:
    found = verdict(profile(FASCIA), "heel-raise-symmetry", [result("heel-raises", left=left, right=right)])
    assert (found.why, found.figures["percent"]) == (expected, percent)
    assert found.figures["percent_at_least"] == 90


@pytest.mark.parametrize(
    ("name", "answers", "expected"),
    [
        ("walk-30", {"figure": 29.9}, "too-low"),
        ("walk-30", {"figure": None}, "unanswered"),
        ("walk-30", {"figure": math.nan}, "unanswered"),
        ("walk-30", {"figure": -30}, "unanswered"),
        ("walk-30", {"figure": math.inf}, "unanswered"),
        ("balance", {"left": 30, "right": 29}, "too-low"),
        ("balance", {"left": 30, "right": None}, "one-side-missing"),
        ("balance", {"left": None, "right": None}, "unanswered"),
        ("balance", {"left": 30, "right": 30, "passed_task": False}, "not-done"),
        ("knee-to-wall", {"left": 10.3, "right": 8.3}, "passed"),
        ("knee-to-wall", {"left": 10.4, "right": 8.3}, "sides-differ"),
        ("big-toe", {"left": 44, "right": 50}, "too-low"),
        ("big-toe", {"left": 45, "right": 56}, "sides-differ"),
        ("stairs", {"passed_task": False}, "not-done"),
        ("stairs", {"passed_task": None}, "unanswered"),
    ],
)
def test_what_falls_short(name: str, answers: dict[str, Any], expected: str) -> None:
    assert why(profile(SPRAIN), name, result(name, **answers)) == expected


def test_little_pain_in_daily_life() -> None:
    assert why(profile(ACHILLES), "achilles-daily-pain", result("achilles-daily-pain", figure=2)) == "passed"
    assert why(profile(ACHILLES), "achilles-daily-pain", result("achilles-daily-pain", figure=3)) == "too-high"


def test_giving_way_fails() -> None:
    found = verdict(profile(SPRAIN), "sprain-giving-way", [result("sprain-giving-way", passed_task=False)])
    assert (found.passed, found.mandatory, found.why) == (False, True, "not-done")


# Pain


@pytest.mark.parametrize(
    ("injuries", "pain", "settled", "expected"),
    [
        ((FASCIA,), 0, None, "passed"),
        ((FASCIA,), 2, None, "settling"),
        ((FASCIA,), 2, True, "passed"),
        ((FASCIA,), 1, False, "not-settled"),
        ((FASCIA,), 3, True, "pain"),
        ((ACHILLES,), 2, True, "passed"),
        ((ACHILLES, FASCIA), 2, True, "passed"),
        ((ACHILLES, SPRAIN), 1, True, "pain"),
        ((SPRAIN,), 1, True, "pain"),
        ((FIBULA,), 1, True, "pain"),
        ((BUNION,), 1, True, "pain"),
        ((), 1, True, "pain"),
    ],
)
def test_pain_during_a_test(injuries: tuple[Injury, ...], pain: int, settled: bool | None, expected: str) -> None:
    assert why(profile(*injuries), "stairs", result("stairs", pain=pain, settled=settled)) == expected


def test_whether_it_settled_is_told_the_next_morning() -> None:
    who, felt = profile(FASCIA), result("stairs", pain=2)
    assert verdict(who, "stairs", [felt]).passed is None
    settled, not_settled = (felt.model_copy(update={"settled": answer}) for answer in (True, False))
    assert verdict(who, "stairs", [felt, settled]).passed is True
    assert verdict(who, "stairs", [felt, not_settled]).passed is False
    assert verdict(who, "stairs", [felt, not_settled, settled]).passed is False  # said once, it stands


# Order, clearance, waivers


@pytest.mark.parametrize("injury", [NAVICULAR, BUNION, REPAIR, Injury(kind=InjuryKind.BONE)])
def test_nobody_hops_before_the_clearance_it_needs(injury: Injury) -> None:
    who = profile(injury)
    results = all_passed(who)
    tests = results[1:]
    assert verdict(who, "hops-10", tests).why == "too-early"
    late = clearance(0.1)
    assert verdict(who, "hops-10", [late, *tests]).why == "too-early"
    assert passed_at(CRITERIA, who, [late, *tests], NOW) is None
    again = [result("hops-10", 0.05), result("hops-30", 0.04)]
    assert passed_at(CRITERIA, who, [late, *tests, *again], NOW) == tests[0].at


def test_a_low_risk_bone_waits_for_a_clearance_too_and_then_for_walking() -> None:
    who = profile(FIBULA)
    results = all_passed(who)
    assert verdict(who, "hops-10", results).passed is True
    assert passed_at(CRITERIA, who, results, NOW) is not None
    assert passed_at(CRITERIA, who, results[1:], NOW) is None
    found = verdict(who, "hops-10", results[1:])
    assert (found.why, found.figures) == ("too-early", {"first": "bone-clearance"})
    untested = [r for r in results[1:] if not r.criterion.startswith("hops")]
    for name in ("hops-10", "hops-30"):
        found = verdict(who, name, untested)
        assert (found.passed, found.why, found.figures) == (None, "waits-for-clearance", {"first": "bone-clearance"})
    without = [r for r in results if r.criterion != "bone-walk-45"]
    found = verdict(who, "hops-10", without)
    assert (found.why, found.figures) == ("too-early", {"first": "bone-walk-45"})


def test_only_a_named_clinicians_clearance_clears() -> None:
    who = profile(BUNION)
    nameless = clearance().model_copy(update={"waived_by": " "})
    own = result("surgeon-clearance", waived_by="Dr A")
    for given_ in ([], [nameless], [own], [clearance(-1)]):
        assert verdict(who, "surgeon-clearance", given_).why == "clearance-missing"
    found = verdict(who, "surgeon-clearance", [clearance(400)])
    assert (found.passed, found.figures) == (True, {"by": "Dr A"})  # it has no age


def test_a_clinician_waives_a_criterion() -> None:
    who = profile(FASCIA)
    failed = result("hops-10", 1, left=3, right=3)
    waived = ReadinessResult(criterion="hops-10", at=NOW - timedelta(hours=23), waived_by="Dr A")
    assert verdict(who, "hops-10", [failed, waived]).why == "waived"
    assert verdict(who, "hops-10", [waived.model_copy(update={"waived_by": "  "})]).passed is None
    later = result("hops-10", 0.5, left=3, right=3)
    assert verdict(who, "hops-10", [failed, waived, later]).passed is False  # tried again and failed: that counts


def test_a_waiver_of_symmetry_outlives_a_test_of_raises() -> None:
    who = profile(FASCIA)
    waived = ReadinessResult(criterion="heel-raise-symmetry", at=NOW - timedelta(days=2), waived_by="Dr A")
    assert why(who, "heel-raise-symmetry", waived, result("heel-raises", left=25, right=40)) == "waived"
    # Raises that were waived give nothing to compare.
    other = ReadinessResult(criterion="heel-raises", at=NOW - timedelta(days=2), waived_by="Dr A")
    assert why(who, "heel-raise-symmetry", other) == "not-tested"


def test_a_waiver_that_counts_no_more_leaves_the_test_of_raises() -> None:
    who = profile(FASCIA)
    old = ReadinessResult(criterion="heel-raise-symmetry", at=NOW - timedelta(days=40), waived_by="Dr A")
    raises = result("heel-raises", left=30, right=30)
    assert why(who, "heel-raise-symmetry", old) == "too-old"
    assert verdict(who, "heel-raise-symmetry", [old, raises]).passed is True
    # Passed at all since: the newer of the two.
    everything = [r for r in all_passed(who) if r.criterion not in ("heel-raise-symmetry", "heel-raises")]
    without = passed_at(CRITERIA, who, [*everything, raises], NOW)
    assert without is not None
    assert passed_at(CRITERIA, who, [*everything, old, raises], NOW) == without


def test_after_achilles_repair_five_raises_are_a_must_and_the_norm_a_goal() -> None:
    who = profile(REPAIR)
    few = [r if r.criterion != "heel-raises" else result("heel-raises", left=6, right=30) for r in all_passed(who)]
    assert verdict(who, "heel-raises", few).mandatory is False
    assert passed_at(CRITERIA, who, few, NOW) is not None
    four = [result("achilles-repair-raises", left=4, right=30) if r.criterion == "achilles-repair-raises" else r
            for r in few]  # fmt: skip
    assert passed_at(CRITERIA, who, four, NOW) is None


@pytest.mark.parametrize(
    ("baseline", "fails"),
    [((), False), ((5, 5, 5), False), ((6, 6, 2), True), ((6, 2, 2), False), ((6,), True), ((2, 6), True)],
)
def test_a_baseline_above_five_fails(baseline: tuple[int, ...], fails: bool) -> None:
    for injury in (FASCIA, FIBULA):  # though a bone's counts as 0 everywhere else
        who = profile(injury, baseline=baseline)
        first = judge(CRITERIA, who, all_passed(who), NOW)[0]
        assert (first.criterion == BASELINE) is fails
        assert (passed_at(CRITERIA, who, all_passed(who), NOW) is None) is fails


# Age


def test_a_result_counts_for_two_weeks_towards_the_first_run() -> None:
    who = profile(FASCIA)
    assert why(who, "stairs", result("stairs", 14)) == "passed"
    old = verdict(who, "stairs", [result("stairs", 14.01)])
    assert (old.passed, old.why, old.retest_at) == (None, "too-old", NOW)
    assert why(who, "stairs", result("stairs", 100), max_age=None) == "passed"
    assert why(who, "stairs", result("stairs", 3), since=NOW - timedelta(days=3)) == "too-old"
    # Once running, nothing lapses by itself: the gate says what must be newer.
    assert passed_at(CRITERIA, who, all_passed(who, 300), NOW) is not None


def test_when_to_try_again() -> None:
    failed = result("stairs", 1, passed_task=False)
    assert verdict(profile(FASCIA), "stairs", [failed]).retest_at == failed.at + timedelta(days=7)
    passed = result("stairs", 1)
    assert verdict(profile(FASCIA), "stairs", [passed]).retest_at == passed.at + timedelta(days=14)


@pytest.mark.parametrize(("hours", "passed"), [(0.1, True), (1, False), (23, False), (25, True)])
def test_a_fail_stands_for_a_day_unless_it_was_a_slip(hours: float, passed: bool) -> None:
    failed = result("stairs", 2, pain=5)
    again = result("stairs", 2 - hours / 24)
    assert verdict(profile(FASCIA), "stairs", [failed, again]).passed is passed


def test_small_corrections_do_not_add_up() -> None:
    steps = [result("stairs", 1 - minutes / 1440, pain=pain) for minutes, pain in ((0, 6), (9, 5), (18, 0))]
    assert verdict(profile(FASCIA), "stairs", steps).passed is False


def test_what_was_done_too_early_may_be_done_again_the_same_day() -> None:
    who = profile(FASCIA)
    hop, walk, again = result("hops-10", 0.5), result("walk-30", 0.4), result("hops-10", 0.3)
    assert why(who, "hops-10", hop, walk) == "too-early"
    assert why(who, "hops-10", hop, walk, again) == "passed"


# What the gate asks of it


def test_what_the_gate_asks() -> None:
    tendon = BandName.TENDON
    assert due(case(tendon, run=None)) == (None, timedelta(days=14))
    assert due(case(tendon, after(), morning(), asked=48)) == (None, None)
    assert due(case(tendon, after(), morning(), asked=24 * 40)) == (T0, timedelta(days=14))
    hurt = case(tendon, after(during=6, hours=1), morning(hours=13), asked=48)
    assert due(hurt) == (T0 + timedelta(hours=49), None)  # a step back from the first stage: new, after the days off
    early = {"loads": (Load(start=T0 - timedelta(days=3), unlocked=False),)}
    assert due(case(tendon, run=None, ledger=early)) == (None, timedelta(days=14)), "one from before is no first run"
    owed = {"readiness_after": T0 + timedelta(hours=2)}
    assert due(case(tendon, after(), morning(), asked=48, ledger=owed)) == (T0 + timedelta(hours=2), None)


# Words


def test_every_code_has_words_and_every_word_a_figure() -> None:
    words: dict[str, str] = readiness_words._WORDS  # pyright: ignore[reportPrivateUsage]
    assert set(words) == set(CODES)
    seen: dict[str, set[str]] = {}
    who = profile(FASCIA, baseline=(7, 7, 7))
    for criterion in CRITERIA:
        answers: list[dict[str, Any]] = [{}, {"pain": 9}, {"pain": 1}, {"passed_task": False}, {"left": 0}]
        for answer in answers:
            if criterion.clinician or criterion.figures_of:
                continue
            for v in judge(CRITERIA, who, [result(criterion.id, **answer)], NOW):
                assert "{" not in verdict_words(v, BY_ID.get(v.criterion))
                seen.setdefault(v.why, set()).update(v.figures)
    for code, figures in seen.items():
        named = {name for _, name, _, _ in Formatter().parse(words[code]) if name}
        assert named <= figures | {"unit", "got", "with_figures"}, code


@pytest.mark.parametrize(
    ("name", "answers", "says"),
    [
        ("heel-raises", {"left": 22, "right": 24}, "Left 22, right 24 raises; 25 raises on each side is asked."),
        ("heel-raises", {"left": 26, "right": 25}, "Passed: left 26, right 25 raises."),
        ("walk-30", {"figure": 20}, "20 min; at least 30 min is asked."),
        ("stairs", {"pain": 4}, "It hurt 4 of 10; at most 2 is allowed."),
        ("stairs", {}, "Passed."),
        ("knee-to-wall", {"left": 9, "right": 6.5},
         "Left 9, right 6.5 cm: the sides differ by 2.5 cm, more than 2."),
    ],
)  # fmt: skip
def test_words(name: str, answers: dict[str, Any], says: str) -> None:
    found = verdict(profile(FASCIA), name, [result(name, **answers)])
    assert verdict_words(found, BY_ID[name]) == says


# Worse never becomes a pass


def _results() -> st.SearchStrategy[ReadinessResult]:
    figure = st.none() | st.integers(0, 50).map(float) | st.sampled_from([math.nan, -1.0])
    return st.builds(
        ReadinessResult,
        criterion=st.sampled_from([*BY_ID, CLEARANCE]),
        at=st.integers(0, 20 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
        passed_task=st.sampled_from([True, True, None, False]),
        left=figure, right=figure, figure=figure,
        pain=st.sampled_from([0, 0, 0, 1, 2, 3]),
        settled=st.sampled_from([None, True, False]),
        waived_by=st.sampled_from(["", "", "Dr A"]),
    )  # fmt: skip


PROFILES = st.sampled_from([profile(*injuries) for injuries in EVERYBODY])


def passes(who: Profile, results: list[ReadinessResult]) -> set[str]:
    return {v.criterion for v in judge(CRITERIA, who, results, NOW) if v.passed}


@given(PROFILES, st.lists(_results(), max_size=8), st.data())
def test_a_worse_result_never_passes_more(who: Profile, extra: list[ReadinessResult], data: st.DataObject) -> None:
    results = [*all_passed(who), *extra]
    index = data.draw(st.integers(0, len(results) - 1))
    before = results[index]
    criterion = BY_ID.get(before.criterion)
    worse: list[dict[str, Any]] = [
        {"pain": min(10, before.pain + 1)},
        {"settled": False if before.pain else before.settled},
        {"settled": None if before.settled else before.settled},
        {"passed_task": False},
        {"passed_task": None if before.passed_task else before.passed_task},
    ]
    if criterion is not None and criterion.measure is not Measure.YES_NO:
        weaker = "left" if (before.left or 0) <= (before.right or 0) else "right"
        worse += [{"left": None}, {"right": None}, {"figure": None}]
        if criterion.at_most is None and before.left is not None and before.right is not None:
            worse.append({weaker: max(0, (getattr(before, weaker) or 0) - 3)})
    change = data.draw(st.sampled_from(worse))
    if before.waived_by:
        return  # a waiver needs no figures
    # A worse answer that is no answer may leave a day's other results to count, so only that one must not pass more.
    changed = [*results[:index], before.model_copy(update=change), *results[index + 1 :]]
    alone_before, alone_after = passes(who, _alone(results, index)), passes(who, _alone(changed, index))
    assert alone_after <= alone_before
    if None not in change.values():
        assert passes(who, changed) <= passes(who, results)


def _alone(results: list[ReadinessResult], index: int) -> list[ReadinessResult]:
    """Without the other results of the same criterion."""
    return [r for n, r in enumerate(results) if n == index or r.criterion != results[index].criterion]


@given(PROFILES, st.lists(_results(), max_size=8), st.data())
def test_a_result_that_is_missing_or_older_never_passes_more(
    who: Profile, extra: list[ReadinessResult], data: st.DataObject
) -> None:
    """Of one criterion: what an earlier or a later test gave is another matter, the latest counts."""
    results = [*all_passed(who), *extra]
    index = data.draw(st.integers(0, len(results) - 1))
    alone = _alone(results, index)
    name = results[index].criterion
    assert passes(who, [r for r in alone if r.criterion != name]) <= passes(who, alone)
    older = results[index].model_copy(
        update={"at": results[index].at - timedelta(hours=data.draw(st.integers(1, 400)))}
    )
    own = {c.id for c in CRITERIA if name in (c.id, c.figures_of)}
    shifted = passes(who, [r if r.criterion != name else older for r in alone])
    assert shifted & own <= passes(who, alone)


@given(PROFILES, st.lists(_results(), max_size=12), st.integers(0, 400))
def test_passed_at_agrees_with_the_verdicts_and_is_never_later_than_a_pass(
    who: Profile, extra: list[ReadinessResult], hours: int
) -> None:
    results = [*all_passed(who), *extra]
    at = NOW - timedelta(hours=hours)
    verdicts = judge(CRITERIA, who, results, at, max_age=None)
    passed = passed_at(CRITERIA, who, results, at)
    mandatory = [v for v in verdicts if v.mandatory]
    assert (passed is not None) == all(v.passed for v in mandatory)
    if passed is not None:
        tested = [v.tested_at for v in mandatory if v.why != "cleared"]
        assert passed == min(filter(None, tested))
        assert passed <= at


@given(PROFILES, st.lists(_results(), max_size=8))
def test_the_order_in_which_results_are_handed_over_does_not_matter(who: Profile, extra: list[ReadinessResult]) -> None:
    times = {(r.criterion, r.at) for r in extra}
    if len(times) == len(extra):  # about the same instant, the later told adds to the earlier
        assert judge(CRITERIA, who, extra, NOW) == judge(CRITERIA, who, extra[::-1], NOW)
