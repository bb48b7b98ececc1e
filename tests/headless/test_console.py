"""Keys from a real terminal, lines from a real pipe, and outputs that block or break."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from coach.clock import SAME_SIGNAL_NS, SystemClock
from coach.headless.console import Console
from coach.headless.output import Output
from coach.session.outputs import Refusal
from coach.session.state import Command, CommandKind, Phase
from tests.fakes import FakeClock
from tests.headless.terminal import on_terminal


class Recorder:
    """A target that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: SimpleQueue[object] = SimpleQueue()

    def post(self, command: Command) -> None:
        self.asked.put(command)

    def set_volume(self, percent: int) -> None:
        self.asked.put(percent)

    def refuse(self, refusal: Refusal) -> None:
        self.asked.put(refusal.what)

    def phase(self) -> Phase:
        return Phase.RUNNING

    def take(self) -> object:
        return self.asked.get(timeout=60)


@pytest.fixture
def output() -> Iterator[Output]:
    made = Output(out_fd=-1, err_fd=-1)
    yield made
    made.close()


def test_lines_from_a_pipe_whole_or_in_pieces(output: Output) -> None:
    reading, writing = os.pipe()
    target = Recorder()
    with Console(output, SystemClock(), reading) as console:
        console.attach(target)
        assert not console.takes_keys
        os.write(writing, b"pau")
        os.write(writing, b"se\nvolume 50\nrubbish\n\nresume\r\next")
        assert target.take() == Command(CommandKind.PAUSE)
        assert target.take() == 50
        assert target.take() == "not a command: 'rubbish'"
        assert target.take() == Command(CommandKind.RESUME)
        os.write(writing, b"end -15")
        os.close(writing)  # a last line needs no newline
        assert target.take() == Command(CommandKind.EXTEND, delta_ms=-15_000)
    os.close(reading)


def test_without_stdin_there_is_just_nothing_to_read(output: Output) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    with Console(output, SystemClock(), null) as console:
        console.attach(Recorder())
        assert not console.takes_keys
    os.close(null)
    with Console(output, SystemClock(), 987) as console:
        console.attach(Recorder())


def test_nothing_is_read_before_there_is_someone_to_do_it(output: Output) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"pause\n")
    first, second = Recorder(), Recorder()
    with Console(output, SystemClock(), reading) as console:
        console.attach(first)
        assert first.take() == Command(CommandKind.PAUSE)
        console.attach(None)
        os.write(writing, b"resume\n")
        console.attach(second)
        assert second.take() == Command(CommandKind.RESUME)
    os.close(reading)
    os.close(writing)


def test_another_readers_quickness_is_not_the_end_of_the_pipe(output: Output) -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    target = Recorder()
    console = Console(output, SystemClock(), reading)
    console._take(reading, target)  # it was ready, and is empty now
    with console:
        console.attach(target)
        os.write(writing, b"pause\n")
        assert target.take() == Command(CommandKind.PAUSE)
    os.close(reading)
    os.close(writing)


def test_what_a_stalled_reader_leaves_unread_does_not_pile_up() -> None:
    reading, writing = os.pipe()
    output = Output(out_fd=writing, err_fd=-1)
    for _ in range(15_000):
        output.line("x" * 100)
    assert output._queue.qsize() <= 10_000
    os.close(reading)
    output.close()
    os.close(writing)


def test_a_stalled_reader_does_not_hold_the_writer_up() -> None:
    reading, writing = os.pipe()
    output = Output(out_fd=writing, err_fd=writing)
    done = threading.Event()

    def chatter() -> None:
        for _ in range(5000):
            output.line("x" * 100)
        done.set()

    threading.Thread(target=chatter, daemon=True).start()
    assert done.wait(60)
    os.close(reading)
    output.close()
    os.close(writing)


def test_what_cannot_be_written_is_dropped() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    output = Output(out_fd=writing, err_fd=-1)
    output.line("nobody reads this")
    output.remark("nor this")
    output.close()
    os.close(writing)


def test_lines_arrive_in_order() -> None:
    reading, writing = os.pipe()
    output = Output(out_fd=writing, err_fd=-1)
    for number in range(100):
        output.line(f"line {number} é")
    output.close()
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        assert file.read().splitlines() == [f"line {number} é" for number in range(100)]


KEYS = """
import sys, termios
from queue import SimpleQueue
from coach.clock import SAME_SIGNAL_NS, SystemClock
from coach.headless.console import Console
from coach.headless.output import Output
from coach.session.state import Phase
posted = SimpleQueue()
class Target:
    def post(self, command): posted.put(command)
    def set_volume(self, percent): pass
    def refuse(self, refusal): pass
    def phase(self): return Phase.RUNNING
before = termios.tcgetattr(0)
output = Output()
with Console(output, SystemClock()) as console:
    console.attach(Target())
    changed = termios.tcgetattr(0) != before
    while (command := posted.get()).reason != "signal" and command.kind.value != "stop":
        output.line(command.kind.value)
    output.line(command.kind.value + " " + command.reason)
output.close()
print("changed" if changed else "same", "restored" if termios.tcgetattr(0) == before else "left", flush=True)
"""


def read_until(end: int, words: str) -> str:
    """What came up to ``words``, and what came along with them: that is not read again."""
    seen = ""
    while words not in seen:
        with contextlib.suppress(UnicodeDecodeError):
            seen += os.read(end, 4096).decode()
    return seen


def test_keys_on_a_terminal_and_the_terminal_as_it_was_afterwards() -> None:
    process, end = on_terminal(sys.executable, "-c", KEYS)
    read_until(end, "p pain")
    os.write(end, b"n")
    read_until(end, "next")
    os.write(end, b"\x1b[A")  # an arrow is not a command
    os.write(end, b"p")
    read_until(end, "pain")
    os.write(end, b"s")
    read_until(end, "Stop the session?")
    os.write(end, b"y")
    read_until(end, "changed restored")
    assert process.wait(60) == 0
    os.close(end)


def test_control_c_stops_cleanly_and_the_terminal_is_restored() -> None:
    process, end = on_terminal(sys.executable, "-c", KEYS)
    read_until(end, "p pain")
    os.write(end, b"\x03")
    assert "stop signal" in read_until(end, "changed restored")
    assert process.wait(60) == 0
    os.close(end)


def test_a_doubled_signal_is_one_and_a_later_one_ends_at_once(output: Output) -> None:
    reading, writing = os.pipe()
    clock, target = FakeClock(), Recorder()
    with Console(output, clock, reading) as console:
        console.attach(target)
        signal.raise_signal(signal.SIGTERM)
        clock.advance(SAME_SIGNAL_NS)
        signal.raise_signal(signal.SIGTERM)
        assert target.take() == Command(CommandKind.STOP, reason="signal")
        clock.advance(1)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert target.asked.empty(), "it stops once"
    os.close(reading)
    os.close(writing)
