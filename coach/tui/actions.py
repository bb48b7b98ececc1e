"""Every action that has a key, by its id: its usual keys and what it does. A test holds it to the bindings."""

from collections.abc import Callable, Mapping
from typing import NamedTuple


class Action(NamedTuple):
    """Its usual keys, with commas between, and what it does."""

    keys: str
    words: str


Act = Callable[[], object]


class Command(NamedTuple):
    """An action: its title, what it does, its key, and how it is done."""

    title: str
    words: str
    key: str
    act: Act

    def is_meant_by(self, typed: str) -> bool:
        """Whether every word of ``typed`` is in it."""
        text = f"{self.title} {self.words}".casefold()
        return all(word in text for word in typed.casefold().split())


ACTIONS: Mapping[str, Action] = {
    name: Action(keys, words[0].upper() + words[1:])
    for name, keys, words in (
        ("app.palette", "ctrl+p", "the palette: every action by its name"),
        ("app.quit", "ctrl+q,ctrl+c", "leave, from any screen; asks first where something would be lost"),
        ("app.leave", "q", "leave the coach"),
        ("app.today", "t", "the screen Today"),
        ("app.readiness", "r", "the tests before the first run"),
        ("app.plan", "l", "the screen Plan"),
        ("app.history", "h", "the screen History"),
        ("app.profile", "i", "the injuries, and what holds"),
        ("app.clear", "k", "record a clearance"),
        ("app.ran", "u", "tell of a run the coach does not know of"),
        ("app.take-back", "z", "take back the run told last"),
        ("app.workouts", "e", "write and change workouts"),
        ("app.settings", "comma", "these settings"),
        ("app.export", "x", "write a file for elsewhere"),
        ("home.help", "question_mark,f1", "help: the screen, the field in hand and the keys"),
        ("today.go", "enter", "what comes next: answer what is missing, or start the run"),
        ("today.morning", "m", "rate this morning, or correct what you said"),
        ("today.before", "b", "say how it is just before the run"),
        ("today.after", "a", "rate the last run"),
        ("today.follow-up", "f", "say whether all is back to usual"),
        ("today.why", "w", "every reason with its sources"),
        ("today.anyway", "o", "run though the gate is closed, for a reason that is kept; never past a STOP"),
        ("today.advance", "g", "on to the next stage in spite of low confidence, where that is yours to choose"),
        ("live.start", "enter", "start the session"),
        ("live.pause", "space", "pause, and go on; the time left is kept"),
        ("live.next", "n", "the next interval; ends an open or distance step"),
        ("live.back", "b", "back to the interval before, from its start"),
        ("live.repeat", "r", "this interval again, from its start"),
        ("live.longer", "plus,equals_sign", "this interval 30 s longer"),
        ("live.shorter", "minus", "this interval 30 s shorter"),
        ("live.pain", "p", "pain: walk at once, open-ended, and note it"),
        ("live.withdraw", "u", "take the pain mark back, within 10 s"),
        ("live.stop", "s", "stop; asks first, y confirms"),
        ("live.confirm", "y", "yes, where it asks whether to stop"),
        ("live.louder", "up", "cues louder"),
        ("live.softer", "down", "cues softer"),
        ("live.mute", "m", "mute the cues, and undo it"),
        ("live.take-over", "t", "take over the session that another coach runs"),
        ("live.help", "question_mark,f1", "explain the keys"),
        ("live.leave", "q,escape", "leave; in a session the same as stop"),
        ("page.back", "escape", "back to the screen before"),
        ("page.more", "d", "the rest of what stands below a list"),
        ("plan.calendar", "c", "the plan week by week"),
        ("plan.protocols", "p", "every protocol there is"),
        ("protocols.follow", "f", "let your plan be this protocol, after a question"),
        ("history.filter", "slash", "only the runs whose line has certain words"),
        ("history.plot", "p", "plot pain during, after, or the next morning"),
        ("profile.change", "enter", "tell what changed"),
        ("export.look", "ctrl+t", "see what would be written or sent; nothing is"),
        ("form.keep", "ctrl+s", "keep the answers of a form"),
        ("form.next", "enter", "to the next field of a form; on the last one: keep"),
        ("form.previous", "up,shift+tab", "to the question before, in a rating"),
        ("form.rest", "x", "in a rating: the usual answer to all that is open; scores stay open"),
        ("form.down", "pagedown", "below the questions of a run: every interval, and how the cues fared"),
        ("form.up", "pageup", "back to the questions"),
        ("form.leave", "escape", "leave a rating; what was typed is there on return"),
        ("entry.next", "down,tab", "the next field"),
        ("entry.previous", "up,shift+tab", "the field before"),
        ("entry.keep", "enter", "take what a small form says"),
        ("entry.leave", "escape", "leave a small form; nothing changes"),
        ("entry.help", "f1", "explain the field of a small form"),
        ("choice.next", "right,space", "the next choice of a field"),
        ("choice.previous", "left", "the choice before"),
        ("choose.back", "escape", "answer a question with: nothing is done"),
        ("edit.save", "ctrl+s", "save what is edited"),
        ("edit.mistake", "f4", "go to the mistake"),
        ("edit.revert", "ctrl+r", "discard what changed, after a question"),
        ("edit.leave", "escape", "leave what is edited; asks about changes"),
        ("edit.help", "f1", "explain the field and the keys"),
        ("editor.turn", "f2,ctrl+t", "the editor's next page: text, steps, name"),
        ("editor.undo", "ctrl+z", "undo the last change of the steps"),
        ("editor.redo", "ctrl+y", "do again what was undone"),
        ("editor.delete", "f8", "delete the workout's file, after a question"),
        ("editor.bring-back", "f9", "undo deleting"),
        ("steps.change", "enter,c", "change the step in hand"),
        ("steps.add", "a", "add a step after it"),
        ("steps.repeat", "r", "repeat it and the next ones"),
        ("steps.once", "x", "take a repeat away, leave its steps once"),
        ("steps.up", "K,shift+up", "move the row up"),
        ("steps.down", "J,shift+down", "move the row down"),
        ("steps.delete", "d,delete", "delete the row"),
        ("steps.undo", "u", "undo the last change, on the page of steps"),
        ("workouts.open", "enter", "edit a workout of the list, or a copy"),
        ("workouts.new", "n", "write a new workout"),
        ("workouts.delete", "d,delete", "delete one of your own, after a question"),
        ("workouts.bring-back", "u", "bring back what was deleted last"),
        ("workouts.leave", "q,escape", "leave the list of workouts"),
    )
}

_EVERYWHERE = "app.quit app.palette"
TOGETHER: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split())
    for names in (
        "app home today",
        "app home page plan",
        "app home page history",
        "app home page protocols",
        "app home page profile",
        f"{_EVERYWHERE} home page export",
        f"{_EVERYWHERE} live",
        f"{_EVERYWHERE} home form edit entry choice",
        f"{_EVERYWHERE} home edit editor",
        f"{_EVERYWHERE} home edit steps",
        f"{_EVERYWHERE} home edit entry choice",
        f"{_EVERYWHERE} entry choice",
        f"{_EVERYWHERE} home workouts",
        f"{_EVERYWHERE} choose",
    )
)
"""What hears keys on one screen: ids of actions, or what they begin with."""
WHILE_TYPING = frozenset(("edit", "editor", "entry", "form.keep", "form.next"))
"""What is to work while somebody types into a field, in the same way."""


def is_among(action: str, names: frozenset[str]) -> bool:
    """Whether ``names`` have the id of ``action``, or what it begins with."""
    return action in names or action.partition(".")[0] in names
