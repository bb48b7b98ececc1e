"""What `coach init` asks, as a form: nothing is kept before what it comes to was shown."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from coach.coaching import Coaching
from coach.coaching.profiles import FIELDS, Draft, Field, draft, read, wanted
from coach.coaching.telling import draft_of, holding, injury_word, known, told_lines, usual
from coach.errors import BadInput, CoachError
from coach.library.drafts import Drafts
from coach.library.plans import may_choose
from coach.model.profile import InjuryKind, Profile
from coach.model.protocol import Protocol
from coach.tui.entries import Choice, Entry, typed_in
from coach.tui.form import FormPage
from coach.tui.marks import Marks
from coach.tui.review import ReviewScreen

OF_THE_INJURY = ("injury", "site", "surgery", "side", "onset")
WELCOME = (
    "A minute of questions about what you come back from. Only the first has to be answered: for what is left empty "
    "the cautious value holds, as it says beneath. This is a training log that applies published rules; it does not "
    "examine you.",
)
AGAIN = (
    "What is left as it is stays so. An injury that you take out stays in force until a clinician's clearance, but for "
    "a slip of the last ten minutes; your history is kept.",
)


class ProfileForm(FormPage):
    """Asks for the profile; ``known`` are the protocols by name, ``kept`` is called once it is in the journal."""

    ABOUT: ClassVar[str] = (
        "^S, or Enter on the last field, shows what it comes to; nothing is kept before you have agreed to that. "
        "Where there are several injuries, side and day hold for all of them."
    )

    def __init__(
        self, coaching: Coaching, drafts: Drafts, known: Mapping[str, Protocol], kept: Callable[[], None]
    ) -> None:
        self._coaching = coaching
        self._known = known
        self._kept = kept
        self._earlier = coaching.profile
        self._holding = holding(coaching, self._earlier)
        typed = _typed(self._earlier)
        title = "Welcome" if self._earlier is None else "Your profile"
        entries = [self._entry(field, typed.get(name, "")) for name, field in FIELDS.items()]
        above = WELCOME if self._earlier is None else AGAIN
        super().__init__(drafts, coaching.clock, "profile", title, entries, above=above)

    def _entry(self, field: Field, typed: str) -> Entry:
        if field.name == "injury":
            control: Marks | Choice | Any = Marks(field.words, typed)
        elif field.words or field.name == "protocol":
            control = Choice([("", "not said"), *((word, word) for word in field.words)], typed)
        else:
            example = field.example if field.example[:2] == "a " else field.example and f"such as {field.example}"
            control = typed_in(typed, example)
        return Entry(
            field.name, field.label, control, _reader(field), about=field.question,
            help_words=f"{field.question} {field.explain}",
        )  # fmt: skip

    # What is asked

    @property
    def kinds(self) -> tuple[InjuryKind, ...]:
        """The injuries that are marked; none where that makes no sense yet."""
        entry = self.entries["injury"]
        try:
            return read("injury", entry.typed) if entry.typed else ()
        except BadInput:
            return ()

    def wanted(self) -> set[str]:
        """What `coach init` would ask of these injuries; the day of a clearance only where there is one."""
        names = {"injury", *(field.name for field in wanted(self.kinds))}
        return names if self.typed["cleared_by"].strip() else names - {"cleared_on"}

    def note_change(self) -> None:
        """Also what an empty field would mean now."""
        super().note_change()
        fitting = [("", "not said"), *((name, name) for name in self._fitting())]
        protocol = self.entries["protocol"].control
        assert isinstance(protocol, Choice)
        protocol.offer(fitting)
        meant = self._meant()
        for entry in self.shown:
            question = FIELDS[entry.name or ""].question
            entry.explain(f"{question} {meant.get(entry.name or '', '')}".strip())

    def _fitting(self) -> list[str]:
        """The protocols that these injuries may follow."""
        kinds = {*self.kinds, *(injury.kind for injury in self._holding)}
        return [name for name, found in self._known.items() if may_choose(found, kinds)]

    def _meant(self) -> dict[str, str]:
        """What is not told would mean, by the name of the field: as far as the answers make sense."""
        try:
            values = self.values()
            clock = self._coaching.clock
            # Unchecked, for this is at every key.
            made = draft(values, clock.utc_now(), clock.local_zone(), self._earlier, self._holding)
            found = {a.option: f"Empty means {a.value}: {a.meaning}." for a in made.assumed}
            if "cleared_by" in values and "cleared_on" not in self.typed_values():
                found[FIELDS["cleared_on"].option] = f"Empty means {values['cleared_on']}, today."
        except CoachError:
            return {}
        before = _typed(self._earlier)
        stays = {name: f"Left empty it stays {words}." for name, words in before.items()
                 if words and name not in OF_THE_INJURY and not self.typed[name].strip()}  # fmt: skip
        told = {name: self.in_words(found[field.option]) for name, field in FIELDS.items() if field.option in found}
        return told | stays

    # What it comes to

    def typed_values(self) -> dict[str, Any]:
        """What is told anew, read. Raises BadInput."""
        shown = self.wanted()
        typed = {name: words.strip() for name, words in self.typed.items() if name in shown and words.strip()}
        before = _typed(self._earlier)
        told = {name: words for name, words in typed.items() if words != before.get(name, "")}
        anew = self._earlier is None or any(self.typed[name].strip() != before.get(name, "") for name in OF_THE_INJURY)
        if anew:
            told |= {name: typed[name] for name in OF_THE_INJURY if name in typed}
        if "protocol" in typed:  # what stands there holds, whatever the injuries are now
            told["protocol"] = typed["protocol"]
        return {name: read(name, words) for name, words in told.items()}

    def values(self) -> dict[str, Any]:
        """The same, with the day of a clearance that was named without one. Raises BadInput."""
        values = self.typed_values()
        if "cleared_by" in values and "cleared_on" not in values:
            day = usual(self._coaching, "cleared_on", values, self._earlier)
            values["cleared_on"] = read("cleared_on", day)
        return values

    def keep(self) -> None:
        """Show what it comes to, and keep it if that is agreed to. Raises CoachError."""
        if not self.typed["injury"]:
            raise BadInput("not answered", where="--injury", remedy="mark one with space; none is an answer, too")
        made = draft_of(self._coaching, self.values(), self._earlier)
        lines = told_lines(self._coaching, made, self._earlier, by_label=True)
        self.coach.push_screen(ReviewScreen(lines, lambda: self.attempt(lambda: self._agreed(made))))

    def _agreed(self, made: Draft) -> None:
        self._coaching.set_profile(made.profile, *made.clearances)
        self.done()
        self._kept()


def _typed(before: Profile | None) -> Mapping[str, str]:
    """What was told before, as it stands in the fields."""
    if before is None:
        return {}
    injuries = before.injuries
    of_all = {
        "site": {i.site.value for i in injuries if i.site is not None},
        "surgery": {i.surgery.value for i in injuries if i.surgery is not None},
        "side": {i.side.value for i in injuries},
        "onset": {i.onset.isoformat() if i.onset is not None else "" for i in injuries},
    }
    common = {name: next(iter(found)) if len(found) == 1 else "" for name, found in of_all.items()}
    days = "" if before.pain_free_days is None else str(before.pain_free_days)
    return {
        "injury": injury_word(before), **common, **known(before), "pain_free_days": days,
        "protocol": before.protocol,
    }  # fmt: skip


def _reader(field: Field) -> Callable[[str], object]:
    def reads(text: str) -> object:
        words = text.strip()
        return read(field.name, words) if words else None

    return reads
