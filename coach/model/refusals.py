"""What a model refuses, in plain words: the only place that turns the validator's reports into sentences."""

import json

from pydantic import ValidationError

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known",
    "finite_number": "must be a number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be {le} or less",
    "string_too_long": "is too long: {max_length} letters at most",
    "string_pattern_mismatch": "does not have the right form",
    "too_long": "holds too many: {max_length} at most",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "recursion_loop": "is nested too deep",
    "json_invalid": "is not JSON",
}
_KINDS = (
    ("int_", "must be a whole number"),
    ("float_", "must be a number"),
    ("decimal_", "must be a number"),
    ("bool_", "must be yes or no"),
    ("string_", "must be text"),
    ("datetime_", "must be a time, such as 2026-03-02T07:10"),
    ("timezone_", "must be a time with its offset from UTC"),
    ("date_", "must be a date, such as 2026-03-02"),
    ("time_", "must be a time, such as 07:10"),
    ("tuple_", "must be a list"),
    ("list_", "must be a list"),
    ("set_", "must be a list"),
    ("frozen_set_", "must be a list"),
    ("dict_", "must hold names with their values"),
    ("model_", "must hold names with their values"),
)
"""By how the kind of report begins."""


def place_of(error: ValidationError) -> str:
    """Where the first thing wrong is, with dots between: ``stages.0.good``; empty for the whole."""
    return ".".join(str(part) for part in error.errors()[0]["loc"] if part != "[key]")


def what_is_wrong(error: ValidationError) -> str:
    """The first thing wrong, to follow its place: ``must be 10 or less, not 11``."""
    first = error.errors()[0]
    kind, told = str(first["type"]), first.get("ctx", {})
    if kind == "value_error":
        return str(first["msg"]).removeprefix("Value error, ")
    if kind in ("string_too_short", "too_short") and told.get("min_length") == 1:
        return "must not be empty"
    words = _WORDS.get(kind) or next((said for begins, said in _KINDS if kind.startswith(begins)), "does not fit")
    shown = {key: _listed(value) if key == "expected" else value for key, value in told.items()}
    return f"{words.format(**shown)}{_instead(kind, first['input'])}"


def plain_words(error: ValidationError) -> str:
    """The first thing wrong with its place: ``effort must be 10 or less, not 11``."""
    place, what = place_of(error), what_is_wrong(error)
    if not place:
        return what
    return f"{place}: {what}" if error.errors()[0]["type"] == "value_error" else f"{place} {what}"


def _listed(expected: object) -> str:
    """``'a', 'b' or 'c'`` as ``a, b, c``."""
    return str(expected).replace(" or ", ", ").replace("'", "")


def _instead(kind: str, given: object) -> str:
    """What was given, if it is short and of one line."""
    if kind in ("missing", "extra_forbidden") or not isinstance(given, str | int | float):
        return ""
    text = str(given).lower() if isinstance(given, bool) else str(given)
    return (
        f", not {json.dumps(text, ensure_ascii=False) if isinstance(given, str) else text}" if len(text) <= 30 else ""
    )
