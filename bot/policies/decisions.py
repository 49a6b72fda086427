"""Which action comes next, where rules cannot say it: a pure function of what was said and where the talk stands.

None means: Rasa's rules and forms know. Standard library only, so that it is tested without Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.policies import asides
from bot.policies.account_answers import answers_account, asks_another_month, waits
from bot.policies.request_answers import HURT, SAFETY_SLOTS, answers_request
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
from kernel.account_no import is_valid as is_account
from kernel.choices import chosen, meanings, ordinal, verdict
from kernel.danger import cries_out, is_denied, is_false_alarm
from kernel.numbers_zh import digits_of
from kernel.wishes import task_of

LISTEN = "action_listen"
TAKE_NEXT = frozenset({"action_another_month", "action_false_alarm", "action_back_from_agent", "action_take_offer"})
WAITS_AFTER = frozenset({"action_ask_cancel", "action_wait", "action_ask_which"})
PLACE_ENTITIES = frozenset({"community", "address", "room"})
GUESSED = 0.32  # below this not even a choice of two is offered
UNDERSTOOD = 0.4  # below this a sentence outside a form was not understood
INTERRUPTS = 0.5  # a form is left only for an intent that is likelier than not
SURE = 0.62  # a second task is begun in the middle of another only when it is clear

CERTAIN = 0.85
SHORT_ANSWER = 12  # signs: a longer sentence says more than yes or no to an offer
NEAR = 0.12  # two readings this close are asked about, unless the first is sure
_DANGER = re.compile(
    r"火|烟|焦|糊味|烧|炸|爆|触电|(?<![有来没停])电[了到着倒死]|麻|漏电|(线|缆|杆|塔).{0,6}(掉|断|垂|倒|歪)|倒地|淹|泡|进水|水里|"
    r"呼吸机|氧|透析|救命|抽搐|伤|燃气|煤气|挖断"
)

_SHORT_YES_NO = re.compile(
    r"^(对|是|嗯|好|行|可以|要|不|没|有|否|成|中|得|系|妥|冇|莫|唔|确认|算了)"
    r"[的啊呀吧了用要是对行好嘛呢么没有电得嘞头使系]{0,4}[，。！,.! ]?(谢谢.{0,2}|.{0,2})$"
)
_GO_ON = re.compile(r"^(接着|继续|刚才的?|还是)(报修|办|刚才|那个|登记|查)?")
_CHECK_WORDS = re.compile(r"邻居|开关|空开|闸|漏保|掉|跳|不知道|有电|没电|在外面|不在家|看不")
_SYMPTOM_WORDS = re.compile(r"没电|停电|全屋|全家|一部分|部分|闪|暗|跳|整栋|只有|就我|都")
# In a form an intent alone is too little to leave it: the words must say so too.
_STOP_WORDS = re.compile(r"取消|不[办弄查报修搞要做登填]|算了|撤|停止|放弃|不用了|先不|别[办弄查报]|退出|不需要")
_AGAIN_WORDS = re.compile(
    r"再[说讲念来报发]|没听[清见懂]|听不[清见懂]|重复|重[说讲念新]|慢|啥|什么|没看[懂清]|没懂|大声|遍"
)
_PERSON_WORDS = re.compile(r"人工|真人|客服|坐席|话务|领导|经理|主管|接线|找.{0,3}人|[转换]|活人|专员")
_LANDMARK = re.compile(
    r"(栋|楼|单元|路|街|巷|对面|旁边|门口|附近|隔壁|后面|市场|超市|学校|医院|村|小区)(?!.*[吗？?多怎])"
)
_HAS_NONE = re.compile(
    r"^(我|也|就|都|真|实在|这个)*(不知道|不晓得|不记得|记不得|忘了|不方便|不想说|随便|说不清|唔知)(?!.*[吗么？?多怎])"
)
_RESTART = re.compile(r"^(我)?(要|想)?(从头(再)?(来|填|说|开始)|重新?(来|填|开始)|重来|全部重[来填])")
_OUT_OF_POWER = re.compile(r"没电|停电|没有电|断电|跳闸|跳了|不亮|闪|黑|莫得电|冇电")
_WRONG = re.compile(r"不对|错|改|更正|换成|应该是|不是")
_FILED_PART = re.compile(
    r"(电话|号码|手机|地址|楼|栋|单元|房号|尾号).{0,6}(不对|错|改|换|应该)|改(一下|下)?(电话|手机|地址)|(报|写|留|说|登)错"
)
_PATIENT = re.compile(r"病人|卧床|瘫|婴儿|坐月子|刚出院|化疗")
_ASKS_NOTICE = re.compile(r"提前.{0,3}(几天|多久|多长|多少天)")  # the rule is asked for, not an outage
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
    runner_up: tuple[str, float] = ("", 0.0)
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
    if view.task == "fault_emergency" and view.form and is_false_alarm(view.text):
        return "action_false_alarm"
    if _wants_person(view):
        return "action_hand_over"
    return _pending(view) or (in_form(view) if view.form else when_idle(view))


def is_emergency(view: View) -> bool:
    """Danger now, at any point; `没焦味` is not danger."""
    if view.kind == "text" and cries_out(view.text) and view.asked not in NARRATIVE_SLOTS:
        return True
    if view.intent != "fault_emergency" or view.confidence < UNDERSTOOD:
        return False
    if view.asked in SAFETY_SLOTS and not HURT.search(view.text):
        return False
    # In a form an unlikely guess without one word of danger is an answer (推上去了，有电了).
    if view.form and not _DANGER.search(view.text) and (view.confidence < CERTAIN or answers(view)):
        return False
    return not is_denied(view.text)


def _pending(view: View) -> str | None:
    """The answer to a question of this policy's own actions."""
    pending = view.slots.get("pending")
    if (offered := view.slots.get("knowledge_choices")) and chosen(view.text, offered) is not None:
        return "action_answer_knowledge"
    if view.slots.get("knowledge_said") and verdict(view.text) is not None:
        return "action_rate_answer"
    if pending == "cancel":
        return _answer_to_cancel(view)
    if pending == "correction" and not view.form and (len(view.digits) >= 4 or view.entities & PLACE_ENTITIES):
        return "action_correct_order"
    if pending == "which" and not view.form and ordinal(view.text) is not None:
        return "action_take_choice"
    if view.slots.get("offered") and not view.form and len(view.text) <= SHORT_ANSWER:
        if asides.says_yes(view.text, view.intent):
            return "action_take_offer"
        return "action_decline_offer" if asides.says_no(view.text, view.intent) else None
    return None


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
    if task_of(view.intent, view.text):
        return "action_start_task"
    if view.intent == "outage_query" and _ASKS_NOTICE.search(view.text):
        return "action_answer_knowledge"
    if view.slots.get("last_order") and corrects_what_was_filed(view):
        return "action_correct_order"
    if view.intent == "fault_emergency" and is_denied(view.text):
        return "action_start_task" if _OUT_OF_POWER.search(view.text) else "action_not_understood"
    if len(view.text) <= SHORT_ANSWER and _PATIENT.search(view.text) and not _OUT_OF_POWER.search(view.text):
        return "action_ask_life_support"
    if meanings(view.text):
        return "action_ask_which"
    bare_number = bool(view.digits) and not re.search(r"[\u4e00-\u9fff]{2}|[A-Za-z]{2}", view.text)
    if view.slots.get("told_bill") and asks_another_month(view.text):
        return "action_another_month"
    if bare_number and is_account(view.digits):
        return "action_take_account"
    if (
        bare_number
        or _SIGNS_ONLY.match(view.text)
        or view.confidence < UNDERSTOOD
        or view.intent in ("nlu_fallback", "")
    ):
        return "action_start_task" if _second_tasks(view) else _not_understood(view)
    return "action_ask_which" if _is_near_tie(view) else None


def _not_understood(view: View) -> str:
    return "action_ask_which" if view.confidence >= GUESSED and _is_near_tie(view) else "action_not_understood"


def _is_near_tie(view: View) -> bool:
    """Two tasks are about as likely, and they are not one conversation."""
    other, chance = view.runner_up
    both = view.intent in FORM_OF and other in FORM_OF and not same_family(view.intent, other)
    return both and view.intent != "fault_emergency" and view.confidence < SURE and view.confidence - chance < NEAR


def corrects_what_was_filed(view: View) -> bool:
    """电话报错了, 刚才的地址不对: said when nothing is being filled in any more."""
    says_so = view.intent == "correction" and view.confidence >= UNDERSTOOD
    return bool(_WRONG.search(view.text)) and (says_so or bool(_FILED_PART.search(view.text)))


def in_form(view: View) -> str | None:
    """In the middle of a form most things said are answers; these are not."""
    if (view.kind == "digits" and not view.text.startswith("/")) or _SIGNS_ONLY.match(view.text):
        return None
    if view.task == "fault_emergency":  # whatever is said in danger is about the danger
        return "action_repeat" if _asks_again(view) else None
    if waits(view.asked, view.text):
        return "action_wait"
    if answers_account(view.asked, view.text):
        return None
    if _gives_up(view):
        return "action_ask_cancel"
    if _asks_again(view):
        return "action_repeat"
    if _RESTART.search(view.text) and len(view.text) <= SHORT_ANSWER:
        return "action_restart_task"
    if (aside := asides.aside(view.text)) and not _is_told(view, aside):
        return aside
    if task_of(view.intent, view.text) == "callback_request" != view.task:
        return "action_start_task"
    if view.asked in NARRATIVE_SLOTS:
        return None
    if len(view.text) <= SHORT_ANSWER and answers_request(view.asked, view.text):
        return None  # 还闪，闪得慢 is one answer, no second request
    if second := second_request(view):
        return second
    if answers(view) or view.confidence < INTERRUPTS:
        return None
    return _interruption(view)


def _is_told(view: View, aside: str) -> bool:
    """Danger does not wait for explanations, a story may ask why, and 多久 is a question to a known outage."""
    if view.asked in NARRATIVE_SLOTS:
        return aside != "action_wait"
    return view.task == "fault_emergency" or (aside == "action_say_how_long" and view.asked == "subscribe_wanted")


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
    if (wish := task_of(intent, view.text)) and wish != view.task:
        return "action_start_task"
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
    if len(view.text) <= SHORT_ANSWER and _HAS_NONE.search(view.text):
        return True
    text, asked = view.text, view.asked
    if answers_request(asked, text):
        return True
    if asked in DIGIT_SLOTS:
        return len(view.digits) >= 4 or "ticket_no" in view.entities
    if asked in YES_NO_SLOTS or asked in PHONE_SLOTS:
        return (
            bool(_SHORT_YES_NO.match(text)) or len(view.digits) >= 4 or view.intent in ("affirm", "deny", "correction")
        )
    if asked in PLACE_SLOTS:
        return bool(view.entities & PLACE_ENTITIES or _LANDMARK.search(text))
    if asked in ("fault_neighbour", "fault_breaker"):
        return bool(_CHECK_WORDS.search(text))
    if asked in ("fault_symptom", "fault_scope"):
        return bool(_SYMPTOM_WORDS.search(text))
    return False


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
    leaves = not view.form or last == "action_chitchat"
    if view.slots.get("wants_person") and last != "action_hand_over" and leaves:
        return "action_hand_over"
    if last in ("action_start_task", "action_resume_task", "action_take_choice"):
        return FORM_OF.get(view.task, LISTEN)
    if last in FORMS and not view.form:
        return END_OF.get(view.task, LISTEN)
    if last in ENDS:
        goes_on = view.slots.get("task_stack") and last != "action_file_emergency"
        return "action_resume_task" if goes_on else LISTEN
    if last == "action_reopen_draft" or (last in TAKE_NEXT and view.slots.get("task_stack")):
        return "action_resume_task"
    if last in WAITS_AFTER or view.slots.get("pending") == "silent":
        return LISTEN
    return None if view.form else LISTEN
