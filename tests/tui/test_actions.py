"""The table of actions beside the bindings, and which keys can be given to them."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import coach.tui
from coach.config import Settings
from coach.errors import BadInput
from coach.tui.actions import ACTIONS, TOGETHER, is_among
from coach.tui.looks import Looks, check_key, looks_of


def looks(keys: dict[str, str]) -> Looks:
    return looks_of(Settings.model_validate({"keys": keys}))


def bindings() -> Iterator[tuple[str, Binding]]:
    """Those of every screen, form and field, with the class they are of."""
    for module in pkgutil.iter_modules(coach.tui.__path__):
        importlib.import_module(f"coach.tui.{module.name}")
    found, todo = set[type[DOMNode]](), [DOMNode]
    while todo:
        kind = todo.pop()
        todo += [each for each in kind.__subclasses__() if each not in found]
        found.add(kind)
    for kind in found:
        if kind.__module__.startswith("coach."):
            yield from ((kind.__name__, each) for each in vars(kind).get("BINDINGS", ()))


def test_every_binding_has_an_id_and_every_id_its_keys_and_words_in_the_table() -> None:
    keys: dict[str, set[str]] = {}
    for kind, binding in bindings():
        assert binding.id, f"{kind}: {binding.key} cannot be bound anew"
        keys.setdefault(binding.id, set()).add(binding.key)
    assert set(keys) == set(ACTIONS)
    assert {name for name, action in ACTIONS.items() if action.keys not in keys[name]} == set()
    assert all(action.words[0].isupper() and not action.words.endswith(".") for action in ACTIONS.values())


def test_every_action_is_heard_somewhere() -> None:
    assert [name for name in ACTIONS if not any(is_among(name, together) for together in TOGETHER)] == []


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_can_have_another_key_and_its_own(name: str) -> None:
    for key in ("ctrl+f6", ACTIONS[name].keys):
        assert looks({name: key}).keys == {name: key}


def test_a_key_for_an_action_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadInput, match=r"today\.fly") as caught:
        looks({"today.fly": "v"})
    assert "today.run" not in caught.value.remedy
    assert "today.go" in caught.value.remedy


@pytest.mark.parametrize(
    "keys",
    [
        {"today.why": "j", "today.go": "j"},
        {"app.quit": "f6,f7", "live.stop": "f7"},
        {"today.why": "j", "app.plan": "j"},
    ],
)
def test_one_key_for_two_actions_of_one_screen_is_refused(keys: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="is given to") as caught:
        looks(keys)
    assert all(name in caught.value.what for name in keys)


@pytest.mark.parametrize(
    ("name", "key", "other"),
    [("today.why", "m", "today.morning"), ("history.filter", "p", "history.plot"), ("live.pain", "n", "live.next")],
)
def test_a_key_that_another_action_has_by_default_is_refused_unless_that_is_bound_too(
    name: str, key: str, other: str
) -> None:
    with pytest.raises(BadInput, match=f"{key} is given to {name}, and is the key of {other}"):
        looks({name: key})
    swapped = {name: key, other: ACTIONS[name].keys}
    assert looks(swapped).keys == swapped


def test_one_key_for_actions_of_two_screens_or_twice_for_one_is_taken() -> None:
    keys = {"today.why": "j,j", "live.stop": "j", "live.mute": "x"}
    assert looks(keys).keys == keys


@pytest.mark.parametrize("name", ["edit.save", "form.next", "entry.next", "editor.turn"])
def test_what_works_while_typing_takes_no_letter(name: str) -> None:
    with pytest.raises(BadInput, match="while you type"):
        looks({name: "f5,k"})


@pytest.mark.parametrize(
    "key", ["g", "G", "7", "f12", "ctrl+g", "alt+enter", "question_mark", "comma", "shift+f3", "space"]
)
def test_keys_there_are(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["", "foo", "ctrl+", "+", "shift+g", "strg+g", "f99", "ctrl+foo", "?", "é!"])
def test_keys_there_are_not(key: str) -> None:
    with pytest.raises(BadInput, match="there is no key"):
        check_key(key)
