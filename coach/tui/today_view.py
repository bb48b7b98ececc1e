"""What Today shows, as plain words: a decision in, a TodayView out. Pure."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from coach.coaching import Today
from coach.gate.advice import care_words, meaning, situation_of
from coach.gate.wording import reason_words
from coach.model.decision import Need, Outcome
from coach.model.durations import spell_ms
from coach.model.estimate import run_ms, total_ms
from coach.tui.asks import Ask, waits_for_another_day, wanted
from coach.tui.view import Sign, plan_lines

_WORD: dict[Sign, str] = {
    Sign.GO: "GO",
    Sign.ASK: "ANSWER",
    Sign.WAIT: "NOT YET",
    Sign.REST: "REST",
    Sign.STOP: "STOP",
    Sign.HELLO: "WELCOME",
}


@dataclass(frozen=True, slots=True)
class TodayView:
    """Everything Today draws but the countdown.

    ``care`` is what to do before all else, under a STOP. ``asks`` can be answered here, ``later`` not.
    ``may_test`` is whether the tests before running may be taken now: not while something has to settle first.
    ``opens_at`` is None where no time is waited for. ``session`` is the workout in words, ``measures`` how much of it.
    """

    sign: Sign
    word: str
    headline: str
    care: str = ""
    asks: tuple[Ask, ...] = ()
    later: tuple[str, ...] = ()
    opens_at: datetime | None = None
    session: str = ""
    measures: str = ""
    stage: str = ""
    reasons: tuple[str, ...] = ()
    may_test: bool = False


def today_view(today: Today, now: datetime) -> TodayView:
    """The decision in words. ``now`` is when it is looked at, aware."""
    decision = today.decision
    asks, later = wanted(today)
    sign = _sign(today, bool(asks))
    situation = situation_of(today.input)
    opens = decision.opens_at if decision.opens_at is not None and decision.opens_at > now else None
    running = run_ms(today.workout, None)
    whole = total_ms(today.workout, None)
    measures = [f"running {spell_ms(running)}"] if running is not None else []
    measures += [f"{spell_ms(whole)} in all"] if whole is not None else []
    ceiling = today.stage.stage.rpe_ceiling
    if ceiling is not None:
        measures.append(f"effort at most {ceiling} of 10")
    measures.append(f"{today.stage.stage.terrain.value} ground")
    return TodayView(
        sign=sign,
        word=_WORD[sign],
        headline=_headline(today, sign, asks, later),
        care=care_words(decision) or "",
        asks=asks,
        later=later,
        opens_at=opens,
        session=", ".join(plan_lines(today.workout.model_copy(update={"description": None}))),
        measures=" · ".join(measures),
        stage=f"{today.stage.stage.title} · stage {decision.stage + 1} of {len(today.input.stages)}",
        reasons=tuple(reason_words(reason, situation) for reason in decision.reasons),
        may_test=Need.READINESS in decision.needs
        and sign not in (Sign.STOP, Sign.REST)
        and not waits_for_another_day(decision, today.input.zone),
    )


def hello_view() -> TodayView:
    """Before `coach init`."""
    return TodayView(
        Sign.HELLO,
        _WORD[Sign.HELLO],
        "The coach knows nothing of your injury yet. Tell it first: Enter asks, and takes a minute.",
    )


def trouble_view(words: str) -> TodayView:
    """Where there is no decision to be had: nothing is open then."""
    return TodayView(Sign.WAIT, _WORD[Sign.WAIT], f"There is no decision: {words}")


def _sign(today: Today, can_answer: bool) -> Sign:
    decision = today.decision
    if decision.outcome is Outcome.STOP:
        return Sign.STOP
    if decision.is_open:
        return Sign.GO
    if decision.outcome is Outcome.REST:
        return Sign.REST
    if can_answer and not waits_for_another_day(decision, today.input.zone):
        return Sign.ASK
    return Sign.WAIT


def _headline(today: Today, sign: Sign, asks: tuple[Ask, ...], later: tuple[str, ...]) -> str:
    _, means = meaning(today.decision, today.input)
    outcome = _capital(means)
    match sign:
        case Sign.GO:
            return f"The gate is open: {means}"
        case Sign.ASK:
            return f"The gate stays closed until you answer: {asks[0].title}"
        case Sign.STOP | Sign.REST:
            return outcome
        case _:
            if today.decision.opens_at is not None and today.decision.opens_at > today.decision.asked_at:
                return f"Not now. When it opens: {means}"
            return f"The gate is closed. {later[0]}" if later else f"The gate is closed. {outcome}"


def countdown(opens_at: datetime, now: datetime, zone: tzinfo | None, *, coarse: bool) -> str:
    """How long until it opens, and when that is. ``coarse`` counts minutes, begun ones whole."""
    seconds = max(0, -int((now - opens_at).total_seconds() // 1))
    if coarse:
        seconds = -(-seconds // 60) * 60
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{days} d"] if days else []
    parts += [f"{hours} h"] if days or hours else []
    parts.append(f"{minutes:02d} min" if parts else f"{minutes} min")
    if not coarse:
        parts.append(f"{seconds:02d} s")
    at = opens_at.astimezone(zone)
    return f"Opens in {' '.join(parts)}, at the earliest: {at:%A} {at.day} {at:%B} {at:%H:%M}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
