"""All protocols by name: the shipped ones and the runner's own, which take the place of shipped ones."""

from functools import cached_property
from pathlib import Path

from coach.errors import BadInput, CoachError
from coach.library.entries import Entry, check_name, did_you_mean
from coach.library.plans import Plan, default_programme, follow, make_plan, may_choose
from coach.library.protocol_files import is_protocol, load_protocol
from coach.library.sources import Sources
from coach.library.toml_files import files_in, read_text
from coach.model.profile import Profile
from coach.model.protocol import Protocol
from coach.model.syntax_scan import quoted
from coach.resources import shipped as shipped_folder

LIST_REMEDY = "`coach protocol list` shows them all"


class Protocols:
    """Reads the two folders when first asked. Of the runner's files only those with stages count: a workout of the
    runner's that has the name of a shipped protocol leaves that protocol as it is."""

    def __init__(self, own: Path, shipped: Path | None = None, sources: Sources | None = None) -> None:
        self.own = own
        self.shipped = shipped_folder("workouts") if shipped is None else shipped
        self.sources = sources
        self._files: dict[str, Path | None] = {}
        self._loaded: dict[str, Protocol | CoachError] = {}

    @cached_property
    def _candidates(self) -> dict[str, tuple[Path, ...]]:
        """Every name with the files that may hold it, the runner's first. Raises StorageError."""
        own, shipped = files_in(self.own), files_in(self.shipped)
        names = sorted({*own, *shipped})
        return {name: tuple(folder[name] for folder in (own, shipped) if name in folder) for name in names}

    def has(self, name: str) -> bool:
        """Whether there is a protocol of this name; a broken one counts."""
        return self._file(name) is not None

    def names(self) -> tuple[str, ...]:
        """The names of all protocols, in order; broken ones too."""
        return tuple(name for name in self._candidates if self.has(name))

    def entries(self) -> tuple[Entry[Protocol], ...]:
        """Every protocol, in order of name; a broken one is an entry with its problem and stops no other."""
        return tuple(self.find(name) for name in self.names())

    def find(self, name: str) -> Entry[Protocol]:
        """The protocol of this name, in any case of letters. Raises BadInput with near names if there is none, and
        CoachError for a file of that name that cannot be read."""
        known = next((n for n in (name, name.casefold()) if self.has(n)), None)
        file = self._file(known) if known is not None else None
        if known is None or file is None:
            for candidate in self._candidates.get(name) or self._candidates.get(name.casefold(), ()):
                read_text(candidate, "protocol")  # of one that cannot be read nobody knows what it is
            near = did_you_mean(name, self._sound(), LIST_REMEDY)
            raise BadInput(f"no protocol is called {quoted(name)}", remedy=near)
        outcome = self._load(known, file)
        if isinstance(outcome, Protocol):
            try:
                follow(outcome, self.lookup)
            except CoachError as problem:
                outcome = self._placed(problem, outcome, file)
        own = file.parent == self.own
        return Entry(known, file, outcome, own, own and len(self._candidates[known]) > 1)

    def get(self, name: str) -> Protocol:
        """The protocol of this name. Raises CoachError if there is none, or with what is wrong with it."""
        outcome = self.find(name).outcome
        if isinstance(outcome, CoachError):
            raise outcome
        return outcome

    def lookup(self, name: str) -> Protocol:
        """As :meth:`get`, without asking what it goes on with."""
        file = self._file(name)
        if file is None:
            return self.get(name)
        outcome = self._load(name, file)
        if isinstance(outcome, CoachError):
            raise outcome
        return outcome

    def check(self, file: Path) -> Protocol:
        """The protocol in any ``file``, with what it goes on with. Raises CoachError."""
        protocol = load_protocol(file, self.sources)
        try:
            follow(protocol, self.lookup)
        except CoachError as problem:
            raise self._placed(problem, protocol, file) from None
        return protocol

    def _sound(self) -> list[str]:
        """The names of those that can be read: no broken one is proposed."""
        files = [(name, self._file(name)) for name in self.names()]
        return [name for name, file in files if file is not None and isinstance(self._load(name, file), Protocol)]

    def _placed(self, problem: CoachError, protocol: Protocol, file: Path) -> CoachError:
        """``problem``, naming the file where it is of a ``then``: this protocol's own, or of one it goes on with."""
        name = (problem.where or "").removesuffix(", then")
        place = file if name == protocol.id else self._file(name)
        if place is None or f"{name}, then" != problem.where:
            return problem
        return BadInput(problem.what, where=f"{place}, then", remedy=problem.remedy)

    def _file(self, name: str) -> Path | None:
        """The file that counts for ``name``."""
        if name not in self._files:
            self._files[name] = next((file for file in self._candidates.get(name, ()) if self._counts(file)), None)
        return self._files[name]

    def _counts(self, file: Path) -> bool:
        try:
            return is_protocol(read_text(file, "protocol"))
        except CoachError:
            # Nobody can tell what it was meant to be. The runner must not be led by a shipped one in its place.
            return (self.shipped / file.name).is_file()

    def _load(self, name: str, file: Path) -> Protocol | CoachError:
        if name not in self._loaded:
            try:
                check_name(name, file)
                self._loaded[name] = load_protocol(file, self.sources)
            except CoachError as problem:
                self._loaded[name] = problem
        return self._loaded[name]


def resolve_plan(profile: Profile, own: Path, shipped: Path | None = None) -> Plan:
    """The plan of ``profile``; ``own`` is ``folders().workouts``.

    Raises BadInput if its protocol is not there, is wrong, or is not for the injuries of the profile.
    """
    protocols = Protocols(own, shipped)
    protocol = protocols.get(profile.protocol)
    kinds = [injury.kind for injury in profile.injuries]
    if not may_choose(protocol, kinds):
        fitting = default_programme(kinds)
        who = " and ".join(dict.fromkeys(kind.value for kind in kinds)) or "a runner without an injury"
        raise BadInput(f"{protocol.id} is not for {who}", where="protocol", remedy=f"take {fitting}; {LIST_REMEDY}")
    return make_plan(
        protocol, protocols.get, former_weekly_m=profile.former_weekly_m, pace_s_per_km=profile.pace_s_per_km
    )
