"""Export for the app: what there is to export, and `coach export` in a process of its own to do it.

A sound file takes a while and much memory, and the app's process is the one that a session will run in.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer

from textual.screen import Screen

from coach.bootstrap.formats import all_formats
from coach.coaching import Coaching
from coach.errors import BadInput
from coach.gate.days import local_date
from coach.library.named_files import safe_stem
from coach.model.sheets import SheetKind
from coach.tui.export import ExportScreen, Offer

_ORDER = ("fit", "audio", "ics", "text")
"""The likeliest first, then by name."""
_STOP_S = 5
_TODAY = frozenset((SheetKind.WORKOUT, SheetKind.SOUND, SheetKind.AGENDA))


def make_export_screen(coaching: Coaching) -> Screen[None]:
    """The screen over every format that works. Raises BadInput."""
    protocol = coaching.need_profile().protocol
    today = coaching.today()
    day = local_date(coaching.clock.utc_now(), coaching.clock.zone_name()).isoformat()
    return ExportScreen(offers(protocol, safe_stem(f"{today.stage.name}-{day}")), Child, Path.home())


def offers(protocol: str, today: str = "today") -> list[Offer]:
    """Today's session, the plan, the last run and the record, each in the formats that can hold it. ``today`` names the
    file of the session: what is on a watch or a phone cannot be called back, so it carries stage and date."""
    found: list[Offer] = []
    for each in all_formats():
        if isinstance(each.outcome, BadInput):
            continue  # `coach export --list` shows it as broken
        takes, suffix, about = each.outcome.takes, each.outcome.suffix, each.outcome.about
        if takes & _TODAY:
            found.append(Offer(each.name, "today's session", about, f"{today}{suffix}", ("today",)))
        if SheetKind.PLAN in takes:
            found.append(Offer(each.name, "the plan", about, f"plan{suffix}", (protocol,)))
        if SheetKind.ACTIVITY in takes:
            found.append(Offer(each.name, "the last run", about, f"run{suffix}", ("last",)))
        if SheetKind.TABLE in takes:
            found += [Offer(each.name, name, about, f"{name}{suffix}", (name,)) for name in ("ratings", "runs")]
    place = {name: at for at, name in enumerate(_ORDER)}
    return sorted(found, key=lambda offer: (offer.what != "today's session", place.get(offer.name, 99), offer.name))


class Child:
    """`coach export`, running."""

    def __init__(self, offer: Offer, path: Path, replace: bool) -> None:
        command = [sys.executable, "-P", "-m", "coach", "export", offer.name, *offer.words, "--output"]
        command.append(str(path.absolute()))  # - is a name here, and no option
        self._process = subprocess.Popen(
            [*command, *(["--force"] if replace else [])],
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
        """Whether it was written, and what it said."""
        _, said = self._process.communicate()
        if self._patience is not None:
            self._patience.cancel()
        lines = [line.removeprefix("coach: ").strip() for line in said.splitlines() if line.strip()]
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
