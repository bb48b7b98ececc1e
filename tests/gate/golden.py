"""Makes tests/golden/gate: the scenarios, every rule alone, every pair of rules that can meet.

``python -m tests.gate.golden`` writes them anew. What changes then is a change of the gate: look at every line of it.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from coach.gate.bands import TABLE
from coach.gate.evaluate import decide, settle
from coach.gate.facts import GateInput, Given, Load, Morning, Owed, StageRule
from coach.gate.table import RULES
from coach.model.decision import Need
from coach.model.profile import BandName
from coach.model.rating import Course
from tests.gate.build import MINUTE, T0, after, at, case, follow_up, morning, run

FOLDER = Path(__file__).parent.parent / "golden" / "gate"
CODES = tuple(row.code for row in RULES)
FASCIA, TENDON, LIGAMENT, POSTOP, BONE = (
    BandName.FASCIA, BandName.TENDON, BandName.LIGAMENT, BandName.POSTOP, BandName.BONE,
)  # fmt: skip
BANDS = (FASCIA, TENDON, LIGAMENT, POSTOP, BONE)
DAY = timedelta(days=1)
STAGES = tuple(StageRule(run_ms=((8 + n) * MINUTE,)) for n in range(4))


class Spec:
    """A clean session and what followed, to be made worse piece by piece."""

    def __init__(self, band: BandName) -> None:
        self.band = band
        self.baseline = 0 if band is BONE else 1
        self.advance, self.repeat = TABLE[band].advance, TABLE[band].repeat
        self.asked = 40.0
        self.after: dict[str, Any] | None = {}
        self.morning: dict[str, Any] | None = {}
        self.run_day: dict[str, Any] | None = {}
        self.extra: list[Given] = []
        self.run: dict[str, Any] = {}
        self.ledger: dict[str, Any] = {}
        self.more: dict[str, Any] = {}

    def input(self) -> GateInput:
        readings = list(self.extra)
        usual: dict[str, Any] = {"first_steps": self.baseline}
        if self.after is not None:
            readings.append(after(**self.after))
        if self.morning is not None:
            readings.append(morning(**usual | self.morning))
        if self.run_day is not None:
            today: dict[str, Any] = {"hours": self.asked - 3}
            readings.append(morning(**usual | today | self.run_day))
        planned = STAGES[2].run_ms[0]
        facts: dict[str, Any] = {"stages": STAGES, "run": run(**{"planned_ms": planned, "done_ms": planned} | self.run)}
        return case(
            self.band, *sorted(readings, key=lambda g: g.rating.at), asked=self.asked, stage=2, baseline=self.baseline,
            ledger=self.ledger, **facts | self.more,
        )  # fmt: skip


Change = Callable[[Spec], None]


def _after(**answers: Any) -> Change:
    return lambda spec: None if spec.after is None else spec.after.update(answers)


def _morning(**answers: Any) -> Change:
    return lambda spec: None if spec.morning is None else spec.morning.update(answers)


def _run_day(**answers: Any) -> Change:
    return lambda spec: None if spec.run_day is None else spec.run_day.update(answers)


def _ledger(**facts: Any) -> Change:
    return lambda spec: spec.ledger.update(facts)


def _more(**facts: Any) -> Change:
    return lambda spec: spec.more.update(facts)


def _run(**facts: Any) -> Change:
    return lambda spec: spec.run.update(facts)


def _all(*changes: Change) -> Change:
    def change(spec: Spec) -> None:
        for each in changes:
            each(spec)

    return change


def _above(where: str, above: int) -> Change:
    """A morning so far above baseline."""

    def change(spec: Spec) -> None:
        answers = spec.morning if where == "morning" else spec.run_day
        if answers is not None:
            answers["first_steps"] = spec.baseline + above

    return change


def _pain(name: str, band: str, more: int = 1) -> Change:
    """An answer after the run so far above the advance or the repeat band."""

    def change(spec: Spec) -> None:
        if spec.after is not None:
            spec.after[name] = (spec.advance if band == "advance" else spec.repeat) + more

    return change


def _hurts_today(spec: Spec) -> None:
    if spec.run_day is not None:
        spec.run_day["pain_now"] = spec.advance + 1


def _no(what: str) -> Change:
    return lambda spec: setattr(spec, what, None)


def _away(spec: Spec) -> None:
    spec.asked = 24 * 10 + 16


def _soon(spec: Spec) -> None:
    spec.asked = min(spec.asked, 30)


def _still(spec: Spec) -> None:
    """Raised in the morning, and still at 50 hours."""
    _above("morning", 1)(spec)
    spec.asked = max(spec.asked, 66)
    spec.extra.append(follow_up(50, usual=False))


def _enough(spec: Spec) -> None:
    spec.ledger["good"] = TABLE[spec.band].good - 1


def _sore(course: Course) -> Change:
    return lambda spec: _after(warmup_soreness=spec.advance + 1, warmup_course=course)(spec)


def _high_week(spec: Spec) -> None:
    mornings = (Morning(at=at(-24 * days - 11), score=spec.baseline + 3) for days in (3, 2, 1))
    spec.ledger["mornings"] = tuple(mornings)


def _full_week(spec: Spec) -> None:
    stages = tuple(stage.model_copy(update={"weekly_max": 2}) for stage in STAGES)
    _more(stages=stages)(spec)
    _ledger(loads=(Load(start=T0 - 2 * DAY, done_ms=10 * MINUTE, bout_ms=3 * MINUTE),))(spec)


_LIMP = _after(limp=True)
_RAISED_LONG = _ledger(raised_since=T0 - timedelta(hours=80))
_FLARED = _ledger(flares=(T0 - 5 * DAY,))
_STEADY = _all(_pain("pain_during", "advance"), _ledger(steady=2, steady_pains=(5, 5)))

CHANGES: dict[str, tuple[Change, ...]] = {
    "G1": (_after(red_flags=("new-numbness",)),),
    "G2": (_more(needs_clinician=True),),
    "G3a": (_after(pain_during=1), _morning(pain_now=1)),
    "G3b": (_after(pain_during=3), _all(_after(pain_during=1), _ledger(bone_pain=(T0 - 20 * DAY,)))),
    "G4": (_after(giving_way=True),),
    "G5": (_LIMP, _after(sharp_pain=True), _after(pain_during=6)),
    "G6": (_morning(woken=True),),
    "G7a": (_after(swelling=True),),
    "G7b": (_all(_RAISED_LONG, _after(swelling=True)),),
    "G8a": (_still, _above("run_day", 1)),
    "G8b": (_all(_RAISED_LONG, _above("morning", 1)),),
    "G9": (_sore(Course.RETURNED),),
    "G10": (_pain("pain_during", "repeat"), _above("morning", 3)),
    "G11": (_high_week,),
    "G12": (_no("run_day"), _no("after"), _no("morning"), _morning(late_h=48)),
    "G13": (_above("morning", 1), lambda spec: spec.extra.append(follow_up(20, usual=False))),
    "G14": (_pain("pain_during", "advance"), _pain("pain_now", "advance"), _STEADY),
    "G15": (_run(done_ms=5 * MINUTE), _sore(Course.RESOLVED), _after(completed=False)),
    "G16": (_soon, lambda spec: None),
    "G17": (_away,),
    "G18a": (
        _all(_ledger(streak=2), _pain("pain_during", "advance")), _all(_ledger(streak=2), _above("morning", 1)),
        _all(_ledger(streak=2), _LIMP),
    ),
    "G18b": (_all(_FLARED, _LIMP), _all(_FLARED, _pain("pain_during", "repeat"))),
    "G19": (lambda spec: None,),
    "G20": (_enough,),
    "G21": (_run(done_ms=14 * MINUTE),),
    "G22": (_run_day(confidence=3),),
    "G23": (_full_week,),
    "G24": (_more(readiness_at=None),),
    "G25": (_hurts_today, _above("run_day", 3)),
    "G26": (_morning(painkiller=True), _ledger(painkiller_before=True)),
    "G27": (_more(clock_trusted=False),),
    "G28": (
        _run(unlocked=False), _ledger(hold_until=at(60)), _ledger(stops=("G18b",)),
        _ledger(owed=(Owed(need=Need.AFTER, since=T0 - 3 * DAY, run="old", day=(T0 - 3 * DAY).date()),)),
    ),
    "G29": (_more(landed=False),),
}  # fmt: skip

_NOT_BLAMED = frozenset(("G12", "G14", "G16", "G22", "G23", "G24", "G27", "G28", "G29"))
"""What may be said of a session that is clean all the same."""


def why_not(one: str, other: str) -> str | None:
    """Why two rules can never both have something to say; None where they can."""
    pair = {one, other}
    if pair == {"G3a", "G3b"}:
        return "G3b takes the place of G3a"
    if pair == {"G19", "G20"}:
        return "a clean session either goes on or does not"
    if pair & {"G3a", "G3b"} and "G6" in pair:
        return "with a bone injury a night waking is G3b's"
    if pair & {"G3a", "G3b"} and "G14" in pair:
        return "with a bone injury no pain is inside the repeat band"
    if pair == {"G17", "G23"}:
        return "after eight days without a run none is within the last seven"
    if pair & {"G19", "G20"} and not pair - {"G19", "G20"} <= _NOT_BLAMED:
        return "G19 and G20 speak only when nothing else holds the session back"
    return None


def alone(code: str) -> tuple[GateInput, tuple[str, ...]] | None:
    """The case of a rule in which the fewest others speak."""
    found = [_asked(code, code, band, change, change) for band in BANDS for change in CHANGES[code]]
    fitting = [each for each in found if each is not None]
    return min(fitting, key=lambda each: len(each[1]), default=None)


def together(one: str, other: str) -> GateInput | None:
    """A case in which both rules speak, and as few others as can be."""
    best: tuple[GateInput, tuple[str, ...]] | None = None
    for band, a, b in itertools.product(BANDS, CHANGES[one], CHANGES[other]):
        for first, second in ((a, b), (b, a)):
            found = _asked(one, other, band, first, second)
            if found is not None and (best is None or len(found[1]) < len(best[1])):
                best = found
    return None if best is None else best[0]


def _asked(
    one: str, other: str, band: BandName, first: Change, second: Change
) -> tuple[GateInput, tuple[str, ...]] | None:
    spec = Spec(band)
    first(spec)
    if second is not first:
        second(spec)
    try:
        given = spec.input()
    except ValueError:
        return None  # the two ask for answers that contradict each other
    codes = decide(given).codes
    return (given, codes) if {one, other} <= set(codes) else None


def scenarios() -> Iterator[tuple[str, GateInput]]:
    """Those of docs/gate.md, at their opening time unless said."""
    one_b: dict[str, Any] = {"baseline": 1, "stage": 2}
    yield "1", case(TENDON, after(1, 1), morning(1), morning(1, 37), ledger={"good": 1}, **one_b)
    yield "2", case(TENDON, after(4, 3), morning(1), morning(1, 61), asked=66, **one_b)
    yield "3", case(TENDON, after(2, 2), morning(3), morning(1, 37), morning(1, 61), asked=62, **one_b)
    yield "4", case(TENDON, after(6, 3), morning(1), morning(1, 61), asked=62, **one_b)
    raised = (after(2, 1), morning(3))
    yield "5", case(FASCIA, *raised, follow_up(48), morning(2, 61), asked=66, baseline=2, stage=1)
    yield "5, unanswered", case(FASCIA, *raised, asked=66, baseline=2, stage=1)
    yield "6", case(BONE, after(1, 0), morning(0), morning(0, 61), asked=62, stage=2)
    before = {"bone_pain": (at(-24 * 20),)}
    yield "7", case(BONE, after(1, 0), morning(0), asked=62, stage=2, ledger=before)
    swollen = (after(1, 1), morning(0, 16, swelling=True), follow_up(40), morning(0, 64))
    yield "8", case(LIGAMENT, *swollen, asked=65, stage=2)
    yield "9", case(POSTOP, after(), morning(), morning(0, 37), stage=1, ledger={"good": 1})
    quiet: dict[str, Any] = {"baseline": 1, "stage": 1, "ledger": {"good": 1}}
    yield "10", case(FASCIA, after(1, 1), morning(1, 60), asked=60, **quiet)
    late = morning(1, 13, late_h=48)
    yield "10, given", case(FASCIA, after(1, 1), late, morning(1, 60), asked=61, **quiet)
    yield "11", case(TENDON, after(), morning(), morning(0, 427), asked=432, stage=4, ledger={"good": 1})
    yield "12", case(POSTOP, after(red_flags=("calf-swollen-throbbing-warm",)), asked=2, stage=1)
    yield "13", case(BONE, after(1, 0), morning(), stage=1, high_risk=True)
    for time in ("first", "second", "third"):
        yield f"14, asked the {time} time", case(TENDON, after(4, 3), morning(1), morning(1, 61), asked=66, **one_b)
    steady = (after(3, 2), morning(1), morning(1, 61))
    yield "15", case(TENDON, *steady, asked=66, ledger={"steady": 2, "steady_pains": (3, 3), "good": 1}, **one_b)
    warm = after(2, 1, warmup_soreness=3, warmup_course=Course.PERSISTED)
    first = case(TENDON, warm, morning(1), morning(1, 61), asked=66, **one_b)
    yield "16, once", first
    yield "16, twice", first.model_copy(update={"ledger": settle(first)})
    yield "17", case(TENDON, after(7, 3), asked=2, **one_b)
    stopped = case(BONE, after(3, 0), morning(), morning(0, 61), asked=62, stage=2)
    minute = run(unlocked=False, done_ms=60_000)
    forbidden = case(BONE, after(0, 0), morning(), morning(0, 61), asked=62, stage=2, run=minute)
    yield "18", forbidden.model_copy(update={"ledger": settle(stopped)})
    yield "19", case(TENDON, after(), morning(), morning(0, 715), asked=720, stage=3, readiness_at=at(696))
    yield "20", case(FASCIA, after(1, 1), morning(4), morning(4, 37), baseline=4, stage=1, ledger={"good": 1})
    for band in BANDS:
        holiday = case(band, after(), morning(), morning(0, 235), asked=240)
        for time in (1, 2, 3):
            yield f"21, {band.value}, {time}", holiday
            holiday = holiday.model_copy(update={"ledger": settle(holiday)})


def a_case(name: str, given: GateInput) -> dict[str, Any]:
    """A case with what the gate says now."""
    found = decide(given)
    expect = {
        "outcome": found.outcome.name,
        "stage": found.stage,
        "is_open": found.is_open,
        "opens_at": None if found.opens_at is None else found.opens_at.isoformat(),
        "needs": [need.value for need in found.needs],
        "codes": list(found.codes),
    }
    return {"name": name, "input": given.model_dump(mode="json", exclude_defaults=True), "expect": expect}


def files() -> dict[str, list[dict[str, Any]]]:
    """Every file's cases."""
    made: dict[str, list[dict[str, Any]]] = {
        "scenarios": [a_case(f"scenario {name}", given) for name, given in scenarios()],
        "alone": [a_case(code, found[0]) for code in CODES if (found := alone(code)) is not None],
    }
    for one, other in itertools.combinations(CODES, 2):
        given = None if why_not(one, other) else together(one, other)
        if given is not None:
            made.setdefault(f"with-{one}", []).append(a_case(f"{one} with {other}", given))
    return made


def text_of(cases: list[dict[str, Any]]) -> str:
    """One case a line."""
    return "[\n" + ",\n".join(json.dumps(each, separators=(",", ":")) for each in cases) + "\n]\n"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, cases in files().items():
        (FOLDER / f"{name}.json").write_text(text_of(cases), encoding="utf-8")


if __name__ == "__main__":
    main()
