"""The rules as people read them: if, then, sources. What they do is in rules_*.py and evaluate.py."""

from typing import NamedTuple


class RuleRow(NamedTuple):
    """One rule. ``sources`` are ids of sources.toml; ``project-choice`` where no published threshold is behind it."""

    code: str
    when: str
    then: str
    sources: tuple[str, ...]


_CHOICE = ("project-choice",)
_OF_THE_BAND = ("warden-2021", "silbernagel-2007", "san-tendon", "san-postop", "project-choice")
"""Of the pain that an injury may give, and its good sessions: a reason names those of the runner's own (bands.py)."""

RULES: tuple[RuleRow, ...] = (
    RuleRow("G1", "any red flag", "STOP, with how soon to be seen", _CHOICE),
    RuleRow(
        "G2", "bone at a high-risk site, or after surgery, without a clinician's clearance", "STOP",
        ("hoenig-2023", "project-choice"),
    ),
    RuleRow(
        "G3a", "bone, low-risk site: any pain of 1 or more, the first time in 28 days",
        "REST until 0 and at least 2 days, one stage lower", ("warden-2021",),
    ),
    RuleRow(
        "G3b", "bone: the second time in 28 days, or 3 or more, or at night, or at a high-risk site", "STOP",
        ("warden-2021", "hoenig-2023"),
    ),
    RuleRow("G4", "the joint gives way", "STOP", ("smith-2021",)),
    RuleRow(
        "G5", "6 or more during, after or whenever rated; limping; sharp pain", "REST at least 2 days, one stage lower",
        ("bwh-2007", "project-choice"),
    ),
    RuleRow(
        "G6", "woken at night (not bone)",
        "REST until mornings are back at baseline and at least 2 days, one stage lower",
        ("bwh-2007",),
    ),
    RuleRow("G7a", "more swelling than usual", "REST at least 2 days, one stage lower", ("bwh-2007",)),
    RuleRow("G7b", "swelling still there after 72 h; unanswered: closed until answered", "STOP", ("bwh-2007",)),
    RuleRow(
        "G8a", "a raised morning or swelling not back to usual at 48 h; unanswered: closed until answered",
        "STEP BACK 1, 2 days off", _CHOICE,
    ),
    RuleRow("G8b", "a raised morning or swelling not back to usual after 72 h", "STOP", ("bwh-2007",)),
    RuleRow(
        "G9", "warm-up soreness above the advance band that persisted or returned (tendon, fascia: inside the repeat "
        "band only if it returned)", "STEP BACK 1, 2 days off", ("fees-1998", "pmc6044585"),
    ),
    RuleRow(
        "G10", "pain above the repeat band at any time, a morning above it, or a morning above 5",
        "STEP BACK 1, 2 days off (a morning: and a day more than the gap)",
        _OF_THE_BAND,
    ),
    RuleRow(
        "G11", "the mornings of 7 days (2 at least) average 1 or more above baseline",
        "STEP BACK 1, once in 7 days; else REPEAT", _CHOICE,
    ),
    RuleRow(
        "G12", "no reading on the day of the run, or no answer after the last run or the morning after it",
        "closed until given; given late, at most REPEAT (bone and after surgery: and a day more)", _CHOICE,
    ),
    RuleRow("G13", "a morning above baseline, inside the band", "REPEAT, a day more", ("pmc6044585",)),
    RuleRow(
        "G14", "pain inside the repeat band during, after or whenever rated; tendon, fascia: or such warm-up soreness",
        "REPEAT; tendon and fascia: from the third such session running with usual mornings it counts as good, if "
        "the pain is no worse than the worse of the two before", ("silbernagel-2007", "san-tendon"),
    ),
    RuleRow(
        "G15", "warm-up soreness above the advance band that resolved (not tendon, fascia), or less than 90 % of the "
        "running done", "REPEAT", ("pmc6044585", "project-choice"),
    ),
    RuleRow(
        "G16", "the gap between two runs is not over", "opens when it is",
        ("ouh-2024", "osu-2019", "ud", "san-tendon", "project-choice"),
    ),
    RuleRow(
        "G17", "8–14, 15–21, 22–28, more than 28 days since the last run",
        "1, 2, 3 stages lower, the first stage and readiness (bone, surgery, first stage: readiness from 15 days)",
        _CHOICE,
    ),
    RuleRow("G18a", "symptoms hold the runner back for the third time running", "STEP BACK 1", _CHOICE),
    RuleRow("G18b", "a second episode in 14 days with G3a or G5 to G10", "STOP", _CHOICE),
    RuleRow(
        "G19", "clean, but too few good sessions, or 2 advances in 7 days already", "REPEAT", (*_OF_THE_BAND, "ud"),
    ),
    RuleRow(
        "G20", "clean and enough",
        "ADVANCE 1; after 30 continuous minutes at most 1.10 × the longest run of 30 days the plan had opened",
        (*_OF_THE_BAND, "frandsen-2025", "bwh-2007", "osu-2019"),
    ),
    RuleRow("G21", "over the plan by more than 10 % and more than 2 min", "REPEAT, a day more", _CHOICE),
    RuleRow(
        "G22", "confidence below 5", "REPEAT; after two clean ones for this alone, only the runner's choice", _CHOICE
    ),
    RuleRow(
        "G23",
        "the weekly maximum is reached; after 30 continuous minutes: or the week would grow by more than 10 %",
        "opens when it is not",
        ("ud", "buist-2008", "nielsen-2014", "project-choice"),
    ),
    RuleRow(
        "G24", "a mandatory readiness criterion not passed, or 14 days without a first run since; a new injury",
        "closed until passed; walking, conditioning and strength meanwhile; after a new injury the first stage",
        ("secondary-pages", "project-choice"),
    ),
    RuleRow(
        "G25", "on a run day or just before: pain above the advance band, or first steps above it and above baseline",
        "opens the next day; the third day running: STOP", _CHOICE,
    ),
    RuleRow("G26", "a painkiller within 24 h of the run or of a rating", "REPEAT", _CHOICE),
    RuleRow("G27", "the clock is behind the newest event, or known not to be set", "closed until mended", _CHOICE),
    RuleRow(
        "G28", "a run the plan did not open",
        "load and gap count, not clean; STOP, days off and every need stand", _CHOICE,
    ),
    RuleRow(
        "G29", "the protocol was changed after a run, and even its first stage asks more than was open before",
        "closed until another is chosen, or one's own is mended", _CHOICE,
    ),
)  # fmt: skip
