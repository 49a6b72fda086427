"""Which danger do these words tell of, and do they take one back? (service-catalogue 3, etiquette 12)

The NLU decides whether a sentence is an emergency; this names the kind, so that the right three commands are said, and
hears a denial (没冒烟) or the end of a false alarm (看错了). Shared by the bot, the actions and the gateway.
"""

from __future__ import annotations

import re

UNCLEAR = "unclear"
# First match wins: what kills first stands first. Keys are `hazard_kind` of work-orders 4.3, and `life_support`.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("electric_shock", r"触电|被电|电[倒到着翻]了?|(?<![有来没停])电了[一下我他她]|麻手|手.{0,3}麻|麻了|漏电|过电"),
        ("ev_charger", r"充电桩|充电枪|充电的?车|换电柜|电动车.{0,6}(烟|火|炸)"),
        ("theft_damage", r"挖断|挖到.{0,4}缆|缆.{0,4}挖|偷电缆|偷线"),
        ("line_down", r"(电线|高压线|线路?|电缆).{0,8}(掉|断|落|垂|耷拉|砸|拖在?地)|断线"),
        ("pole_fallen", r"(电线杆|电杆|杆子|电塔|铁塔).{0,8}(倒|歪|断|斜|撞)"),
        ("meter_spark", r"(表箱|电表|配电箱|电箱|表).{0,8}(火|打火|焦|冒烟|炸|糊|响)"),
        ("flood", r"淹|进水|泡水|泡在|水里|漫进"),
        ("life_support", r"呼吸机|制氧机|氧气|透析|吸氧|吸痰|维持生命"),
        ("gas", r"煤气|燃气|天然气"),
        ("tree", r"树"),
        ("fire", r"火|烟|焦|糊味|烧|炸|爆"),
    )
)
_NAMES = (
    r"(?:火花|着火|起火|失火|冒火|冒烟|烟|火|焦味|糊味|异味|触电|漏电|麻手|爆炸|断线|受伤|伤人|危险|电线掉|线断|人被电)"
)
_DENIAL = re.compile(
    rf"(?:没有?|无|不是|不|未|冇|唔系)(?:人|闻到|看到|看见|见到?|发现|听到|什么|任何|有|再|是)*{_NAMES}"
)
_NAMED = re.compile(_NAMES)
_FALSE_ALARM = re.compile(
    r"看错|搞错|弄错|听错|误会|误报|虚惊|没事了|没什么事|已经(?:没事|好了|灭了)|不是(?:真的|火|烟|电线|触电|着火)"
    r"|是(?:蒸汽|水汽|炒菜|做饭|鞭炮|烟花|网线|电话线|晾衣[绳杆]|光缆)|开玩笑|试一?下|测试一?下"
)
_CRY = re.compile(r"救命|出人命|要出事|出大事|好危险|太危险|很危险|快来人|吓死|要炸")
_NOT_NOW = re.compile(r"吗|么|会不会|如果|要是|万一|怎么(预防|避免|办理)|有没有|是不是|建议|投诉|以前|上次|昨天")


def cries_out(text: str) -> bool:
    """Danger now, without saying which: 好像要出事了, 救命."""
    return bool(_CRY.search(text)) and not _NOT_NOW.search(text) and not is_denied(text)


def may_be_danger(text: str) -> bool:
    """Worth asking the bot about, although somebody else answers this talk: wide, the bot decides."""
    return (hazard_of(text) != UNCLEAR or cries_out(text)) and not is_denied(text)


def hazard_of(text: str) -> str:
    """The kind of danger that is named; `unclear` when none is."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), UNCLEAR)


def is_denied(text: str) -> bool:
    """Every danger that is named here is named to say that it is not there."""
    denied = _DENIAL.findall(text)
    return bool(denied) and len(denied) >= len(_NAMED.findall(text))


def is_false_alarm(text: str) -> bool:
    """The danger that was told of before is taken back."""
    return bool(_FALSE_ALARM.search(text)) or is_denied(text)
