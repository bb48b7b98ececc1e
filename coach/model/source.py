"""Where a figure comes from: a paper, an institution's page, or a choice of this project, said to be one."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from coach.model.workout import Frozen

SourceId = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="the id of a source, such as own or ouh-2024")
]


class Tag(StrEnum):
    """How well a source is known to this project."""

    READ = "V"  # in a paper's abstract or table, or in the institution's own text
    SECONDARY = "S"  # on a secondary page only
    GENERAL = "M"  # from general knowledge of the literature, not read again
    CHOICE = "P"  # no published threshold: a choice of this project, or of the runner


class Source(Frozen):
    """What is known of one source; what is not known stays empty, and ``note`` says so."""

    id: SourceId
    authors: str = Field(default="", max_length=200)
    year: int | None = Field(default=None, ge=1900, le=2100, strict=True)
    title: str = Field(default="", max_length=300)
    journal: str = Field(default="", max_length=200)
    doi: str = Field(default="", max_length=100, pattern=r"^(10\.[0-9]{4,9}/[^\s]+)?$")
    tag: Tag
    note: str = Field(default="", max_length=1000)

    @property
    def line(self) -> str:
        """All of it on one line: ``frandsen-2025: Frandsen 2025. BJSM 59:1203. doi:10.1136/… [V]``. The note stands for
        what nothing else tells apart."""
        who = " ".join(part for part in (self.authors, str(self.year or "")) if part)
        named = self.authors or self.title or self.journal or self.doi
        rest = (self.title, self.journal, self.doi and f"doi:{self.doi}", "" if named else self.note.rstrip("."))
        parts = [part for part in (who, *rest) if part]
        return f"{self.id}: {'. '.join([*parts, ''])}[{self.tag.value}]" if parts else f"{self.id} [{self.tag.value}]"
