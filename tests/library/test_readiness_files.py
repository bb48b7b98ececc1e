"""The criteria of readiness: the figures of the evidence, in its order, for whom; and what a wrong file is told."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.errors import BadInput
from coach.library.readiness_files import load_criteria, read_criteria
from coach.library.sources import shipped_sources
from coach.model.profile import BoneSite, Injury, InjuryKind, Sex, Surgery
from coach.model.readiness import SETTLED_PAIN, SETTLING, Criterion, Group, Measure, Norms, criteria_for

BY_ID = {criterion.id: criterion for criterion in load_criteria()}
GENERAL = [
    "walk-30", "stairs", "heel-raises", "heel-raise-symmetry", "balance", "knee-to-wall", "big-toe", "hops-10",
    "hops-30",
]  # fmt: skip


def ids(*injuries: Injury, mandatory: bool | None = None) -> list[str]:
    return [c.id for c in criteria_for(load_criteria(), injuries) if mandatory in (None, c.mandatory)]


def injury(kind: InjuryKind, site: BoneSite | None = None, surgery: Surgery | None = None) -> Injury:
    return Injury(kind=kind, site=site, surgery=surgery)


# Figures of evidence.md section 1


@pytest.mark.parametrize(
    ("name", "figures", "sources"),
    [
        ("walk-30", {"at_least": 30}, ("ouh-2024", "san", "osu-2019")),
        ("heel-raise-symmetry", {"ratio_at_least": 0.9}, ("osu-2019", "project-choice")),
        ("hops-10", {"at_least": 10}, ("project-choice", "san", "osu-2019", "bwh-2007")),
        ("hops-30", {"at_least": 30}, ("project-choice", "san", "osu-2019", "bwh-2007")),
        ("balance", {"at_least": 30}, ("project-choice", "seed")),
        ("knee-to-wall", {"difference_at_most": 2}, ("secondary-pages",)),
        ("big-toe", {"at_least": 45, "difference_at_most": 10}, ("nawoczenski-1999", "project-choice")),
        ("achilles-daily-pain", {"at_most": 2}, ("silbernagel-crossley-2015",)),
        ("bone-pain-free-days", {"at_least": 14}, ("secondary-pages",)),
        ("bone-walk-45", {"at_least": 45}, ("secondary-pages",)),
        ("achilles-repair-raises", {"at_least": 5}, ("trials-2016",)),
        ("heel-raises", {}, ("san", "hebert-losier-2017")),
        ("fascia-first-steps", {}, ("project-choice", "koc-2023")),
        ("bone-tenderness", {}, ("george-2024",)),
        ("bone-walking", {}, ("george-2024",)),
        ("sprain-giving-way", {}, ("smith-2021", "picot-2024")),
        ("surgeon-clearance", {}, ("trials-2016", "practice-pages")),
    ],
)
def test_the_figures_are_those_of_the_evidence(name: str, figures: dict[str, float], sources: tuple[str, ...]) -> None:
    criterion = BY_ID[name]
    given = {
        key: value
        for key in ("at_least", "at_most", "difference_at_most", "ratio_at_least")
        if (value := getattr(criterion, key)) is not None
    }
    assert given == figures
    assert criterion.sources == sources


def test_heel_raise_norms_by_decade() -> None:
    norms = BY_ID["heel-raises"].norms
    assert norms is not None
    assert norms.most == 25
    assert list(zip(norms.male, norms.female, strict=True)) == [
        (37, 30), (32, 27), (28, 24), (23, 21), (19, 19), (14, 16),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sex", "age", "goal"),
    [
        (Sex.MALE, 25, 25),
        (Sex.MALE, 55, 23),
        (Sex.FEMALE, 59, 21),
        (Sex.MALE, 70, 14),
        (Sex.FEMALE, 79, 16),
        (Sex.MALE, 95, 14),
        (Sex.MALE, 12, 25),
        (None, 72, 16),
        (None, 55, 23),
        (Sex.MALE, None, 25),
        (None, None, 25),
    ],
)
def test_the_goal_of_heel_raises(sex: Sex | None, age: int | None, goal: int) -> None:
    norms = BY_ID["heel-raises"].norms
    assert norms is not None
    assert norms.goal(sex, age) == goal


@given(st.none() | st.sampled_from(Sex), st.none() | st.integers(10, 110))
def test_knowing_less_never_asks_for_less(sex: Sex | None, age: int | None) -> None:
    norms = Norms(most=25, male=(37, 32, 28, 23, 19, 14), female=(30, 27, 24, 21, 19, 16))
    assert norms.goal(sex, age) <= norms.goal(None, age) <= norms.goal(None, None)
    assert norms.goal(sex, age) <= norms.goal(sex, None)


def test_what_tendon_and_fascia_may_feel() -> None:
    assert SETTLED_PAIN == 2
    assert frozenset({InjuryKind.ACHILLES, InjuryKind.FASCIA}) == SETTLING


# Order, and who is asked


def test_the_order_is_clearance_walking_raises_hops() -> None:
    order = list(Group)
    groups = [order.index(criterion.group) for criterion in load_criteria()]
    assert groups == sorted(groups)
    assert order == ["clearance", "walking", "raises-and-balance", "hops"]


def test_without_an_injury_the_general_set_is_asked() -> None:
    assert ids() == GENERAL


@pytest.mark.parametrize(
    ("of", "more"),
    [
        (injury(InjuryKind.FASCIA), {"fascia-first-steps"}),
        (injury(InjuryKind.ACHILLES), {"achilles-daily-pain"}),
        (
            injury(InjuryKind.BONE, BoneSite.FIBULA),
            {"bone-clearance", "bone-tenderness", "bone-pain-free-days", "bone-walking", "bone-walk-45"},
        ),
        (
            injury(InjuryKind.BONE, BoneSite.NAVICULAR),
            {"bone-clearance", "bone-tenderness", "bone-pain-free-days", "bone-walking", "bone-walk-45"},
        ),
        (
            injury(InjuryKind.SPRAIN),
            {
                "sprain-giving-way", "sprain-pain", "sprain-perception", "sprain-impairments", "sprain-sensorimotor",
                "sprain-performance",
            },
        ),
        (injury(InjuryKind.SURGERY, surgery=Surgery.BUNION), {"surgeon-clearance"}),
        (injury(InjuryKind.SURGERY, surgery=Surgery.ACHILLES_REPAIR), {"surgeon-clearance", "achilles-repair-raises"}),
        (injury(InjuryKind.SURGERY), {"surgeon-clearance", "achilles-repair-raises"}),
    ],
)  # fmt: skip
def test_an_injury_adds_its_own(of: Injury, more: set[str]) -> None:
    assert set(ids(of)) == {*GENERAL, *more}


def test_all_but_the_big_toe_is_mandatory() -> None:
    for kind in InjuryKind:
        assert set(ids(injury(kind), mandatory=False)) == {"big-toe"}


def test_after_achilles_repair_the_norm_is_a_goal() -> None:
    repair = injury(InjuryKind.SURGERY, surgery=Surgery.ACHILLES_REPAIR)
    assert set(ids(repair, mandatory=False)) == {"big-toe", "heel-raises", "heel-raise-symmetry"}
    assert "achilles-repair-raises" in ids(repair, mandatory=True)
    assert set(ids(repair, injury(InjuryKind.FASCIA), mandatory=False)) == {"big-toe"}, "the stricter injury counts"


@pytest.mark.parametrize("site", [None, *BoneSite])
def test_every_bone_asks_for_a_clinician_before_hops_as_the_profile_does(site: BoneSite | None) -> None:
    bone = injury(InjuryKind.BONE, site)
    assert "bone-clearance" in ids(bone, mandatory=True)
    assert bone.hops_wait
    for other in (InjuryKind.FASCIA, InjuryKind.ACHILLES, InjuryKind.SPRAIN):
        assert not injury(other).hops_wait


def test_bone_and_operations_never_hop_before_clearance() -> None:
    assert {"surgeon-clearance", "bone-clearance", "bone-tenderness", "bone-pain-free-days"} <= set(
        BY_ID["hops-10"].after
    )
    for criterion in load_criteria():
        if criterion.group is Group.HOPS and criterion.id != "hops-10":
            assert "hops-10" in criterion.after or "hops-30" in criterion.after


def test_clearances_are_a_clinicians() -> None:
    assert {c.id for c in load_criteria() if c.clinician} == {"surgeon-clearance", "bone-clearance"}


# Sources


@pytest.mark.parametrize("criterion", load_criteria(), ids=lambda criterion: criterion.id)
def test_no_criterion_is_without_a_known_source(criterion: Criterion) -> None:
    assert criterion.sources
    assert set(criterion.sources) <= set(shipped_sources())
    assert criterion.how
    assert (criterion.unit != "") == (criterion.measure is not Measure.YES_NO)


# Wrong files


def written(folder: Path, text: str) -> Path:
    file = folder / "readiness.toml"
    file.write_text(text, encoding="utf-8")
    return file


LEAST = "[[criterion]]\nid = 'a'\ntitle = 'A'\nhow = 'So.'\ngroup = 'hops'\nmeasure = 'yes-no'\nsources = ['own']\n"


def test_the_least_a_criterion_needs(tmp_path: Path) -> None:
    [criterion] = read_criteria(written(tmp_path, LEAST))
    assert (criterion.mandatory, criterion.no_injury, criterion.retest_days) == (True, True, 7)


@pytest.mark.parametrize(
    ("text", "key", "what", "remedy"),
    [
        ("", "", "there is no criterion", "add a line"),
        (LEAST.replace("sources = ['own']", ""), "criterion[1]", "there is no sources", "add a line"),
        (LEAST.replace("['own']", "[]"), "criterion[1].sources", "a list is not allowed", "id of a source"),
        (LEAST.replace("own", "nobody"), "criterion[1].sources[1]", "no source is called “nobody”", "own"),
        (LEAST.replace("hops", "swims"), "criterion[1].group", "“swims”", "clearance, walking, raises-and-balance"),
        (LEAST.replace("yes-no", "guess"), "criterion[1].measure", "“guess”", "yes-no, both-sides, figure"),
        (f"{LEAST}colour = 1", "criterion[1]", "unknown key “colour”", "the keys are id"),
        (f"{LEAST}retest_days = 0", "criterion[1].retest_days", "0 is not allowed", "from 1 to 90"),
        (f"{LEAST}at_least = 3", "criterion[1]", "a yes-no criterion has no at_least", "docs/"),
        (LEAST.replace("yes-no", "figure"), "criterion[1]", "there is none of at_least", "docs/"),
        (LEAST.replace("yes-no", "figure") + "ratio_at_least = 0.5", "criterion[1]", "two sides", "docs/"),
        (f"{LEAST}sites = ['knee']", "criterion[1].sites[1]", "“knee” is not allowed", "navicular"),
        (f"{LEAST}after = ['b']", "criterion[1].after[1]", "no criterion before it is called b", "earlier"),
        (f"{LEAST}figures_of = 'b'", "criterion[1].figures_of", "no criterion before it is called b", "earlier"),
        (LEAST + LEAST, "criterion[2].id", "two criteria a", "another id"),
        (
            LEAST + LEAST.replace("hops", "walking").replace("'a'", "'b'"),
            "criterion[2].group",
            "walking comes after hops",
            "the order is clearance, walking",
        ),
        (f"{LEAST}norms = 3", "criterion[1].norms", "3 is not a table", "most, male, female"),
        (f"{LEAST}[criterion.norms]\nmost = 3", "criterion[1].norms", "there is no male", "add a line"),
        (
            f"{LEAST}[criterion.norms]\nmost = 3\nmale = [1]\nfemale = [1, 2]",
            "criterion[1].norms",
            "male has 1 decades, female 2",
            "docs/",
        ),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, key: str, what: str, remedy: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(BadInput) as caught:
        read_criteria(file)
    assert caught.value.where == (f"{file}, {key}" if key else str(file))
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert "\n" not in str(caught.value)


def test_nothing_is_to_come_first_that_comes_later() -> None:
    seen: set[str] = set()
    for criterion in load_criteria():
        assert set(criterion.after) <= seen
        seen.add(criterion.id)
    assert all(before.id != after.id for before, after in pairwise(load_criteria()))
