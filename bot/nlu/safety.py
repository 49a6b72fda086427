"""Danger comes first: a sentence that tells of danger now is `fault_emergency` (domain/intents.md).

The classifier is asked to be right on average; missing one fallen wire costs more than ten needless questions. So
where the grammar sees a hazard and nothing shows that it is a general question, a supposition or a denial, the
emergency is taken at a much lower probability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlu.spans import Span

EMERGENCY = "fault_emergency"
HAZARDS = {"触电", "漏电麻手", "断线落地", "电杆倾倒", "起火", "火花", "冒烟焦味", "爆炸", "进水"}
GENERAL = "safety_saving"
CERTAIN = 0.96  # where the classifier is this sure of danger, no wording of a question overrules it
AT_LEAST = 0.02  # of the classifier's own probability, when a hazard stands plainly in the sentence

_LIFE = re.compile(
    r"(?:呼吸机|氧气机|制氧机|吸氧|透析机?|吸痰器|监护仪|心电|靠(?:机器|电)(?:呼吸|活|维持)).{0,20}(?:停|断|没)|(?:停|断|没)[咗得]?电.{0,20}(?:呼吸机|氧气机|制氧机|吸氧|透析|吸痰|靠(?:机器|电)(?:呼吸|活|维持))"
)
_NOT_NOW = re.compile(
    r"急救(?:方法|知识|步骤)?|施救|用什么|应该怎么|一般怎么|怎么检查|怎么判断|有什么用|学学|学习|安全吗|危险吗|怎么教|怎么(?:预防|防止?|避免|样才)|如何|预防|防(?:触电|漏电|火)|知识|常识|如果|要是|万一|假如|会不会|会引起|容易|能不能|要注意|注意(?:什么|哪些|事项)|"
    r"怎么(?:办理|申请|投诉|赔)|赔|投诉|(?:昨天|上次|上周|前天|以前|之前|去年|上个月).{0,12}(?:了|过)|建议|希望|表扬|谢谢|举报|"
    r"(?:没|没有|不|无|未)(?:闻到|看到|见|什么|任何|有|再|是)?(?:火花|着火|起火|冒火|冒烟|焦味|糊味|触电|漏电|麻手|爆炸|断线|危险)|电费|账单|发票|保险|防火|消防"
)
# Asked or taught rather than told; what is said to be under way (`_NOW`) is told all the same.
_GENERAL = re.compile(
    r"判断|原因|做法|怎么做|会(?:不会)?.{0,2}(?:着火|起火|触电|漏电|爆炸|电死)|能用水|离(?:开)?多|多少米|多远|为什么要|才不|[咋怎]防|隐患|"
    r"想知道|培训|讲[讲哈]|新闻|提醒|宣传|科普|夸|急救|写个|正确"
)
_GRAVE = re.compile(
    r"(?:池|水里|龙头|墙|栏杆|外壳|铁门|路灯杆|线槽|棚).{0,3}(?:带|有|漏)电(?![吗么没表费源器])|叫不[应醒]|抽搐|(?<![没不未])(?:露|裸)[着了出]?.{0,2}铜|"
    r"(?:电缆|电线|线路?).{0,4}(?:裸露|挖断|挖破|刨)|挖[断破].{0,5}(?:电缆|线)|(?:戴|吸|上)着?氧.{0,6}停|[烧焦].{0,2}(?:塑料|胶).{0,2}味"
)
_NO_COMPLAINT = re.compile(r"(?:不是|没有?|先别|别)(?:来|要|想)?(?:投诉|举报|管电费)|投诉的事先放")
_OTHERWISE = re.compile(r"打手机|电人口|放电[吧话]|[吵找堵睡]着了")  # signs of a hazard inside other words
_SHORT = 6  # signs; a bare 触电 or 漏电了 is a call for help, not a topic
_WITHIN_REACH = re.compile(r"(?<!不)(?:碰到|够[得到着]|挨到|碰着|到头|头顶|车顶|到人)")
_POLE = re.compile(r"(?<!没)倒|断|撞|塌|裂|压|砸")
_NOW = re.compile(r"救命|快来|正在|现在|一直|还在|冒着|快点|着火了|起火了|触电了|掉地上了|倒了|断了|烧起来")


def tells_of_danger(text: str, symptoms: Sequence[Span]) -> bool:
    """A hazard is said plainly, and not as a question of knowledge, a supposition, a denial or a thing long past."""
    said = any(_is_hazard(span, text) for span in symptoms) or bool(_LIFE.search(text) or _GRAVE.search(text))
    told = _NO_COMPLAINT.sub("", text)
    return said and not _NOT_NOW.search(told) and not (_GENERAL.search(told) and not _NOW.search(told))


_DENIAL = re.compile(
    r"(?:没有?|无|不是?|未)(?:闻到|看到|看见|见|听到|什么|任何|有|再|是|人)*"
    r"(?:火花|打火|火星|露铜|着火|起火|冒火|冒烟|烟|焦味|糊味|触电|漏电|麻手|爆炸|断线|危险|受伤|味道?|异味)"
)


def _only_denied(text: str, symptoms: Sequence[Span]) -> bool:
    """没冒烟也没焦味: a hazard is named only to say that it is not there."""
    return (
        bool(_DENIAL.search(text)) and not any(_is_hazard(span, text) for span in symptoms) and not _LIFE.search(text)
    )


def _only_asked(text: str, ranking: list[tuple[str, float]]) -> bool:
    """`怎么预防漏电`: a question of knowledge by its words, and the next likeliest reading says so too."""
    asked = bool(_GENERAL.search(text) or _NOT_NOW.search(text)) and not _NOW.search(text) and not _LIFE.search(text)
    return asked and ranking[1][0] == GENERAL and ranking[0][1] < CERTAIN and not _GRAVE.search(text)


def _is_hazard(span: Span, text: str) -> bool:
    """A pole that merely leans is a fault (intents.md), one that falls or is broken is a danger."""
    if _OTHERWISE.search(text[max(span.start - 1, 0) : span.end + 1]):
        return False
    if span.value == "电杆倾倒":
        return bool(_POLE.search(text[span.start : span.end + 2]))
    if span.value == "线路低垂":
        return bool(_WITHIN_REACH.search(text))
    return span.value in HAZARDS


def with_danger_first(ranking: list[tuple[str, float]], text: str, symptoms: Sequence[Span]) -> list[tuple[str, float]]:
    """The ranking, led by the emergency where the sentence tells of danger and the classifier does not exclude it."""
    if ranking and ranking[0][0] == EMERGENCY and (_only_denied(text, symptoms) or _only_asked(text, ranking)):
        return [*ranking[1:2], (EMERGENCY, ranking[1][1] * 0.9), *ranking[2:]]
    if not ranking or ranking[0][0] == EMERGENCY or not tells_of_danger(text, symptoms):
        return ranking
    chance = dict(ranking).get(EMERGENCY, 0.0)
    plain = _NOW.search(text) or _LIFE.search(text) or len(text.strip(" ,。!")) <= _SHORT
    if chance < AT_LEAST and not plain:
        return ranking
    first = max(0.6, chance)
    rest = [(name, value * (1 - first) / max(1 - chance, 1e-9)) for name, value in ranking if name != EMERGENCY]
    return [(EMERGENCY, first), *rest]
