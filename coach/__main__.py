"""``python -m coach`` and the ``coach`` command."""

import gc
import os


def main() -> None:
    """Run the command line and leave with a documented exit code.

    Building hundreds of classes sets the garbage collector off again and again, though nothing of it is garbage: it
    rests until a session begins (a short command ends before it is missed). And pydantic would look through the
    metadata of everything installed for plug-ins, of which the coach has none.
    """
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from coach.cli import main as run_command_line

    run_command_line()


if __name__ == "__main__":
    main()
