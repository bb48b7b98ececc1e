"""Ratings from elsewhere: read whole, or refused with the place."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.coaching.rating_files import rating_line, read_ratings
from coach.errors import BadInput
from coach.model.rating import Occasion, RedFlag, SymptomRating

HEAD = "occasion,at,first_steps,swelling,woken,painkiller"


def read(text: str) -> list[SymptomRating]:
    return [rating for _, rating in read_ratings(text, "r.csv", "Europe/Berlin")]


def test_csv_json_and_json_lines_say_the_same() -> None:
    found = read(f"{HEAD}\nmorning,2026-03-02T07:00,1,no,no,No\nmorning,2026-03-03T07:00+00:00,2,yes,no,no\n")
    assert [(r.occasion, r.first_steps, r.swelling) for r in found] == [
        (Occasion.MORNING, 1, False), (Occasion.MORNING, 2, True),
    ]  # fmt: skip
    assert found[0].at.astimezone(UTC).hour == 6
    assert found[0].zone == "Europe/Berlin"
    lines = [each.model_dump_json(exclude_none=True) for each in found]
    assert read("\n".join(lines)) == found
    assert read(f"[{','.join(lines)}]") == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no rating"),
        (HEAD, "no rating"),
        (f"{HEAD}\nmorning,2026-03-02T07:00,11,no,no,no", "first_steps"),
        (f"{HEAD}\nmorning,2026-03-02T07:00,4-5,no,no,no", "4-5 is no whole number"),
        (f"{HEAD}\nmorning,2026-03-02T07:00,,no,no,no", "has to say first_steps"),
        (f"{HEAD}\nmorning,yesterday,1,no,no,no", "at is not a time"),
        (f"{HEAD}\nmorning,2026-03-02T07:00,1,perhaps,no,no", "swelling"),
        (f"{HEAD}\nevening,2026-03-02T07:00,1,no,no,no", "occasion"),
        (f"{HEAD}\nmorning,2026-03-02T07:00,1,no,no,no,7", "more values"),
        ("occasion,at,mood\nmorning,2026-03-02T07:00,1", "unknown column mood"),
        ('[{"occasion": "morning"', "not JSON"),
        ('["morning"]', "object"),
        ("[" * 100_000, "not JSON"),
        (f"{HEAD},red_flags\nmorning,2026-03-02T07:00,1,no,no,no,wings", "red_flags"),
        (f"{HEAD}\nmorning,2026-03-02T07:00,3,5,no,no,no", "more values .* commas part the columns .* quote a value"),
        (f"{HEAD}\nmorning;2026-03-02T07:00;1;no;no;no", "one value .* commas part the columns"),
        (HEAD.replace(",", ";") + "\nmorning,2026-03-02T07:00,1,no,no,no", "one value .* semicolons part the columns"),
        (HEAD.replace(",", ";") + "\nmorning;2026-03-02T07:00;3,5;no;no;no", "3,5 is no whole number"),
        (HEAD.replace(",", "|") + "\nmorning|2026-03-02T07:00|1|no|no|no", "commas, semicolons or tabs part them"),
        (f"{HEAD},first_steps\nmorning,2026-03-02T07:00,1,no,no,no,3", "first_steps is there twice"),
        (f'{HEAD},note\nmorning,2026-03-02T07:00,1,no,no,no,"well\nmorning,2026-03-03T07:00,8,no,no,no,\n', "quotes"),
        (f'{HEAD},note\nmorning,2026-03-02T07:00,1,no,no,no,"a\nmorning,2026-03-03T07:00,8,no,no,no,"\n', "end of its"),
        (f'{HEAD},note\nmorning,2026-03-02T07:00,1,no,no,no,"well" today\n', "r.csv:2: not CSV"),
        ('{"occasion": "morning", "first_steps": 7, "first_steps": 0}', "r.csv:1: first_steps is there twice"),
        ('[{"swelling": true, "at": "2026-03-02T07:00", "swelling": false}]', "swelling is there twice"),
        *[
            (f"{HEAD}\nmorning,{at},1,no,no,no", "at is not a time .* write the day and the time")
            for at in ("2026-03-02", "20260302", "2026-W10-1", "20260302T0710", "2026-03-02T07", "2026-03-02T24:00")
        ],
        (f"{HEAD}\nmorning,2026-03-02T07:00,1_0,no,no,no", "1_0 is no whole number"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        read(text)
    assert caught.value.where is not None
    assert caught.value.where.startswith("r.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_a_spreadsheet_may_part_columns_its_own_way(parted_by: str) -> None:
    head = ["occasion", "at", "first_steps", "swelling", "woken", "painkiller", "red_flags", "note"]
    row = ["morning", "2026-03-02T07:00", '"3,0"', "no", "no", "no", '"sudden-pop;new-numbness"', '"a, b; c\td"']
    empty = parted_by * 9
    [found] = read(f"\ufeff{parted_by.join(head)}\n{parted_by.join(row)}{parted_by}\n{empty}\n")
    assert (found.first_steps, len(found.red_flags), found.note) == (3, 2, "a, b; c d")


@given(st.text(max_size=200) | st.from_regex(rf"{HEAD}\n(morning,[0-9T:-]{{0,20}},[0-9a-z-]{{0,5}},no,yes,\n?){{0,3}}"))
def test_nothing_but_ratings_or_a_refusal(text: str) -> None:
    try:
        found = read(text)
    except BadInput:
        return
    assert all(isinstance(each, SymptomRating) for each in found)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_no_json_is_too_odd(value: object) -> None:
    try:
        read(json.dumps(value))
        read(json.dumps([value]))
    except BadInput:
        return


SCORES, YES = st.integers(0, 10), st.booleans()
ANSWERS: dict[Occasion, dict[str, st.SearchStrategy[object]]] = {
    Occasion.BEFORE: {"pain_now": SCORES, "confidence": SCORES, "painkiller": YES},
    Occasion.MORNING: {"first_steps": SCORES, "swelling": YES, "woken": YES, "painkiller": YES},
    Occasion.FOLLOW_UP: {"back_to_usual": YES, "swelling": YES},
}


@st.composite
def ratings(draw: st.DrawFn) -> SymptomRating:
    occasion = draw(st.sampled_from(list(ANSWERS)))
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 5_000_000)) / 8)
    values: dict[str, object] = {"occasion": occasion, "at": at}
    values["zone"] = draw(st.sampled_from(["UTC", "Europe/Berlin", "+05:45"]))
    values |= draw(st.fixed_dictionaries(ANSWERS[occasion], optional={"effort": SCORES, "stiffness_min": SCORES}))
    values["note"] = draw(st.text(max_size=12))
    values["red_flags"] = draw(st.lists(st.sampled_from(list(RedFlag)), max_size=2, unique=True))
    return SymptomRating.model_validate(values)


@given(st.lists(ratings(), min_size=1, max_size=4))
def test_what_is_listed_can_be_brought_in_again(given: list[SymptomRating]) -> None:
    assert read("\n".join(map(rating_line, given))) == given
    assert read(f"[{','.join(map(rating_line, given))}]") == given


def test_a_time_without_an_offset_is_of_its_own_season_and_zone() -> None:
    rows = f"{HEAD},zone\nmorning,2026-03-02T07:00,1,no,no,no,\nmorning,2026-07-02T07:00,1,no,no,no,America/New_York\n"
    found = read(rows)
    assert [each.at for each in found] == [
        datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 7, 2, 11, tzinfo=UTC),
    ]  # fmt: skip
    assert [each.zone for each in found] == ["Europe/Berlin", "America/New_York"]


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [
        ("2026-03-02T07:00", "Mars/Olympus", "no such time zone"),
        ("2026-03-29T02:30", "", "there was no 02:30"),
        ("0001-01-01T00:00+14:00", "", "year 1 cannot be meant"),
    ],
)
def test_a_time_that_cannot_be_is_refused_with_its_line(at: str, zone: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        read(f"{HEAD},zone\nmorning,{at},1,no,no,no,{zone}\n")
    assert caught.value.where == "r.csv:2"
