"""Watches on the cable: found where they are mounted, given a file that is whole or not there at all."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from coach.errors import BadInput, StorageError
from coach.library.named_files import is_folder
from coach.library.spare_files import fill_and_put

GARMIN = "garmin"
NEW_FILES = "newfiles"
TIMEOUT_S = 120
"""A watch that takes this long has been pulled out."""
_PLUG_IN = "plug it in and open it in the file manager, or name its folder: coach push --usb PATH"
_NOT_THERE = "the session did not get onto the watch: "
_LARGEST = 1_000_000  # of a GarminDevice.xml


class Watch(NamedTuple):
    """``folder`` is where it takes files (``GARMIN/NewFiles``), ``model`` what it calls itself, empty for nothing.

    ``by_mtp`` is one that the desktop mounted by MTP: it takes whole files only, by way of ``gio``. ``device`` is what
    the system numbers the mount.
    """

    folder: Path
    model: str
    by_mtp: bool
    device: int

    @property
    def words(self) -> str:
        """For people."""
        return f"{self.model or 'a watch'} at {self.folder}"


def usual_places() -> list[Path]:
    """Folders that hold mounts, or mounts of mounts, on the systems we know."""
    user = os.environ.get("USER") or os.environ.get("LOGNAME") or ""
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    places = [Path("/media"), Path("/run/media"), Path("/mnt"), Path("/Volumes"), Path(runtime) / "gvfs"]
    return [*places, *(Path(base) / user for base in ("/media", "/run/media") if user)]


def find_watches(places: Iterable[Path] | None = None) -> list[Watch]:
    """Every mounted watch, each once."""
    found: dict[Path, Watch] = {}
    for place in usual_places() if places is None else places:
        for mount in (place, *_folders(place)):  # something may be mounted on /mnt itself
            # By MTP the storage (``Internal Storage``) lies between mount and GARMIN.
            for base in (mount, *_folders(mount)) if _is_mtp(mount) else (mount,):
                if (watch := _watch(base)) is not None:
                    found.setdefault(watch.folder, watch)
    return list(found.values())


def watch_at(path: Path) -> Watch:
    """The watch whose mount, GARMIN folder or NewFiles folder ``path`` is. Raises BadInput."""
    if not is_folder(path):
        raise BadInput("there is no such folder", where=str(path), remedy=_PLUG_IN)
    path = path.resolve()  # what it is called, and what it lies in, is told by its whole name
    bases = [path, *_folders(path)]
    if path.name.casefold() == NEW_FILES:
        bases = [path.parent.parent]
    elif path.name.casefold() == GARMIN:
        bases = [path, path.parent]  # the mount may be called so as well
    for base in bases:
        if (watch := _watch(base)) is not None:
            _check_mount(watch)
            return watch
    if any(each.name.casefold() == GARMIN for each in (path, *(_named(base, GARMIN) or base for base in bases))):
        what = "there is nothing of a watch in its GARMIN folder, as where one was unmounted"
    else:
        what = "there is no GARMIN folder in it"
    raise BadInput(f"this is no watch: {what}", where=str(path), remedy=_PLUG_IN)


def the_watch(watches: list[Watch]) -> Watch:
    """The only one. Raises BadInput where there is none, or where there are several."""
    if not watches:
        raise BadInput("no watch is mounted", remedy=_PLUG_IN)
    if len(watches) > 1:
        raise BadInput(
            f"there are {len(watches)} watches: {'; '.join(watch.words for watch in watches)}",
            remedy="say which: coach push --usb PATH",
        )
    _check_mount(watches[0])
    return watches[0]


def is_there(watch: Watch, name: str, *, force: bool = False) -> bool:
    """Whether there is a file of that name on the watch. Raises BadInput where there is, unless ``force``."""
    target = watch.folder / name
    found = target.exists()
    if found and not force:
        raise BadInput(
            "there is such a file on the watch already",
            where=str(target),
            remedy="unplug the watch, so that it takes it in, or replace it: --force",
        )
    return found


def put_on(watch: Watch, name: str, data: bytes, *, force: bool = False) -> str:
    """Copy ``data`` onto the watch as ``name``, read it back, and return its SHA-256.

    Raises BadInput for a file that is there already, unless ``force``, and where the watch is not there any more;
    StorageError if it did not get there whole. Then nothing of it is left, and an earlier file is as it was; where
    that cannot be had, the error says so.
    """
    target = watch.folder / name
    try:
        _check_mount(watch)
        is_there(watch, name, force=force)
        watch.folder.mkdir(exist_ok=True)
        if watch.by_mtp:
            _send_or_put_back(target, data)
        else:
            fill_and_put(target, lambda stream: stream.write(data), lambda spare: _put_checked(spare, target, data))
    except OSError as error:
        raise _failed(target, (error.strerror or str(error)).lower()) from None
    return hashlib.sha256(data).hexdigest()


def _put_checked(spare: Path, target: Path, data: bytes) -> None:
    """What is read back before it takes its place can spoil nothing that was there."""
    _check_same(spare, target, data)
    spare.replace(target)


def _check_same(there: Path, target: Path, data: bytes) -> None:
    if _read_anew(there) != data:
        raise _failed(target, "what was read back is not what was sent")


def _check_mount(watch: Watch) -> None:
    """Raises BadInput where what is written would land on another disk, such as our own once it is unmounted."""
    try:
        device = _device(watch.folder if watch.folder.exists() else watch.folder.parent)
    except OSError:
        device = None
    if device != watch.device:
        raise BadInput(
            "this is not on the watch: the folder leads to another disk, or the watch was unmounted",
            where=str(watch.folder),
            remedy=_PLUG_IN,
        )


def _device(path: Path) -> int:
    return path.stat().st_dev


def _watch(base: Path) -> Watch | None:
    """What is mounted at ``base``, if it is a watch. A folder that is only called so, such as a mount's, is none."""
    garmin = _named(base, GARMIN)
    if garmin is None:
        return None
    new = _named(garmin, NEW_FILES)
    if new is None and _named(garmin, "activity") is None and not (garmin / "GarminDevice.xml").is_file():
        return None
    try:
        device = _device(base)
    except OSError:  # it vanished this moment
        return None
    return Watch(new or garmin / "NewFiles", _model(garmin), _is_mtp(base), device)


def _named(place: Path, name: str) -> Path | None:
    return next((each for each in _folders(place) if each.name.casefold() == name), None)


def _is_mtp(path: Path) -> bool:
    return any(part.startswith(("mtp:", "mtp=")) for part in path.parts)


def _folders(place: Path) -> Iterator[Path]:
    """Folders in ``place``, none where it cannot be looked into: a mount may vanish any time."""
    try:
        yield from sorted(each for each in place.iterdir() if each.is_dir())
    except OSError:
        return


def _model(garmin: Path) -> str:
    """What it says it is in its GarminDevice.xml."""
    try:
        with (garmin / "GarminDevice.xml").open("rb") as stream:
            text = stream.read(_LARGEST).decode("utf-8", "replace")
    except OSError:
        return ""
    said = re.search(r"<Description>([^<>]{1,60})</Description>", text)
    return " ".join(said[1].split()) if said and said[1].isprintable() else ""


def _read_anew(target: Path) -> bytes:
    """What the watch holds, not what the system remembers of having written."""
    with target.open("rb") as stream:
        if hasattr(os, "posix_fadvise"):
            with contextlib.suppress(OSError):
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return stream.read()


def _send_or_put_back(target: Path, data: bytes) -> None:
    """By MTP, where nothing can be renamed: what goes wrong is removed, and what was there before is sent back."""
    gio = shutil.which("gio")
    if gio is None:
        raise StorageError(
            "this watch is mounted by MTP, and the program gio is not here",
            where=str(target.parent),
            remedy="install it (libglib2.0-bin), or copy the file by hand: coach export fit today -o .",
        )
    before = target.read_bytes() if target.exists() else None
    try:
        _send(gio, target, data)
        _check_same(target, target, data)
    except BaseException as error:  # Ctrl-C, too
        left = _put_back(gio, target, before)
        if left and isinstance(error, OSError | StorageError):
            why = error.what if isinstance(error, StorageError) else (error.strerror or str(error)).lower()
            raise _failed(target, f"{why.removeprefix(_NOT_THERE)}; {left}") from None
        raise


def _put_back(gio: str, target: Path, before: bytes | None) -> str:
    """In words what could not be had back, empty for nothing."""
    try:
        target.unlink(missing_ok=True)
    except OSError:
        left = "something of it may be there, unverified: remove it"
    else:
        left = ""
    if before is None:
        return left
    try:
        _send(gio, target, before)
        _check_same(target, target, before)
    except (OSError, StorageError):
        handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=target.suffix)
        with os.fdopen(handle, "wb") as stream:
            stream.write(before)
        return f"the earlier file could not be put back, and is kept in {name}"
    return ""


def _send(gio: str, target: Path, data: bytes) -> None:
    """The file system that the desktop shows cannot write piece by piece nor rename, gio sends a whole file."""
    with tempfile.NamedTemporaryFile(suffix=target.suffix) as spare:
        spare.write(data)
        spare.flush()
        try:
            done = subprocess.run(
                [gio, "copy", "--", spare.name, str(target)],
                capture_output=True,
                text=True,
                timeout=TIMEOUT_S,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _failed(target, f"the watch took longer than {TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise _failed(target, " ".join((done.stderr.strip().splitlines() or ["gio failed"])[-1].split()))


def _failed(target: Path, why: str) -> StorageError:
    return StorageError(
        _NOT_THERE + why,
        where=str(target),
        remedy="check that it is still plugged in, unlocked and has space, and try again",
    )
