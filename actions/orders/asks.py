"""What a request may ask for: one row a slot, with how it is read, how it is read back and what a third failure gives.

A reader gets the turn, the draft and whether its slot was just asked; None means these words do not say. When the slot
was not asked a reader takes only what cannot be anything else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

from actions import reading
from actions.account.numbers import heard_account
from actions.forms import SKIPPED, Draft
from actions.orders import services, visits
from actions.outage.phone import CURRENT
from actions.turn import Turn
from kernel import account_no as accounts
from kernel import clock
from kernel import phone as phones
from kernel.dates_zh import period_of
from kernel.numbers_zh import int_of

Reader = Callable[[Turn, Draft, bool], Any]
PICTURE = re.compile(r"\[(图片|照片|文件)[^\]]*\]|(图片|照片|材料).{0,3}(发|传|上传)(了|好了|过去)")
_OF_A_VISIT = re.compile(r"上午|下午|上门|[0-9一二两三四五六七八九十]点")
_NUMBER = r"(\d+(?:\.\d+)?|[一二两三四五六七八九十百]+)"
_NONE_YET = re.compile(r"(还|都|暂时)?没(有|带|办|开|弄)|缺|差|不在手")
_UNKNOWN = re.compile(r"不(知道|清楚|晓得|懂|会)|估|随便|您?看着")
_CALLED = re.compile(
    r"(?:户主|名字|姓名|申请人|单位|公司|店名|署名|落款|写)(?:是|叫|改成|写|就写|名称是|名是)*[:：，, ]*"
)
_COMPANY = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{2,24}(?:公司|企业|工厂|厂|超市|饭店|餐馆|酒店|学校|医院|中心|合作社|经营部|工作室|店|馆|院|所)"
)
_NAME = re.compile(
    r"^(?:我(?:是|叫|姓)|就?叫|就?写|户主)?(?:是|叫)?([\u4e00-\u9fff]{2,4}?)(?:先生|女士)?(?=$|[，,。、 ]|的|住)"
)
_NOT_NAMES = re.compile(
    r"^(可以|好的?|对的?|是的?|不用|不要|没有|不知道|随便|匿名|等等?|稍等|你好|谢谢|居民|住宅|新装|明天|今天|上午|下午)"
)
_SPOT = re.compile(r"[\u4e00-\u9fff0-9]{2,16}?[ABCabc负地][0-9一二三层]{0,2}[-－—]?[0-9]{2,4}(?:号|车位)?")


@dataclass(frozen=True)
class Ask:
    """`otherwise`: the value after the third answer nobody could read; None lets a person go on."""

    slot: str
    label: str
    read: Reader
    shown: Callable[[Any], str] = str
    otherwise: Any = None


_SITE = re.compile(r"(供电所|变电站|公司|工地|饭店|餐馆|超市|市场|酒店|大院|车库|地库|班组|营业厅|仓库|作坊|网吧|矿)")
LONGEST_SITE = 30


def name(turn: Turn, draft: Draft, asked: bool) -> str | None:
    if value := turn.entity("person_name"):
        return value
    if called := _CALLED.search(turn.text):
        rest = _COMPANY.match(turn.text, called.end()) or re.compile(r"[\u4e00-\u9fff]{2,4}").match(
            turn.text, called.end()
        )
        return rest[0] if rest else None
    if not asked:
        return None
    if company := _COMPANY.search(turn.text):
        return company[0]
    found = _NAME.match(turn.text.strip())
    return found[1] if found and not _NOT_NAMES.match(found[1]) and not reading.is_yes(turn) else None


def signature(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """A name to be told to those who are praised, or none."""
    if not asked:
        return None
    if re.search(r"匿名|不(留|署|写|用|愿意|想)|一位居民", turn.text) or reading.is_no(turn):
        return "一位居民"
    if match := re.search(r"写(?:上)?([\u4e00-\u9fff]{2,6})", turn.text):
        return match[1].removesuffix("吧")
    return name(turn, draft, True) or ("一位居民" if reading.is_yes(turn) else None)


def place(turn: Turn, draft: Draft, asked: bool) -> str | None:
    if spot := _SPOT.search(turn.text):
        return re.sub(r"^.*?(是|在|改成|车位)(?=.{4})", "", spot[0])
    found = reading.place(turn)
    if found or not asked:
        return found
    words = reading.place_words(turn.text)
    if words:
        return words
    if _SITE.search(turn.text) and len(turn.text) <= LONGEST_SITE:
        return turn.text.strip()
    again = int(draft["attempt"] or 0) >= 1 and len(turn.text.strip()) >= 2
    return turn.text.strip()[:60] if again else None


def kilowatts(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """Whole or decimal kW as text; an estimate for whoever names appliances or does not know."""
    if match := re.search(rf"{_NUMBER}\s*个?(?:千瓦|[kK][wW]|瓩)", turn.text):
        return _kw(match[1])
    if not asked:
        return None
    if match := re.search(rf"^\D{{0,6}}?{_NUMBER}(?:个|左右|吧|够了|就行|就够)*[。.!！]?$", turn.text.strip()):
        return _kw(match[1])
    says_load = any(row.name in turn.text for row in services.loads())
    return str(services.estimated_kw(turn.text)) if says_load or _UNKNOWN.search(turn.text) else None


def _kw(words: str) -> str | None:
    value = words if words.replace(".", "", 1).isdigit() else str(int_of(words) or "")
    return value if value and 0 < float(value) <= 100_000 else None


def account(turn: Turn, draft: Draft, asked: bool) -> str | None:
    said = heard_account(turn, asked=asked)
    if said and accounts.is_valid(said):
        return said
    tries = int(draft["attempt"] or 0)
    return SKIPPED if asked and ((said and tries >= 1) or (not said and reading.cannot_say(turn.text))) else None


def materials(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """`all`, `sent`, `later`, or the words that say what is missing."""
    if PICTURE.search(turn.text):
        return "sent"
    if not asked:
        return None
    if re.search(r"后补|补|晚点|回头|以后|过几天|到时候", turn.text):
        return turn.text.strip()[:60] if re.search(r"[\u4e00-\u9fff]{2,}还?没", turn.text) else "later"
    if _NONE_YET.search(turn.text) and len(turn.text.strip()) > 4 and not re.match(r"^(都|全)?(还)?没", turn.text):
        return turn.text.strip()[:60]
    if reading.is_no(turn) or _NONE_YET.search(turn.text):
        return "later"
    return "all" if reading.is_yes(turn) or re.search(r"有|齐|带了|都在|准备好", turn.text) else None


def visit(turn: Turn, draft: Draft, asked: bool) -> dict[str, Any] | None:
    offers = draft["visit_offers"] or visits.offered()
    if asked and re.search(r"随便|都行|都可以|您定|你定|尽快|越快越好", turn.text):
        return dict(offers[0])
    if not asked and not (period_of(turn.text, clock.today(), ahead=True) and _OF_A_VISIT.search(turn.text)):
        return None
    found = visits.chosen(turn.text, offers, draft["request_visit"])
    if found is None and asked and reading.is_yes(turn):
        found = dict(offers[0])
    return found


def happened(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """When it was, in the customer's words where no day can be made of them."""
    said = period_of(turn.text, clock.today(), ahead=False)
    if said and len(said.split("/")[-1]) == 10:
        at = visits.hour_of(turn.text)
        return said.split("/")[-1] + (f" {at}" if at else "")
    if lasting := re.search(r"(从|自).{1,12}?(到现在|至今|开始|以来|起)(到现在|至今)?", turn.text):
        return lasting[0]  # 从九月份开始到现在 is no moment
    if re.search(r"刚才|刚刚|现在|正在|今天", turn.text):
        return f"{clock.now():%Y-%m-%d %H:%M}"
    often = re.search(
        r"老是|经常|总是|天天|每天|每晚|一直|频繁|好几[次回天]|[0-9一二两三四五六七八九十几]+[次回]|晚上|夜里|白天",
        turn.text,
    )
    if often:
        return often[0] if not asked else turn.text.strip()[:40]
    if not asked:
        return None
    if reading.is_yes(turn) or reading.is_no(turn):
        return None
    return SKIPPED if reading.cannot_say(turn.text) else turn.text.strip()[:40] if len(turn.text.strip()) >= 2 else None


WISHES: tuple[tuple[str, str], ...] = (
    (r"赔|索赔|损失", "赔偿"),
    (r"道歉", "道歉"),
    (r"整改|多久|什么时候.{0,4}(好|改)|彻底|解决|改好", "整改时间"),
    (r"解释|说明|原因|为什么", "说明原因"),
    (r"退(费|钱|款)", "退费"),
    (r"处理(他|她|人|这个)|处罚|换人", "处理责任人"),
)


def wish(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """What the customer wants to come of it."""
    found = next((value for pattern, value in WISHES if re.search(pattern, turn.text)), None)
    if found and (asked or found == "赔偿"):
        return found
    if asked and re.search(r"说法", turn.text):
        return None  # which kind of answer is still to be asked
    if not asked:
        return None
    if reading.is_no(turn) or reading.cannot_say(turn.text):
        return SKIPPED
    return turn.text.strip()[:60] if len(turn.text.strip()) >= 2 and not reading.is_yes(turn) else None


def grounds(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """Why somebody suggests it; nobody has to say."""
    if not asked:
        return None
    if reading.is_no(turn) or re.search(r"没什么|没有为什么|就这样|没了", turn.text):
        return SKIPPED
    return turn.text.strip()[:120] if len(turn.text.strip()) >= 2 else None


def self_check(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """The meter's light with the main switch off: `still`, `stopped`, `unseen`."""
    if not asked and "总" not in turn.text:
        return None
    if re.search(r"不闪|没闪|不走|没走|不动|停了|灭了|没再", turn.text):
        return "stopped"
    if re.search(r"还(在)?(闪|走|转)|照样|仍|在闪|在走|闪得|闪一|还是(闪|走|转)", turn.text):
        return "still"
    cannot = reading.cannot_say(turn.text) or re.search(r"不(会|想|敢|方便|用)|看不|没空|算了|直接|没在", turn.text)
    if asked and (cannot or reading.is_no(turn)):
        return "unseen"
    return None


def danger(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """Can anybody touch the wire, does it spark?"""
    if re.search(r"(没|不|无).{0,3}(火花|冒火|碰|垂|危险|够)|(碰|够)不[到着]", turn.text):
        return "no"
    if re.search(r"垂|耷拉|头顶|碰[到得]|够[得到]|火花|冒火|露(着|在)|裸|绊", turn.text):
        return "yes"
    if not asked:
        return None
    if reading.is_yes(turn):
        return "yes"
    return "no" if reading.is_no(turn) or reading.cannot_say(turn.text) else None


def anonymity(turn: Turn, draft: Draft, asked: bool) -> str | None:
    if re.search(r"匿名|不(想|要|愿意?|用)?留|不署名|保密|不想让", turn.text):
        return "yes"
    if not asked:
        return None
    if re.search(r"不用|不想|不要", turn.text) or reading.is_no(turn):
        return "yes"
    says_who = reading.contact_phone(turn) or reading.tail4(turn)
    return "no" if says_who or re.search(r"留|实名|署名|可以", turn.text) or reading.is_yes(turn) else None


QUIET = (time(21), time(8))
"""Nobody is called between these hours (dialogues D31)."""


def call_time(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """When to be called: a day with a half or an hour, or `now`."""
    if re.search(r"现在|马上|立刻|尽快|越快越好|随时|都行|都可以|随便", turn.text):
        return "now" if asked or "回" in turn.text or "打" in turn.text else None
    found = visits.chosen(turn.text, _days_ahead()) if _says_time(turn.text) else None
    if found is None:
        return "now" if asked and reading.is_yes(turn) else None
    at = found.get("at")
    if at is None and re.search(r"晚上|傍晚", turn.text):
        found["at"] = "19:00"
    return visits.shown(found)


def _says_time(text: str) -> bool:
    return bool(re.search(r"上午|下午|早上|晚上|中午|傍晚|明天|后天|今天|周[一二三四五六日天]|星期|\d+号|点", text))


def _days_ahead() -> list[dict[str, str]]:
    today = clock.today().isoformat()
    return [{"day": today, "half": "am"}, {"day": today, "half": "pm"}]


def is_quiet(text: str) -> bool:
    """Whether an hour that was named (`11月24日 22:30`) lies where nobody is called."""
    found = re.search(r"(\d{2}):(\d{2})$", text)
    return bool(found) and not (QUIET[1] <= time(int(found[1]), int(found[2])) < QUIET[0]) if found else False


def feed_in(turn: Turn, draft: Draft, asked: bool) -> str | None:
    if re.search(r"全额|全部卖|都卖|全卖", turn.text):
        return "全额上网"
    if re.search(r"自发|自用|余电|自己用|剩", turn.text):
        return "自发自用，余电上网"
    return "自发自用，余电上网" if asked and (reading.is_yes(turn) or _UNKNOWN.search(turn.text)) else None


def hall(turn: Turn, draft: Draft, asked: bool) -> str | None:
    found = next((row.name for row in services.halls() if row.short in turn.text), None)
    if found or not asked:
        return found
    first = services.halls()[0].name
    return first if reading.is_yes(turn) or re.search(r"都行|随便|最近|哪个", turn.text) else None


def business(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """What somebody comes to a hall for."""
    if value := turn.entity("business_type"):
        return value
    found = re.search(r"过户|更名|销户|新装|增容|发票|缴费|交费|退费|改电话|光伏|充电桩", turn.text)
    if found:
        return found[0]
    return turn.text.strip()[:30] if asked and len(turn.text.strip()) >= 2 and not reading.is_yes(turn) else None


_NOTICE_KINDS: tuple[tuple[str, str], ...] = (
    (r"停电|检修", "计划停电"),
    (r"来电|复电|送电", "来电"),
    (r"账单|电费单", "账单"),
    (r"到账|缴费|交费", "缴费到账"),
    (r"关怀|天气|提示", "关怀"),
)
_ALWAYS_SENT = "欠费停电"


def notices(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """Which kinds of message stay on; what the law asks to tell is never switched off."""
    if not asked:
        return None
    if re.search(r"都(不要|关|别)|一个都不|全关|全退", turn.text):
        return _ALWAYS_SENT
    if re.search(r"都(要|留|可以)|全(要|留)", turn.text):
        return "、".join(name for _, name in _NOTICE_KINDS)
    kept = re.split(r"但是?|只(要|留|收)|不过|除了", turn.text)[-1] or ""
    found = [name for pattern, name in _NOTICE_KINDS if re.search(pattern, kept)]
    return "、".join(found) or None


def notice_door(turn: Turn, draft: Draft, asked: bool) -> str | None:
    """By which door they come."""
    for pattern, name in ((r"微信|公众号", "微信"), (r"短信", "短信"), (r"电话", "电话")):
        if re.search(pattern, turn.text) and (asked or "只" in turn.text):
            return name
    return "短信" if asked and (reading.is_yes(turn) or re.search(r"随便|都行|都可以", turn.text)) else None


def phone_shown(value: Any) -> str:
    return phones.mask(str(value)) if value != CURRENT else "就用现在这个"


def when_shown(value: Any) -> str:
    text = str(value)
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return text
    return f"{int(text[5:7])}月{int(text[8:10])}日{text[10:]}"


def kw_shown(value: Any) -> str:
    return f"{value} 千瓦"


def account_shown(value: Any) -> str:
    return f"尾号 {accounts.last4(str(value))}"


_MATERIALS = {"all": "材料已备好", "sent": "材料已收到", "later": "材料后补"}
_CHECKS = {"still": "关总闸后灯仍闪", "stopped": "关总闸后灯停了", "unseen": "没有自查"}

ASKS: dict[str, Ask] = {
    ask.slot: ask
    for ask in (
        Ask("request_self_check", "自查", self_check, lambda v: _CHECKS[v], "unseen"),
        Ask("request_danger", "危险", danger, lambda v: "线会碰到人" if v == "yes" else "", "no"),
        Ask("request_when", "时间", happened, when_shown, SKIPPED),
        Ask("request_wish", "诉求", wish, str, SKIPPED),
        Ask("request_grounds", "理由", grounds, str, SKIPPED),
        Ask("request_place", "地址", place, str, SKIPPED),
        Ask("request_name", "户主", name, str, SKIPPED),
        Ask("request_signature", "署名", signature, str, "一位居民"),
        Ask("request_account_no", "户号", account, account_shown, SKIPPED),
        Ask("request_kw", "容量", kilowatts, kw_shown, "8"),
        Ask("request_feed_in", "方式", feed_in, str, "自发自用，余电上网"),
        Ask("request_materials", "材料", materials, lambda v: _MATERIALS.get(v, "材料先交一部分"), "later"),
        Ask("request_notices", "保留", notices, str),
        Ask("request_notice_door", "渠道", notice_door, lambda v: f"只走{v}", "短信"),
        Ask("request_hall", "营业厅", hall, str, services.halls()[0].name),
        Ask("request_business", "业务", business, str, SKIPPED),
        Ask("request_anonymous", "署名", anonymity, lambda v: "匿名" if v == "yes" else "", "yes"),
        Ask("request_visit", "时间", visit, visits.shown),
        Ask("request_call_time", "回电时间", call_time, lambda v: "尽快" if v == "now" else v, "now"),
    )
}
