"""How often a made-up run is read right: every second's gait, and every interval's place in the plan."""

import time

from coach.history.matching.choose import Candidate, choose
from coach.history.matching.gait import track
from coach.history.matching.match import match
from tests.synthetic import NEAR_S, NOON, ORDINARY, PLANS, Kind, Marks, make, mark

SECONDS_GOAL, INTERVALS_GOAL = 0.97, 0.99
SEEDS, QUICK_SEEDS = 14, 7


def section(quick: bool) -> str:
    seeds = QUICK_SEEDS if quick else SEEDS
    rows: list[str] = []
    spent, ordinary = 0.0, Marks()
    recorded = 0
    below: list[str] = []
    for kind in (*ORDINARY, *(kind for kind in Kind if kind not in ORDINARY)):
        total, known = Marks(), 0
        for seed in range(seeds):
            made = make(kind, seed)
            begin = time.process_time()
            found = track(made.activity)
            matched = match(made.activity, made.workout, known=found)
            spent += time.process_time() - begin
            recorded += len(made.gaits)
            total = total.and_of(mark(made, found, matched))
            offered = [Candidate(str(n), plan, plan.name or "", NOON) for n, plan in enumerate(PLANS)]
            chosen = choose(made.activity, found, offered)
            known += chosen is not None and chosen.candidate.workout == made.workout
        seconds, intervals = total.seconds_right / total.seconds, total.intervals_right / total.intervals
        promised = kind in ORDINARY
        if promised:
            ordinary = ordinary.and_of(total)
            if seconds < SECONDS_GOAL or intervals < INTERVALS_GOAL:
                below.append(kind.value)
        rows.append(
            f"| {kind.value}{'' if promised else ' (hard)'} | {seconds:.2%} | {total.missed / total.ran:.2%} "
            f"| {intervals:.2%} | {total.intervals} | {known / seeds:.0%} |"
        )
    per_hour = spent / recorded * 3600 * 1000
    return "\n".join(
        [
            "## Matching",
            "",
            f"`python -m tests.bench matching`: {seeds} made-up runs of each kind (tests/synthetic.py). A second",
            "is right if running was told from not running; an interval, if both its ends are within",
            f"{NEAR_S:g} s of the truth, or it was rightly found not done. *Missed* is running that did not count as",
            "load, of all running.",
            f"*Plan told* is how often the right one of all {len(PLANS)} plans, opened at the same hour, was chosen.",
            f"Goals for the ordinary kinds: {SECONDS_GOAL:.0%} of seconds and {INTERVALS_GOAL:.0%} of intervals; "
            + (f"below: {', '.join(below)}." if below else "all are above."),
            f"The ordinary kinds together: {ordinary.seconds_right / ordinary.seconds:.2%} of {ordinary.seconds:,} "
            f"seconds, {ordinary.intervals_right / ordinary.intervals:.2%} of {ordinary.intervals:,} intervals.",
            f"An hour of a reading a second takes {per_hour:.0f} ms of one core, gait and matching together.",
            "",
            "| Kind | seconds right | running missed | intervals right | of | plan told |",
            "|---|---|---|---|---|---|",
            *rows,
        ]
    )
