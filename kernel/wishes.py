"""Which task do these words begin that has no intent of its own in domain/intents.md?

The closed list of intents knows where a hall is and what it takes, not that somebody wants an hour kept there. Words
decide, and only where the intent leaves room for it. Standard library only: the policy and the actions both ask.
"""

from __future__ import annotations

import re

_TALK = frozenset({"chitchat_other", "out_of_scope", "nlu_fallback", "", "greet", "affirm"})
_OPEN = _TALK | {"business_hall", "policy_material", "safety_saving", "suggestion", "outage_query"}
_BOOKS = re.compile(
    r"(预约|约)(一?个|一下)?.{0,8}(取号|营业厅|柜台|上门|检查|时间|号|服务)|取(个|一下)?号|约个人|帮我约|我要预约|想预约|^预约(一下)?$"
)
_CALLS = re.compile(r"电话|回|打|联系|通话")
_ASKS_HOW = re.compile(r"怎么|咋|如何|要不要|需不需要|能不能|可以.{0,6}吗|取消|不")
_NOTICES = re.compile(
    r"(别|不要|不想|少|取消|退订|关掉?|停).{0,8}(发|推送?|收到?|骚扰|订阅).{0,8}(消息|短信|通知|信息|推送|提醒)|"
    r"(退订|取消订阅|订阅).{0,8}(通知|短信|消息|提醒)?|(消息|通知|短信|提醒).{0,6}(退订|关掉|取消订阅|太多|订阅|只发)"
)
_OPEN_TO_BOOKINGS = _OPEN | {"callback_request", "ticket_progress", "cancel", "deny"}
_OPEN_TO_NOTICES = _OPEN | {"complaint", "account_change", "cancel", "deny", "ask_human"}


_KEPT = frozenset({"fault_emergency", "fault_report", "ask_human", "complaint"})
_CHANGES = re.compile(
    r"(取消|退掉?|不要|改|推迟|提前|换|挪).{0,6}(预约|取的?号|约的|上门时间)|(预约|约好?的|取的?号).{0,8}(取消|改|推迟|提前|换|挪|不去|来不了|去不了)"
)


_STOPPED_FOR_MONEY = re.compile(
    r"(没电|停电|断电|停.{0,2}电).{0,10}(没钱|欠费|没[交缴]|余额|钱用完)|"
    r"(没钱|欠费|没[交缴]电?费|余额不足|钱用完).{0,10}(没电|停电|断电|停.{0,2}电)|"
    r"(你们|供电局|供电公司|电力局).{0,4}[停断掐]了?(我|我们|俺)家?的?电"
)
_OUT = frozenset({"fault_report", "outage_query", "bill_query", "chitchat_other"})


_LEAVES_MESSAGE = re.compile(
    r"^(那|还是|算了)?[，, ]?(我|让我|帮我|给.{0,4})?(就|想|要|先)?"
    r"留(个|一个|下|一下|句)?(言|话)(吧|行吗|可以吗|给.{0,4})?[。！]?$"
)


def leaves_message(text: str) -> bool:
    """那我留言吧: the message itself comes next."""
    return bool(_LEAVES_MESSAGE.search(text))


def task_of(intent: str, text: str) -> str | None:
    """`appointment`, `appointment_change`, `notices`, `reconnect`, or None when the intent says it all."""
    if leaves_message(text):
        return "callback_request"  # taken down in writing, and somebody calls back
    if intent in _OUT and _STOPPED_FOR_MONEY.search(text):
        return "reconnect"
    if intent not in _KEPT and _CHANGES.search(text):
        return "appointment_change"
    if intent in _OPEN_TO_NOTICES and _NOTICES.search(text):
        return "notices"
    if intent == "callback_request" and _CALLS.search(text):
        return None
    if intent in _OPEN_TO_BOOKINGS and _BOOKS.search(text) and not _ASKS_HOW.search(text):
        return "appointment"
    return None
