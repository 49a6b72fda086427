"""Account numbers, phones, order numbers, meters, amounts: which string of digits is what?"""

# ruff: noqa: E501  one wording a pattern, one value a row: broken lines would hide the alternatives
from __future__ import annotations

import re
from collections.abc import Iterator

from bot.nlu.spans import Span
from kernel import phone as phones
from kernel.numbers_zh import amount_of, digits_of

_D = "0-9零〇一二三四五六七八九幺洞拐两勾"
# 一 of 一直, 一下 and the like is no digit: 电表0012345678一直亮.
_SIGN = rf"(?:(?!一[直下起共样些般定旦])[{_D}])"
_REPEAT = rf"[二两三四五六]个[{_D}]"
# What people put between two groups of one number: pauses, hyphens, 嗯, 对, 然后是.
_PAUSE = rf"(?:[ \-,，、.]|杠|减|嗯|啊|呃|额|哦|噢|呢|哈|那个|这个|然后|接着|接下来|再?后[面头][两三四五六]个(?![{_D}])|后面|再|对|就?是)"
_RUN = re.compile(rf"(?:{_REPEAT}|{_SIGN})(?:{_PAUSE}{{0,7}}(?:{_REPEAT}|{_SIGN}))*")
_TICKET = re.compile(
    rf"(?<![a-z\d])(?!app|qq|wx|vx)([a-z] ?[a-z](?: ?[a-z])?)[ \-]?((?:{_REPEAT}|[{_D}])(?:[ \-]?(?:{_REPEAT}|[{_D}])){{5,15}})(?![{_D}])"
)
_BEFORE = 12  # signs looked at before a number for what it may be
_CONTEXT = (
    (
        "ticket_no",
        re.compile(r"(?:工单|受理|报修|投诉|申请|业务)(?:单|的)?编?号码?|工单|单子?(?:编?号|的?号码?)|受理单|受理"),
    ),
    (
        "meter_no",
        re.compile(
            r"(?<![代填])表(?:计|码)?[^,。!?\d户箱单]{0,5}号码?|(?:资产|出厂|局)编?号|条形?码|(?<![报代填度])表(?:[上面里][^,。!?户]{0,8}|是|为|:)?$"
        ),
    ),
    ("account_no", re.compile(r"户号|客户编号|用户编号|用户号|户头|编号|客户号")),
    ("other", re.compile(r"qq号?|微信号|税号|卡号|快递|订单号?|身份证号?|邮编|密码|验证码|车牌")),
    ("phone", re.compile(r"电话|手机|座机|号码|打给?|联系|回电?|拨")),
)
_UNIT_AFTER = re.compile(
    r"^ ?(?:元|块|毛|角|分|度|千瓦|kw|kva|安|伏|月|年|号|日|天|栋|幢|座|单元|室|楼|层|点|时|小时|个|户|口|人|次|家|平|米|%|档|路|张|遍|回)"
)
_HOTLINES = {"95598", "12398", "110", "119", "120", "12345", "12315", "114", "886"}
_FILLER = re.compile(
    r"(?:[是我的嗯哦噢啊呃额呢那应该就再对号户收到了吧哈嘛呀,，。.:：! ?]|不对|不是|错了?|说错|打快了|哎呀|哦|哎|手机|电话|[前后末最]?[面尾后头]?[那这]?[三四五六]位|那位|[三四五六]个数|重来|重新|尾数|末尾|尾号|验证码|然后|接着|接下来|[前后]面|[前后]头|前几位|后几位|开头|中间|最后|还有|这个|数字|没了|完了|没有了|好像|可能|我?(?:只|就)?记得|等一下|等等|稍等|还差|还剩|第[一二三四]段|身份证)*"
)


def _context(text: str, start: int) -> str:
    before = text[max(0, start - _BEFORE) : start]
    best, at = "", -1
    for name, pattern in _CONTEXT:
        for match in pattern.finditer(before):
            if match.end() > at:
                best, at = name, match.end()
    return best


_METER_AFTER = re.compile(r"^ ?(?:号?的?[这那]?[块只]|号(?:电能|智能|电)?表)")  # 0045678912这块表


_FEWEST = {"ticket_no": 4, "meter_no": 6}  # 表上3562 is a reading


def _kind(digits: str, context: str, raw: str) -> str | None:
    """Which entity a string of digits is, None when length and words around say nothing."""
    count = len(digits)
    if context == "other" and not phones.is_mobile(digits):
        return None
    if (
        context in ("ticket_no", "meter_no")
        and count >= _FEWEST[context]
        and not (context == "ticket_no" and phones.is_mobile(digits))
    ):
        return context
    if phones.is_mobile(phones.normalise(digits)):
        return "phone"
    area = count in (10, 11, 12) and digits[0] == "0" and phones.is_phone(digits)
    if area and (context == "phone" or count != 10 or "-" in raw):
        return "phone"
    if count == 10 and context != "phone":
        return "account_no"
    return "phone" if count in (7, 8) and context == "phone" and digits[0] in "2345678" else None


def _tickets(text: str) -> Iterator[Span]:
    for match in _TICKET.finditer(text):
        letters = match[1].replace(" ", "").upper()
        yield Span(match.start(), match.end(), "ticket_no", letters + digits_of(match[2]))


def _is_said_number(raw: str) -> bool:
    """一百二 style quantities never come here; but 一 in 一下 or 三四 in 三四天 does, and is too short to be a number."""
    return len(digits_of(raw)) >= 4 or (raw.isascii() and len(digits_of(raw)) >= 3)


# 尾号, 后四位: a part of some number, whatever else the sentence says.
_PART_BEFORE = re.compile(
    r"(?:[尾末]号|[前后末][面头]?(?:那|这)?[三四五六几]位|最后[三四五六几]位|开头|结尾|位数?|工号|分机号?|验证码|密码|(?:短信|动态|校验)码)(?:数|数字)?(?:呢|应该|好像|不?是|为|:|,|,|那个| ){0,3}$"
)
_PART_AFTER = re.compile(r"^ ?(?:开头|结尾|打头)")


def _is_part(text: str, start: int, end: int) -> bool:
    return bool(_PART_BEFORE.search(text[max(0, start - _BEFORE) : start]) or _PART_AFTER.match(text[end:]))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Nothing around but 是, 然后 and the like: one turn of a number told in several."""
    return bool(_FILLER.fullmatch(text[:start]) and _FILLER.fullmatch(text[end:]))


def _runs(text: str) -> Iterator[Span]:
    for match in _RUN.finditer(text):
        for start, end in _pieces(text, match):
            span = _named(text, start, end)
            if span:
                yield span


def _pieces(text: str, run: re.Match[str]) -> list[tuple[int, int]]:
    """One number with pauses inside where that makes one, else what stands between the words, else between the blanks."""
    # Said digits pause at a comma (三幺洞洞，幺洞…); typed ones are two numbers (后四位, 验证码).
    if not re.search(r"\d[ ]?[,、][ ]?\d", run.group()) and _is_one(text, *run.span()):
        return [run.span()]
    found = []
    for part in _BETWEEN_WORDS.finditer(text, *run.span()):
        start, end = part.span()
        blanks = [p.span() for p in _BETWEEN_BLANKS.finditer(text, start, end)]
        found += [(start, end)] if _is_one(text, start, end) else blanks
    return found


_BETWEEN_WORDS = re.compile(rf"(?:{_REPEAT}|{_SIGN})(?:[ \-杠减]{{0,2}}(?:{_REPEAT}|{_SIGN}))*")
_BETWEEN_BLANKS = re.compile(rf"(?:{_REPEAT}|{_SIGN})+(?:-{_SIGN}+)*")


def _is_one(text: str, start: int, end: int) -> bool:
    raw = text[start:end]
    digits = digits_of(raw)
    alone = 3 <= len(digits) <= 12 and " " in raw and _stands_alone(text, start, end)
    return alone or _kind(digits, _context(text, start), raw) is not None


def _named(text: str, start: int, end: int) -> Span | None:
    raw = text[start:end]
    digits = digits_of(raw)
    alone = _stands_alone(text, start, end) or _is_part(text, start, end)
    if digits in _HOTLINES or not (_is_said_number(raw) or (alone and len(digits) >= 3)):
        return None
    of_meter = _METER_AFTER.match(text[end:]) and "表" in text[end : end + _BEFORE]
    kind = _kind(digits, "meter_no" if of_meter else _context(text, start), raw)
    if kind == "phone":
        digits = phones.normalise(digits)
    if kind is None:
        if not alone or len(digits) > 12 or _UNIT_AFTER.match(text[end:]):
            return None
        kind = "digits"
    return Span(start, end, kind, digits)


_N = r"(?:\d[\d,]*(?:\.\d+)?[百千万]?|[零〇一二两三四五六七八九十百千万]+(?:点[零一二三四五六七八九]+)?)"
_AMOUNT = re.compile(
    rf"[¥￥]?(?:{_N}(?:块钱|元钱|块|元(?!旦)|圆|蚊)(?:零?{_N}[毛角](?:{_N}分?)?|[零〇一二两三四五六七八九]分?(?![个天月年号楼栋单度])|\d{{1,2}}(?![\d个天月年号楼栋单.]))?"
    rf"|{_N}[毛](?:{_N}分?)?|{_N}角(?:{_N}分)?(?![落度形])|(?<=[¥￥]){_N})(?:钱|整)?"
)
# 一百二, 两千五, 五百六十八点七, 交了200: money without its unit, where the words around speak of money.
_PAID = r"(?:(?<!公)交了?|充[了的]?|扣了?我?|欠了?|花了?|付了?|缴了?|[退收给赔少多]了?我?|转(?:了|过去)|汇了?|预存|充值|存了?|写的?(?=[^,。]{2,9}点)|又|[交充扣付收花]的是|不是[^,。]{1,8}[,，]?是|少了是|一共|总共|开口要)"
_SAID_N = r"[一二两三四五六七八九][零一二两三四五六七八九百千万]*[十百千万][零一二两三四五六七八九十百千]*(?:点[零一二三四五六七八九]{1,2})?"
_NO_UNIT = r"(?![零一二三四五六七八九十百千万点\d度路个天月年号多来几楼栋块元口位户岁瓦千安伏人次斤米毛角分秒小周])"
_BARE_AMOUNT = re.compile(
    rf"{_PAID}(?P<n>{_SAID_N}|\d{{2,5}}(?:\.\d{{1,2}})?){_NO_UNIT}"
    rf"|(?P<d>(?<![\d.v版:])\d+\.\d{{1,2}}(?![\d.度千万kK号月日年%倍米小版兆寸折安伏平个斤]))"
    rf"|(?P<t>(?:(?<=个月)|(?<=月份)|(?<=\d月)|(?<=[一两二三四五六七八九十]月)|(?<=[次回笔期户])|(?<=欠的)|(?<=,)(?=[^,]{2, 7},)|(?<=现在)|^){_SAID_N}(?=[,，。!?]|$|还了|也|了))"
    rf"|(?P<m>{_SAID_N})(?=的?(?:电费|钱)|(?:我|都|早|就|已经?|也|刚|昨天|明明){{0,3}}[交缴付充扣]了?)"
)
_OF_MONEY = re.compile(r"[钱费价收交扣算账单块元款退充抄贵欠付]|一度|余额")
_ABOUT_BEFORE = re.compile(r"(?:大概|差不多|大约|估计|约|将近|快)$")
_ABOUT_AFTER = re.compile(r"^(?:左右|上下|多|来块|把|几)")


def _is_about(text: str, start: int, end: int) -> bool:
    """大概一百, 几十块, 一百块左右: a guess is no amount."""
    guessed = _ABOUT_BEFORE.search(text[:start]) or _ABOUT_AFTER.match(text[end:])
    return bool(guessed) or text[:start].endswith(("几", "多", "数"))


def _needs_money(bare: re.Match[str]) -> bool:
    """A number that nothing right beside it calls money is one only where the sentence speaks of it."""
    return bool(bare["d"] or bare["t"]) or "是" in bare.group()


_THINGS = re.compile(r"(?:太阳能|光伏|智能|旧|新)?(?:电?表|地|板|屏|牌|砖|田|电池)")  # 十二块表
_COUNTED = re.compile(r"(?:[表板桩]|申请)[^,。!?收交扣钱费价]{0,6}$|[挤凑放搁]$")  # 电表一块, 挤一块
_PAID_BEFORE = re.compile(r"[充交缴付扣花]了?$")


def _amounts(text: str) -> Iterator[Span]:
    found = [(m.start(), m.end()) for m in _AMOUNT.finditer(text)]
    bare = [m for m in _BARE_AMOUNT.finditer(text) if not _needs_money(m) or _OF_MONEY.search(text)]
    found += [m.span(m.lastgroup or 0) for m in bare]
    for start, end in found:
        raw = text[start:end]
        if _is_about(text, start, end):
            continue
        if raw == "一块" and not re.match(r"[钱,，。!?？ 的]|一度|$", text[end:]):
            continue
        if raw.startswith("一块") and text[max(0, start - 1) : start] in (
            "这",
            "那",
            "换",
            "装",
            "来",
            "人",
            "家",
            "户",
        ):
            continue
        value = amount_of(raw)
        if re.fullmatch(r"[一二两三四五六七八九]块", raw) and _COUNTED.search(text[:start]):
            continue
        of_things = _THINGS.match(text[end:]) and not _PAID_BEFORE.search(text[:start])
        if value is not None and not of_things:
            yield Span(start, end, "amount", format(value, "f"))


def number_spans(text: str) -> list[Span]:
    return [*_tickets(text), *_amounts(text), *_runs(text)]
