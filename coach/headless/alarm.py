"""Waiting for an hour of the day before a session begins."""

import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from queue import Empty, SimpleQueue

from coach.clock import Clock
from coach.errors import BadInput
from coach.headless.output import Output
from coach.session.outputs import Refusal
from coach.session.state import Command, CommandKind, Phase

_LOOK_S = 10.0  # the wall clock may be set while we wait, so look again


def parse_time(text: str) -> time:
    """``07:00`` or ``7:00:30`` as a time of day. Raises BadInput."""
    found = re.fullmatch(r"(\d{1,2}):(\d\d)(?::(\d\d))?", text)
    try:
        if found is None:
            raise ValueError
        hour, minute, second = (int(part) for part in found.groups(default="0"))
        return time(hour, minute, second)
    except ValueError:
        raise BadInput(f"not a time of day: {text!r}", where="--at", remedy="write it as 07:00") from None


def next_occurrence(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The first instant (UTC) after ``now`` at which clocks in ``zone`` show ``at``.

    Where summer time skips ``at``, it is the instant as long after midnight as on other days; where the hour comes
    twice, the first of them that lies ahead.
    """
    today = now.astimezone(zone).date()
    for day in range(-1, 3):
        wanted = datetime.combine(today + timedelta(days=day), at)
        shown = [wanted.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        instants = [each.astimezone(UTC) for each in shown]
        real = [i for i in instants if i.astimezone(zone).replace(tzinfo=None) == wanted] or instants[:1]
        ahead = [instant for instant in sorted(real) if instant > now]
        if ahead:
            return ahead[0]
    raise AssertionError("every time of day comes within two days")


class Waiting:
    """Stands in for the session until it begins: ``start`` begins at once, ``stop`` calls it off."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._asked: SimpleQueue[CommandKind] = SimpleQueue()

    def post(self, command: Command) -> None:
        if command.kind in (CommandKind.START, CommandKind.STOP):
            self._asked.put(command.kind)
        else:
            self.refuse(Refusal("the session has not started", "start begins now, stop calls it off"))

    def set_volume(self, percent: int) -> None:
        self.refuse(Refusal(f"volume {percent} cannot be set yet", "set it once the session has begun"))

    def refuse(self, refusal: Refusal) -> None:
        self._output.remark(f"{refusal.what} — {refusal.remedy}")

    def phase(self) -> Phase:
        return Phase.READY

    def take(self, seconds: float) -> CommandKind | None:
        """What is asked for within ``seconds``."""
        try:
            return self._asked.get(timeout=seconds)
        except Empty:
            return None


def wait_until(at: datetime, clock: Clock, waiting: Waiting) -> bool:
    """Wait for the instant ``at``; False if the session was called off."""
    while (left := (at - clock.utc_now()).total_seconds()) > 0:
        asked = waiting.take(min(left, _LOOK_S))
        if asked is not None:
            return asked is CommandKind.START
    return True
