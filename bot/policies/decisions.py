"""Which action comes next, where rules cannot say it: a pure function of what was said and where the talk stands.

None means: Rasa's rules and forms know. Standard library only, so that it is tested without Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.policies.tables import (
    DIGIT_SLOTS,
    END_OF,
    ENDS,
    FORM_OF,
    FORMS,
    NARRATIVE_SLOTS,
    PHONE_SLOTS,
    PLACE_SLOTS,
    QUESTIONS,
    SMALL_TALK,
    YES_NO_SLOTS,
    same_family,
)
from kernel.numbers_zh import digits_of

LISTEN = "action_listen"
UNDERSTOOD = 0.4  # below this a sentence outside a form was not understood
INTERRUPTS = 0.5  # a form is left only for an intent that is likelier than not
SURE = 0.62  # a second task is begun in the middle of another only when it is clear

CERTAIN = 0.85
_DANGER = re.compile(
    r"火|烟|焦|糊味|烧|炸|爆|触电|(?<![有来没停])电[了到着倒死]|麻|漏电|(线|缆|杆|塔).{0,6}(掉|断|垂|倒|歪)|倒地|淹|泡|进水|水里|"
    r"呼吸机|氧|透析|救命|抽搐|伤|燃气|煤气|挖断"
)

_SHORT_YES_NO = re.compile(
    r"^(对|是|嗯|好|行|可以|要|不|没|有|否|成|中|确认|算了)"
    r"[的啊呀吧了用要是对行好嘛呢么没有电]{0,4}[，。！,.! ]?.{0,2}$"
)
_HAZARDS = "火花|着火|起火|冒火|冒烟|焦味|触电|漏电|麻手|爆炸|断线|受伤|危险"
_DENIED_HAZARD = re.compile(rf"(没有?|无|不|未)(闻到|看到|见|什么|任何|有|再|是)?({_HAZARDS})")
_GO_ON = re.compile(r"^(接着|继续|刚才的?|还是)(报修|办|刚才|那个|登记|查)?")
_CHECK_WORDS = re.compile(r"邻居|开关|空开|闸|漏保|掉|跳|不知道|有电|没电|在外面|不在家|看不")
_SYMPTOM_WORDS = re.compile(r"没电|停电|全屋|全家|一部分|部分|闪|暗|跳|整栋|只有|就我|都")
# In a form an intent alone is too little to leave it: the words must say so too.
_STOP_WORDS = re.compile(r"取消|不[办弄查报修搞要做登填]|算了|撤|停止|放弃|不用了|先不|别[办弄查报]|退出|不需要")
_AGAIN_WORDS = re.compile(
    r"再[说讲念来报发]|没听[清见懂]|听不[清见懂]|重复|重[说讲念新]|慢|啥|什么|没看[懂清]|没懂|大声|遍"
)
_PERSON_WORDS = re.compile(r"人工|真人|客服|坐席|话务|领导|经理|主管|接线|找.{0,3}人|[转换]|活人|专员")
_SIGNS_ONLY = re.compile(r"^[^\w\u4e00-\u9fff]+$")
_CODE_AGAIN = re.compile(r"没收到|没有收到|收不到|重发|再发")


@dataclass(frozen=True)
class View:
    """The turn and the state of the talk, as the policy sees them."""

    kind: str = "text"
    text: str = ""
    intent: str = ""
    confidence: float = 0.0
    entities: frozenset[str] = frozenset()
    clauses: Sequence[Mapping[str, Any]] = ()
    last_action: str = LISTEN
    form: str | None = None
    asked: str | None = None
    slots: Mapping[str, Any] = field(default_factory=dict)

    @property
    def task(self) -> str:
        return str(self.slots.get("task") or "")

    @property
    def digits(self) -> str:
        return digits_of(self.text)


def next_action(view: View) -> str | None:
    """The action to run now, None when rules and forms shall say."""
    return on_message(view) if view.last_action == LISTEN else after_action(view)


def on_message(view: View) -> str | None:
    by_kind = {"start": "utter_welcome", "silence": "action_silence", "resume": "action_back_from_agent"}
    if view.kind in by_kind:
        return by_kind[view.kind]
    if is_emergency(view):
        return None if view.task == "fault_emergency" and view.form else "action_start_task"
    if _wants_person(view):
        return "action_hand_over"
    if view.slots.get("pending") == "cancel" and (answer := _answer_to_cancel(view)):
        return answer
    return in_form(view) if view.form else when_idle(view)


def is_emergency(view: View) -> bool:
    """Danger now, at any point; `没焦味` is not danger."""
    if view.intent != "fault_emergency" or view.confidence < UNDERSTOOD:
        return False
    # In a form an unlikely guess without one word of danger is an answer (推上去了，有电了).
    if view.form and not _DANGER.search(view.text) and (view.confidence < CERTAIN or answers(view)):
        return False
    said, denied = len(re.findall(_HAZARDS, view.text)), len(_DENIED_HAZARD.findall(view.text))
    return not (said and denied >= said)


def _answer_to_cancel(view: View) -> str | None:
    if re.search(r"不取消|别取消|接着|继续|不是", view.text):
        return "action_keep_task"
    if view.intent in ("affirm", "cancel") or re.match(r"^(是|对|确定|取消|嗯|好)", view.text):
        return "action_cancel_task"
    return "action_keep_task" if view.intent == "deny" or re.match(r"^(不|别)", view.text) else None


def _wants_person(view: View) -> bool:
    if view.intent != "ask_human" or view.confidence < INTERRUPTS:
        return False
    return not view.form or view.confidence >= 1 or bool(_PERSON_WORDS.search(view.text)) or view.text.startswith("/")


def when_idle(view: View) -> str | None:
    if view.slots.get("draft") and ((view.intent == "fault_report" and "接着" in view.text) or _GO_ON.match(view.text)):
        return "action_reopen_draft"
    if not view.text and not view.intent:
        return "action_not_understood"
    if view.kind == "choice" or view.text.startswith("/"):
        return None
    bare_number = bool(view.digits) and not re.search(r"[\u4e00-\u9fff]{2}|[A-Za-z]{2}", view.text)
    if (
        bare_number
        or _SIGNS_ONLY.match(view.text)
        or view.confidence < UNDERSTOOD
        or view.intent in ("nlu_fallback", "")
    ):
        return "action_start_task" if _second_tasks(view) else "action_not_understood"
    return None


def in_form(view: View) -> str | None:
    """In the middle of a form most things said are answers; these are not."""
    if (view.kind == "digits" and not view.text.startswith("/")) or _SIGNS_ONLY.match(view.text):
        return None
    if _gives_up(view):
        return "action_ask_cancel"
    if _asks_again(view):
        return "action_repeat"
    if view.asked in NARRATIVE_SLOTS:
        return None
    if second := second_request(view):
        return second
    if answers(view) or view.confidence < INTERRUPTS:
        return None
    return _interruption(view)


def _gives_up(view: View) -> bool:
    if view.intent != "cancel" or view.confidence < INTERRUPTS or not _STOP_WORDS.search(view.text):
        return False
    return not (view.asked in YES_NO_SLOTS and _SHORT_YES_NO.match(view.text))


def _asks_again(view: View) -> bool:
    if view.intent != "repeat" or view.confidence < INTERRUPTS or not _AGAIN_WORDS.search(view.text):
        return False
    return not (view.asked == "identity_code" and _CODE_AGAIN.search(view.text))


def _interruption(view: View) -> str | None:
    intent = view.intent
    if intent in QUESTIONS:
        return "action_answer_knowledge"
    if intent in SMALL_TALK:
        return SMALL_TALK[intent]
    if intent == "goodbye":
        return "action_ask_cancel"
    if intent in FORM_OF and not same_family(intent, view.task) and view.confidence >= SURE:
        return "action_start_task"
    return None


def answers(view: View) -> bool:
    """Do the words look like an answer to what was asked?"""
    text, asked = view.text, view.asked
    if asked in DIGIT_SLOTS:
        return len(view.digits) >= 4 or "ticket_no" in view.entities
    if asked in YES_NO_SLOTS or asked in PHONE_SLOTS:
        return (
            bool(_SHORT_YES_NO.match(text)) or len(view.digits) >= 4 or view.intent in ("affirm", "deny", "correction")
        )
    if asked in PLACE_SLOTS:
        return bool(view.entities & {"community", "address", "room"})
    if asked in ("fault_neighbour", "fault_breaker"):
        return bool(_CHECK_WORDS.search(text))
    return bool(_SYMPTOM_WORDS.search(text)) if asked in ("fault_symptom", "fault_scope") else False


def second_request(view: View) -> str | None:
    """An answer with a question, or another task, in the same sentence."""
    if len(view.clauses) < 2:
        return None
    last = view.clauses[-1]
    intent, confidence = str(last.get("intent") or ""), float(last.get("confidence") or 0)
    if intent in QUESTIONS and confidence >= INTERRUPTS:
        return "action_answer_knowledge"
    if intent in FORM_OF and confidence >= INTERRUPTS and not same_family(intent, view.task):
        return "action_queue_request"
    return None


def _second_tasks(view: View) -> bool:
    found = {str(c.get("intent")) for c in view.clauses if float(c.get("confidence") or 0) >= INTERRUPTS}
    return bool(found & set(FORM_OF))


def after_action(view: View) -> str | None:
    """What follows an action of this policy, or the end of a task."""
    last = view.last_action
    if view.slots.get("wants_person") and last != "action_hand_over" and not view.form:
        return "action_hand_over"
    if last in ("action_start_task", "action_resume_task"):
        return FORM_OF.get(view.task, LISTEN)
    if last == "action_reopen_draft":
        return "action_resume_task"
    if last in FORMS and not view.form:
        return END_OF.get(view.task, LISTEN)
    if last in ENDS:
        goes_on = view.slots.get("task_stack") and last != "action_file_emergency"
        return "action_resume_task" if goes_on else LISTEN
    if last == "action_ask_cancel" or view.slots.get("pending") == "silent":
        return LISTEN
    return None if view.form else LISTEN
