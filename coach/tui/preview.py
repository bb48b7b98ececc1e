"""What the next decision would be with the answers as they stand. Nothing of it is kept."""

from coach.coaching import Coaching, Today
from coach.model.rating import Occasion, SymptomRating
from coach.tui.questions import Answers
from coach.tui.today_view import TodayView, today_view


def preview_words(coaching: Coaching, answers: Answers, *, amends: bool) -> str:
    """The preview, in words; empty where nothing is answered yet. Raises CoachError.

    Once all is answered it is what Today says after keeping it. After a run the gate stays closed while an answer is
    missing, and it says so; what is told already counts all the same, where it asks for more caution by itself.
    """
    missing = len(answers.missing())
    if not missing:
        return f"Preview, if you keep this: {_said(_view(coaching, answers, amends=amends))}"
    if answers.ask.occasion is not Occasion.AFTER or amends:
        return "" if answers.is_empty else f"{missing} to answer"
    words = f"Preview: the gate stays closed, {missing} to answer."
    if answers.is_empty:
        return words
    anyway = coaching.today().decision.outcome
    least = _today(coaching, answers.at_mildest())
    if least.decision.outcome <= anyway:
        return words
    return f"{words} Already now: {_said(today_view(least, least.input.asked_at))}"


def rating_of(coaching: Coaching, answers: Answers) -> SymptomRating:
    """What is answered, as one rating of now. Raises BadInput."""
    return answers.rating(coaching.clock.local_now(), coaching.clock.zone_name())


def _view(coaching: Coaching, answers: Answers, *, amends: bool) -> TodayView:
    found = _today(coaching, answers, amends=amends)
    return today_view(found, found.input.asked_at)


def _today(coaching: Coaching, answers: Answers, *, amends: bool = False) -> Today:
    rating = rating_of(coaching, answers)
    return coaching.preview(rating, amends=coaching.rating_to_amend(rating) if amends else None)


def _said(view: TodayView) -> str:
    return " ".join(part for part in (f"{view.word}.", view.care, view.headline) if part)
