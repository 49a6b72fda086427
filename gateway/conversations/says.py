"""What the gateway itself says: text for the eye, speech for the ear (domain/etiquette.md 6, 7, 8).

The bot says everything else. No promise stands here that nobody keeps.
"""

from __future__ import annotations

from typing import Any

from gateway.conversations.schemas import Draft, text_draft
from kernel.numbers_zh import speak_digits, speak_int

LEAVE_QUEUE = "queue:leave"
KEEP_WAITING = "queue:wait"
#: what somebody who no longer wants to wait types, whole message
LEAVING_WORDS = frozenset(
    {"不等了", "不用等了", "算了不等了", "取消排队", "退出排队", "不排了", "不用人工了", "不要人工了", "不转了"}
    | {"不用转了", "返回", "回机器人", "找小电", "继续问小电", "不等了，继续问小电"}
)

_SLOW = ("这件事还在办，办好马上在这里告诉您，不用重发。", "还在办，请您稍等。")
_DOWN = (
    "系统这会儿有点慢，您的话我已经记下，恢复后马上回复您，不用重发。有危险请直接打 95598。",
    "系统这会儿有点慢，您的话我已经记下，请您稍等。",
)
_BLANK = (
    "没有收到文字。直接说您的事就行，例如“查上月电费”“翠湖花园停电了”，也可以回复“人工”。",
    "没听清，请再说一次，您可以说短一点。",
)
_NOT_UNDERSTOOD = (
    "这句我没看懂，您换个说法试试，例如“查上月电费”“家里没电了”，也可以回复“人工”。",
    "没听清，请换个说法再说一次，或者说人工。",
)
_HANDED_OVER = (
    "我这边暂时连不上，不让您干等，已经请人工接着办。您说过的内容坐席都能看到。",
    "我这边暂时连不上，已经请人工接着办，您说过的坐席都能看到。",
)
_LEFT_MESSAGE = (
    "坐席都在忙，还没轮到您。您的话已经留下，坐席一有空就在这里回您，不用一直等。",
    "坐席都在忙，您的话已经留下，坐席有空就回您。",
)
_BACK = ("好的，不排队了，我接着帮您。", "好的，我接着帮您。")
_ENDED = ("这次先到这里，需要时再叫我，随时都在。", "这次先到这里，再见。")


def _says(pair: tuple[str, str], *more: dict[str, Any]) -> Draft:
    text, speech = pair
    return Draft("system", ({"kind": "text", "text": text}, *more), speech)


def slow() -> Draft:
    return _says(_SLOW)


def bot_is_down() -> Draft:
    return _says(_DOWN)


def blank() -> Draft:
    return _says(_BLANK)


def not_understood() -> Draft:
    return _says(_NOT_UNDERSTOOD)


def handed_over_because_down() -> Draft:
    return _says(_HANDED_OVER)


def left_as_message() -> Draft:
    return _says(_LEFT_MESSAGE, _leave_choice())


def back_with_bot() -> Draft:
    return _says(_BACK)


def ended() -> Draft:
    return _says(_ENDED)


def _leave_choice() -> dict[str, Any]:
    return {"kind": "choices", "choices": [{"id": LEAVE_QUEUE, "label": "不等了，继续问小电"}]}


def place(position: int) -> Draft:
    """Told when the wait begins; without a figure we can stand by, no minutes are named."""
    ahead = position - 1
    if ahead == 0:
        pair = ("您排在第一位，坐席一接起就在这里回您。", "您排在第一位，请别挂断。")
    else:
        pair = (f"您前面还有 {ahead} 位，轮到就在这里回您。", f"您前面还有{speak_int(ahead)}位，请别挂断。")
    return _says(pair, _leave_choice())


def kept_for_agent(position: int) -> Draft:
    """Answer to what is written while waiting."""
    ahead = position - 1
    where = "您排在第一位" if ahead == 0 else f"您前面还有 {ahead} 位"
    spoken = "您排在第一位" if ahead == 0 else f"您前面还有{speak_int(ahead)}位"
    return _says((f"记下了，坐席接起就能看到。{where}。", f"记下了，坐席能看到。{spoken}。"), _leave_choice())


def still_waiting(position: int) -> Draft:
    """After a long wait: honest, with a way out."""
    ahead = position - 1
    where = "您排在第一位" if ahead == 0 else f"前面还有 {ahead} 位"
    spoken = "您排在第一位" if ahead == 0 else f"前面还有{speak_int(ahead)}位"
    return _says(
        (f"让您久等了，坐席都在忙，{where}。可以接着等，也可以先让我帮您办。", f"让您久等了，{spoken}，请再等等。"),
        _leave_choice(),
    )


def agent_took_over(agent_id: str, agent_name: str) -> Draft:
    number = speak_digits(agent_id) if agent_id.isdigit() else "人工"
    return text_draft(
        "agent",
        f"您好，我是坐席 {agent_id}。刚才的情况我已经看到，我来处理。",
        f"您好，我是{number}号坐席，情况我看到了，我来处理。",
        author_name=agent_name or None,
    )
