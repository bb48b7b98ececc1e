"""What every Journal does, whatever it is made of."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coach.clock import NS
from coach.errors import AlreadyLive
from coach.history.events import AdvanceChosen, DateCorrected
from coach.journal.store import SqliteJournal
from coach.model.workout import Intensity, Step, TimeDuration, Workout
from coach.ports import Journal, Look, StoredEvent
from coach.session.events import IntervalEntered, Paused, Resumed, SessionCreated, Started
from tests.fakes import MemoryJournal, SteppingClock

WORKOUT = Workout(steps=(Step(intensity=Intensity.ACTIVE, duration=TimeDuration(ms=60_000)),))
FIRST, SECOND = "01KAR0000000000000000000AA", "01KAR0000000000000000000BB"


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture(params=["sqlite", "memory"])
def another(request: pytest.FixtureRequest, tmp_path: Path, clock: SteppingClock) -> Iterator[Callable[[], Journal]]:
    """Opens the same journal once more, as another process would."""
    opened: list[Journal] = []
    memory = MemoryJournal(clock=clock, device="pi")
    memory.waiting = lambda: clock.sleep_ns(50)

    def open_it() -> Journal:
        if request.param == "memory":
            return memory
        opened.append(SqliteJournal(tmp_path / "state" / "journal.db", clock, "pi"))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


@pytest.fixture
def journal(another: Callable[[], Journal]) -> Journal:
    return another()


def test_what_is_appended_comes_back_in_order(journal: Journal) -> None:
    events = [
        SessionCreated(at_ns=0, workout=WORKOUT, source="typed"),
        Started(at_ns=5),
        IntervalEntered(at_ns=9, index=0),
    ]
    stored = journal.append(FIRST, events[:1])
    stored = [*stored, *journal.append(FIRST, events[1:])]
    assert [s.event for s in journal.events(FIRST)] == events
    assert list(journal.events(FIRST)) == stored
    assert [s.id for s in stored] == sorted({s.id for s in stored})
    assert stored[0].utc == "2026-11-23T06:00:00.000000Z"
    assert (stored[0].zone, stored[0].device, stored[0].session) == ("Europe/Berlin", "pi", FIRST)


def test_events_after_an_id_are_those_not_yet_seen(journal: Journal) -> None:
    first, second, third = journal.append(FIRST, [Started(at_ns=1), Paused(at_ns=2), Resumed(at_ns=3)])
    assert list(journal.events(FIRST, first.id)) == [second, third]
    assert list(journal.events(FIRST, third.id)) == []


def test_sessions_are_apart_and_oldest_first(journal: Journal) -> None:
    journal.append(SECOND, [Started(at_ns=1)])
    journal.append(FIRST, [Started(at_ns=2)])
    journal.append(SECOND, [Paused(at_ns=3)])
    assert list(journal.sessions()) == [SECOND, FIRST]
    assert [s.event.kind for s in journal.events(SECOND)] == ["started", "paused"]
    assert list(journal.events("01KAR0000000000000000000CC")) == []


def test_ids_go_on_rising_when_the_clock_steps_back_even_after_a_restart(
    another: Callable[[], Journal], clock: SteppingClock
) -> None:
    before = another()
    (first,) = before.append(FIRST, [Started(at_ns=1)])
    before.close()
    clock.wall_step -= timedelta(days=100)
    after = another()
    (second,) = after.append(FIRST, [Paused(at_ns=2)])
    assert second.id > first.id
    assert second.utc < first.utc
    assert [s.event.kind for s in after.events(FIRST)] == ["started", "paused"]


def test_the_diary_is_apart_from_the_sessions(journal: Journal) -> None:
    journal.append(FIRST, [Started(at_ns=1)])
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    (first,) = journal.note([AdvanceChosen(at=noon)])
    (second,) = journal.note([AdvanceChosen(at=noon + timedelta(days=1))])
    assert list(journal.diary()) == [first, second]
    assert list(journal.sessions()) == [FIRST]
    assert [s.event.kind for s in journal.events(FIRST)] == ["started"]


def test_digests_follow_the_events(journal: Journal) -> None:
    def brief(session: str, events: Sequence[StoredEvent]) -> str:
        return f"{session[-2:]} {len(events)}"

    assert list(journal.digests(brief)) == []
    journal.append(FIRST, [Started(at_ns=1)])
    journal.append(SECOND, [Started(at_ns=1), Paused(at_ns=2)])
    assert sorted(journal.digests(brief)) == ["AA 1", "BB 2"]
    journal.append(FIRST, [Paused(at_ns=2)])
    journal.note([AdvanceChosen(at=datetime(2026, 11, 23, 12, tzinfo=UTC))])
    assert sorted(journal.digests(brief)) == ["AA 2", "BB 2"]


def test_digests_since_are_those_with_something_since(journal: Journal, clock: SteppingClock) -> None:
    """Not those made since: a session may be begun long after it was opened."""
    journal.append(FIRST, [Started(at_ns=1)])
    journal.append(SECOND, [Started(at_ns=1)])
    clock.advance(3600 * NS)
    since = clock.utc_now()
    journal.append(FIRST, [Paused(at_ns=2)])
    assert list(journal.digests(lambda session, _: session, since)) == [FIRST]
    assert list(journal.look(lambda session, _: session, since).digests) == [FIRST]


def test_a_checkpoint_goes_with_what_it_was_made_of(journal: Journal, clock: SteppingClock) -> None:
    def look() -> Look:
        return journal.look(lambda session, _: session)

    journal.append(FIRST, [Started(at_ns=1)])
    old = look()
    clock.advance(3600 * NS)
    floor = clock.utc_now()
    journal.keep_checkpoint(old, floor, "kept")
    assert (journal.checkpoint(), look().checkpoint) == ("kept", "kept")
    clock.advance(3600 * NS)
    journal.append("01MZ00000000000000000000CC", [Started(at_ns=1)])
    assert look().checkpoint == "kept", "that session is newer"
    journal.keep_checkpoint(old, floor, "made before it")
    assert journal.checkpoint() == "kept"
    journal.append(FIRST, [Paused(at_ns=2)])
    assert look().checkpoint is None
    journal.keep_checkpoint(look(), floor, "again")
    journal.note([AdvanceChosen(at=floor)])
    assert journal.checkpoint() == "again", "whoever made it knows what it knew"


def test_the_diary_is_told_by_kind_and_time(journal: Journal, clock: SteppingClock) -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    [chosen] = journal.note([AdvanceChosen(at=at)])
    [corrected] = journal.note([DateCorrected(event="x", at=at)])
    clock.advance(3600 * NS)
    since = clock.utc_now()
    [late] = journal.note([AdvanceChosen(at=at)])
    assert list(journal.diary(since)) == [late]
    assert list(journal.diary(since, ["date_corrected"])) == [corrected, late]
    assert list(journal.diary(since, ["date_corrected"], ["advance_chosen"])) == [corrected]
    assert list(journal.diary(without=["date_corrected"])) == [chosen, late]


def test_the_newest_of_a_kind(journal: Journal, clock: SteppingClock) -> None:
    at = clock.utc_now()
    [first] = journal.note([AdvanceChosen(at=at)])
    clock.advance(3600 * NS)
    [second] = journal.note([AdvanceChosen(at=at)])
    journal.note([DateCorrected(event="x", at=at)])
    assert journal.newest("advance_chosen") == second
    assert journal.newest("advance_chosen", at, clock.utc_now()) == first
    assert journal.newest("advance_chosen", at + timedelta(seconds=1), clock.utc_now()) is None
    assert journal.newest("advance_chosen", clock.utc_now()) == second
    assert journal.newest("cleared") is None


def test_an_event_is_found_by_its_id(journal: Journal) -> None:
    [noted] = journal.note([AdvanceChosen(at=datetime(2026, 11, 23, 12, tzinfo=UTC))])
    [first, second] = journal.append(FIRST, [Started(at_ns=1), Paused(at_ns=2)])
    assert [journal.find(each.id) for each in (noted, first, second)] == [noted, first, second]
    assert journal.find("01KAR0000000000000000000CC") is None


def test_appending_nothing_is_nothing(journal: Journal) -> None:
    assert list(journal.append(FIRST, [])) == []
    assert list(journal.sessions()) == []


def test_another_sees_what_was_appended_at_once(journal: Journal, another: Callable[[], Journal]) -> None:
    watcher = another()
    assert list(watcher.events(FIRST)) == []
    journal.append(FIRST, [Started(at_ns=1)])
    assert [s.event for s in watcher.events(FIRST)] == [Started(at_ns=1)]


def test_the_heartbeat_is_one_row_overwritten(
    journal: Journal, another: Callable[[], Journal], clock: SteppingClock
) -> None:
    assert journal.heartbeat() is None
    journal.beat(FIRST, 1 * NS, "first")
    clock.advance(NS)
    journal.beat(FIRST, 2 * NS)
    beat = another().heartbeat()
    assert beat is not None
    assert (beat.session, beat.at_ns, beat.note, beat.device) == (FIRST, 2 * NS, "", "pi")
    assert beat.utc == "2026-11-23T06:00:01.000000Z"
    assert beat.pid > 0
    journal.clear_heartbeat()
    assert journal.heartbeat() is None
    journal.clear_heartbeat()


def test_only_one_is_live_and_the_refusal_says_what_to_do(journal: Journal, another: Callable[[], Journal]) -> None:
    claim = journal.claim_live()
    with pytest.raises(AlreadyLive) as refused:
        another().claim_live()
    assert "take" in refused.value.remedy
    claim.release()
    claim.release()
    another().claim_live().release()


def test_nobody_asks_until_someone_does_and_the_asker_gets_it(
    journal: Journal, another: Callable[[], Journal], clock: SteppingClock
) -> None:
    claim = journal.claim_live()
    assert claim.wanted() is None
    asked: list[str | None] = []

    # The asker waits by the clock: the holder's turn comes while it sleeps.
    def holders_turn(ns: int) -> None:
        clock.advance(ns)
        asked.append(claim.wanted())
        if len(asked) == 3:
            claim.release()

    clock.sleep_ns = holders_turn  # type: ignore[method-assign]
    taken = another().claim_live(take_over=True)
    assert asked[0]
    with pytest.raises(AlreadyLive):
        journal.claim_live()
    assert taken.wanted() is None
    taken.release()


def test_a_holder_that_does_not_answer_keeps_it(journal: Journal, another: Callable[[], Journal]) -> None:
    claim = journal.claim_live()
    with pytest.raises(AlreadyLive):
        another().claim_live(take_over=True)
    assert claim.wanted() is None  # and the wish is gone
    claim.release()


def test_taking_over_what_is_free_is_just_claiming(journal: Journal) -> None:
    journal.claim_live(take_over=True).release()


def test_closing_twice_is_closing(journal: Journal) -> None:
    journal.close()
    journal.close()
