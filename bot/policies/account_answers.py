"""Answers to what is asked about an account that look like something else: 不知道户号, 不想核对, an address instead.

Patterns: inside a form the question is known, so few words tell. Standard library only.
"""

from __future__ import annotations

import re

_NUMBER_OR_NONE = re.compile(
    r"(不|没|忘|记不|想不起).{0,8}(户号|编号|号码?|单子|账单|知道|晓得|记得|清楚|找到|带|有)|忘(了|记)|找不到|记不(得|住|清)|"
    r"户号.{0,6}(在哪|哪里|是多少|是啥|是什么)|(手机号?|电话|地址)(查|找|行|可以)|第?[一二三四1-4][个户家]|头一?[个户]|[前后]面|尾号|[后末]四位"
)
_PLACE = re.compile(r"栋|号楼|幢|单元|室|小区|花园|新村|家园|路\d|街\d|里\d")
_NO_PROOF = re.compile(r"不想|不愿|不核对|不验证|不方便|没带|手机不在|收不到|没收到|重发|再发|没来|拿不到")
_AMENDS = re.compile(r"改成|改为|改到|换成|应该是|不对|错|@|艾特|邮箱|税号|抬头|户主")
_PAID = re.compile(
    r"(交|缴|付|充|还)(过|了|完|清|好)|已经|没(交|缴|付)|怎么(交|缴|付)|(现在|马上|这就|我)(去|来)?(交|缴|付)|等会|明天"
)
_OTHER_PHONE = re.compile(r"另外|另一|别的|换(一|个)|其他|这个|这部|发")
_WRITTEN = re.compile(
    r"@|艾特|[0-9A-Za-z]{6}|公司|单位|厂|店|学校|医院|中心|户主|业主|房东|租|个人|抬头|税号|邮箱|月|没有|年|"
    r"过户|更名|绑定|解绑|销户|暂停|电话|减容|改类|峰谷|多人口"
)
_NAME = re.compile(r"^(新户主|名字|户主|姓名|我叫|叫|是|改成|过给|给)*[\u4e00-\u9fff·]{2,4}$")
_POLICY = re.compile(r"怎么|为什么|多少|什么|吗$|呢$|几点|哪")


_WAITS = re.compile(r"(等|稍)(一?下|会儿?|等)|我(去|来)?(找|翻|看|拿)(一下|找|看|下)?")
_DIGITS_ONLY = re.compile(r"^[\d零〇一二三四五六七八九幺洞拐两勾\s，,。.、…\-]+$")


def waits(asked: str | None, text: str) -> bool:
    """户号等一下我找找: they look for the number."""
    return asked == "account_no" and bool(_WAITS.search(text)) and not re.search(r"\d{4}", text)


def answers_account(asked: str | None, text: str) -> bool:
    """Whether these words answer a question about an account although no digits were said."""
    if asked == "account_no":
        return bool(
            _DIGITS_ONLY.fullmatch(text)
            or _NUMBER_OR_NONE.search(text)
            or _PLACE.search(text)
            or _NO_PROOF.search(text)
        )
    if asked == "account_confirmed":
        return bool(_NUMBER_OR_NONE.search(text))
    if asked in ("identity_phone_last4", "identity_code"):
        return bool(_NO_PROOF.search(text))
    if asked == "service_confirmed":
        return bool(_AMENDS.search(text))
    if asked == "reconnect_paid":
        return bool(_PAID.search(text))
    if asked == "pay_sms_wanted":
        return bool(_OTHER_PHONE.search(text))
    if asked in ("change_name", "change_value"):
        return bool(_NAME.match(text)) or not _POLICY.search(text)
    return asked in _WRITTEN_SLOTS and bool(_WRITTEN.search(text)) and not _POLICY.search(text)


_WRITTEN_SLOTS = frozenset(
    {"invoice_who", "invoice_title", "invoice_tax_no", "invoice_month", "invoice_email", "change_kind", "change_period"}
)


_ANOTHER_MONTH = re.compile(
    r"(那|还有|再查|再看|再问)?(一下)?(今年|去年)?(上+个?月|前个?月|\d{1,2}月|[一二三四五六七八九十]{1,2}月|去年|前年)(份)?(的)?(电费)?(呢|是?多少|怎么样)?[？?。]?"
)


def asks_another_month(text: str) -> bool:
    """那九月的呢, after a bill was told."""
    return bool(_ANOTHER_MONTH.fullmatch(text))
