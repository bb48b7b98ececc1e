"""Times and distances as people read them: one place, so that every list, screen and line says the same."""

from coach.model.workout import DistanceDuration, Duration, OpenDuration, TimeDuration

MS_PER_SECOND = 1000
MS_PER_MINUTE = 60 * MS_PER_SECOND
MS_PER_HOUR = 60 * MS_PER_MINUTE
CM_PER_METRE = 100
CM_PER_KM = 1000 * CM_PER_METRE
TENTHS_OF_MM_PER_MILE = 16_093_440


def clock_text(ms: int) -> str:
    """``ms`` as a clock shows it: ``0:05``, ``34:00``, ``1:02:03``; whole seconds, the rest cut off.

    A countdown that should reach 0:00 only at its end passes ``ms + 999``.
    """
    sign = "-" if ms < 0 else ""
    minutes, seconds = divmod(abs(ms) // MS_PER_SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02}:{seconds:02}" if hours else f"{sign}{minutes}:{seconds:02}"


def spell(duration: Duration) -> str:
    """A planned duration in full: ``1 min 30 s``, ``2 h``, ``400 mtr``, ``1.5 km``, ``0.25 mi``, ``open``. Exact."""
    match duration:
        case TimeDuration(ms=ms):
            return " ".join(f"{figure} {unit}" for figure, unit in time_parts(ms))
        case DistanceDuration(cm=cm):
            return spell_cm(cm)
        case OpenDuration():
            return "open"


def spell_ms(ms: int) -> str:
    """A time in full, as :func:`spell`; ``0 s`` for none. Unlike a duration it may be a sum, so it has no limit."""
    return " ".join(f"{figure} {unit}" for figure, unit in time_parts(ms)) or "0 s"


def spell_cm(cm: int) -> str:
    """A distance in full, as :func:`spell`: as a workout is typed, where ``m`` would be minutes."""
    figure, unit = distance_parts(cm)
    return f"{figure} {'mtr' if unit == 'm' else unit}"


def time_parts(ms: int) -> list[tuple[str, str]]:
    """``ms`` as (figure, unit) pairs of h, min and s, those of zero left out; seconds keep their fraction."""
    hours, rest = divmod(ms, MS_PER_HOUR)
    minutes, rest = divmod(rest, MS_PER_MINUTE)
    parts = [(str(hours), "h"), (str(minutes), "min"), (decimal_text(rest, MS_PER_SECOND), "s")]
    return [part for part in parts if part[0] != "0"]


def distance_parts(cm: int) -> tuple[str, str]:
    """``cm`` as (figure, unit): m below a kilometre, km above; miles where that is the rounder figure.

    A mile is no whole number of centimetres, so 0.25 mi is kept as 40234 cm; reading the figure back gives the same.
    """
    if cm % CM_PER_METRE and (hundredths := _hundredths_of_a_mile(cm)):
        return decimal_text(hundredths, 100), "mi"
    if cm >= CM_PER_KM:
        return decimal_text(cm, CM_PER_KM), "km"
    return decimal_text(cm, CM_PER_METRE), "m"


def _hundredths_of_a_mile(cm: int) -> int | None:
    hundredths = round(cm * 100 * 100 / TENTHS_OF_MM_PER_MILE)
    same = (hundredths * TENTHS_OF_MM_PER_MILE + 5_000) // 10_000 == cm
    return hundredths if same else None


def decimal_text(amount: int, scale: int) -> str:
    """``amount / scale`` for a power of ten ``scale``, exactly, without trailing zeros: ``(1500, 1000)`` → ``1.5``."""
    whole, rest = divmod(amount, scale)
    if not rest:
        return str(whole)
    return f"{whole}.{str(rest).rjust(len(str(scale)) - 1, '0').rstrip('0')}"
