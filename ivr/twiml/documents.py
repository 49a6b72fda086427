"""The documents we answer with. Every URL carries the number of the step it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.twiml.voice_response import Gather, VoiceResponse

from kernel.expects import Expects

VOICE = "Polly.Zhiyu-Neural"  # facts 6.2
SPOKEN = "cmn-CN"
HEARD = "cmn-Hans-CN"
INPUT_WAIT_S = 5  # counted from the end of the prompt, and between keys
QUEUE_WAIT_S = 6
# A pause of so many seconds ends an utterance. Not `auto`: it is tied to models Chinese does not have (facts 6.1).
# Whoever says digits makes pauses.
_PAUSE_S = {"yes_no": 1, "choice": 1, "free": 1, "digits": 2, "phone": 2, "month": 1}
_ONE_KEY = {"yes_no", "choice"}
HINTS = (
    "报修,停电,没电,跳闸,空开,电费,上月电费,账单,户号,缴费,欠费,充值,"
    "查进度,工单,催办,人工,转人工,坐席,是的,对,不对,不是,重复一遍,慢一点,"
    "取消,断线,电线掉了,冒火花,触电,着火,冒烟,电表,阶梯,峰谷,幺,洞,"
    "拐,勾,小区,单元,号楼,翠湖花园,阳光新城,阳光里,和平新村,锦绣家园,滨江一号,幸福里,"
    "石桥村"
)  # words of the trade and places served, for the recogniser


def _say_all(target: VoiceResponse | Gather, breaths: Sequence[str]) -> None:
    for breath in breaths:
        target.say(breath, voice=VOICE, language=SPOKEN)


def ask(
    breaths: Sequence[str],
    expects: Expects,
    step: int,
    *,
    has_menu: bool = False,
    wait_s: int = INPUT_WAIT_S,
    after: str = "silence",
) -> str:
    """Say, and gather speech and keys as `expects` has it; whoever stays silent goes to `after`.

    One key is enough for a yes, a choice or a menu; anything else ends with `#` or a pause, for an account number may
    be keyed wherever words are asked for.
    """
    is_one_key = has_menu or expects.kind in _ONE_KEY
    response = VoiceResponse()
    gather = Gather(
        input="dtmf speech",
        action=f"/ivr/turn/{step}",
        method="POST",
        timeout=wait_s,
        speech_timeout=str(_PAUSE_S[expects.kind]),
        language=HEARD,
        barge_in=True,
        hints=HINTS,
        num_digits=1 if is_one_key else None,
        finish_on_key="" if is_one_key else "#",
    )
    _say_all(gather, breaths)
    response.append(gather)
    response.redirect(f"/ivr/{after}/{step}", method="POST")
    return str(response)


def hold(breaths: Sequence[str], step: int) -> str:
    """Say that work goes on, and come back for the result."""
    response = VoiceResponse()
    _say_all(response, breaths)
    response.pause(length=1)
    response.redirect(f"/ivr/poll/{step}", method="POST")
    return str(response)


def farewell(breaths: Sequence[str]) -> str:
    response = VoiceResponse()
    _say_all(response, breaths)
    response.hangup()
    return str(response)


def again(breaths: Sequence[str], path: str) -> str:
    """Something of ours is down: say so and ask for the same step once more."""
    response = VoiceResponse()
    _say_all(response, breaths)
    response.pause(length=2)
    response.redirect(path, method="POST")
    return str(response)


def nothing() -> str:
    return str(VoiceResponse())
