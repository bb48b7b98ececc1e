"""The sources: what is shipped says what it is, and a wrong file says where it is wrong."""

from pathlib import Path

import pytest

from coach.errors import BadInput
from coach.library.sources import check_source, load_sources, shipped_sources
from coach.library.toml_files import Place
from coach.model.source import Source, Tag

EVIDENCE = {
    # What the evidence says word for word: id → (year, journal, doi, tag).
    "bwh-2007": (2007, "", "", "V"),
    "osu-2019": (2019, "", "", "V"),
    "ouh-2024": (2024, "", "", "V"),
    "ud": (None, "PMC6693858, table 4", "", "V"),
    "hebert-losier-2017": (2017, "Physiotherapy 103:446", "", "S"),
    "silbernagel-crossley-2015": (2015, "JOSPT 45:876", "", "M"),
    "george-2024": (2024, "", "10.1007/s40279-024-02051-y", "V"),
    "hoenig-2023": (2023, "", "10.1136/bjsports-2022-106328", "V"),
    "smith-2021": (2021, "", "10.1136/bjsports-2021-104087", "V"),
    "picot-2024": (2024, "", "10.1186/s40798-024-00693-w", "V"),
    "koc-2023": (2023, "", "10.2519/jospt.2023.0303", "M"),
    "silbernagel-2007": (2007, "", "10.1177/0363546506298279", "M"),
    "warden-2021": (2021, "", "10.2519/jospt.2021.9982", "V"),
    "frandsen-2025": (2025, "BJSM 59:1203", "10.1136/bjsports-2024-109380", "V"),
    "nielsen-2014": (2014, "JOSPT 44:739", "", "S"),
    "impellizzeri-2020": (2020, "JAT 55:893", "", "V"),
    "heiderscheit-2011": (2011, "MSSE 43:296", "", "V"),
    "sms-12154": (None, "", "10.1111/sms.12154", "V"),
}


@pytest.mark.parametrize("name", EVIDENCE)
def test_the_shipped_sources_are_those_of_the_evidence(name: str) -> None:
    source = shipped_sources()[name]
    assert (source.year, source.journal, source.doi, source.tag.value) == EVIDENCE[name]


def test_what_is_not_known_of_a_source_is_said() -> None:
    for source in shipped_sources().values():
        assert source.note
        if source.tag is not Tag.CHOICE and not source.title:
            assert "title" in source.note, source.id


def test_choices_are_said_to_be_choices() -> None:
    assert {name for name, source in shipped_sources().items() if source.tag is Tag.CHOICE} == {
        "project-choice", "own", "seed",
    }  # fmt: skip


def test_a_source_on_one_line() -> None:
    assert shipped_sources()["frandsen-2025"].line == (
        "frandsen-2025: Frandsen 2025. BJSM 59:1203. doi:10.1136/bjsports-2024-109380. [V]"
    )
    assert Source(id="own", tag=Tag.CHOICE).line == "own [P]"
    assert Source(id="san", year=2020, tag=Tag.READ, note="Known as SAN.").line == "san: 2020. Known as SAN. [V]"


@pytest.mark.parametrize(
    ("text", "key", "what", "remedy"),
    [
        ("", "", "there is no source", "add a line"),
        ("source = 3", "source", "3 is not a list of tables", "[[source]]"),
        ("source = [3]", "source[1]", "3 is not a table", "[[source]]"),
        ("[[source]]\ntag = 'V'", "source[1]", "there is no id", "add a line id"),
        ("[[source]]\nid = 'a'", "source[1]", "there is no tag", "add a line tag"),
        ("[[source]]\nid = 'a'\ntag = 'Q'", "source[1].tag", "“Q” is not allowed", "one of V, S, M, P"),
        ("[[source]]\nid = 'a'\ntag = 'V'\nyear = '2007'", "source[1].year", "“2007”", "from 1900 to 2100"),
        ("[[source]]\nid = 'a'\ntag = 'V'\nautor = 'x'", "source[1]", "unknown key “autor”", "did you mean authors?"),
        ("[[source]]\nid = 'a'\ntag = 'V'\ndoi = 'x'", "source[1].doi", "“x” is not allowed", "short text"),
        ("[[source]]\nid = 'a'\ntag = 'V'\n" * 2, "source[2].id", "two sources a", "another id"),
        ("[[source]]\nid = 'a'\ntag = 'V'\n" * 501, "source", "there are 501", "at most 500"),
        ("other = 1", "", "unknown key “other”", "source"),
    ],
)  # fmt: skip
def test_a_wrong_file_says_where(tmp_path: Path, text: str, key: str, what: str, remedy: str) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        load_sources(file)
    assert caught.value.where == (f"{file}, {key}" if key else str(file))
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert "\n" not in str(caught.value)


def test_an_unknown_source_is_refused_with_near_ones() -> None:
    place = Place("mine.toml", "stage[1].source")
    check_source("ouh-2024", shipped_sources(), place)
    with pytest.raises(BadInput) as caught:
        check_source("ouh-2023", shipped_sources(), place)
    assert str(caught.value).startswith(
        "mine.toml, stage[1].source: no source is called “ouh-2023” — did you mean ouh-2024"
    )
    with pytest.raises(BadInput, match="takes source = 'own'"):
        check_source("", shipped_sources(), place)
