"""A question made fit to be kept: nobody can be told from it."""

from __future__ import annotations

import re

from clients.knowledge.search.features import plain
from kernel.ids import digest
from kernel.masking import scrub

_NUMBER = r"[0-9０-９A-Za-z零〇一二三四五六七八九十百幺两-]+"
_DOOR = re.compile(rf"{_NUMBER}(?=号楼|栋|幢|单元|室|号院|弄|号房|号门)")
_NAME = re.compile(r"(我叫|我姓|名字叫|户主叫|户主姓|名字是|姓名是|联系人是)([\u4e00-\u9fff]{1,4})")
_MASK = re.compile(r"\d*\*+\d*|〔号码〕")
LONGEST = 200


def masked(question: str) -> str:
    """Numbers, doors and names that are told as such become `*`; at most 200 characters."""
    text = scrub(question.strip()[:LONGEST])
    return _NAME.sub(lambda m: m[1] + "*", _DOOR.sub("*", text))


def unanswered_id(question: str) -> str:
    """Of a masked question: the same in the same words, whoever asks, has the same id."""
    return digest("unanswered", plain(_MASK.sub("", question)))
