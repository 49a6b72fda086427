"""What the caller hears and for how long: <Say>, <Play>, <Pause>."""

from __future__ import annotations

from urllib.parse import urlsplit

from ivr.simulator.leg import Leg, Life, resolve
from ivr.simulator.twiml import Verb

MS_A_CHARACTER = 200
SHORTEST_MS = 1000
LONGEST_SAY = 4000
FOREVER = 1000
_LANGUAGES = {
    "Polly.Zhiyu": ("cmn-CN", "zh-CN"),
    "Polly.Hiujin": ("yue-HK", "zh-HK"),
    "Polly.Joanna": ("en-US",),
}


def _loops(verb: Verb) -> int:
    given = verb.attrs.get("loop", "1")
    count = int(given) if given.isdigit() else 1
    return count or FOREVER


def _speaks(voice: str, language: str) -> bool:
    """Does the voice know the language? `Google.cmn-CN-…` carries it in its name."""
    if voice.startswith("Google."):
        return voice.removeprefix("Google.").startswith(language + "-")
    for known, languages in _LANGUAGES.items():
        if voice.startswith(known):
            return language in languages
    return not language.startswith(("cmn", "zh", "yue"))  # man and woman were never offered in Chinese


def _say(leg: Leg, verb: Verb) -> int | None:
    voice, language = verb.attrs.get("voice", "man"), verb.attrs.get("language", "en-US")
    if not _speaks(voice, language) and "voice" in verb.attrs:
        leg.log(13512, "error", detail=f"{voice} does not speak {language}")
        return None
    if len(verb.text) > LONGEST_SAY:
        leg.log(13521, "warning", detail=f"{len(verb.text)} characters")
    leg.hear("say", verb.text, voice=voice, language=language)
    return max(SHORTEST_MS, MS_A_CHARACTER * len(verb.text)) * _loops(verb)


def _play(leg: Leg, verb: Verb, base: str | None) -> Life:
    if "digits" in verb.attrs:
        leg.hear("dtmf", verb.attrs["digits"])
        return 300 * len(verb.attrs["digits"])
    url = resolve(base, verb.text)
    if leg.line.fetch_media and urlsplit(url).scheme:
        yield from leg.notify(url, "GET")
    leg.hear("play", url)
    return SHORTEST_MS * _loops(verb)


def play_prompt(leg: Leg, verb: Verb, base: str | None = None) -> Life:
    """Begin a prompt and return how long it lasts in ms; None when it is skipped with an error."""
    if verb.name == "Say":
        return _say(leg, verb)
    if verb.name == "Play":
        return (yield from _play(leg, verb, base))
    length = verb.attrs.get("length", "1")
    if not (length.isdigit() and int(length) > 0):
        leg.log(13910, "warning", detail=f"length={length}")
        length = "1"
    return int(length) * 1000
