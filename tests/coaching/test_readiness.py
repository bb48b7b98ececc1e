"""Use cases of readiness over a journal in memory: what is kept, what is refused, what is counted from the record."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from coach.bootstrap.comeback import ReadyByCriteria
from coach.coaching import Coaching
from coach.coaching.profiles import check_pain_free_days
from coach.coaching.readiness import Answers, next_question, readiness, result_of, settling
from coach.errors import BadInput
from coach.gate.advice import need_lines, situation_of
from coach.gate.episodes import Hurt
from coach.gate.facts import GateInput
from coach.gate.readiness import PAIN_FREE_DAYS
from coach.gate.readiness_words import verdict_words
from coach.gate.wording import reason_words
from coach.library.protocols import resolve_plan
from coach.model.decision import Decision, Need
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Occasion
from coach.model.readiness import Measure
from tests.coaching.test_coaching import FASCIA, MONDAY, NOWHERE, Runner

BONE = Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA),), protocol="bsi")
NAVICULAR = Profile(injuries=(Injury(kind=InjuryKind.BONE, site=BoneSite.NAVICULAR),), protocol="bsi")


class Candidate(Runner):
    """A runner whose readiness is judged by the criteria that are shipped."""

    def __init__(self, profile: Profile = FASCIA) -> None:
        super().__init__(None)
        self.coaching = Coaching(self.journal, self.clock, lambda p: resolve_plan(p, NOWHERE), ReadyByCriteria())
        self.coaching.set_profile(profile)

    def test(self, name: str, at: datetime | None = None, **answers: Any) -> None:
        self.coaching.test(result_of(self.coaching, name, Answers(**answers), at))

    def refuses(self, name: str, at: datetime | None = None, **answers: Any) -> str:
        before = len(self.journal.stored)
        with pytest.raises(BadInput) as refused:
            self.test(name, at, **answers)
        assert len(self.journal.stored) == before
        return str(refused.value)

    def why(self, name: str) -> str:
        return readiness(self.coaching).verdict(name).why

    def pass_all(self) -> None:
        for criterion in next_question(readiness(self.coaching)):
            match criterion.measure:
                case Measure.YES_NO:
                    self.test(criterion.id, done=True)
                case Measure.FIGURE:
                    self.test(criterion.id, figure=criterion.at_least or 0)
                case Measure.BOTH_SIDES:
                    self.test(criterion.id, left=50, right=50)


@pytest.mark.parametrize("profile", [FASCIA, BONE, Profile(protocol="seed-start")])
def test_passing_all_of_it_opens_what_readiness_closed(profile: Profile) -> None:
    runner = Candidate(profile)
    assert Need.READINESS in runner.coaching.today().decision.needs
    if profile is BONE:
        with pytest.raises(BadInput, match="bone-clearance"):
            runner.pass_all()
        runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=runner.clock.utc_now()))
    runner.pass_all()
    assert readiness(runner.coaching).missing == ()
    assert Need.READINESS not in runner.coaching.today().decision.needs
    runner.wait(15 * 24)  # two weeks without a first run
    assert {item.verdict.why for item in readiness(runner.coaching).missing} == {"too-old"}
    assert Need.READINESS in runner.coaching.today().decision.needs
    runner.pass_all()
    assert Need.READINESS not in runner.coaching.today().decision.needs


def test_once_running_results_do_not_lapse_until_the_gate_asks_anew() -> None:
    runner = Candidate()
    runner.pass_all()
    runner.morning()
    run = runner.run()
    runner.after(run)
    runner.wait(24 * 14)
    assert readiness(runner.coaching).is_passed
    runner.wait(24 * 16)  # 30 days away
    assert not readiness(runner.coaching).is_passed
    assert Need.READINESS in runner.coaching.today().decision.needs
    runner.pass_all()
    assert readiness(runner.coaching).is_passed
    assert Need.READINESS not in runner.coaching.today().decision.needs


def test_a_step_back_from_the_first_stage_wants_a_new_check() -> None:
    runner = Candidate()
    runner.pass_all()
    runner.morning()
    run = runner.run()
    runner.after(run, during=7)
    runner.wait(1)
    assert not readiness(runner.coaching).is_passed
    assert Need.READINESS in runner.coaching.today().decision.needs
    refused = runner.refuses("hops-10", left=10, right=10)
    [need] = [line for line in need_lines(*asked(runner)) if "coach ready" in line]
    [said] = [line for line in reasons(runner) if line.startswith("You told of pain of 7")]
    for told in (refused, need, said):
        assert "4 March 08:34" in told, "names from when"
    runner.wait(46)
    assert "no test counts before" in runner.refuses("hops-10", waived_by="Dr A")
    runner.wait(2)
    assert "4 March" not in " ".join(need_lines(*asked(runner)))
    runner.pass_all()
    assert readiness(runner.coaching).is_passed
    assert Need.READINESS not in runner.coaching.today().decision.needs
    assert runner.coaching.today().decision.opens_at is not None


def asked(runner: Candidate) -> tuple[Decision, GateInput]:
    today = runner.coaching.today()
    return today.decision, today.input


def reasons(runner: Candidate) -> list[str]:
    decision, given = asked(runner)
    return [reason_words(reason, situation_of(given)) for reason in decision.reasons]


def test_a_run_begun_all_the_same_makes_no_test_count_sooner() -> None:
    runner = Candidate()
    runner.pass_all()
    runner.morning()
    runner.after(runner.run(), during=7)
    runner.wait(1)
    runner.run(override="a race")
    runner.wait(1)
    assert "no test counts before" in runner.refuses("walk-30", figure=30)
    [need] = [line for line in need_lines(*asked(runner)) if "coach ready" in line]
    assert "with tests of after 4 March" in need


def test_a_stable_week_is_not_claimed_against_the_mornings_that_were_rated() -> None:
    runner = Candidate(FASCIA.model_copy(update={"baseline": (2, 2, 2)}))
    for score in (5, 5, 5, 5, 5, 5, 5, 2):
        runner.morning(score)
        runner.wait(24)
    runner.wait(24)  # the 10th is not rated
    said = runner.refuses("fascia-first-steps", done=True)
    assert said.startswith("--yes: you rated your first steps 5 of 10 on 2026-03-08, and your usual is 2")
    assert "from 2026-03-15 on" in said
    for _ in range(4):
        runner.morning(2)
        runner.wait(24)
    assert runner.clock.utc_now().day == 15
    runner.test("fascia-first-steps", done=True)
    assert runner.why("fascia-first-steps") == "passed"
    runner.rate(
        Occasion.MORNING, at=MONDAY + timedelta(days=8), first_steps=3, swelling=False, woken=False, painkiller=False
    )
    assert runner.why("fascia-first-steps") == "against-mornings", "told after it, of a day within it"
    [item] = [i for i in readiness(runner.coaching).items if i.verdict.criterion == "fascia-first-steps"]
    assert verdict_words(item.verdict, item.criterion).startswith("You rated a morning above your usual level on 2026-")
    runner.test("fascia-first-steps", waived_by="Dr A")
    assert runner.why("fascia-first-steps") == "waived"


def test_clearance_comes_before_hops() -> None:
    runner = Candidate(NAVICULAR)
    assert "is for a clinician to say" in runner.refuses("bone-clearance", done=True)
    assert "is for a clinician to say" in runner.refuses("bone-clearance", waived_by="Dr A")
    for criterion in next_question(readiness(runner.coaching)):
        if criterion.group != "hops":
            answers = {"done": True} if criterion.measure is Measure.YES_NO else {"figure": 60}
            runner.test(criterion.id, **({"left": 30, "right": 30} if criterion.measure == "both-sides" else answers))
    assert "hops-10 comes after bone-clearance" in runner.refuses("hops-10", left=10, right=10)
    assert "hops-30 comes after hops-10" in runner.refuses("hops-30", left=30, right=30)
    runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=runner.clock.utc_now()))
    runner.wait(1)
    assert "bone-clearance" in runner.refuses("hops-10", runner.clock.utc_now() - timedelta(hours=2), left=10, right=10)
    runner.pass_all()
    assert readiness(runner.coaching).is_passed
    assert readiness(runner.coaching).is_cleared


def test_a_later_clearance_makes_no_hop_too_early() -> None:
    runner = Candidate(NAVICULAR)
    runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr A", at=runner.clock.utc_now()))
    runner.wait(1)
    runner.pass_all()
    runner.wait(24)
    runner.coaching.clear(Clearance(role=Role.CLINICIAN, by="Dr B", at=runner.clock.utc_now()))
    runner.wait(1)
    found = readiness(runner.coaching)
    assert found.is_passed
    assert found.verdict("bone-clearance").figures == {"by": "Dr B"}


@pytest.mark.parametrize(
    ("name", "answers", "says"),
    [
        ("hop-10", {"done": True}, "did you mean hops-10"),
        ("bone-walk-45", {"figure": 45}, "is not asked of you"),
        ("walk-30", {}, "not answered: --figure"),
        ("walk-30", {"done": True}, "not answered: --figure"),
        ("walk-30", {"figure": 30, "left": 3}, "walk-30 has no --left"),
        ("walk-30", {"figure": float("nan")}, "nan is not a result"),
        ("walk-30", {"figure": -1}, "-1 is not a result"),
        ("walk-30", {"figure": 5000}, "5000 is not a result"),
        ("balance", {"left": 30}, "not answered: --right"),
        ("stairs", {"pain": 3}, "not answered: --yes or --no"),
        ("heel-raise-symmetry", {"left": 22, "right": 24}, "give both sides of heel-raises"),
        ("stairs", {"settled": True}, "no test of stairs hurt"),
        ("stairs", {"done": True, "settled": True}, "there was no pain to settle"),
        ("stairs", {"done": True, "pain": 1, "settled": True}, "is known the next morning"),
        ("stairs", {"waived_by": " "}, "needs the clinician's name"),
        ("stairs", {"waived_by": "Dr A", "done": True}, "a waiver has no result"),
    ],
)
def test_half_answers_are_refused(name: str, answers: dict[str, Any], says: str) -> None:
    assert says in Candidate().refuses(name, **answers)


def test_a_test_cannot_be_of_the_future() -> None:
    runner = Candidate()
    assert "of the future" in runner.refuses("stairs", MONDAY + timedelta(days=1), done=True)


def test_pain_settles_the_next_morning() -> None:
    runner = Candidate()
    runner.test("stairs", done=True, pain=2)
    assert runner.why("stairs") == "settling"
    assert [c.id for c in settling(readiness(runner.coaching))] == ["stairs"]
    assert "known the next morning" in runner.refuses("stairs", settled=True)
    runner.wait(24)
    runner.test("stairs", settled=True)
    assert runner.why("stairs") == "passed"
    later = Candidate()
    later.wait(24)
    later.test("stairs", MONDAY, done=True, pain=1, settled=False)
    assert later.why("stairs") == "not-settled"


def test_a_waiver_is_kept_with_its_name() -> None:
    runner = Candidate()
    runner.test("heel-raise-symmetry", waived_by=" Dr A ")
    assert readiness(runner.coaching).verdict("heel-raise-symmetry").figures == {"by": "Dr A"}


# Days without pain


def figure(runner: Candidate) -> float:
    results = [r for r in readiness(runner.coaching).results if r.criterion == PAIN_FREE_DAYS]
    return max(results, key=lambda r: r.at).figure or 0


def test_days_without_pain_are_counted_from_the_record() -> None:
    runner = Candidate(BONE)
    for day in range(14):
        runner.morning(0, painkiller=day == 5)
        runner.wait(24)
    runner.test(PAIN_FREE_DAYS)
    assert figure(runner) == 13  # a day with a painkiller tells nothing
    runner.morning(0)
    runner.wait(25)
    runner.test(PAIN_FREE_DAYS)
    assert figure(runner) == 14
    assert runner.why(PAIN_FREE_DAYS) == "passed"


def test_what_was_declared_goes_on_with_the_record() -> None:
    runner = Candidate(BONE.model_copy(update={"pain_free_days": 12}))
    assert runner.why(PAIN_FREE_DAYS) == "too-low"
    runner.morning(0)  # the day it was declared on counts no second time
    for _ in range(2):
        runner.wait(24)
        runner.morning(0)
    runner.wait(1)
    runner.test(PAIN_FREE_DAYS)
    assert figure(runner) == 14


@pytest.mark.parametrize("what", [{"pain_now": 1}, {"woken": True}, {"red_flags": ("focal-bone-pain",)}])
def test_a_claim_that_ratings_contradict_is_worth_what_they_leave(what: dict[str, Any]) -> None:
    """The rating is told after the claim, about a day within it."""
    runner = Candidate(BONE.model_copy(update={"pain_free_days": 30}))
    assert runner.why(PAIN_FREE_DAYS) == "passed"
    runner.rate(
        Occasion.BEFORE, at=MONDAY - timedelta(days=6), confidence=8, painkiller=False, **({"pain_now": 0} | what)
    )
    assert runner.why(PAIN_FREE_DAYS) == "against-ratings"
    [item] = [i for i in readiness(runner.coaching).items if i.verdict.criterion == PAIN_FREE_DAYS]
    said = verdict_words(item.verdict, item.criterion)
    assert said == "You told of pain on 2026-02-24: that leaves 5 days; at least 14 days is asked."
    assert runner.coaching.standing.checkpoint(MONDAY, "") is None


def test_nor_is_a_claim_told_anew_with_the_profile() -> None:
    runner = Candidate(BONE)
    runner.rate(Occasion.BEFORE, at=MONDAY - timedelta(days=6), pain_now=2, confidence=8, painkiller=False)
    with pytest.raises(BadInput, match="rated 2 of 10"):
        runner.coaching.set_profile(BONE.model_copy(update={"pain_free_days": 40}))
    runner.coaching.set_profile(BONE.model_copy(update={"pain_free_days": 5}))


def test_a_pain_mark_is_pain_on_that_day_whatever_the_run_was_rated() -> None:
    mark = Hurt(at=MONDAY - timedelta(days=6), zone="UTC", score=0)
    with pytest.raises(BadInput, match=r"you told of pain on 2026-02-24 .*leaves 5 days at most"):
        check_pain_free_days(14, [mark], MONDAY, "--figure")
    check_pain_free_days(5, [mark], MONDAY, "--figure")


def test_a_test_that_went_better_within_the_day_says_why_it_does_not_count() -> None:
    runner = Candidate()
    runner.test("walk-30", figure=20)
    runner.wait(3)
    runner.test("walk-30", figure=30)
    [item] = [i for i in readiness(runner.coaching).items if i.verdict.criterion == "walk-30"]
    assert item.verdict.passed is False
    assert "counts for 24 hours, whatever goes better" in verdict_words(item.verdict, item.criterion)
    runner.wait(22)
    runner.test("walk-30", figure=30)
    assert runner.why("walk-30") == "passed"


def test_the_record_is_not_contradicted() -> None:
    runner = Candidate(BONE.model_copy(update={"pain_free_days": 30}))
    runner.wait(24)
    runner.morning(2)
    assert Need.READINESS in runner.coaching.today().decision.needs  # pain asks for a new check
    runner.wait(24 * 10)
    assert "you rated 2 of 10 on 2026-03-03" in runner.refuses(PAIN_FREE_DAYS, figure=14)
    runner.test(PAIN_FREE_DAYS)
    assert figure(runner) == 0
    runner.wait(24 * 5)
    runner.test(PAIN_FREE_DAYS, figure=14)
    assert runner.why(PAIN_FREE_DAYS) == "passed"


def test_a_failed_test_is_not_softened_by_saying_that_it_was_done_anew_right_after() -> None:
    runner = Candidate()
    runner.pass_all()
    runner.wait(2)
    failed_at = runner.clock.utc_now()
    runner.test("walk-30", figure=5, pain=6)
    runner.wait(5)
    for at in (None, failed_at + timedelta(minutes=9), failed_at):
        runner.test("walk-30", at=at, figure=60)
        assert not readiness(runner.coaching).is_passed
        assert Need.READINESS in runner.coaching.today().decision.needs


def test_a_slip_in_a_test_is_mended_while_it_is_one() -> None:
    runner = Candidate()
    runner.pass_all()
    runner.wait(2)
    failed_at = runner.clock.utc_now()
    runner.test("walk-30", figure=3)
    assert not readiness(runner.coaching).is_passed
    runner.wait(0.1)
    runner.test("walk-30", figure=30)
    assert readiness(runner.coaching).is_passed
    runner.wait(0.1)
    runner.test("walk-30", at=failed_at - timedelta(minutes=2), figure=5, pain=6)  # told later, said to be earlier
    assert not readiness(runner.coaching).is_passed
