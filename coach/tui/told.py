"""What is told besides ratings, as forms: a clearance, and a run the coach does not know of."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from coach.coaching import Coaching
from coach.coaching.reported import check_figures, is_early, reported
from coach.coaching.telling import clearance_of
from coach.coaching.times import instant
from coach.errors import BadInput
from coach.library.drafts import Drafts
from coach.model.profile import Role
from coach.tui.entries import Choice, Entry, typed_in
from coach.tui.form import FormPage

ROLES = (("", "not said"), (Role.CLINICIAN.value, "a clinician"), (Role.SELF.value, "myself"))
CLEARED = (
    "A clearance closes what is past; it shortens no gap, no days off and no readiness check. Your own is taken only "
    "for a STOP that permits it; a clinician's name goes with every other.",
)
RAN = ("It counts as load, and wants the same ratings as any other run.",)

Kept = Callable[[str], None]
"""Given what was kept, in words."""


class ClearScreen(FormPage):
    """Records a clearance, as `coach clear`."""

    ABOUT: ClassVar[str] = "Who says that you may run again. Nothing is kept before ^S, or Enter on the last field."

    def __init__(self, coaching: Coaching, drafts: Drafts, kept: Kept) -> None:
        self._coaching = coaching
        self._kept = kept
        entries = [
            Entry("role", "Who", Choice(ROLES, ""), str, about="who clears: ← → or a letter"),
            Entry("by", "Name", typed_in(""), str, about="the clinician's name, or yours"),
            Entry("note", "Note", typed_in("", "none"), str, about="what was said"),
            Entry("at", "When", typed_in("", "now"), _when(coaching), about="if not now: 07:10, or 2026-03-02 07:10"),
        ]
        super().__init__(drafts, coaching.clock, "clear", "A clearance", entries, above=CLEARED)

    def keep(self) -> None:
        """Into the journal. Raises CoachError."""
        typed = self.typed
        if not typed["role"]:
            raise BadInput("not answered", where="--role", remedy="say who clears")
        at = _when(self._coaching)(typed["at"]) or self._coaching.clock.local_now()
        clearance = clearance_of(typed["role"], typed["by"], at, typed["note"].strip())
        self._coaching.clear(clearance)
        self.done()
        self._kept(f"Kept: a clearance by {clearance.by} ({clearance.role.value}).")


class RanScreen(FormPage):
    """Tells of a run, as `coach ran`."""

    ABOUT: ClassVar[str] = "A run without the coach. Nothing is kept before ^S, or Enter on the last field."

    def __init__(self, coaching: Coaching, drafts: Drafts, kept: Kept) -> None:
        self._coaching = coaching
        self._kept = kept
        entries = [
            Entry("time", "Began", typed_in(""), _when(coaching), about="18:00, or 2026-03-02 18:00"),
            Entry("minutes", "Ran", typed_in(""), _number, about="minutes of it that you ran"),
            Entry("total", "In all", typed_in("", "the same"), _number, about="minutes with the walking"),
            Entry("longest", "Longest", typed_in("", "all in one go"), _number, about="minutes of the longest bout"),
            Entry("distance", "Distance", typed_in("", "not known"), _number, about="km"),
        ]
        super().__init__(drafts, coaching.clock, "ran", "A run without the coach", entries, above=RAN)

    def preview(self) -> str:
        """Whether the figures fit together."""
        minutes, total, longest, distance = self._figures()
        if minutes is None:
            return ""
        try:
            check_figures(minutes, total, longest, distance)
        except BadInput as error:
            return f"{error.what} — {error.remedy}"
        return ""

    def _figures(self) -> tuple[float | None, float | None, float | None, float | None]:
        typed = self.typed
        minutes, total, longest, distance = (_number(typed[n]) for n in ("minutes", "total", "longest", "distance"))
        return minutes, total, longest, distance

    def keep(self) -> None:
        """Into the journal. Raises CoachError."""
        began = _when(self._coaching)(self.typed["time"])
        minutes, total, longest, distance = self._figures()
        for name, value in (("time", began), ("minutes", minutes)):
            if value is None:
                raise BadInput("not answered", where=f"--{name}", remedy="when was it, and how long did you run?")
        assert began is not None, "asked for above"
        assert minutes is not None, "asked for above"
        clock = self._coaching.clock
        run = reported(began, minutes, clock.zone_name(), total=total, longest=longest, distance=distance)
        self._coaching.report_run(run)
        self.done()
        when = f"{began.astimezone(clock.local_zone()):%Y-%m-%d %H:%M}"
        early = is_early(run, self._coaching.standing)
        then = "It was before your profile: nothing is asked about it." if early else "Rate it now."
        self._kept(f"Kept: {minutes:g} min run on {when}. {then}")


def _when(coaching: Coaching) -> Callable[[str], datetime | None]:
    def read(text: str) -> datetime | None:
        return instant(text, coaching.clock.local_now()) if text.strip() else None

    return read


def _number(text: str) -> float | None:
    words = text.strip().replace(",", ".")
    try:
        return float(words) if words else None
    except ValueError:
        raise BadInput(f"{words[:20]} is not a number", remedy="give one, such as 25 or 4.5") from None
