"""Two requests in one sentence: where the second begins, and what each asks for.

A sentence is cut where both sides, each read by itself, ask surely for different things. Where a word says that
something new comes (另外, 还有, 顺便) less sureness is needed than at a comma, and most where nothing marks the place
(`停电了发票也没收到`). A story stays whole: its clauses tell of one thing, and most of them ask for nothing alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import NamedTuple

Read = Callable[[str], list[tuple[str, float]]]
"""A text into intents by chance, the likeliest first."""

URGENCY = ("fault_emergency", "fault_report", "reconnect", "outage_query", "ticket_urge")
TALK = frozenset(
    {"greet", "goodbye", "thanks", "affirm", "deny", "bot_challenge", "chitchat_other", "out_of_scope"}
    | {"cancel", "correction", "repeat"}
)
# Intents whose sentences are stories: a part that stays within one is no request of its own.
STORIES = frozenset({"complaint", "praise", "whistleblow", "suggestion", "fault_emergency", "bill_dispute"})
ALIKE = (
    {"bill_query", "bill_detail", "bill_dispute"},
    {"outage_query", "fault_report", "fault_emergency"},
    {"ticket_progress", "ticket_urge"},
    {"fault_report", "meter_issue"},
    {"pay_bill", "reconnect"},
    {"account_change", "policy_material"},
    {"new_connection", "ev_pv", "policy_material"},
    {"ticket_urge", "complaint"},
    {"complaint", "bill_dispute"},
    {"ask_human", "complaint"},
)

_NEW = (
    r"另外|此外|除此之外|还有(?:就是|个事|件事|一个|一件)?(?!小孩|老人|人|火|烟|电|一半|好|多久|多少|没)|(?:哦|噢|啊)?对了|顺便|顺带|顺道|捎带|同时|并且|而且|以及|外加|加上|"
    r"再说|再(?=[帮给替查报问麻催看开办交])|再一个|再者|然后(?=[再帮给我把])|完了(?=[再给帮])|我?还(?=[想要得需]|麻烦)|我?也(?=[想要帮给]|顺)|"
    r"并(?=[请帮给])|不然(?=先)|不过|第二|其次|二来|一个是|跟(?=.{2,4}查询)"
)
_PAUSE = r"[,。.;!?、~ ]+"
_CUT = re.compile(rf"(?P<pause>{_PAUSE})(?P<marked>{_NEW})?[,、 ]*|(?P<glued>{_NEW})[,、 ]*")
_UNMARKED = re.compile(r"(?<=[了吗呢吧啊呀嘛下])(?=[^了吗呢吧啊呀嘛下,。.;!? ]{2})|(?<=多少)(?=[^,。.;!? 钱度]{2})")
SHORTEST = 3
LONGEST_ANSWER = 25
MOST_CUTS = 8
MOST_TRIED = 2
SLACK = 0.2
WHOLE_IS_CLEAR = 0.9
# What a part without a word of its own for "something new" must hold to be a request.
_ASKS = re.compile(
    r"[吗么]|怎么|咋|多少|好多|几|什么|啥|哪|查|报|问|帮|我要|我想|想要|申请|办|开.{0,4}票|票|催|快点|投诉|举报|建议|表扬|夸|"
    r"[转找]|[交缴]|来人|修|没电|停电|坏了|冒|断了|跳闸|闪|偷电|装|改|[看核]|态度|不对|错"
)
_NOT_ASKED = re.compile(
    r"不是(?:要|问|来|想|投诉|举报)|不(?:用|必|需要)|没有?(?:要|想)|(?:怕|以为|说)(?:是|要|可能)?停电"
)
NEEDED = {"marked": 0.45, "end": 0.5, "pause": 0.62, "unmarked": 0.75}


class Part(NamedTuple):
    """A stretch of the text and the intent it was read with."""

    start: int
    end: int
    intent: str
    confidence: float


class Cut(NamedTuple):
    end: int  # of what is before
    start: int  # of what comes after
    kind: str


def cuts_of(plain: str) -> list[Cut]:
    """Places where a second request may begin, those marked by a word first."""
    found = [Cut(m.start(), m.end(), _kind(m)) for m in _CUT.finditer(plain)]
    taken = {cut.start for cut in found}
    if len(found) < 2:
        found += [Cut(m.start(), m.start(), "unmarked") for m in _UNMARKED.finditer(plain) if m.start() not in taken]
    inside = [
        cut for cut in found if cut.end >= SHORTEST - 1 and len(plain.rstrip(" ,。.!?~")) - cut.start >= SHORTEST - 1
    ]
    return sorted(inside, key=lambda cut: list(NEEDED).index(cut.kind))[:MOST_CUTS]


def _kind(match: re.Match[str]) -> str:
    if match["marked"] or match["glued"]:
        return "marked"
    return "end" if re.search(r"[。.;!?]", match["pause"]) else "pause"


def parts_of(plain: str, whole: tuple[str, float], quick: Read, read: Read) -> list[Part]:
    """The requests of a sentence in the order they are said; one part, `whole`, when it is one request.

    `quick` looks for the place, `read` has the last word on it; both may be the same.
    """
    one = [Part(0, len(plain), *whole)]
    cuts = cuts_of(plain)
    if not cuts:
        return one
    one = _answer_and_request(plain, cuts, quick) or one
    worth = {cut: _worth(plain, cut, whole, quick) for cut in _promising(plain, cuts, quick)}
    best = max(worth, key=lambda cut: worth[cut], default=None)
    if best is None or worth[best] <= 0 or _worth(plain, best, whole, read) <= 0:
        return one
    before, after = read(plain[: best.end])[0], read(plain[best.start :])[0]
    return [Part(0, best.end, *before), Part(best.start, len(plain), *after)]


def _answer_and_request(plain: str, cuts: list[Cut], read: Read) -> list[Part]:
    """`有电的，对了阶梯怎么算`: a short answer to what was asked before, then a request; empty when it is not so."""
    cut = min(cuts, key=lambda cut: cut.start, default=None)
    if cut is None or cut.kind == "unmarked" or cut.end > LONGEST_ANSWER:
        return []
    before, after = read(plain[: cut.end])[0], read(plain[cut.start :])[0]
    answers = before[0] in TALK or before[1] < NEEDED["marked"]
    if not answers or after[0] in TALK or after[1] < NEEDED["pause"]:
        return []
    return [Part(0, cut.end, *before), Part(cut.start, len(plain), *after)]


def _promising(plain: str, cuts: list[Cut], quick: Read) -> list[Cut]:
    """The few cuts with different requests on their two sides, each stretch between cuts read once."""
    edges = sorted({0, len(plain), *(cut.start for cut in cuts)})
    said = {start: quick(plain[start:end])[0] for start, end in itertools.pairwise(edges) if end - start >= 2}
    asked = {start: (intent, sure) for start, (intent, sure) in said.items() if intent not in TALK}

    def value(cut: Cut) -> float:
        pairs = [
            min(sure, sure_too)
            for start, (intent, sure) in asked.items()
            for later, (other, sure_too) in asked.items()
            if start < cut.start <= later and intent != other
        ]
        return max(pairs, default=0.0) - NEEDED[cut.kind]

    hopeful = [cut for cut in cuts if value(cut) > -SLACK]
    return sorted(hopeful, key=value, reverse=True)[:MOST_TRIED]


def _worth(plain: str, cut: Cut, whole: tuple[str, float], read: Read) -> float:
    """How much surer than needed the less sure side is; not above zero: no cut here."""
    before, after = plain[: cut.end], plain[cut.start :]
    if cut.kind != "marked" and not (_ASKS.search(before) and _ASKS.search(after)):
        return -1.0
    if _NOT_ASKED.search(before) or _NOT_ASKED.search(after):
        return -1.0
    (one, sure), (other, sure_too) = read(before)[0], read(after)[0]
    if one == other or one in TALK or other in TALK:
        return -1.0
    return min(sure, sure_too) - _needed(cut, whole, {one, other})


def _needed(cut: Cut, whole: tuple[str, float], found: set[str]) -> float:
    needed = NEEDED[cut.kind]
    if cut.kind == "marked":
        return needed
    if any(found <= alike for alike in ALIKE):
        needed += 0.2
    if whole[0] == "fault_emergency":
        return 1.0  # who tells of danger tells all of it
    if whole[0] in found and (whole[0] in STORIES or whole[1] >= WHOLE_IS_CLEAR):
        needed += 0.2
    return min(needed, 0.95)


def in_order_of_urgency(parts: list[Part]) -> list[Part]:
    """The parts that ask for something: danger first, then what stands still without us, then as said."""
    believed = [part for part in parts if part.intent not in TALK and part.confidence >= NEEDED["marked"]]
    asked = believed or parts[-1:]
    return sorted(asked, key=lambda part: URGENCY.index(part.intent) if part.intent in URGENCY else len(URGENCY))
