"""Told bit by bit, in any order, a runner stands where one stands who was told everything at once."""

import random
from datetime import timedelta
from typing import Any

import pytest

from coach.gate.facts import StageRule
from coach.history.events import (
    AdvanceChosen,
    Cleared,
    DateCorrected,
    ReadinessTested,
    RunRecorded,
    RunReported,
    RunWithdrawn,
)
from coach.history.fold import Noted, Standing, record
from coach.history.runs import RunFacts
from coach.model.profile import BoneSite, Clearance, Injury, InjuryKind, Profile, Role
from coach.model.rating import Course, Occasion
from coach.model.readiness import ReadinessResult
from tests.history.test_standing import ACHILLES, MINUTE, Story, at

OTHER_STAGES = tuple(
    StageRule(id=f"x{n}", run_ms=((6 + 2 * n) * MINUTE,), bout_ms=((1 + n) * MINUTE,)) for n in range(5)
)


def ready_at(profile: Profile, results: Any, when: Any) -> Any:
    return max((r.at for r in results), default=at(-1))


def a_told_run(story: Story, chance: random.Random, day: int) -> None:
    """Perhaps taken back, in time or too late, and perhaps rated all the same."""
    report = RunReported(start=at(day, 12), end=at(day, 13), zone="Asia/Tokyo", run_ms=9 * MINUTE)
    told = story.tell(report, at(day, 14))
    if chance.random() < 0.5:
        minutes = chance.choice((5, 50))
        story.tell(RunWithdrawn(run=told, start=report.start), at(day, 14) + timedelta(minutes=minutes))
    if chance.random() < 0.7:
        story.after(told, day)


def a_recording(story: Story, chance: random.Random, day: int) -> None:
    """Of a run that is known, or of one nobody knew of; perhaps taken back."""
    start = at(day, chance.choice((9, 12, 18)))
    minutes = chance.choice((0, 8, 14))
    kept = RunRecorded(
        start=start, end=start + timedelta(minutes=chance.choice((20, 40, 400))), zone="UTC", run_ms=minutes * MINUTE,
        bout_ms=0, sure_ms=chance.choice((0, minutes)) * MINUTE, distance_m=chance.choice((None, 4000)),
        original=f"{day:064x}", figures=chance.randint(0, 3), sport=chance.choice(("running", "cycling")),
    )  # fmt: skip
    told = story.tell(kept, at(day, 20))
    if chance.random() < 0.3:
        story.tell(RunWithdrawn(run=told, start=start), at(day, 20) + timedelta(minutes=chance.choice((5, 50))))
    if chance.random() < 0.7:
        story.after(told, day)


def a_story(chance: random.Random) -> Story:
    """Two months of everything that can be told."""
    story = Story(baseline=() if chance.random() < 0.5 else (1, 1, 1))
    ids: list[str] = []
    day = 0
    while day < 60:
        day += chance.choice((1, 1, 1, 2, 2, 9))
        pain = chance.choice((0, 1, 1, 1, 2, 3, 4, 7))
        ids.append(story.morning(day, pain, swelling=chance.random() < 0.1, painkiller=chance.random() < 0.1))
        if chance.random() < 0.6:
            run = story.run(day, chance.choice((4, 8, 10, 20)))
            ids.append(story.after(run, day, during=chance.choice((0, 1, 3, 6)), warmup_soreness=pain,
                                   warmup_course=Course.RETURNED if pain else Course.NONE))  # fmt: skip
        match chance.randrange(12):
            case 0:
                story.rate(Occasion.MORNING, at(day, 7), at(day, 12), amends=chance.choice(ids), first_steps=0,
                           swelling=False, woken=False, painkiller=False)  # fmt: skip
            case 1:
                role = chance.choice((Role.SELF, Role.CLINICIAN))
                story.tell(Cleared(clearance=Clearance(role=role, by="x", at=at(day, 10))), at(day, 11))
            case 2:
                story.tell(story.profile(ACHILLES, protocol="q", stages=OTHER_STAGES, baseline=(0, 0, 0)), at(day, 9))
            case 3:
                bone = Injury(kind=InjuryKind.BONE, site=BoneSite.FIBULA)
                told = story.tell(story.profile(bone, baseline=()), at(day, 9))
                if chance.random() < 0.5:  # a slip, taken back in time or too late
                    anew = story.profile(ACHILLES).model_copy(update={"amends": told})
                    story.tell(anew, at(day, 9) + timedelta(minutes=chance.choice((5, 15))))
            case 4:
                a_told_run(story, chance, day)
            case 8 | 9:
                a_recording(story, chance, day)
            case 5:
                slip = chance.random() < 0.5
                story.tell(DateCorrected(event=chance.choice(ids), at=at(day, 6), slip=slip), at(day, 12))
            case 6 | 7:
                tested = ReadinessTested(result=ReadinessResult(criterion="x", at=at(day, 8)))
                story.tell(chance.choice((tested, AdvanceChosen(at=at(day, 8)))), at(day, 8))
            case _:
                pass
    return story


def when_told(bit: Noted | RunFacts) -> Any:
    return bit.utc if isinstance(bit, Noted) else bit.end


def picture(standing: Standing, when: Any) -> Any:
    return standing.ledger, standing.run, standing.judged, standing.runs, standing.question(when, "Europe/Berlin")


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shuffled", [False, True])
def test_bit_by_bit_is_all_at_once(seed: int, shuffled: bool) -> None:
    chance = random.Random(seed)
    story = a_story(chance)
    told: list[Noted | RunFacts] = [story.notes[0], *sorted([*story.notes[1:], *story.runs], key=when_told)]
    if shuffled:
        chance.shuffle(told)
    standing = Standing(record(()), (), ready_at)
    end = at(80)
    done = 0
    while done < len(told):
        bit = told[done : done + chance.randint(1, 4)]
        done += len(bit)
        standing.tell([b for b in bit if isinstance(b, Noted)], [b for b in bit if isinstance(b, RunFacts)])
        notes = [b for b in told[:done] if isinstance(b, Noted)]
        scratch = Standing(record(notes), [b for b in told[:done] if isinstance(b, RunFacts)], ready_at)
        if scratch.has_profile:
            assert picture(standing, end) == picture(scratch, end)
            assert picture(standing, end) == picture(scratch, end), "asking changes nothing"


def test_only_what_a_late_answer_bears_on_is_judged_again(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    for day in range(0, 40, 2):
        story.good(day)
    standing = story.standing()
    counted: list[Any] = []
    begin = Standing._begin

    def count(self: Standing, run: Any) -> None:
        counted.append(run.start)
        begin(self, run)

    monkeypatch.setattr(Standing, "_begin", count)
    story.morning(39)
    standing.tell(story.notes[-1:])
    assert counted == []
    story.rate(Occasion.FOLLOW_UP, at(35, 9), typed=at(39, 12), back_to_usual=False, swelling=True)
    standing.tell(story.notes[-1:])
    assert counted == [at(36), at(38)]


def test_an_answer_to_another_question_takes_the_place_of_none() -> None:
    story = Story()
    story.morning(0)
    run = story.run(0)
    after = story.after(run, 0)
    story.rate(Occasion.MORNING, at(1, 7), amends=after, first_steps=1, swelling=False, woken=False, painkiller=False)
    assert [g.rating.occasion for g in story.standing().told.ratings] == [
        Occasion.MORNING, Occasion.AFTER, Occasion.MORNING,
    ]  # fmt: skip
