"""Places and names no grammar can list: a small CRF over signs, learnt from the annotated sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sklearn_crfsuite

from bot.nlu.grammar_places import figures, is_name
from bot.nlu.spans import Span

KINDS = ("address", "community", "person_name")
_ENDINGS = re.compile(r"[路街巷弄村镇乡区园苑里城院厂栋幢座号楼组厦场湾]")
_DIGIT = re.compile(r"[\d零〇一二三四五六七八九十百]")
_HAN = re.compile("[\u4e00-\u9fff]")
_NOBODY = {"师傅", "老师傅", "客服", "小电", "领导", "经理", "那位师傅"}
_LEAST = 0.55  # mean probability of a span's signs below which it is not believed


def _sign_features(text: str, at: int, edges: set[int]) -> dict[str, Any]:
    found: dict[str, Any] = {"bias": 1.0, "c": text[at], "edge": at in edges}
    for step in (-3, -2, -1, 1, 2, 3):
        near = text[at + step] if 0 <= at + step < len(text) else "_"
        found[f"c{step}"] = near
        if _ENDINGS.match(near):
            found[f"end{step}"] = 1.0
        if _DIGIT.match(near):
            found[f"digit{step}"] = 1.0
    found["c-1c"] = (text[at - 1] if at else "_") + text[at]
    found["cc+1"] = text[at] + (text[at + 1] if at + 1 < len(text) else "_")
    found["end"] = bool(_ENDINGS.match(text[at]))
    found["digit"] = bool(_DIGIT.match(text[at]))
    found["cc-2"] = text[max(0, at - 2) : at]
    return found


def _features(text: str, edges: Iterable[int]) -> list[dict[str, Any]]:
    known = set(edges)
    return [_sign_features(text, at, known) for at in range(len(text))]


def _labels(text: str, spans: Sequence[Span]) -> list[str]:
    labels = ["O"] * len(text)
    for span in spans:
        if span.entity in KINDS:
            for at in range(span.start, span.end):
                labels[at] = ("B-" if at == span.start else "I-") + span.entity
    return labels


def _is_believable(kind: str, said: str) -> bool:
    if len(said) < 2 or said.strip() != said or not _HAN.search(said) or said in _NOBODY:
        return False
    return kind != "community" or is_name(said)


class PlaceCrf:
    """`learn` from (text, word starts, annotations); `spans` of a new sentence."""

    def __init__(self) -> None:
        self.model: Any = None

    def learn(self, sentences: Sequence[tuple[str, Sequence[int], Sequence[Span]]]) -> None:
        marked = [s for s in sentences if any(span.entity in KINDS for span in s[2])]
        if not marked:
            return
        plain = [s for s in sentences if not any(span.entity in KINDS for span in s[2])]
        chosen = marked + plain[:: max(1, len(plain) // (2 * len(marked) + 1))]
        self.model = sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.05, c2=0.05, max_iterations=60)
        self.model.fit([_features(t, e) for t, e, _ in chosen], [_labels(t, s) for t, _, s in chosen])

    def spans(self, text: str, edges: Sequence[int]) -> list[Span]:
        if self.model is None or len(text) < 3:
            return []
        chances = self.model.predict_marginals_single(_features(text, edges))
        best = [max(c.items(), key=lambda item: item[1]) for c in chances]
        found, at = [], 0
        while at < len(best):
            label = best[at][0]
            if label == "O":
                at += 1
                continue
            kind, end = label[2:], at + 1
            while end < len(best) and best[end][0] == f"I-{kind}":
                end += 1
            sure = sum(best[i][1] for i in range(at, end)) / (end - at)
            if sure >= _LEAST and _is_believable(kind, text[at:end]):
                value = text[at:end] if kind == "person_name" else figures(text[at:end])
                found.append(Span(at, end, kind, value))
            at = end
        return found
