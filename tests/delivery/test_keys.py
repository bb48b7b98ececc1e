"""A service's key: where it is kept, who may read it, and that nothing shows it."""

import stat
from pathlib import Path

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import fail

from coach.delivery import keys
from coach.delivery.keys import KeyChain
from coach.errors import BadInput, StorageError

KEY = "s3cr3t-key-of-a-runner"


class Ring(KeyringBackend):
    """A real keyring's backend, in memory; ``locked`` it refuses everything."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _unlocked(self) -> dict[tuple[str, str], str]:
        if self.locked:
            raise errors.KeyringLocked("locked")
        return self.kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._unlocked().get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._unlocked()[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self._unlocked()[service, username]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    ring = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)
    monkeypatch.setattr(keyring, "get_password", ring.get_password)
    monkeypatch.setattr(keyring, "set_password", ring.set_password)
    monkeypatch.setattr(keyring, "delete_password", ring.delete_password)
    return ring


@pytest.fixture
def no_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", fail.Keyring)


def chain(tmp_path: Path, **env: str) -> KeyChain:
    return KeyChain("intervals", tmp_path / "config", env)


def test_the_keyring_keeps_it(tmp_path: Path, ring: Ring) -> None:
    assert chain(tmp_path).keep(f" {KEY}\n") == ("the keyring", "")
    assert ring.kept == {("walkrun-coach", "intervals"): KEY}
    assert chain(tmp_path).find() == keys.Key(KEY, "the keyring")
    assert not (tmp_path / "config").exists()
    assert chain(tmp_path).forget() == ["the keyring"]
    assert ring.kept == {}
    assert chain(tmp_path).forget() == []


@pytest.mark.usefixtures("no_ring")
def test_without_a_keyring_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "config" / "intervals.key"
    assert chain(tmp_path).keep(KEY) == (str(file), "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert chain(tmp_path).find() == keys.Key(KEY, str(file))
    file.chmod(0o644)
    with pytest.raises(BadInput, match="others can read this key"):
        chain(tmp_path).find()
    chain(tmp_path).keep("another")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "whatever it was before"
    assert chain(tmp_path).forget() == [str(file)]
    with pytest.raises(BadInput, match="--set-key"):
        chain(tmp_path).find()


def test_a_locked_keyring_is_no_reason_to_fail(tmp_path: Path, ring: Ring) -> None:
    ring.locked = True
    kept = chain(tmp_path).keep(KEY)
    assert kept.place.endswith("intervals.key")
    assert "the keyring is locked" in kept.warning
    assert chain(tmp_path).find().secret == KEY
    ring.locked = False
    assert chain(tmp_path).keep("newer") == ("the keyring", "")
    assert not (tmp_path / "config" / "intervals.key").exists(), "the old one is gone"
    ring.delete_password = lambda *_: (_ for _ in ()).throw(errors.PasswordDeleteError("no"))  # type: ignore[method-assign]
    keyring.delete_password = ring.delete_password  # the fixture puts it back
    with pytest.raises(StorageError, match="let go"):
        chain(tmp_path).forget()


def test_a_locked_keyring_is_not_taken_for_an_empty_one(tmp_path: Path, ring: Ring) -> None:
    chain(tmp_path).keep(KEY)
    ring.locked = True
    with pytest.raises(BadInput, match="keyring is locked"):
        chain(tmp_path).find()
    with pytest.raises(StorageError, match="keyring is locked"):
        chain(tmp_path).forget()
    chain(tmp_path).keep("in the file".replace(" ", "-"))
    with pytest.raises(StorageError, match=r"may hold the key; it is gone from .*intervals\.key"):
        chain(tmp_path).forget()
    ring.locked = False
    assert chain(tmp_path).forget() == ["the keyring"]


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize("name", ["get_keyring", "get_password"])
def test_whatever_a_backend_raises_there_is_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no D-Bus")

    for each in {name, "set_password"}:
        monkeypatch.setattr(keyring, each, broken)
    assert chain(tmp_path).keep(KEY).warning
    assert chain(tmp_path).find().origin.endswith("intervals.key")


def test_the_environment_goes_first(tmp_path: Path, ring: Ring) -> None:
    chain(tmp_path).keep("kept")
    assert chain(tmp_path, COACH_INTERVALS_KEY=KEY).find() == keys.Key(KEY, "COACH_INTERVALS_KEY")


def test_without_the_package_there_is_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "find_spec", lambda _: None)
    assert chain(tmp_path).keep(KEY).place.endswith("intervals.key")


@pytest.mark.usefixtures("no_ring")
@pytest.mark.parametrize("said", ["", "  ", "two words", "schlüssel", "x" * 201, "a\x1bb", "a\nb"])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, said: str) -> None:
    for refuse in (lambda: chain(tmp_path).keep(said), lambda: chain(tmp_path, COACH_INTERVALS_KEY=said or " ").find()):
        with pytest.raises(BadInput) as caught:
            refuse()
        assert "this is no key" in str(caught.value)
        assert not said.strip() or said not in str(caught.value)


def test_what_is_printed_of_a_key_does_not_show_it(tmp_path: Path, ring: Ring) -> None:
    chain(tmp_path).keep(KEY)
    assert KEY not in repr(chain(tmp_path).find())


@pytest.mark.usefixtures("no_ring")
def test_a_file_that_is_no_text_or_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "config" / "intervals.key"
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\xff")
    file.chmod(0o600)
    with pytest.raises(BadInput, match="no text"):
        chain(tmp_path).find()
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        chain(tmp_path).keep(KEY)
