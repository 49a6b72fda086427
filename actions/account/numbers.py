"""An account number as people give it: whole, in pieces, with one piece put right, or not at all."""

from __future__ import annotations

import re

from actions import reading
from actions.turn import Turn
from kernel import account_no as accounts

PIECE = 7  # digits: up to here it is the beginning of a number, more is a number with a digit missing
_NO_NUMBER = re.compile(
    r"(不知道|不晓得|不清楚|不记得|记不(得|住|清)|忘了|忘记|找不到|没找到|没有|没带|想不起来?|哪里?(能)?(看|找|查)|在哪).{0,6}"
    r"(户号|号|编号|单子|账单|它)|(户号|编号|号码?).{0,6}(不知道|不晓得|不清楚|不记得|记不|忘|找不到|没有|是(啥|什么|多少)|在哪|哪里)|"
    r"^(我)?(不知道|不晓得|不记得|记不得|记不住|记不清|忘了|忘记了|没有|找不到|没带|想不起来)(了|啊|呀|呢|哦|嘞|咯)?[。！，,.!]?$|"
    r"(按|用|报|说|给)(我的?)?(手机号?|电话|地址)(查|找|行|可以)"
)


def heard_account(turn: Turn, *, asked: bool) -> str | None:
    """What was given as an account number, right or wrong: ten digits or close to it."""
    if value := turn.entity("account_no"):
        return accounts.normalise(value)
    said = reading.digits(turn)
    if asked and said:
        return said
    match = re.search(r"户号\D{0,4}(\d{7,13})", turn.text)
    if match:
        return match[1]
    return said if len(said) == accounts.LENGTH and not reading.contact_phone(turn) else None


def corrected_account(turn: Turn, before: str | None) -> str | None:
    """后面四位是2346, 最后一位是6: the old number with its end replaced."""
    said = reading.digits(turn)
    if not before or not said or len(said) >= len(before):
        return None
    return before[: -len(said)] + said


def joined(before: str | None, said: str) -> str:
    """The number so far with the next piece; a piece that does not fit begins a new number."""
    if not before or len(before) + len(said) > accounts.LENGTH:
        return said
    return before + said


def has_none(text: str) -> bool:
    """They do not have the number at hand, or want to be found another way."""
    return bool(_NO_NUMBER.search(text))
