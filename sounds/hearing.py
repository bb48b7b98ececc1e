"""Listens to speech with pocketsphinx, for the maker of the voice pack and for the tests.

It hears only sentences of a small grammar made of templates with every number in them, so it is robust, and still wrong
where a number, the unit or the verb is.
"""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import soxr

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_UNITS += ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBERS = {*_UNITS, *_TENS, "zero", "hundred", "point"}
_SPELT = {"metre": "meter", "metres": "meters", "kilometre": "kilometer", "kilometres": "kilometers"}

_RULES = f"""#JSGF V1.0;
grammar cues;
<unit> = {" | ".join(_UNITS[:9])};
<teen> = {" | ".join(_UNITS[9:])};
<tens> = {" | ".join(_TENS)};
<small> = <unit> | <teen> | <tens> [ <unit> ];
<large> = <unit> hundred [ <small> ] | ( zero | <small> ) point <unit>;
<num> = <small> | <large>;
<count> = <unit> | <teen> | twenty;
<many> = {" | ".join(_UNITS[1:9])} | <teen> | <tens> [ <unit> ] | <large>;
"""


def number_words(n: int) -> list[str]:
    """``342`` → three hundred forty two."""
    if n < 20:
        return ["zero", *_UNITS][n : n + 1]
    if n < 100:
        return [_TENS[n // 10 - 2], *([_UNITS[n % 10 - 1]] if n % 10 else [])]
    return [_UNITS[n // 100 - 1], "hundred", *(number_words(n % 100) if n % 100 else [])]


def words(text: str) -> list[str]:
    """The words of ``text`` as they are heard: numbers spelt out, lower case, no punctuation."""
    heard: list[str] = []
    for token in re.findall(r"\d+(?:\.\d+)?|[a-z']+", text.lower()):
        if token[0].isdigit():
            whole, _, fraction = token.partition(".")
            heard += number_words(int(whole))
            if fraction:
                heard += ["point", *(number_words(int(digit))[0] for digit in fraction)]
        else:
            heard.append(_SPELT.get(token, token))
    return heard


def template(text: str) -> str:
    """``text`` with every number replaced by the rule for those that can stand there.

    All but one before a plural; up to twenty for counted runs, lest "of eight, one minute" be heard as "of eighty-one".
    """
    return " ".join(_template(clause) for clause in re.split(r"(?<=[,.])\s+", text))


def _template(clause: str) -> str:
    out: list[str] = []
    for word in words(clause):
        if word not in _NUMBERS:
            if out and out[-1] == "<num>" and word.endswith("s"):
                out[-1] = "<many>"
            out.append(word)
        elif not out or out[-1] not in ("<num>", "<count>"):
            out.append("<count>" if out and out[-1] in ("run", "of") else "<num>")
    return " ".join(out)


class Listener:
    """Hears one of the sentences like ``texts`` (any numbers in them). Raises ImportError without pocketsphinx."""

    def __init__(self, texts: Iterable[str]) -> None:
        from pocketsphinx import Decoder

        templates = sorted({template(text) for text in texts})
        grammar = _RULES + "public <cue> = " + " | ".join(f"( {t} )" for t in templates) + ";\n"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cues.gram"
            path.write_text(grammar, encoding="utf-8")
            self._decoder = Decoder(jsgf=str(path), samprate=16000, bestpath=False, loglevel="FATAL")

    def hear(self, samples: np.ndarray, rate: int) -> list[str]:
        """The words heard in ``samples`` (floats, full scale ±1); empty if none of the sentences fits."""
        heard = soxr.resample(samples.astype(np.float32), rate, 16_000)
        quiet = np.zeros(4000, dtype=np.float32)
        peak = max(float(np.abs(heard).max()), 1e-6)
        pcm = (np.concatenate([quiet, heard / peak * 0.6, quiet]) * 32767).astype("<i2").tobytes()
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, no_search=False, full_utt=True)
        self._decoder.end_utt()
        best = self._decoder.hyp()
        return best.hypstr.split() if best else []
