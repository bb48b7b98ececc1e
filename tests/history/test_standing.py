"""Diary and runs → question: stories of a few weeks, told in any order."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from coach.gate.advice import need_lines
from coach.gate.evaluate import decide
from coach.gate.facts import StageRule
from coach.gate.wording import reason_words
from coach.history.events import (
    AdvanceChosen,
    Begun,
    Cleared,
    DateCorrected,
    DiaryEvent,
    ProfileSet,
    Rated,
    ReadinessTested,
    RunReported,
)
from coach.history.fold import Noted, Standing, record
from coach.history.runs import RunFacts
from coach.model.decision import Decision, Need, Outcome
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role, Surgery
from coach.model.protocol import StagePhase
from coach.model.rating import Course, Occasion, SymptomRating
from coach.model.readiness import ReadinessResult

START = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
MINUTE = 60_000
STAGES = tuple(StageRule(id=f"s{n}", run_ms=((8 + 2 * n) * MINUTE,), bout_ms=((1 + n) * MINUTE,)) for n in range(6))
ACHILLES = Injury(kind=InjuryKind.ACHILLES)


def at(days: float, hour: float = 18) -> datetime:
    return START + timedelta(days=days, hours=hour - 18)


class Story:
    """What was told, each with the instant it was typed."""

    def __init__(self, *injuries: Injury, baseline: tuple[int, ...] = (1, 1, 1), told: datetime | None = None) -> None:
        self.notes: list[Noted] = []
        self.runs: list[RunFacts] = []
        self._ids = iter(range(1, 100_000))
        self.tell(self.profile(*(injuries or (ACHILLES,)), baseline=baseline), told or at(-5, 9))

    def profile(
        self, *injuries: Injury, baseline: tuple[int, ...] = (1, 1, 1), protocol: str = "p",
        stages: tuple[StageRule, ...] = STAGES,
    ) -> ProfileSet:  # fmt: skip
        return ProfileSet(profile=Profile(injuries=injuries, protocol=protocol, baseline=baseline), stages=stages)

    def tell(self, event: DiaryEvent, typed: datetime) -> str:
        note = Noted(f"{next(self._ids):026d}", typed, event)
        self.notes.append(note)
        return note.id

    def run(self, day: float, minutes: int = 8, bout: int = 1, **more: Any) -> str:
        session = f"run{len(self.runs)}"
        start = at(day)
        facts: dict[str, Any] = {
            "session": session, "start": start, "end": start + timedelta(minutes=34), "zone": "UTC",
            "planned_ms": minutes * MINUTE, "done_ms": minutes * MINUTE, "bout_ms": bout * MINUTE, "counts": True,
            "over": True, "finished": True,
        }  # fmt: skip
        self.runs.append(RunFacts.model_validate(facts | more))
        return session

    def rate(self, occasion: Occasion, when: datetime, typed: datetime | None = None, amends: str | None = None,
             **answers: Any) -> str:  # fmt: skip
        rating = SymptomRating.model_validate({"occasion": occasion, "at": when, **answers})
        return self.tell(Rated(rating=rating, amends=amends), typed or when)

    def after(self, run: str, day: float, during: int = 0, now: int = 0, **more: Any) -> str:
        answers: dict[str, Any] = {
            "run": run, "pain_during": during, "pain_now": now, "warmup_soreness": 0, "warmup_course": Course.NONE,
            "limp": False, "sharp_pain": False, "swelling": False, "giving_way": False, "completed": True,
            "painkiller": False,
        }  # fmt: skip
        return self.rate(Occasion.AFTER, at(day, 19), **(answers | more))

    def morning(self, day: float, first_steps: int = 1, **more: Any) -> str:
        answers: dict[str, Any] = {
            "first_steps": first_steps, "swelling": False, "woken": False, "painkiller": False, "confidence": 8,
        }  # fmt: skip
        return self.rate(Occasion.MORNING, at(day, 7), **(answers | more))

    def good(self, day: float, minutes: int = 8, bout: int = 1) -> None:
        """A clean session: the check in the morning, the run, the rating, the next morning."""
        self.morning(day)
        run = self.run(day, minutes, bout)
        self.after(run, day)
        self.morning(day + 1)

    def standing(self) -> Standing:
        return Standing(record(self.notes), self.runs, lambda _profile, _results, _at: at(-1))

    def decide(self, when: datetime) -> Decision:
        return decide(self.standing().question(when, "UTC"))


def in_the_build_phase(minutes: int) -> Story:
    """At a stage of 20 min, of which ten minutes on the days before leave eleven, somebody ran so many."""
    stages = (
        StageRule(id="w", run_ms=(10 * MINUTE,), bout_ms=(10 * MINUTE,), good=1),
        StageRule(id="b", run_ms=(20 * MINUTE,), bout_ms=(20 * MINUTE,), good=2, phase=StagePhase.BUILD),
    )
    story = Story()
    story.tell(story.profile(ACHILLES, stages=stages), at(-5, 10))
    for day in (0, 3):
        story.good(day, 10, 10)
    story.morning(8)
    found = story.decide(at(8))
    assert (found.stage, found.cap_ms, found.is_open) == (1, 11 * MINUTE, True)
    run = story.run(8, minutes, minutes)
    story.after(run, 8)
    story.morning(9)
    return story


def test_what_the_build_phase_shortened_is_done_when_that_is_done() -> None:
    found = in_the_build_phase(11).decide(at(9))
    assert "G15" not in found.codes
    assert "G28" not in found.codes


def test_more_than_the_build_phase_left_was_not_unlocked() -> None:
    found = in_the_build_phase(20).decide(at(9))
    assert "G28" in found.codes
    assert found.cap_ms == 11 * MINUTE


def test_two_good_sessions_advance() -> None:
    story = Story()
    story.good(0)
    story.morning(2)
    found = story.decide(at(2))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.REPEAT, 0, True)
    story.good(2)
    story.morning(4)
    found = story.decide(at(4))
    assert (found.outcome, found.stage, found.is_open) == (Outcome.ADVANCE, 1, True)
    standing = story.standing()
    standing.question(at(4), "UTC")
    assert standing.ledger.good == 1
    assert standing.run is not None
    assert standing.run.unlocked


def test_what_was_told_later_counts_where_it_belongs() -> None:
    story = Story()
    story.good(0)
    story.good(2)
    story.morning(4)
    assert story.decide(at(4)).stage == 1
    story.rate(
        Occasion.FOLLOW_UP, at(1, 9), typed=at(4, 17), back_to_usual=False, swelling=True
    )  # about the day after the first run, told much later
    found = story.decide(at(4))
    assert found.stage == 0
    assert not found.is_open


def test_the_order_of_telling_does_not_matter() -> None:
    story = Story()
    story.good(0)
    story.good(2)
    story.morning(4)
    turned = Story()
    turned.notes = [story.notes[0], *reversed(story.notes[1:])]
    turned.runs = list(reversed(story.runs))
    assert turned.decide(at(4)) == story.decide(at(4))


def test_a_softened_answer_does_not_count() -> None:
    story = Story()
    story.morning(0)
    run = story.run(0)
    first = story.after(run, 0, during=6)
    answers: dict[str, Any] = {
        "run": run, "pain_during": 1, "pain_now": 0, "warmup_soreness": 0, "warmup_course": Course.NONE, "limp": False,
        "sharp_pain": False, "swelling": False, "giving_way": False, "completed": True, "painkiller": False,
    }  # fmt: skip
    story.rate(Occasion.AFTER, at(0, 19), typed=at(0, 20), amends=first, **answers)
    assert story.decide(at(1)).outcome is Outcome.REST
    slip = Story()
    slip.morning(0)
    run = slip.run(0)
    first = slip.after(run, 0, during=6)
    slip.rate(Occasion.AFTER, at(0, 19), typed=at(0, 19) + timedelta(minutes=5), amends=first, **answers)
    assert slip.decide(at(1)).outcome is Outcome.REPEAT


def test_a_run_nobody_unlocked_is_not_clean_and_moves_the_gap() -> None:
    story = Story()
    story.good(0)
    story.tell(RunReported(start=at(1, 12), end=at(1, 13), zone="UTC", run_ms=20 * MINUTE), at(2, 7))
    story.morning(2, first_steps=1)
    found = story.decide(at(2))
    assert "G28" in found.codes
    assert not found.is_open
    assert Need.AFTER in found.needs


def test_a_clinician_clears_a_stop_and_the_way_back_begins_lower() -> None:
    story = Story(Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA), baseline=())
    story.morning(0, first_steps=0)
    run = story.run(0)
    story.after(run, 0, during=3)
    story.morning(1, first_steps=0)
    assert story.decide(at(2)).outcome is Outcome.STOP
    own = Clearance(role=Role.SELF, by="me", at=at(2))
    story.tell(Cleared(clearance=own), at(2))
    assert story.decide(at(3)).outcome is Outcome.STOP, "the runner cannot"
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(3))), at(3))
    story.morning(6, first_steps=0)
    found = story.decide(at(6))
    assert (found.outcome, found.stage) == (Outcome.REPEAT, 0)


def test_surgery_needs_its_clearance_told_after_it() -> None:
    story = Story(baseline=())
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(-4))), at(-4))
    story.tell(story.profile(Injury(kind=InjuryKind.SURGERY, surgery=Surgery.BUNION), baseline=()), at(-3))
    story.morning(0, first_steps=0)
    found = story.decide(at(0))
    assert (found.outcome, found.needs) == (Outcome.STOP, (Need.CLINICIAN,))
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr B", at=at(-3))), at(0, 12))
    assert story.decide(at(0)).outcome is Outcome.REPEAT


def test_told_again_the_stricter_injury_stays() -> None:
    story = Story(Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA), baseline=())
    story.tell(story.profile(ACHILLES, baseline=(3, 3, 3)), at(-2))
    question = story.standing().question(at(0), "UTC")
    assert {"bone", "tendon"} == set(question.bands)
    assert question.baseline == 0
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(-1))), at(-1))
    story.tell(story.profile(ACHILLES, baseline=(3, 3, 3)), at(-1, 20))
    assert story.standing().question(at(0), "UTC").bands == ("tendon",)


def test_an_injury_is_taken_back_only_within_ten_minutes_of_when_it_was_first_told() -> None:
    bone, sprain = (Injury(kind=kind) for kind in (InjuryKind.BONE, InjuryKind.SPRAIN))
    minute = timedelta(minutes=1)

    def in_force(*told: tuple[float, tuple[Injury, ...], bool]) -> set[Injury]:
        story = Story(ACHILLES, told=at(-9))
        last = None
        for after, injuries, amends in told:
            event = story.profile(*injuries).model_copy(update={"amends": last if amends else None})
            last = story.tell(event, at(-5) + after * minute)
        return set(story.standing().profile_at(at(0)).injuries) - {ACHILLES}

    assert in_force((0, (bone,), False), (9, (sprain,), True)) == {sprain}
    assert in_force((0, (bone,), False), (9, (sprain,), False)) == {bone, sprain}
    assert in_force((0, (bone,), False), (11, (sprain,), True)) == {bone, sprain}
    assert in_force((0, (bone,), False), (-1, (sprain,), True)) == {bone, sprain}  # a clock set back makes no time
    assert in_force((0, (bone,), False), (9, (bone, sprain), True), (18, (sprain,), True)) == {bone, sprain}
    assert in_force((0, (bone,), False), (5, (sprain,), True), (9, (bone,), True)) == {bone}
    assert in_force((0, (bone,), False), (5, (bone,), False), (9, (sprain,), True)) == {bone, sprain}


def test_an_injury_of_before_is_not_taken_back_as_a_slip() -> None:
    bone = Injury(kind=InjuryKind.BONE)
    story = Story(bone, told=at(-9))
    again = story.tell(story.profile(bone), at(-5))
    told = story.profile(ACHILLES).model_copy(update={"amends": again})
    story.tell(told, at(-5) + timedelta(minutes=1))
    assert bone in story.standing().profile_at(at(0)).injuries


def test_another_protocol_lands_no_higher() -> None:
    story = Story()
    for day in (0, 2, 4, 6):
        story.good(day, minutes=8 if day < 4 else 10, bout=1 if day < 4 else 2)
    story.morning(8)
    assert story.decide(at(8)).stage == 2
    harder = tuple(stage.model_copy(update={"id": f"x{n}"}) for n, stage in enumerate(STAGES[1:]))
    story.tell(story.profile(ACHILLES, protocol="q", stages=harder), at(8, 12))
    found = story.decide(at(8))
    assert harder[found.stage].run_ms <= (10 * MINUTE,)


def test_a_protocol_edited_under_the_same_names_lands_as_another_does() -> None:
    """Where more is run in the stage that was reached, or in the one that opens next, the names tell nothing."""
    story = Story()
    for day in (0, 2, 4, 6):
        story.good(day, minutes=8 if day < 4 else 10, bout=1 if day < 4 else 2)
    story.morning(8)
    assert story.decide(at(8)).stage == 2
    for field in ("run_ms", "bout_ms"):
        harder = tuple(s.model_copy(update={field: (30 * MINUTE,)}) if n > 1 else s for n, s in enumerate(STAGES))
        asked = story.standing().question(at(8), "UTC", harder)
        found = decide(asked)
        assert asked.ledger.good == 0
        assert (asked.stages[found.stage].run_ms, asked.stages[found.stage].bout_ms) <= ((10 * MINUTE,), (2 * MINUTE,))
        told = copy.deepcopy(story)
        told.tell(told.profile(ACHILLES, stages=harder), at(8, 12))
        assert told.decide(at(8)) == found
    longer = tuple(stage.model_copy(update={"rest_days": 2}) for stage in STAGES)
    assert story.standing().question(at(8), "UTC", longer).ledger == story.standing().question(at(8), "UTC").ledger


def test_a_change_opens_no_more_than_was_open_where_even_its_first_stage_asks_more() -> None:
    """Edited or chosen anew, once or in small steps, with a forbidden run between or without: closed, until mended."""
    hard = StageRule(id="s0", run_ms=(60 * MINUTE,), bout_ms=(20 * MINUTE,))
    longer_bout = StageRule(id="s0", run_ms=(8 * MINUTE,), bout_ms=(2 * MINUTE,))
    later = StageRule(id="s0", run_ms=(8 * MINUTE, 60 * MINUTE), bout_ms=(MINUTE, MINUTE))
    unknown = StageRule(id="s0")
    for first in (hard, longer_bout, later, unknown):
        story = Story()
        story.good(0)
        story.morning(2)
        changed = (first, *STAGES[1:])
        found = decide(story.standing().question(at(2), "UTC", changed))
        assert (found.is_open, found.needs, found.outcome) == (False, (Need.PROTOCOL,), Outcome.REPEAT)
        assert "G29" in found.codes
        story.tell(story.profile(ACHILLES, stages=changed), at(2, 12))
        assert story.decide(at(2)) == found
        story.tell(Begun(session=story.run(2, 60, 20), unlocked=False, override="x"), at(2))
        story.after("run1", 2)
        story.morning(3)
        story.morning(6)
        assert Need.PROTOCOL in story.decide(at(6)).needs, "a forbidden run changes nothing"
        a_little_less = (StageRule(id="s0", run_ms=(59 * MINUTE,), bout_ms=(19 * MINUTE,)), *STAGES[1:])
        assert Need.PROTOCOL in decide(story.standing().question(at(6), "UTC", a_little_less)).needs
        mended = decide(story.standing().question(at(6), "UTC", STAGES))
        assert (Need.PROTOCOL not in mended.needs, mended.stage) == (True, 0)


def test_a_change_is_free_before_a_run_and_where_the_first_stage_stays_as_it_was() -> None:
    hard = (StageRule(id="x", run_ms=(60 * MINUTE,), bout_ms=(20 * MINUTE,)), *STAGES)
    story = Story()
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(-1))), at(-1))
    story.morning(0)
    assert decide(story.standing().question(at(0), "UTC", hard)).is_open
    story.good(0, minutes=7)  # a little short of the eight that were due, and good
    story.morning(2)
    other = (*STAGES[:3], STAGES[3].model_copy(update={"run_ms": (15 * MINUTE,)}))
    assert decide(story.standing().question(at(2), "UTC", other)).is_open


def test_a_run_is_judged_by_the_session_that_was_due_when_it_began() -> None:
    story = Story()
    story.good(0)
    story.morning(2)
    longer = (STAGES[0].model_copy(update={"run_ms": (60 * MINUTE,)}), *STAGES[1:])
    assert "G15" not in decide(story.standing().question(at(2), "UTC", longer)).codes
    short = Story()
    short.good(0, minutes=6)
    short.morning(2)
    easier = (STAGES[0].model_copy(update={"run_ms": (6 * MINUTE,)}), *STAGES[1:])
    assert "G15" in decide(short.standing().question(at(2), "UTC", easier)).codes


def test_a_clock_behind_the_journal_closes_until_the_date_is_put_right() -> None:
    story = Story()
    wrong = story.morning(400)
    story.morning(0)
    found = story.decide(at(0))
    assert Need.CLOCK in found.needs
    asked = story.standing().question(at(0), "UTC")
    assert asked.newest_event == wrong
    [line] = [each for each in need_lines(found, asked) if "clock" in each]
    assert f"`coach journal correct {wrong} TIME`" in line
    [reason] = [each for each in found.reasons if each.code == "G27"]
    assert f"6 April 2027, 07:00 UTC (event {wrong})" in reason_words(reason)
    story.tell(DateCorrected(event=wrong, at=at(-1, 7)), at(0, 8))
    assert Need.CLOCK not in story.decide(at(0)).needs


def test_a_corrected_date_moves_whatever_the_event_tells_of() -> None:
    story = Story()
    told = story.tell(RunReported(start=at(400), end=at(400, 19), zone="UTC", run_ms=8 * MINUTE), at(400, 19))
    tested = story.tell(
        ReadinessTested(result=ReadinessResult(criterion="walk", at=at(401), passed_task=True)), at(401)
    )
    chosen = story.tell(AdvanceChosen(at=at(402)), at(402))
    for event, day in ((told, 1), (tested, 2), (chosen, 3)):
        story.tell(DateCorrected(event=event, at=at(day)), at(4))
    standing = story.standing()
    [run] = standing.runs
    assert (run.start, run.end) == (at(1), at(1, 19))
    assert [result.at for result in standing.told.results] == [at(2)]
    assert standing.told.chosen == [at(3)]
    assert standing.question(at(4), "UTC").newest_at == at(4), "the corrections themselves"


def test_a_session_run_by_a_wrong_clock_moves_as_a_whole() -> None:
    """Else the gate would stay closed until that year comes: the clock is behind the newest event."""
    story = Story()
    story.morning(0)
    run = story.run(400)
    story.tell(Begun(session=run, unlocked=True), at(400))
    assert Need.CLOCK in story.decide(at(1)).needs
    assert story.standing().question(at(1), "UTC").newest_event == run, "not its beginning, which would move nothing"
    bit_by_bit = story.standing()
    bit_by_bit.question(at(401), "UTC")
    story.tell(DateCorrected(event=run, at=at(0, 18)), at(1, 9))
    bit_by_bit.tell(story.notes[-1:])
    for standing in (story.standing(), bit_by_bit):
        [found] = standing.runs
        assert (found.start, found.end) == (at(0), at(0) + timedelta(minutes=34))
        assert Need.CLOCK not in decide(standing.question(at(1), "UTC")).needs


def test_an_amendment_redated_into_the_grace_softens_nothing() -> None:
    story = Story()
    first = story.morning(0, 6)
    amended = story.rate(
        Occasion.MORNING, at(0, 7), typed=at(0, 12), amends=first, first_steps=0, swelling=False, woken=False,
        painkiller=False, confidence=8,
    )  # fmt: skip
    story.tell(DateCorrected(event=amended, at=at(0, 7) + timedelta(minutes=2)), at(0, 13))
    [given] = story.standing().told.ratings
    assert given.rating.first_steps == 6
    story.tell(DateCorrected(event=first, at=at(0, 7) + timedelta(minutes=1)), at(0, 13))
    [given] = story.standing().told.ratings
    assert given.rating.first_steps == 6


def test_what_is_told_after_a_clearance_is_not_closed_by_it() -> None:
    story = Story()
    story.morning(0)
    run = story.run(0)
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(0, 19))), at(0, 19))
    story.rate(
        Occasion.AFTER, at(0, 20), run=run, pain_during=9, pain_now=9, warmup_soreness=0, warmup_course=Course.NONE,
        limp=False, sharp_pain=False, swelling=False, giving_way=True, completed=True, painkiller=False,
    )  # fmt: skip
    story.morning(4)
    found = story.decide(at(4))
    assert found.outcome is Outcome.STOP
    assert {"G4", "G5"} <= set(found.codes)
    early = Story()
    early.morning(0)
    early.after(early.run(0), 0, during=9)
    early.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(0, 18.75))), at(0, 20))
    assert early.decide(at(1)).outcome is Outcome.REST, "a clearance dated back closes nothing that was told after it"


def test_a_baseline_is_not_raised_afterwards() -> None:
    story = Story(Injury(kind=InjuryKind.FASCIA), baseline=())
    story.good(0)
    for day in (-3, -2, -1):
        story.rate(
            Occasion.MORNING, at(day, 7), typed=at(1, 12), first_steps=5, swelling=False, woken=False, painkiller=False
        )
    assert story.standing().question(at(2), "UTC").baseline == 1, "the mornings that were told before the run"


def test_a_run_from_before_the_profile_leaves_the_baseline_open() -> None:
    story = Story(Injury(kind=InjuryKind.FASCIA), baseline=())
    story.run(-20)
    for day in (-4, -3, -2):
        story.morning(day, first_steps=4)
    assert story.standing().question(at(0), "UTC").baseline == 4


def test_a_clearance_to_begin_is_not_the_end_of_an_injury() -> None:
    story = Story(Injury(kind=InjuryKind.SURGERY, surgery=Surgery.BUNION), baseline=())
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Ms E", at=at(-5))), at(-5, 9.5))
    story.tell(story.profile(Injury(kind=InjuryKind.FASCIA), baseline=(3, 3, 3)), at(-1))
    question = story.standing().question(at(0), "UTC")
    assert set(question.bands) == {"postop", "fascia"}
    assert question.baseline == 0
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Ms E", at=at(0, 8))), at(0, 8))
    assert story.standing().question(at(0), "UTC").bands == ("fascia",)


def test_a_flag_told_by_amending_after_a_clearance_stands() -> None:
    story = Story()
    first = story.morning(0)
    story.tell(Cleared(clearance=Clearance(role=Role.CLINICIAN, by="Dr A", at=at(0, 9))), at(0, 9))
    story.rate(
        Occasion.MORNING, at(0, 7), typed=at(0, 12), amends=first, first_steps=1, swelling=False, woken=False,
        painkiller=False, confidence=8, red_flags=("sudden-pop",),
    )  # fmt: skip
    assert story.decide(at(0)).outcome is Outcome.STOP
