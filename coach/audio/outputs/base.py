"""What the stream needs of a sound device."""

from abc import ABC, abstractmethod
from typing import NamedTuple

from coach.ports import RATE

BUFFER_FRAMES = RATE
"""What is kept written ahead: it must outlast the longest hold of the interpreter lock (530 ms were seen)."""

PERIOD_FRAMES = RATE // 8
"""How much is written at a time."""


class OutputGone(Exception):
    """The device cannot be opened, or has died; its text says why. The stream goes on without and tries again."""


class Level(NamedTuple):
    """One look at the device, at monotonic ``at_ns``: it takes ``room`` frames, ``delay`` others come before them.

    ``dry`` says that it had nothing left to play since the last look: what is written now begins anew.
    """

    at_ns: int
    room: int
    delay: int
    dry: bool = False


class Output(ABC):
    """A device that plays mono S16_LE at 48 kHz. One thread uses it; no call blocks longer than a system call does.

    The stream keeps it filled from outside, by the clock: devices that pull (PortAudio) keep a queue for that.
    """

    backend: str
    device: str
    note: str = ""
    buffer_frames: int = BUFFER_FRAMES  # how much to keep written ahead, what the device itself holds included

    @abstractmethod
    def open(self) -> None:
        """Make it ready for writing; nothing happens if it is. Raises OutputGone."""

    @abstractmethod
    def level(self) -> Level:
        """How full it is. Raises OutputGone."""

    @abstractmethod
    def write(self, block: bytes) -> int:
        """Frames taken, perhaps fewer than offered. The device starts by itself. Raises OutputGone."""

    @abstractmethod
    def drop(self) -> None:
        """At once forget what is written and not yet heard, and be ready for writing. Raises OutputGone."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the device; what is not yet heard is lost. Never raises; idempotent."""
