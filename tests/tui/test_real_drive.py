"""``coach run`` on a real terminal: keys in, screen out, and what the journal keeps when the terminal is taken away."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from coach.clock import NS, SystemClock
from coach.journal.claim import live_holder
from coach.journal.store import SqliteJournal
from coach.session.events import IntervalLeft, SessionEvent
from tests.tui.terminals import python, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux (apt install tmux)"),
]


class Tmux:
    """A tmux server of its own with one window that runs ``coach``."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.home = home
        self._socket = str(home / "tmux")
        self._start(arguments)

    def _start(self, arguments: tuple[str, ...]) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in ("TMUX", "NO_COLOR")}
        environment |= {"COACH_BACKEND": "silent", "COACH_VOICE": "beeps"}
        environment |= {"COACH_HOME": str(self.home), "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}
        command = ["tmux", "-S", self._socket, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24"]
        subprocess.run([*command, *python("-m", "coach", *arguments)], check=True, env=environment, timeout=60)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", self._socket, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout

    def screen(self) -> str:
        """What is seen."""
        return self._tmux("capture-pane", "-p")

    def see(self, words: str) -> None:
        """Until it is seen."""
        wait_for(lambda: words in self.screen(), f"{words!r} on the screen:\n{self.screen()}")

    def press(self, *keys: str) -> None:
        """Type."""
        self._tmux("send-keys", *keys)

    def press_until(self, key: str, words: str) -> None:
        """Type ``key``, again after a second if need be, until ``words`` are seen: at first the app is deaf."""
        clock = SystemClock()
        pressed_ns = 0

        def seen() -> bool:
            nonlocal pressed_ns
            if words not in self.screen() and clock.monotonic_ns() - pressed_ns > NS:
                pressed_ns = clock.monotonic_ns()
                self.press(key)
            return words in self.screen()

        wait_for(seen, f"{words!r} after {key}:\n{self.screen()}")

    @property
    def pid(self) -> int:
        """Of the program in the window."""
        return int(self._tmux("list-panes", "-F", "#{pane_pid}"))

    @property
    def is_there(self) -> bool:
        """Whether the window still is."""
        return bool(self._tmux("list-sessions"))

    def kill(self) -> None:
        """Take the terminal away."""
        self._tmux("kill-server")

    def events(self) -> list[SessionEvent]:
        """What the journal has of the only session."""
        return events_in(self.home / "state" / "journal.db")

    def kinds(self) -> list[str]:
        """The same, only what happened in the session."""
        return kinds_in(self.home / "state" / "journal.db")


def events_in(file: Path) -> list[SessionEvent]:
    """What this journal has; nothing if it is not there yet."""
    if not file.exists():
        return []
    with closing(SqliteJournal(file, SystemClock())) as journal:
        return [stored.event for session in journal.sessions() for stored in journal.events(session)]


def kinds_in(file: Path) -> list[str]:
    """The same, only what happened in the session."""
    return [event.kind for event in events_in(file) if not event.kind.endswith("_reported")]


@pytest.fixture
def coach(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tmux]:
    window = Tmux(tmp_path, "run", request.param, "--backend", "silent", "--voice", "beeps")
    yield window
    window.kill()


@pytest.mark.parametrize("coach", ["1s run, 10m walk, 1s run"], indirect=True)
def test_a_session_driven_by_keys(coach: Tmux) -> None:
    coach.see("Enter starts")
    coach.press("Enter")
    wait_for(lambda: coach.kinds().count("interval_entered") == 2, "the walk")
    coach.see("Next: Run 2 of 2")
    coach.press("Space")
    coach.see("space goes on")
    coach.press("Space")
    coach.press("s")
    coach.see("y stops")
    coach.press("x")  # not stopped
    coach.press("n")
    wait_for(lambda: coach.kinds().count("interval_entered") == 3, "the second run")
    coach.see("any key")
    coach.press("q")
    wait_for(lambda: not coach.is_there, "the end of the program")
    assert coach.kinds() == [
        "created",
        "started",
        "interval_entered",
        "interval_left",
        "interval_entered",
        "paused",
        "resumed",
        "interval_left",
        "interval_entered",
        "interval_left",
        "finished",
    ]
    assert [event.how for event in coach.events() if isinstance(event, IntervalLeft)] == [
        "completed",
        "next",
        "completed",
    ]


@pytest.mark.parametrize("coach", ["1s run, 2s walk, 1s run"], indirect=True)
def test_a_killed_terminal_leaves_the_session_to_its_end(coach: Tmux) -> None:
    coach.see("Enter starts")
    coach.press("Enter")
    wait_for(lambda: "interval_entered" in coach.kinds(), "the first run")
    pid = coach.pid
    coach.kill()
    wait_for(lambda: "finished" in coach.kinds(), "the end in the journal")
    wait_for(lambda: not Path(f"/proc/{pid}").exists(), "the end of the process")
    assert coach.kinds().count("interval_left") == 3
    assert any(event.kind == "sound_reported" for event in coach.events())
    assert not list((coach.home / "state").glob("crashes/*"))


def test_a_second_coach_follows_and_takes_over(tmp_path: Path) -> None:
    environment = {**os.environ, "COACH_HOME": str(tmp_path)}
    first = subprocess.Popen(
        python("-m", "coach", "run", "10m run, 1m walk", "--headless", "--backend", "silent", "--voice", "beeps"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment,
    )
    second = None
    try:
        journal = tmp_path / "state" / "journal.db"
        wait_for(lambda: live_holder(journal) is not None, "the first coach to be live")
        wait_for(lambda: "interval_entered" in kinds_in(journal), "its first interval")
        second = Tmux(tmp_path)
        second.see("following · read only")
        second.see("Next: Walk · 1 min")
        second.press("n")  # not ours: does nothing
        second.press("q")
        second.see("A session runs now")  # Today: bare coach does not end with the watching
        second.press("Enter")
        second.see("following · read only")
        second.press("t")
        second.see("volume")
        assert first.wait(timeout=60) == 0
        second.press("n")
        second.see("Next: the end")
        second.press("s", "y")
        second.see("Each interval")
        second.press_until("Escape", "knows nothing of your injury yet")
        second.press("q")
        wait_for(lambda: not second.is_there, "the end of the program")
        kinds = second.kinds()
        assert [kind for kind in kinds if kind in ("handed_over", "picked_up", "stopped")] == [
            "handed_over",
            "picked_up",
            "stopped",
        ]
        assert kinds.count("interval_left") == 2
    finally:
        first.kill()
        first.wait()
        if second is not None:
            second.kill()


def test_a_session_begun_elsewhere_is_watched_and_taken_over_from_the_app(tmp_path: Path) -> None:
    environment = {**os.environ, "COACH_HOME": str(tmp_path), "COACH_BACKEND": "silent", "COACH_VOICE": "beeps"}
    app = Tmux(tmp_path)
    first = None
    try:
        app.see("knows nothing of your injury yet")
        first = subprocess.Popen(
            python("-m", "coach", "run", "10m run, 1m walk", "--headless"),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        app.see("A session runs now")
        app.press("Enter")
        app.see("following · read only")
        app.press("q")
        app.see("A session runs now")  # it went on meanwhile
        app.press("Enter")
        app.see("following · read only")
        app.press("t")
        app.see("volume")
        assert first.wait(timeout=60) == 0
        wait_for(lambda: "Starting" not in app.screen(), "the session, taken over")
        app.press("s")
        app.see("Stop?")
        app.press("y")
        app.see("Each interval")
        app.press_until("Escape", "knows nothing of your injury yet")
        app.press("q")
        wait_for(lambda: not app.is_there, "the end of the program")
        assert app.kinds()[-1] == "stopped"
    finally:
        if first is not None:
            first.kill()
            first.wait()
        app.kill()


READY = (
    "walk-30 --figure 30", "stairs --yes", "heel-raises --left 30 --right 30", "balance --left 60 --right 60",
    "knee-to-wall --left 12 --right 12", "big-toe --left 80 --right 80", "hops-10 --left 10 --right 10",
    "hops-30 --left 30 --right 30",
)  # fmt: skip


def test_a_day_from_the_morning_to_the_rating_after_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare ``coach``: Today, the morning, the run by the gate's leave, its rating, and the wait until the next."""
    monkeypatch.setenv("COACH_HOME", str(tmp_path))
    monkeypatch.setenv("COACH_BACKEND", "silent")
    monkeypatch.setenv("COACH_VOICE", "beeps")
    for told in ("init --injury none --protocol seed-start --baseline 1,1,1 --yes", *(f"ready {r}" for r in READY)):
        subprocess.run(python("-m", "coach", *told.split()), check=True, capture_output=True, timeout=60)
    coach = Tmux(tmp_path)
    try:
        coach.see("stays closed until you answer")
        coach.press("Enter")
        coach.see("Pain on the first steps")
        coach.press("1", "Enter", "8", "x", "C-s")
        coach.see("The gate is open")
        coach.press("Enter")
        coach.see("Enter starts")
        coach.press("Enter")
        wait_for(lambda: "interval_entered" in coach.kinds(), "the warm-up")
        coach.press("n")
        wait_for(lambda: coach.kinds().count("interval_entered") == 2, "the first run")
        coach.press("s")
        coach.see("y stops")
        coach.press("y")
        coach.see("How was the run?")
        coach.see("intervals skipped")
        coach.press_until("0", "9 to answer")
        coach.press("Enter", "0", "x", "C-s")
        coach.see("Kept: your rating after the run")
        coach.see("Opens in 1 d")
        coach.press("h")
        coach.see("1 run")
        coach.press("Escape")  # with a key right behind it, it would be that key with Alt
        coach.see("Opens in 1 d")
        coach.press("q")
        wait_for(lambda: not coach.is_there, "the end of the program")
        assert coach.kinds()[-1] == "stopped"
        with closing(SqliteJournal(tmp_path / "state" / "journal.db", SystemClock())) as journal:
            kinds = [stored.event.kind for stored in journal.diary()]
        assert [kind for kind in kinds if kind in ("rated", "begun")] == ["rated", "begun", "rated"]
    finally:
        coach.kill()
