"""Sentences the phone says by itself, for the ear (domain/etiquette.md, voice column). The bot says all the rest."""

from __future__ import annotations

from kernel.dates_zh import speak_date, speak_time
from kernel.expects import Expects
from kernel.numbers_zh import speak_int

GREETING = "您好，这里是供电服务热线，我是智能客服小电。请直接说您要办什么，比如查电费，或者家里没电了。"
GREETING_SHORT = "您好，这里是供电服务热线，我是智能客服小电。"
STILL_THERE = "您还在吗？请说出您要办的事。"
STILL_THERE_AGAIN = "您还在吗？"
KEYS_INSTEAD = "如果不方便说话，可以按键：报修按一，电费按二，停电按三，进度按四，人工按零。"
GIVE_UP = "没有听到您的声音，先挂断了。需要时请再打来，号码还是这一个。"
NOT_HEARD = "没听清，请再说一次，您可以说短一点。"
MENU = "请按键选择：报修按一，电费按二，停电按三，进度按四，人工按零。"
CHECKING = "正在查，请稍等。"
STILL_CHECKING = "还在查，请再稍等一下。"
SLOW = "系统这会儿有点慢，您的话我已经记下，办好了马上告诉您。您可以再说一次，或者按零找人工。"
DOWN = "对不起，系统暂时连不上，请稍等，我再试一次。"
DOWN_END = "对不起，系统还是连不上，请过几分钟再打来。有危险请先离开，起火打一一九，有人受伤打一二零。"
GOODBYE = "好的，祝您生活愉快，再见。"
SAY_THE_RIGHT_ONE = "好的，请您再说一遍正确的。"
WHAT_ELSE = "好的，请说您要办的事。"
WAITING = "请不要挂断，坐席一接起就和您说话。"
NOT_WAITING = "不想等请按二，我接着帮您。"
LISTENING = "请说。"


def unsure(text: str) -> str:
    return f"我听到的是，{text}，对吗？对按一，不对按二。"


def outage_notice(place: str, restored: str | None, on_site: str) -> str:
    """Etiquette 2, 已知停电开场; names a time only when there is one."""
    when = f"，预计{restored}来电" if restored else "，来电时间查清了马上通知"
    return f"您好，供电服务热线。{place}正在停电，{on_site}{when}。问这件事请按一，别的事请直接说。"


def planned_notice(place: str, when: str) -> str:
    return f"您好，供电服务热线。{when}，{place}计划停电。问这件事请按一，别的事请直接说。"


def crew(state: str) -> str:
    """Where the crew is, as far as it is known."""
    known = {"on_site": "抢修人员已经在现场", "repairing": "抢修人员正在修", "en_route": "抢修人员在路上"}
    return known.get(state, "正在安排抢修")


def how_to_answer(expects: Expects) -> str:
    """What keys do here; empty where there is nothing to press but words are wanted."""
    if expects.kind == "digits":
        return f"请按键输入{speak_int(expects.length or 0)}位数字，按井号结束。"
    if expects.kind == "yes_no":
        return "对按一，不对按二。"
    if expects.kind == "phone":
        return "请按键输入电话号码，按井号结束。"
    if expects.kind == "choice":
        return f"请按一到{speak_int(len(expects.choices))}选择。"
    if expects.kind == "month":
        return "请按键输入月份，按井号结束。"
    return ""


def keys_of_choices(labels: list[str]) -> str:
    return "，".join(f"{label}请按{speak_int(n)}" for n, label in enumerate(labels, 1)) + "。"


def place_in_queue(place: int) -> str:
    return "您排在第一位，请再等等。" if place <= 1 else f"前面还有{speak_int(place - 1)}位，请再等等。"


def span(start, end) -> str:  # type: ignore[no-untyped-def]
    """`十一月二十四号上午九点到下午三点` of two aware datetimes."""
    return f"{speak_date(start.date())}{speak_time(start)}到{speak_time(end)}"


HUNG_UP_NOTE = "（客户已挂断电话，请回拨）"
