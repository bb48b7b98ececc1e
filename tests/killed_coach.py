"""A coach to be killed: runs or picks up a session, gives it commands by a seed, and prints what it shows.

``python -m tests.killed_coach JOURNAL SEED``; real journal, clock and threads, no sound. Lines are JSON: ``event`` once
it was told, ``at_ns`` for each glance at the position, ``state`` picked up.
"""

import json
import random
import sys
import threading
from pathlib import Path

from coach.clock import NS, SystemClock
from coach.journal.left_behind import find_left_behind
from coach.journal.store import SqliteJournal
from coach.model.script import Script, make_style
from coach.runner import Runner, Update
from coach.session.engine import Engine
from coach.session.events import SessionCreated
from coach.session.state import Command, CommandKind
from tests.fakes import FakePlayer, FakeSoundBank
from tests.session.rig import english, plan

_PLAN = plan(*[("run", 1), ("walk", 2), ("run", 600), ("walk", 600)] * 20)
_KINDS = [kind for kind in CommandKind if kind is not CommandKind.STOP]


def main(path: Path, seed: int) -> None:
    clock, bank, dice = SystemClock(), FakeSoundBank(), random.Random(seed)
    journal = SqliteJournal(path, clock)
    claim = journal.claim_live()
    left = find_left_behind(journal)
    if left is None:
        session = journal.new_id()
        journal.append(session, [SessionCreated(at_ns=0, workout=_PLAN.workout)])
        journal.beat(session, 0)
    else:
        session = left.session
    script = Script(_PLAN, english(), make_style("standard"))
    engine = Engine(_PLAN, script, bank.length_ns, state=left and left.state, lead_in_ns=0)
    printing = threading.Lock()

    def out(**words: object) -> None:
        with printing:
            print(json.dumps(words), flush=True)

    def told(update: Update) -> None:
        if (kind := getattr(update, "kind", None)) is not None:
            out(event=kind, event_at_ns=update.at_ns)  # type: ignore[union-attr]

    player = FakePlayer(clock)
    position = left and left.at_ns
    runner = Runner(session, engine, clock, player, bank, journal, claim, 1.0, [told], position_ns=position)
    thread = threading.Thread(target=runner.run, daemon=True)
    thread.start()
    runner.post(Command(CommandKind.START))
    while thread.is_alive():
        out(at_ns=runner.snapshot().at_ns)
        if dice.random() < 0.3:
            runner.post(Command(dice.choice(_KINDS), delta_ms=dice.randrange(-2000, 5000)))
        clock.sleep_ns(NS // 50)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
