"""Places and names no grammar can list: a small CRF over signs, learnt from annotated sentences and made-up names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any

import sklearn_crfsuite

from bot.nlu.grammar_places import SURNAMES, figures, is_name, is_road
from bot.nlu.spans import Span

KINDS = ("address", "community", "person_name")
Marked = tuple[str, Sequence[tuple[str, int]], Sequence[Span]]  # text, words with their starts, annotations
_ENDINGS = re.compile(r"[路街巷弄村镇乡区县园苑里城院厂栋幢座号楼组厦场湾府庄寓社居学馆店道期]")
# Words that end the name of a place; their signs are shaped alike, so that one seen seldom is read as one seen often.
_ENDING_WORDS = re.compile(
    "花园|小区|新村|家园|新城|公寓|大厦|广场|家属[院楼]|宿舍|园区|工业园|科技园|产业园|物流园|山庄|华庭|公馆|嘉园|雅苑|豪庭|庄园|名邸|府邸|社区"
    "|雅居|大院|国际|壹号|一号|世家|小镇|丽舍|半岛|中心|绿洲|新都|名都|名城|云天|江南|时光|印象|华府|云庭|天街|商贸城|水岸|春天|城邦|首府|大楼"
    "|学校|小学|中学|医院|酒店|商场|超市|市场|幼儿园|农场|仓库|一中|二中|卫生院|村委会|大道|大街|胡同"
)
_DIGIT = re.compile(r"[\d零〇一二三四五六七八九十百]")
_FAMILY = frozenset(SURNAMES)
_HAN = re.compile("[\u4e00-\u9fff]")
_NO_NAME_ENDS = ("的", "部", "员", "吗", "呢", "吧", "啊", "咯", "气", "着", "那位")
_NOBODY = {"师傅", "老师傅", "客服", "小电", "领导", "经理", "那位师傅"}
# Mean probability of a span's signs below which it is not believed; 余鹅 and 雷语 sound like names too.
_LEAST = {"address": 0.6, "community": 0.65, "person_name": 0.75}
_ITERATIONS = 50
_COMPANY = re.compile(r"[^,。!? 的]{0,8}(?:公司|集团|商行|厂|店|超市)")  # 龙腾[物流有限公司]
_THANKED = ("你", "您", "那", "啊", "咯", "了", "大", "谢")  # 谢你 is no name
_LEADS_TO = "至到在去往住从于离为由"
# What is no part of a place or a name although it often follows one: 恒通大厦[九楼], 赵强[收].
_REST = {
    "community": re.compile(
        r"(?:(?<!号)(?<=[^\d一二三四五六七八九十])[\d一二三四五六七八九十]+[楼层]|(?<=[村庄里屯])[^村庄里屯世]{1,3}家)$"
    ),
    "address": re.compile(r"(?:(?<=[路街巷道])(?:街道|路口|边上|门口)|路?口)$"),
    "person_name": re.compile(r"(?<=..)[家收偷来在是说把的要和想修住给拿让去有没不]$"),
}


def _shape(sign: str) -> str:
    """What a sign is apart from which: figures, endings of places, family names, other."""
    if _DIGIT.match(sign):
        return "d"
    if _ENDINGS.match(sign):
        return "e"
    return "f" if sign in _FAMILY else "h" if _HAN.match(sign) else "a" if sign.isalpha() else "p"


def _features(text: str, words: Iterable[tuple[str, int]]) -> list[list[str]]:
    """One list of names a sign: itself and its neighbours, their shapes, the word it stands in."""
    signs = ["0" if _DIGIT.match(c) else c for c in text]
    shapes = [_shape(c) for c in text]
    for match in _ENDING_WORDS.finditer(text):
        shapes[match.start() : match.end()] = "e" * len(match.group())
    edge = [" "] * len(text)
    for word, start in words:
        for at in range(start, min(start + len(word), len(text))):
            edge[at] = "S" if len(word) == 1 else "B" if at == start else "I"
    return [_of_sign(signs, shapes, edge, at) for at in range(len(text))]


def _of_sign(signs: list[str], shapes: list[str], edge: list[str], at: int) -> list[str]:
    def near(row: list[str], step: int) -> str:
        return row[at + step] if 0 <= at + step < len(row) else "_"

    c = {step: near(signs, step) for step in range(-3, 4)}
    s = {step: near(shapes, step) for step in range(-3, 6)}
    found = [f"c{step}{sign}" for step, sign in c.items()]
    found += [f"s{step}{shape}" for step, shape in s.items()]
    found += [f"b{step}{c[step]}{c[step + 1]}" for step in (-3, -2, -1, 0, 1)]
    found += ["t" + c[-3] + c[-2] + c[-1], f"w{edge[at]}{near(edge, 1)}{near(edge, -1)}"]
    found += ["x" + "".join(s[i] for i in range(-1, 4)), "y" + "".join(s[i] for i in range(-3, 2))]
    return found


def _labels(text: str, spans: Sequence[Span]) -> list[str]:
    labels = ["O"] * len(text)
    for span in spans:
        if span.entity in KINDS:
            for at in range(span.start, span.end):
                labels[at] = ("B-" if at == span.start else "I-") + span.entity
    return labels


def _is_believable(kind: str, said: str) -> bool:
    if said.strip() != said or not _HAN.search(said) or said in _NOBODY:
        return False
    if kind == "person_name":
        return (said[0] in _FAMILY or (said[0] in "老小" and said[1:2] in _FAMILY)) and not said.endswith(_NO_NAME_ENDS)
    return is_name(said) if kind == "community" else is_road(said)


class PlaceCrf:
    """`learn` from (text, words, annotations); `spans` of a new sentence."""

    def __init__(self) -> None:
        self.model: Any = None

    def learn(self, sentences: Sequence[Marked]) -> None:
        if not any(span.entity in KINDS for _, _, spans in sentences for span in spans):
            return
        self.model = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.05, c2=0.05, max_iterations=_ITERATIONS)
        self.model.fit([_features(t, w) for t, w, _ in sentences], [_labels(t, s) for t, _, s in sentences])

    def spans(self, text: str, words: Sequence[tuple[str, int]]) -> list[Span]:
        if self.model is None or not _HAN.search(text):
            return []
        chances = self.model.predict_marginals_single(_features(text, words))
        best = [max(c.items(), key=lambda item: item[1]) for c in chances]
        stretches = (part for stretch in _stretches([b[0] for b in best]) for part in _apart(text, *stretch))
        return [span for start, end in stretches if (span := _span(text, start, end, best))]


def _stretches(labels: list[str]) -> list[tuple[int, int]]:
    starts = [at for at, label in enumerate(labels) if label.startswith("B-")]
    found = []
    for start, following in itertools.zip_longest(starts, starts[1:], fillvalue=len(labels)):
        end = start + 1
        while end < following and labels[end] == "I-" + labels[start][2:]:
            end += 1
        found.append((start, end))
    return found


_AND = re.compile(r"(?<=[路街巷道])[跟和与靠及](?:近|着)?(?=..)")


def _apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """芙蓉南路跟香樟路 are two."""
    ands = list(_AND.finditer(text, start, end))
    return list(zip([start, *(m.end() for m in ands)], [*(m.start() for m in ands), end], strict=True))


_ANNEX = re.compile(r"附[\d一二三四五六七八九十]{1,3}号")  # 23号附6号


def _span(text: str, start: int, end: int, best: list[tuple[str, float]]) -> Span | None:
    kind = best[start][0][2:]
    sure = sum(chance for _, chance in best[start:end]) / (end - start)
    end -= len(text[start:end]) - len(_REST[kind].sub("", text[start:end]))
    start += 1 if kind != "person_name" and text[start] in _LEADS_TO else 0
    end += len(more.group()) if kind == "address" and (more := _ANNEX.match(text[end:])) else 0
    said = text[start:end]
    thanked = said.startswith("谢") and (text[start - 1 : start] == "谢" or said[1:2] in _THANKED)
    company = kind == "person_name" and _COMPANY.match(text[end:])
    if sure < _LEAST[kind] or thanked or company or not _is_believable(kind, said):
        return None
    return Span(start, end, kind, said if kind == "person_name" else figures(said))
