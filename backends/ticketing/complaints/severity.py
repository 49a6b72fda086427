"""When is a complaint major? Injury, media, ten people, a critical customer, a leak, a promise broken twice (8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kernel import numbers_zh

CROWD = 10
REASONS: dict[str, str] = {
    "injury": "人身伤害",
    "media": "媒体",
    "crowd": "群体（10 人以上）",
    "critical_user": "重要客户",
    "privacy_leak": "隐私泄露",
    "promise_broken_twice": "承诺未兑现两次",
    "class_default": "该类默认重大",
}
# These go to the management at once (5.3, service-catalogue 2.7).
URGENT = frozenset({"injury", "media", "crowd", "critical_user"})

_INJURY = re.compile(r"受伤|伤了人|触电|[电烧打撞砸摔]伤|住院|骨折|打人|死")
_NO_INJURY = re.compile(r"(没有?人?|无人|未|差点)(受伤|触电|被?[电烧打撞砸摔]伤)|吓死|热死|烦死|累死|气死|冻死|急死")
_MEDIA = re.compile(r"记者|媒体|电视台|报社|上热搜|曝光|发抖音|发微博")
_LEAK = re.compile(r"泄露|信息被卖|隐私|把我的?(电话|地址|信息)(给|告诉|透露)")
_MANY = re.compile(
    r"(?<![\d几])([0-9]{2,5}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九两]?百)[多余几来]?(个人|人|户|位业主|名业主)"
)


@dataclass(frozen=True)
class Known:
    """What is known beside the words."""

    people_count: int | None = None
    is_critical_user: bool = False
    promises_broken: int = 0
    is_major_class: bool = False


def people_in(words: str) -> int | None:
    """The most people or households the words speak of; None when they count nobody."""
    counts = [numbers_zh.int_of(m.group(1)) for m in _MANY.finditer(words)]
    return max((c for c in counts if c), default=None)


def major_reasons(words: str, known: Known) -> list[str]:
    """Why this is major, by name of `REASONS`; empty when it is normal."""
    harmless = _NO_INJURY.sub("", words)
    people = max(known.people_count or 0, people_in(words) or 0)
    holds = {
        "injury": bool(_INJURY.search(harmless)),
        "media": bool(_MEDIA.search(words)),
        "crowd": people >= CROWD,
        "critical_user": known.is_critical_user,
        "privacy_leak": bool(_LEAK.search(words)),
        "promise_broken_twice": known.promises_broken >= 2,
        "class_default": known.is_major_class,
    }
    return [name for name, it_holds in holds.items() if it_holds]
