"""The shape of a text file (``sounds/texts/en.toml``). Adding a language is adding a file of this shape."""

from collections.abc import Callable, Iterator
from string import Formatter
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from coach.model.cue import Notice
from coach.model.workout import MAX_INTERVALS, Frozen, Intensity

Phrase = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Forms = tuple[Phrase, ...]
"""One phrase a plural form, in the order of the language's plural rule."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Clauses = Annotated[tuple[Phrase, ...], BeforeValidator(_listed), Field(min_length=1)]
"""A sentence, or a list of clauses that are recorded apart."""


class PluralTexts(Frozen):
    """``rule`` is the C expression of gettext's ``Plural-Forms``: n → index of the form."""

    forms: int = Field(ge=1, le=6)
    rule: str


class NumberTexts(Frozen):
    """``words`` counts from 0 as far as it goes; ``hundreds`` are 100, 200 …; above, digits are used.

    ``feminine`` and ``masculine`` are the numbers that read differently before such a noun; templates ask for them by
    ``{n_f}`` and ``{n_m}``.
    """

    words: tuple[Phrase, ...] = Field(min_length=2)
    hundreds: tuple[Phrase, ...] = ()
    feminine: dict[int, Phrase] = Field(default_factory=dict)
    masculine: dict[int, Phrase] = Field(default_factory=dict)
    decimal_mark: str = "."


class TimeTexts(Frozen):
    hour: Forms
    minute: Forms
    second: Forms
    joined: Phrase  # two parts in one breath: {major} {minor}
    left: Forms  # {time}; the form follows the leading number


class UnitTexts(Frozen):
    """Fractions left out are said as decimals."""

    whole: Forms
    decimal: Clauses  # one text, or one a plural form: the form follows the whole part
    quarter: Phrase | None = None
    half: Phrase | None = None
    three_quarters: Phrase | None = None
    and_quarter: Forms | None = None
    and_half: Forms | None = None
    and_three_quarters: Forms | None = None


class DistanceTexts(Frozen):
    metre: UnitTexts
    kilometre: UnitTexts
    mile: UnitTexts


class StepTexts(Frozen):
    plain: Phrase
    next: Phrase


class TargetTexts(Frozen):
    cadence: Phrase
    cadence_one: Phrase
    heart_rate: Phrase
    heart_rate_one: Phrase
    heart_rate_zone: Phrase
    effort: Phrase
    effort_one: Phrase


class SessionTexts(Frozen):
    start: Clauses
    press_start: Clauses
    pause: Clauses
    resume_run: Clauses
    resume_walk: Clauses
    resume_rest: Clauses
    pain: Clauses
    pain_withdrawn: Clauses
    finish: Clauses
    stop: Clauses


class Texts(Frozen):
    """Everything the coach says in one language."""

    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")
    name: Phrase  # in the language itself
    plural: PluralTexts
    numbers: NumberTexts
    time: TimeTexts
    distance: DistanceTexts
    steps: dict[Intensity, StepTexts]
    run_of: Phrase
    last_run: Phrase
    next_last_run: Phrase
    until_next: Phrase
    then_next: Phrase
    halfway: Phrase
    almost_done: Phrase
    then_done: Phrase
    runs: Forms
    in_all: Phrase
    countdown: tuple[Phrase, Phrase, Phrase]  # three, two, one
    targets: TargetTexts
    session: SessionTexts
    notices: dict[Notice, Clauses]


_NUMBER = frozenset({"n", "n_f", "n_m"})
_UNITS = ("metre", "kilometre", "mile")
_DECIMAL = frozenset(f"distance.{unit}.decimal" for unit in _UNITS)
_NEEDED: dict[str, frozenset[str]] = {
    "time.joined": frozenset({"major", "minor"}),
    "time.left": frozenset({"time"}),
    "run_of": frozenset({"k", "n"}),
    "in_all": frozenset({"time"}),
    "targets.cadence": frozenset({"low", "high"}),
    "targets.cadence_one": frozenset({"low"}),
    "targets.heart_rate": frozenset({"low", "high"}),
    "targets.heart_rate_one": frozenset({"low"}),
    "targets.heart_rate_zone": frozenset({"n"}),
    "targets.effort": frozenset({"low", "high"}),
    "targets.effort_one": frozenset({"low"}),
    **dict.fromkeys(_DECIMAL, frozenset({"n"})),
}
_COUNTED = frozenset(
    {"runs", "time.hour", "time.minute", "time.second"}
    | {
        f"distance.{unit}.{key}"
        for unit in _UNITS
        for key in ("whole", "and_quarter", "and_half", "and_three_quarters")
    }
)
_PLURAL = _COUNTED | {"time.left"}
_SAMPLE = MAX_INTERVALS + 1
"""No count, time or distance in words has a larger number. A plural form that serves a single one of them may leave
the number out ("an hour")."""


def faults(texts: Texts, plural: Callable[[int], int]) -> Iterator[tuple[str, str]]:
    """What is wrong with ``texts``, as (key, what): plural forms, placeholders and sentences that are missing."""
    try:
        served = [plural(n) for n in range(_SAMPLE)]
    except ZeroDivisionError:
        yield "plural.rule", "divides by zero"
        return
    if outside := [form for form in served if not 0 <= form < texts.plural.forms]:
        yield "plural.rule", f"gives form {outside[0]}, but plural.forms is {texts.plural.forms}"
        return
    for intensity in Intensity:
        if intensity not in texts.steps:
            yield f"steps.{intensity.value}", "is missing"
    for code in Notice:
        if code not in texts.notices:
            yield f"notices.{code.value}", "is missing"
    for key, phrases in _phrases(texts.model_dump(mode="json")):
        if len(phrases) != texts.plural.forms and (key in _PLURAL or (key in _DECIMAL and len(phrases) > 1)):
            yield key, f"has {len(phrases)} plural forms, but plural.forms is {texts.plural.forms}"
            continue
        for form, phrase in enumerate(phrases):
            if fault := _placeholder_fault(key, phrase, one_number=key in _COUNTED and served.count(form) <= 1):
                yield key, fault


def _phrases(value: object, key: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every text with its dotted key; a single text is a list of one."""
    if isinstance(value, str):
        yield key, [value]
    elif isinstance(value, dict):
        for name, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            yield from _phrases(inner, f"{key}.{name}" if key else str(name))  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list):
        yield key, [str(phrase) for phrase in value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _placeholder_fault(key: str, phrase: str, *, one_number: bool) -> str | None:
    try:
        fields = [(name, spec, how) for _, name, spec, how in Formatter().parse(phrase) if name is not None]
    except ValueError as error:
        return f"{phrase!r} has a stray brace ({error})"
    found = {name for name, _, _ in fields}
    for name, spec, how in fields:
        if spec or how:
            return f"{phrase!r} has more than a name in {{{name}}}"
    if key in _COUNTED:
        unknown, lacking = found - _NUMBER, not found and not one_number
        needed = _NUMBER
    else:
        needed = _NEEDED.get(key, frozenset[str]())
        unknown, lacking = found - needed, bool(needed - found)
    if unknown:
        return f"{phrase!r} has a placeholder {{{min(unknown)}}} that means nothing here"
    if lacking:
        return f"{phrase!r} lacks {' or '.join(f'{{{name}}}' for name in sorted(needed - found))}"
    return None
