"""One call of pyttsx3 in a process of its own: ``voices``, or ``say FILE VOICE WORDS_A_MINUTE TEXT``.

Within one process pyttsx3 loses queued phrases, overwrites files and hangs in callbacks; one phrase a process works.
"""

import json
import sys
from importlib import import_module
from typing import Any

from coach.clock import NS_PER_MS, SystemClock


def _voices(engine: Any) -> list[dict[str, Any]]:
    return [
        {"id": str(voice.id), "name": str(voice.name), "languages": [str(tag) for tag in voice.languages or ()]}
        for voice in engine.getProperty("voices")
    ]


def main(arguments: list[str]) -> None:
    engine = import_module("pyttsx3").init()
    if arguments[0] == "voices":
        # Behind a mark of our own: the drivers print to stdout too.
        print("VOICES " + json.dumps(_voices(engine)))
        return
    _, file, voice, rate, text = arguments
    engine.setProperty("voice", voice)
    clock = SystemClock()
    for _ in range(3):
        # eSpeak's thread takes commands late and loses about one in a hundred: the phrase was said at the usual rate.
        engine.setProperty("rate", int(rate))
        clock.sleep_ns(20 * NS_PER_MS)
    engine.save_to_file(text, file)
    engine.runAndWait()


if __name__ == "__main__":
    main(sys.argv[1:])
