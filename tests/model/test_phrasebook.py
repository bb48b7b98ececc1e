"""How each language says numbers, times, distances and targets."""

import pytest

from coach.library.phrasebooks import languages, load_phrasebook
from coach.model.cue import Notice, Speech
from coach.model.phrasebook import utter
from coach.model.workout import CadenceTarget, HeartRateTarget, HeartRateZone, Intensity, RpeTarget, Step, TimeDuration

MINUTE = TimeDuration(ms=60_000)
MILE = 160_934
LANGUAGES = sorted(languages())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["one second", "one minute", "two minutes", "twenty-one minutes", "one hour"]),
        ("de", ["eine Sekunde", "eine Minute", "zwei Minuten", "einundzwanzig Minuten", "eine Stunde"]),
        ("fr", ["une seconde", "une minute", "deux minutes", "vingt et une minutes", "une heure"]),
        ("es", ["un segundo", "un minuto", "dos minutos", "veintiún minutos", "una hora"]),
    ],
)
def test_whole_times_have_the_right_number_and_gender(language: str, said: list[str]):
    book = load_phrasebook(language)
    assert [book.time(s * 1000) for s in (1, 60, 120, 1260, 3600)] == [(words,) for words in said]


def test_common_parts_are_said_in_one_breath_and_others_as_clauses_of_their_own():
    book = load_phrasebook("en")
    assert book.time(90_000) == ("one minute thirty seconds",)
    assert book.time(130_000) == ("two minutes", "ten seconds")
    assert book.time(5_400_000) == ("one hour thirty minutes",)
    assert book.time(3_723_000) == ("one hour", "two minutes", "three seconds")
    assert load_phrasebook("es").time(90_000) == ("un minuto y treinta segundos",)


def test_times_are_rounded_to_the_second_and_never_nothing():
    book = load_phrasebook("en")
    assert book.time(1) == ("one second",)
    assert book.time(59_500) == ("one minute",)
    assert book.time(59_499) == ("fifty-nine seconds",)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["four hundred metres", "one kilometre", "one and a half kilometres", "1.2 kilometres"]),
        ("de", ["vierhundert Meter", "ein Kilometer", "eineinhalb Kilometer", "1,2 Kilometer"]),
        ("fr", ["quatre cents mètres", "un kilomètre", "un kilomètre et demi", "1,2 kilomètre"]),
        ("es", ["cuatrocientos metros", "un kilómetro", "un kilómetro y medio", "1,2 kilómetros"]),
    ],
)
def test_metric_distances(language: str, said: list[str]):
    book = load_phrasebook(language)
    assert [book.distance(cm) for cm in (40_000, 100_000, 150_000, 120_000)] == [(words,) for words in said]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["a quarter of a mile", "half a mile", "one mile", "one and a quarter miles", "two miles", "0.3 miles"]),
        (
            "de",
            [
                "eine Viertelmeile",
                "eine halbe Meile",
                "eine Meile",
                "eineinviertel Meilen",
                "zwei Meilen",
                "0,3 Meilen",
            ],
        ),
        ("fr", ["un quart de mile", "un demi-mile", "un mile", "un mile et quart", "deux miles", "0,3 mile"]),
        ("es", ["un cuarto de milla", "media milla", "una milla", "una milla y cuarto", "dos millas", "0,3 millas"]),
    ],
)
def test_miles(language: str, said: list[str]):
    book = load_phrasebook(language)
    assert [book.distance(cm) for cm in (40_234, 80_467, MILE, 201_168, 321_869, 48_280)] == [(s,) for s in said]


def test_distances_that_are_not_round_are_said_to_the_metre_and_never_nothing():
    book = load_phrasebook("en")
    assert book.distance(35_040) == ("350 metres",)
    assert book.distance(12) == ("one metre",)


def test_numbers_past_the_words_are_digits():
    book = load_phrasebook("de")
    assert book.number(60) == "sechzig"
    assert book.number(61) == "61"
    assert book.number(800) == "achthundert"
    assert book.number(1000) == "1000"
    assert book.distance(7_750_000) == ("77,5 Kilometer",)  # and not "77einhalb"


def test_the_time_left_agrees_with_its_leading_number():
    spanish = load_phrasebook("es")
    assert spanish.time_left(60_000) == "queda un minuto"
    assert spanish.time_left(300_000) == "quedan cinco minutos"
    assert spanish.time_left(3_600_000) == "queda una hora"
    assert spanish.time_left(6_600_000) == "queda una hora y cincuenta minutos"


def test_in_french_less_than_two_is_singular():
    book = load_phrasebook("fr")
    said = [book.distance(cm)[0] for cm in (190_000, 210_000)]
    assert said == ["1,9 kilomètre", "2,1 kilomètres"]


def test_spanish_hundreds_agree_with_what_they_count():
    book = load_phrasebook("es")
    assert book.counted(book.texts.runs, 200) == "doscientas carreras"
    assert book.distance(20_000) == ("doscientos metros",)


def test_targets_are_said_as_ranges_or_as_single_values():
    book = load_phrasebook("en")
    step = Step(
        intensity=Intensity.ACTIVE,
        duration=MINUTE,
        cadence=CadenceTarget(low=170, high=180),
        heart_rate=HeartRateTarget(low=120, high=120),
        rpe=RpeTarget(low=2, high=3),
    )
    assert book.targets(step) == ("cadence 170 to 180", "heart rate 120", "effort 2 to 3 of 10")
    zone = Step(intensity=Intensity.ACTIVE, duration=MINUTE, heart_rate=HeartRateZone(zone=2))
    assert book.targets(zone) == ("heart rate zone 2",)


def test_an_utterance_is_a_sentence_whose_clauses_carry_its_punctuation():
    assert utter(("run 3 of 8", "one minute")) == Speech(("Run 3 of 8,", "one minute."))
    assert utter(("Pain noted.", "Walk now!")).clauses == ("Pain noted.", "Walk now!")
    assert utter((" à mi-chemin ",)).text == "À mi-chemin."


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_has_a_sentence_and_an_unknown_code_gets_the_general_one(language: str):
    book = load_phrasebook(language)
    said = [book.notice(code.value) for code in Notice]
    assert len(set(said)) == len(Notice)
    assert book.notice("no such code") == book.notice(Notice.REFUSED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_intensities_are_said_alike(language: str):
    book = load_phrasebook(language)
    for say in (book.what, book.next_is):
        assert len({say(intensity) for intensity in Intensity}) == len(Intensity)
    numbers = book.texts.numbers.words
    assert len(set(numbers)) == len(numbers) == 61
