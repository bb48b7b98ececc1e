"""Pocketsphinx for tests: the listener the voice pack was checked with."""

import importlib.util
import sys

import numpy as np
import pytest

from coach.resources import shipped


def listener(*sentences: str):
    """A Listener for sentences like these; skips the test without pocketsphinx."""
    pytest.importorskip("pocketsphinx", reason="pocketsphinx is not installed: nothing is heard back")
    return hearing().Listener(sentences)


def hearing():
    """The module ``sounds/hearing.py``."""
    if "sounds_hearing" not in sys.modules:
        spec = importlib.util.spec_from_file_location("sounds_hearing", shipped("sounds") / "hearing.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules["sounds_hearing"]


def samples(pcm: bytes) -> np.ndarray:
    """Clip bytes as floats."""
    return (np.frombuffer(pcm, "<i2") / 32768).astype(np.float32)
