"""docs/protocols.md does not differ from what is shipped and accepted."""

import re
from pathlib import Path

import pytest

from coach.errors import BadInput
from coach.library.plans import default_programme, follow
from coach.library.protocol_files import STAGE_KEYS, read_protocol
from coach.library.protocols import Protocols
from coach.model.profile import InjuryKind
from coach.model.protocol import Stage

PAGE = (Path(__file__).parents[2] / "docs" / "protocols.md").read_text(encoding="utf-8")
MINE = Path("mine.toml")


def example() -> str:
    [block] = re.findall(r"(?ms)^```toml\n(.*?)^```", PAGE)
    return block


def test_the_example_is_a_protocol(tmp_path: Path) -> None:
    protocol = read_protocol(example(), MINE)
    assert [stage.id for stage in protocol.stages] == ["gentle", "brisk"]
    assert [planned.name for planned in follow(protocol, Protocols(tmp_path).get)][2] == "ouh/9-1"


def test_the_printed_error_is_the_real_one() -> None:
    with pytest.raises(BadInput) as caught:
        read_protocol(example().replace("weekly_max = 3", "rest_days = 9"), MINE)
    assert f"coach: …/{caught.value}" in PAGE


def test_every_key_of_a_stage_is_explained() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \|", PAGE.partition("## One of your own")[2])
    assert sorted(rows) == sorted(STAGE_KEYS)


@pytest.mark.parametrize("key", ["good_sessions", "rest_days", "gap_h", "weekly_max", "rpe_ceiling", "weeks_alternate"])
def test_the_limits_are_the_models(key: str) -> None:
    limits = {
        name: limit for rule in Stage.model_fields[key].metadata for name in ("ge", "le")
        if (limit := getattr(rule, name, None)) is not None
    }  # fmt: skip
    [row] = re.findall(rf"(?m)^\| `{key}` \|.*$", PAGE)
    assert f"{limits['ge']}–{limits['le']}" in row


def test_every_protocol_is_in_the_table(tmp_path: Path) -> None:
    table = re.findall(r"(?m)^\| `([a-z0-9-]+)` \| (?=.*\| (?:a|all|two|three) )", PAGE)
    assert sorted(table) == list(Protocols(tmp_path).names())


def test_the_defaults_are_those_told() -> None:
    [told] = re.findall(r"(?s)Without a choice of yours it is (.*?)\.", PAGE)
    for kind in InjuryKind:
        assert f"`{default_programme([kind])}`" in told
