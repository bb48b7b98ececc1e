"""A whole session as MP3, FLAC or WAV, with a chapter for every interval. What is in it: docs/export.md."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple

from coach.errors import BadInput
from coach.model.sheets import Exported, Sheet, SheetKind, SoundSheet
from coach.model.table import interval_words
from exporters.lines import WHAT_IT_IS, typed
from exporters.steps import WORD

ARTIST = "walkrun-coach"
MP3_DELAY = 1105
"""Frames by which a player is late that knows nothing of the encoder's delay: 576 of LAME's and 529 of the decoder's.

The file says so in its first frame, and players that play without gaps leave them out.
"""
_MOST = 255  # that a table of contents can list
_FORMATS = {".mp3": ("MP3", "MPEG_LAYER_III"), ".flac": ("FLAC", "PCM_16"), ".wav": ("WAV", "PCM_16")}


class Chapter(NamedTuple):
    """One interval, in milliseconds from the beginning of the file."""

    start_ms: int
    end_ms: int
    title: str


class AudioExporter:
    """Encodes what the sheet hands out, a block at a time; how it sounds was decided before."""

    about = "the whole session as MP3, FLAC or WAV, with chapters"
    suffix = ".mp3"
    is_text = False
    takes = frozenset({SheetKind.SOUND})

    def export(self, sheet: Sheet) -> Exported:
        """Raises BadInput for a sheet of another kind, or a kind of file it does not write."""
        if not isinstance(sheet, SoundSheet):
            raise BadInput(f"audio holds no {sheet.kind.value}", remedy="name a workout")
        if sheet.suffix not in _FORMATS:
            raise BadInput(
                f"audio writes no {sheet.suffix[:20] or 'file without a suffix'}",
                remedy=f"name a file that ends in {', '.join(list(_FORMATS)[:-1])} or {list(_FORMATS)[-1]}",
            )

        def pour(stream: BinaryIO) -> None:
            _pour(sheet, stream)

        return Exported(b"", (), pour)


def _pour(sheet: SoundSheet, stream: BinaryIO) -> None:
    _encode(sheet, stream)
    stream.seek(0)
    _tag(sheet, stream)


def _encode(sheet: SoundSheet, stream: BinaryIO) -> None:
    """Straight into the file by its number: did the encoder call back into Python, a signal in there would be lost."""
    soundfile: Any = import_module("soundfile")
    form, subtype = _FORMATS[sheet.suffix]
    with _on_disk(stream):
        file = soundfile.SoundFile(
            stream.fileno(), "w", sheet.rate, sheet.channels, subtype, format=form, closefd=False
        )
    try:
        for block in sheet.blocks():
            with _on_disk(stream):
                file.write(_samples(block, sheet))
    except BaseException:
        with suppress(RuntimeError):
            file.close()
        raise
    with _on_disk(stream):
        file.close()


def _samples(block: bytes, sheet: SoundSheet) -> Any:
    """The block as the encoder takes it: libsndfile's MP3 encoder makes noise of two channels of whole numbers."""
    numpy: Any = import_module("numpy")
    samples = numpy.frombuffer(block, "<i2").reshape(-1, sheet.channels)
    return samples if sheet.suffix != ".mp3" else samples.astype("float32") / 32_768


@contextmanager
def _on_disk(stream: BinaryIO) -> Generator[None]:
    """Within, the encoder's ways to say that it could not write become the disk's own error."""
    try:
        yield
    except (AssertionError, RuntimeError) as error:  # the latter is what all of soundfile's are
        why = str(error)
        with suppress(ValueError):
            stream.seek(0, 2)
            stream.write(bytes(65_536))
            stream.flush()
        raise OSError(5, f"input/output error ({why})") from None


def chapters(sheet: SoundSheet) -> Iterator[Chapter]:
    """Each interval from its first frame to the next one's."""
    ends = (*sheet.starts[1:], sheet.end)
    for interval, start, end in zip(sheet.timeline.intervals, sheet.starts, ends, strict=True):
        name = f": {interval.step.name}" if interval.step.name else ""
        title = interval_words(interval, WORD) + name
        yield Chapter(start * 1000 // sheet.rate, end * 1000 // sheet.rate, title)


def _tag(sheet: SoundSheet, stream: BinaryIO) -> None:
    failed: Any = import_module("mutagen").MutagenError
    try:
        if sheet.suffix == ".flac":
            _tag_flac(sheet, stream)
        else:
            _tag_id3(sheet, stream)
    except failed as error:
        if error.args and isinstance(error.args[0], OSError):
            raise error.args[0] from None
        raise


def _tag_flac(sheet: SoundSheet, stream: BinaryIO) -> None:
    file: Any = import_module("mutagen.flac").FLAC(stream)
    if file.tags is None:
        file.add_tags()
    file["title"] = sheet.title
    file["artist"] = ARTIST
    file["date"] = f"{sheet.made_at:%Y-%m-%dT%H:%M:%SZ}"
    file["description"] = _words(sheet)
    for number, chapter in enumerate(chapters(sheet), start=1):
        seconds, ms = divmod(chapter.start_ms, 1000)
        clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
        file[f"CHAPTER{number:03}"] = clock
        file[f"CHAPTER{number:03}NAME"] = chapter.title
    stream.seek(0)
    file.save(stream)


def _tag_id3(sheet: SoundSheet, stream: BinaryIO) -> None:
    if sheet.suffix == ".wav":
        file: Any = import_module("mutagen.wave").WAVE(stream)
        file.add_tags()
        _fill_id3(file.tags, sheet)
        stream.seek(0)
        file.save(stream)
        return
    tags: Any = import_module("mutagen.id3").ID3()
    _fill_id3(tags, sheet)
    tags.save(stream)


def _fill_id3(tags: Any, sheet: SoundSheet) -> None:
    id3: Any = import_module("mutagen.id3")
    utf8 = 3
    found = list(chapters(sheet))
    names = [f"ch{number}" for number in range(1, len(found) + 1)]
    tags.add(id3.TIT2(encoding=utf8, text=[sheet.title]))
    tags.add(id3.TPE1(encoding=utf8, text=[ARTIST]))
    tags.add(id3.TDRC(encoding=utf8, text=[f"{sheet.made_at:%Y-%m-%d %H:%M:%S}"]))
    tags.add(id3.TLEN(encoding=utf8, text=[str(sheet.frames * 1000 // sheet.rate)]))
    tags.add(id3.COMM(encoding=utf8, lang="eng", desc="", text=[_words(sheet)]))
    parts = [names[first : first + _MOST] for first in range(0, len(names), _MOST)]
    if len(parts) == 1:
        tags.add(
            id3.CTOC(
                element_id="toc",
                flags=id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED,
                child_element_ids=names,
                sub_frames=[],
            )
        )
    else:
        inner = [f"toc{number}" for number in range(1, len(parts) + 1)]
        tags.add(
            id3.CTOC(
                element_id="toc",
                flags=id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED,
                child_element_ids=inner,
                sub_frames=[],
            )
        )
        for name, part in zip(inner, parts, strict=True):
            tags.add(id3.CTOC(element_id=name, flags=id3.CTOCFlags.ORDERED, child_element_ids=part, sub_frames=[]))
    for name, chapter in zip(names, found, strict=True):
        tags.add(
            id3.CHAP(
                element_id=name,
                start_time=chapter.start_ms,
                end_time=chapter.end_ms,
                start_offset=0xFFFFFFFF,
                end_offset=0xFFFFFFFF,
                sub_frames=[id3.TIT2(encoding=utf8, text=[chapter.title])],
            )
        )


def _words(sheet: SoundSheet) -> str:
    return f"{typed(sheet.workout)}\n{WHAT_IT_IS}"


exporter = AudioExporter()
