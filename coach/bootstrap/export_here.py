"""Export and push for the app: what there is to choose from, and `coach` in a process of its own to do it.

A sound file takes a while and much memory, and the app's process is the one that a session will run in.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer

from textual.screen import Screen

from coach.bootstrap.activity import find_session
from coach.bootstrap.exporting import begin_time
from coach.bootstrap.formats import all_formats
from coach.bootstrap.tables import TABLES
from coach.coaching import Coaching
from coach.config import Folders
from coach.delivery.watches import watch_at
from coach.errors import BadInput
from coach.gate.days import local_date
from coach.library.catalogue import Catalogue
from coach.library.drafts import Drafts
from coach.library.protocols import Protocols
from coach.model.protocol import Protocol
from coach.tui.export import Counter, ExportScreen
from coach.tui.orders import Format, PlanRow

_STOP_S = 5


def make_export_screen(coaching: Coaching, places: Folders) -> Screen[None]:
    """The form over every format that works. Raises BadInput."""
    return ExportScreen(make_counter(coaching, places), Drafts(places.state / "drafts"), coaching.clock)


def make_counter(coaching: Coaching, places: Folders) -> Counter:
    """What can be chosen from; before `coach init` neither today's session nor a plan. Raises BadInput."""
    protocols, catalogue, clock = Protocols(places.workouts), Catalogue(places.workouts), coaching.clock
    stages: list[PlanRow] = []
    title, stage = "", 0
    if coaching.profile is not None:
        today = coaching.today()
        title = f"{today.stage.name} {local_date(clock.utc_now(), clock.zone_name()).isoformat()}"
        stage = today.decision.stage + 1
        for number, planned in enumerate(coaching.plan.planned, start=1):
            sessions = planned.stage.sessions
            count = len(sessions) if len(set(sessions)) > 1 else 1
            stages.append(PlanRow(number, planned.name, planned.stage.title, count))

    def judge_workout(typed: str) -> object:
        word = typed.strip().casefold()
        if re.fullmatch(r"[a-z0-9_-]+", word) and protocols.has(word):
            remedy = f"choose a whole protocol above, or name one session: {word}/{protocols.get(word).stages[0].id}"
            raise BadInput(f"{word} is a protocol", where="--workout", remedy=remedy)
        return catalogue.resolve(typed)

    def judge_session(typed: str) -> object:
        return find_session(typed, coaching)

    def judge_time(typed: str) -> object:
        return begin_time(typed, clock)

    def judge_watch(typed: str) -> object:
        return watch_at(Path(typed))

    own = "" if coaching.profile is None else coaching.profile.protocol
    known = [(each.name, each.outcome) for each in protocols.entries()]
    titles = [(name, f"{name}: {found.title}") for name, found in known if isinstance(found, Protocol)]
    formats, broken = the_formats()
    return Counter(
        formats=formats,
        broken=broken,
        stages=stages,
        protocols=sorted(titles, key=lambda each: each[0] != own),
        tables=TABLES,
        today=title,
        stage=stage,
        folder=Path.home(),
        start=Child,
        judge_workout=judge_workout,
        judge_session=judge_session,
        judge_time=judge_time,
        judge_watch=judge_watch,
    )


def the_formats() -> tuple[list[Format], list[str]]:
    """Those that work, and what is wrong with the others."""
    found = all_formats()
    return [
        Format(each.name, each.outcome.about, each.outcome.suffix, each.outcome.takes)
        for each in found
        if not isinstance(each.outcome, BadInput)
    ], [str(each.outcome) for each in found if isinstance(each.outcome, BadInput)]


class Child:
    """`coach export` or `coach push`, running."""

    def __init__(self, words: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "coach", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # Ctrl-C in the app is not its business
        )
        self._patience: Timer | None = None

    def wait(self) -> tuple[bool, Sequence[str]]:
        """Whether it was done, and what it said."""
        _, said = self._process.communicate()
        if self._patience is not None:
            self._patience.cancel()
        lines = [line.removeprefix("coach: ").rstrip() for line in said.strip().splitlines()]
        return self._process.returncode == 0, lines

    def stop(self) -> None:
        """Have it end, and do not wait for it; it clears away what it had begun."""
        if self._process.poll() is None and self._patience is None:
            self._process.terminate()
            self._patience = Timer(_STOP_S, self._kill)
            self._patience.daemon = True
            self._patience.start()

    def _kill(self) -> None:
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # what it began, too: it holds the pipe
