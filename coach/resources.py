"""Finds the shipped data (workouts, sounds) in a wheel and in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """The shipped folder ``workouts`` or ``sounds``.

    A wheel carries them inside the package, an editable install reads them from the checkout.
    """
    packed = _PACKAGE / "_shipped" / folder
    return packed if packed.is_dir() else _PACKAGE.parent / folder
