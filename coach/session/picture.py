"""State and time → Snapshot: what a front end draws, live or following."""

from coach.model.timeline import Timeline
from coach.session.state import Phase, SessionState, Snapshot, withdraw_window_ns

NS_PER_MS = 1_000_000


class Picture:
    """Draws snapshots of a session over one timeline, run at ``speed``."""

    def __init__(self, timeline: Timeline, speed: float = 1.0) -> None:
        self._intervals = timeline.intervals
        self._window_ns = withdraw_window_ns(speed)
        # _after_ms[i]: what intervals i, i+1 … still take; None where one of them has no set time
        after: list[int | None] = [0]
        for interval in reversed(timeline.intervals):
            beyond = after[-1]
            after.append(None if beyond is None or interval.planned_ms is None else beyond + interval.planned_ms)
        self._after_ms = after[::-1]

    def end_ns(self, state: SessionState) -> int | None:
        """When the current interval ends if nothing is done, None if it does not end by itself."""
        planned = self._planned_ns(state)
        if planned is None or state.phase is not Phase.RUNNING or state.pain_walk is not None:
            return None
        return max(state.since_ns, state.since_ns + planned - state.done_ns)

    def remaining_ns(self, state: SessionState, now_ns: int) -> int | None:
        """What is left of the current interval or lead-in; None before and after, and where it has no set time."""
        if state.lead_in_left_ns is not None:
            return state.lead_in_left_ns
        if state.phase is Phase.LEAD_IN:
            return max(0, state.since_ns - now_ns)
        planned = self._planned_ns(state)
        if planned is None or state.pain_walk is not None or not _in_interval(state):
            return None
        return max(0, planned - state.done_at(now_ns))

    def withdraw_ns(self, state: SessionState, now_ns: int) -> int:
        """For how long the pain mark can still be taken back; 0 in its last moment, negative when it stands."""
        walk = state.pain_walk
        return 0 if walk is None else walk.marked_at_ns + self._window_ns - now_ns

    def _planned_ns(self, state: SessionState) -> int | None:
        planned = self._intervals[state.index].planned_ms
        return None if planned is None else planned * NS_PER_MS + state.extra_ns

    def at(self, state: SessionState, now_ns: int) -> Snapshot:
        """The picture of ``state`` at session time ``now_ns``."""
        now = state.at_ns if state.phase.is_over else max(now_ns, state.at_ns)
        boundary = state.since_ns if state.phase is Phase.LEAD_IN else self.end_ns(state)
        if boundary is not None:
            now = min(now, boundary)  # a moment late, its event is not here yet: the interval has not grown longer
        inside = _in_interval(state)
        next_index = state.index + 1 if inside else 0
        over = state.phase.is_over
        following = self._intervals[next_index] if not over and next_index < len(self._intervals) else None
        remaining = self.remaining_ns(state, now)
        done = state.done_at(now) if inside else 0
        withdraw = 0 if over else max(0, self.withdraw_ns(state, now))
        return Snapshot(
            phase=state.phase,
            at_ns=now,
            current=self._intervals[state.index] if inside else None,
            following=following,
            remaining_ns=remaining,
            done_ns=done,
            elapsed_ns=state.spent_ns + done,
            left_ns=self._left_ns(state, remaining, next_index),
            pain_walk=state.pain_walk is not None,
            withdraw_ns=withdraw,
            pain_marks=len(state.pain_marks_ns),
        )

    def _left_ns(self, state: SessionState, remaining_ns: int | None, next_index: int) -> int | None:
        if state.phase.is_over:
            return 0
        after = self._after_ms[next_index]
        if after is None:
            return None
        if not _in_interval(state) or state.pain_walk is not None:
            return after * NS_PER_MS
        return None if remaining_ns is None else remaining_ns + after * NS_PER_MS


def _in_interval(state: SessionState) -> bool:
    """Between the first boundary and the end, paused or not, walking off a pain mark or not."""
    return state.phase in (Phase.RUNNING, Phase.PAUSED) and state.lead_in_left_ns is None
