"""Does this talk want it shorter and slower? By choice (说慢点, 我年纪大了) or when signs of it add up (etiquette 10).

The answer is the slot `elder`; responses have variants with the condition `elder: true`, and the task forms leave out
what cannot be asked of somebody old and alone in the dark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ENOUGH = 2  # points; one sign alone may be chance
_BY_CHOICE = re.compile(
    r"(说|讲|念|读|再)?慢(一?点|些|慢)|慢点(说|讲)|大字|字(太小|看不清|放大|大一?点)|年纪(大|不小)|岁数大|上了?年纪|老年(人|模式|版)|"
    r"(我|都)?([七八九]十|[789]\d)(多|几|来)?岁?(的人|了|岁)|耳朵(不好|背|聋)|眼睛(不好|花)|老花眼|不会(用|弄)(手机|智能)"
)
_NOT_ANY_MORE = re.compile(r"(不用|别)(那么|这么|太)?慢|说快(一?点|些)|正常(说|速度|讲)|关(掉|闭)?(老年|大字)")
_OLD = re.compile(
    r"老师傅|老婆子|老头子?|老太婆?|老伴|老两口|老汉|孙(?:子|女)|一个人住|独居|儿女|娃儿?|老了|屋头|同志|小伙子|姑娘|闺女"
)
_DIALECT = re.compile(
    r"莫得|冇得?|唔系|咋个|咋整|咋办|啥子|啷个|晓得|晓不得|要得|哦嗬|噻|嘛$|阿拉|俺|嘞|哩|恁|咧|屋里厢|几多|点解|乜|"
    r"甭|晓不到|搞么子|么子|么事|冒得|中不中|得劲|唔知|佢|屋企|撒子|哈$"
)


def wish(text: str) -> bool | None:
    """True for slower and shorter, False for no longer so, None when nothing is said of it."""
    if _NOT_ANY_MORE.search(text):
        return False
    return True if _BY_CHOICE.search(text) else None


def points(text: str, slots: Mapping[str, Any]) -> int:
    """How many signs there are in these words and in how the talk went so far."""
    not_understood = int(slots.get("misses") or 0) >= 1 or int(slots.get("attempt") or 0) >= 2
    return len(set(_OLD.findall(text))) + len(set(_DIALECT.findall(text))) + int(not_understood)


def is_elder(text: str, slots: Mapping[str, Any]) -> bool:
    """Whether this turn is answered shorter and slower; once it is so, it stays until asked otherwise."""
    said = wish(text)
    if said is not None:
        return said
    signs = bool(_OLD.search(text) or _DIALECT.search(text))
    return bool(slots.get("elder")) or (signs and points(text, slots) >= ENOUGH)
