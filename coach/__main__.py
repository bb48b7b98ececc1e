"""``python -m coach`` and the ``coach`` command."""

from coach.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
