"""Which day, month or span does somebody mean in Chinese, and how is a date said?

Values are those of domain/intents.md (`period`): `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, spans as `first/last`. A week begins
on Monday. A month or day without a year is the nearest past one (bills), or the nearest coming one when something is
planned.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from kernel.numbers_zh import digits_of, int_of, speak_digits, speak_int


@dataclass(frozen=True)
class Period:
    """A span of `text[start:end]` and what it means."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class _Point:
    """One said point of time. `first` and `last` are equal unless it covers a span; `said` lists y, m, d as spoken."""

    start: int
    end: int
    first: str
    last: str
    said: str = "ymd"

    @property
    def value(self) -> str:
        return self.first if self.first == self.last else f"{self.first}/{self.last}"


_ONE = "一二三四五六七八九"
_MONTH_NO = rf"(?:1[0-2]|0?[1-9](?!\d)|十[一二]?|[{_ONE}])"
_DAY_NO = rf"(?:3[01]|[12]\d|0?[1-9](?!\d)|三十一?|二?十[{_ONE}]?|廿[{_ONE}]?|[{_ONE}])"
_YEAR_NO = r"(?:(?:19|20)\d\d|二[零〇][一二三][零〇一二三四五六七八九]|[23]\d(?=年)|二[零〇一二三四五六七八九](?=年))"
_HOURS = r"(?:凌晨|清早|早上|早晨|大清早|上午|中午|下午|傍晚|晚上|夜里|半夜|一早)?"
_DAY_END = r"[日号號](?![楼樓栋幢院台线變变机杆房店门表桩馆桌窗码箱柜公座])"
_WEEK = r"(?:周|星期|礼拜|禮拜)"
_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"

_DAY_WORDS = {
    "大前天": -3,
    "前天": -2,
    "前日": -2,
    "前儿": -2,
    "前晚": -2,
    "昨天": -1,
    "昨日": -1,
    "昨儿": -1,
    "昨个": -1,
    "昨晚": -1,
    "昨夜": -1,
    "寻日": -1,
    "今天": 0,
    "今日": 0,
    "今儿": 0,
    "今个": 0,
    "今朝": 0,
    "今早": 0,
    "今晨": 0,
    "昨晨": -1,
    "明晨": 1,
    "今晚": 0,
    "今夜": 0,
    "明天": 1,
    "明日": 1,
    "明儿": 1,
    "明个": 1,
    "明早": 1,
    "明晚": 1,
    "听日": 1,
    "大后天": 3,
    "后天": 2,
    "后日": 2,
    "后儿": 2,
}
_YEAR_WORDS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "旧年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_FEASTS = {
    "元旦": (1, 1),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "国庆": (10, 1),
    "十一": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "圣诞": (12, 25),
}
_SEASONS = {"春": (3, 5), "夏": (6, 8), "秋": (9, 11), "冬": (12, 2)}

# Speaking of something to come: then a bare month or day is the nearest coming one.
_AHEAD = re.compile(
    r"预约|请于|约[个到在]|改约|改到|改成|计划|打算|准备|安排|要停|会停|停不停|停电吗|停电不|停电么|停电通知|检修|报停|停用|停产|回电|回个?电话|打给我|打回|"
    r"^.{0,4}号(?:上午|下午)|上门|来[装换修看校]|过来|有空|方便|搬家|装修|放假|开门|上班|下班|营业|能不能|可以来|之前办|到期|提前|推迟|再[打来联]"
)


def _add_months(year: int, month: int, count: int) -> tuple[int, int]:
    index = year * 12 + month - 1 + count
    return index // 12, index % 12 + 1


def _ym(year: int, month: int) -> str:
    return f"{year:04d}-{month:02d}"


def _year_from(text: str, today: date) -> int:
    if text in _YEAR_WORDS:
        return today.year + _YEAR_WORDS[text]
    digits = digits_of(text)
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _nearest_year_of_month(month: int, today: date, ahead: bool) -> int:
    if ahead:
        return today.year if month >= today.month else today.year + 1
    return today.year if month <= today.month else today.year - 1


def _valid(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1] else None


def _nearest_month_day(month: int, day: int, today: date, ahead: bool) -> date | None:
    for year in range(today.year, today.year + 5) if ahead else range(today.year, today.year - 5, -1):
        found = _valid(year, month, day)
        if found and (found >= today if ahead else found <= today):
            return found
    return None


def _nearest_day(day: int, today: date, ahead: bool) -> date | None:
    for step in range(12):
        year, month = _add_months(today.year, today.month, step if ahead else -step)
        found = _valid(year, month, day)
        if found and (found >= today if ahead else found <= today):
            return found
    return None


_Found = tuple[str, str, str] | None  # first, last, said
_Rule = Callable[[re.Match[str], date, bool], _Found]


def _calendar(m: re.Match[str], today: date, ahead: bool) -> _Found:
    """[year] [month] [day] with at least a month; the year as figures or as 去年."""
    month = int_of(m["month"]) or 0
    day = int_of(m["day"]) if m["day"] else None
    year = _year_from(m["year"], today) if m["year"] else None
    said = ("y" if m["year"] else "") + "m" + ("d" if day else "")
    if day is None:
        value = _ym(year or _nearest_year_of_month(month, today, ahead), month)
        return value, value, said
    found = _valid(year, month, day) if year else _nearest_month_day(month, day, today, ahead)
    return (found.isoformat(), found.isoformat(), said) if found else None


def _figures(m: re.Match[str], today: date, ahead: bool) -> _Found:
    """2026-10, 2026/10/3, 2026.10."""
    year, month = int(m["year"]), int(m["month"])
    if m["day"]:
        found = _valid(year, month, int(m["day"]))
        return (found.isoformat(), found.isoformat(), "ymd") if found else None
    return (_ym(year, month), _ym(year, month), "ym") if 1 <= month <= 12 else None


def _relative_month(m: re.Match[str], today: date, ahead: bool) -> _Found:
    word = m["word"]
    count = -word.count("上") or word.count("下") or (-1 if word.startswith(("前", "头")) else 0)
    year, month = _add_months(today.year, today.month, count)
    if m["day"]:
        found = _valid(year, month, int_of(m["day"]) or 0)
        return (found.isoformat(), found.isoformat(), "ymd") if found else None
    return _ym(year, month), _ym(year, month), "ym"


def _last_months(m: re.Match[str], today: date, ahead: bool) -> _Found:
    """近三个月, 近半年, 近一年: whole months, the present one left out."""
    count = 6 if m["half"] else (int_of(m["n"]) or 0) * (12 if m["unit"] == "年" else 1)
    first = _add_months(today.year, today.month, -count)
    last = _add_months(today.year, today.month, -1)
    return (_ym(*first), _ym(*last), "ymd") if 0 < count <= 60 else None


def _last_days(m: re.Match[str], today: date, ahead: bool) -> _Found:
    count = (int_of(m["n"]) or 0) * (7 if m["unit"] in ("周", "星期", "礼拜") else 1)
    first, last = today - timedelta(days=count), today - timedelta(days=1)
    return (first.isoformat(), last.isoformat(), "ymd") if 0 < count <= 366 else None


def _day_word(m: re.Match[str], today: date, ahead: bool) -> _Found:
    value = (today + timedelta(days=_DAY_WORDS[m["word"]])).isoformat()
    return value, value, "ymd"


def _ago(m: re.Match[str], today: date, ahead: bool) -> _Found:
    count = (int_of(m["n"]) or 0) * (-1 if m["way"] in ("前", "以前", "之前") else 1)
    if m["unit"].endswith("月"):
        value = _ym(*_add_months(today.year, today.month, count))
    elif m["unit"] == "年":
        value = f"{today.year + count:04d}"
    else:
        value = (today + timedelta(days=count * (1 if m["unit"] == "天" else 7))).isoformat()
    return value, value, "ymd"


def _monday(today: date, word: str) -> date:
    weeks = -word.count("上") or word.count("下")
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _weekday(m: re.Match[str], today: date, ahead: bool) -> _Found:
    index = "一二三四五六日天".find(m["day"]) if not m["day"].isdigit() else int(m["day"]) - 1
    index = min(index, 6)
    if m["word"]:
        found = _monday(today, m["word"]) + timedelta(days=index)
    else:
        step = (index - today.weekday()) % 7
        found = today + timedelta(days=step if ahead or step == 0 else step - 7)
    return found.isoformat(), found.isoformat(), "ymd"


def _week(m: re.Match[str], today: date, ahead: bool) -> _Found:
    monday = _monday(today, m["word"])
    first = monday + timedelta(days=5) if m["end"] else monday
    return first.isoformat(), (monday + timedelta(days=6)).isoformat(), "ymd"


def _half_year(m: re.Match[str], today: date, ahead: bool) -> _Found:
    year = _year_from(m["year"], today) if m["year"] else today.year
    first, last = (1, 6) if m["half"] == "上" else (7, 12)
    return _ym(year, first), _ym(year, last), "ym"


def _quarter(m: re.Match[str], today: date, ahead: bool) -> _Found:
    number, year = (today.month - 1) // 3 + 1, today.year
    if m["no"]:
        number = int_of(m["no"]) or 1
        year = _year_from(m["year"], today) if m["year"] else today.year
    else:
        number += {"上": -1, "下": 1}.get(m["word"][0], 0)
        year, number = year + (number - 1) // 4, (number - 1) % 4 + 1
    return _ym(year, number * 3 - 2), _ym(year, number * 3), "ym"


def _season(m: re.Match[str], today: date, ahead: bool) -> _Found:
    first, last = _SEASONS[m["season"]]
    if m["year"]:
        year = _year_from(m["year"], today)
    else:
        year = today.year if ahead or first <= today.month else today.year - 1
        if ahead and last >= first and last < today.month:
            year += 1
    return _ym(year, first), _ym(year + (last < first), last), "ym"


def _feast(m: re.Match[str], today: date, ahead: bool) -> _Found:
    month, day = _FEASTS[m["feast"]]
    if m["year"]:
        found: date | None = date(_year_from(m["year"], today), month, day)
    else:
        found = _nearest_month_day(month, day, today, ahead)
    return (found.isoformat(), found.isoformat(), "ymd") if found else None


def _bare_year(m: re.Match[str], today: date, ahead: bool) -> _Found:
    value = f"{_year_from(m['year'], today):04d}"
    return value, value, "y"


def _bare_day(m: re.Match[str], today: date, ahead: bool) -> _Found:
    found = _nearest_day(int_of(m["day"]) or 0, today, ahead)
    return (found.isoformat(), found.isoformat(), "d") if found else None


def _two_months(m: re.Match[str], today: date, ahead: bool) -> _Found:
    """七八月份, 1到3月."""
    one, two = int_of(m["one"]) or 0, int_of(m["two"]) or 0
    if not (1 <= one <= 12 and 1 <= two <= 12) or one == two:
        return None
    last = _year_from(m["year"], today) if m["year"] else _nearest_year_of_month(two, today, ahead)
    first = last if m["year"] or one < two else last - 1
    last = last + 1 if m["year"] and two < one else last
    return _ym(first, one), _ym(last, two), "ym"


_YEAR_WORD = "|".join(_YEAR_WORDS)
_YEAR_SAID = rf"(?:(?P<year>{_YEAR_WORD}|{_YEAR_NO}(?=年))年?的?)?"
_FULL_YEAR = r"(?:(?:19|20)\d\d|二[零〇][一二三][零〇一二三四五六七八九])"
_MAY_FIRST = "五一(?!大道|[东西南北中]?路|广场|街|新?村|社区)"
_FEAST_NAME = f"元旦|{_MAY_FIRST}|劳动节|六一|国庆|双十一|双11|双十二|双12|圣诞|十一(?=放假|长假|假期|黄金周|期间)"
_NOT_PLACE = r"(?<![路街巷弄道村区园苑组线段\d零〇一二三四五六七八九十百单第])"
_RULES: list[tuple[re.Pattern[str], _Rule]] = [
    (re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?(?![\d-])"), _figures),
    (
        re.compile(
            rf"{_YEAR_SAID}(?<![\d.])(?P<one>{_MONTH_NO})月?份?[到至~\-—](?P<two>{_MONTH_NO})月(?![\d{_ONE}十])份?"
        ),
        _two_months,
    ),
    (re.compile(rf"{_YEAR_SAID}(?<![\d一二十])(?P<one>[{_ONE}])(?P<two>[{_ONE}]|(?<=九)十)月份?"), _two_months),
    (
        re.compile(
            rf"{_YEAR_SAID}(?<![\d.十])(?P<month>{_MONTH_NO})(?:月份|月(?!饼|球|亮|租|嫂|薪))(?:(?P<day>{_DAY_NO})(?:{_DAY_END}|(?![\d号點点号百千度块元个月十共直般起样些次下定])))?{_HOURS}"
        ),
        _calendar,
    ),
    (
        re.compile(
            rf"(?P<word>上+个?月|上头个月|上各月|头个月|下+个?月|这个?月|本月|当月|前一个月|头一个月|呢个月)份?(?:的?(?P<day>{_DAY_NO})(?:{_DAY_END}))?{_HOURS}"
        ),
        _relative_month,
    ),
    (
        re.compile(rf"(?:最近|近|过去|前)(?:这)?(?:(?P<half>半年)|(?P<n>{_N})(?P<unit>个月|年)(?!前|以前|之前))"),
        _last_months,
    ),
    (re.compile(rf"(?:最近|近|过去)(?:这)?(?P<n>{_N})个?(?P<unit>天|日|周|星期|礼拜)"), _last_days),
    (re.compile(rf"(?P<n>{_N})(?P<unit>天|周|个星期|个礼拜|个月|年)(?P<way>以前|之前|前|后|以后|之后)"), _ago),
    (re.compile(rf"(?P<word>{'|'.join(sorted(_DAY_WORDS, key=len, reverse=True))})个?{_HOURS}"), _day_word),
    (re.compile(rf"(?P<word>(?:上+|下+|这|本)个?)?{_WEEK}(?P<day>[一二三四五六日天1-6])(?!期|个){_HOURS}"), _weekday),
    (re.compile(rf"(?P<word>(?:上+|下+|这|本)个?){_WEEK}(?P<end>末)?"), _week),
    (re.compile(rf"{_YEAR_SAID}(?P<half>[上下])半年"), _half_year),
    (re.compile(rf"{_YEAR_SAID}第?(?P<no>[一二三四1-4])季度|(?P<word>上个?|这个?|本|下个?)季度"), _quarter),
    (re.compile(rf"{_YEAR_SAID}(?P<season>[春夏秋冬])(?:天|季)"), _season),
    (re.compile(rf"{_YEAR_SAID}(?P<feast>{_FEAST_NAME})(?:节|假期|长假)?"), _feast),
    (re.compile(rf"(?P<year>{_YEAR_WORD})(?:全年|一年|整年)?|(?<!\d){_FULL_YEAR}年(?:度|全年)?"), _bare_year),
    (re.compile(rf"{_NOT_PLACE}(?<![.])(?P<day>{_DAY_NO}){_DAY_END}{_HOURS}"), _bare_day),
]
_LINK = re.compile(r"\s*(?:到|至|~|—|-|－)\s*(?:了)?")


def _said_year(match: re.Match[str]) -> str | None:
    return match.groupdict().get("year")


def _points(text: str, today: date, ahead: bool) -> Iterator[_Point]:
    at = 0
    while at < len(text):
        point = _point_at(text, at, today, ahead)
        if point:
            yield point
            at = point.end
        else:
            at += 1


def _point_at(text: str, at: int, today: date, ahead: bool) -> _Point | None:
    for pattern, rule in _RULES:
        match = pattern.match(text, at)
        if not match or match.end() == at:
            continue
        if rule is _bare_year and not _said_year(match):
            year = digits_of(match.group())[:4]
            return _Point(at, match.end(), year, year, "y")
        found = rule(match, today, ahead)
        if found:
            return _Point(at, match.end(), *found)
    return None


def _joined(one: _Point, two: _Point) -> _Point | None:
    """A span out of `one 到 two`; what `two` leaves unsaid it takes from `one`."""
    last = two.last
    if two.said == "d" and len(one.first) == 10:
        last = one.first[:8] + last[8:]
    elif ("y" not in two.said and "y" in one.said) or two.said in ("m", "md"):
        year = int(one.last[:4])
        last = f"{year if last[5:] >= one.last[5 : len(last)] else year + 1:04d}{last[4:]}"
    if last < one.first or len(last) != len(one.first):
        return None
    return replace(one, end=two.end, last=last, said="ymd")


def periods_in(text: str, today: date, *, ahead: bool | None = None) -> list[Period]:
    """Every period said in `text`, in order, not overlapping.

    Args:
        text: as normalised by the caller; half-width figures or Chinese numerals.
        today: what 今天 means.
        ahead: True when a bare month or day lies in the future (appointments, planned outages), False for the past
            (bills); None guesses from the words around.
    """
    looks_ahead = bool(_AHEAD.search(text)) if ahead is None else ahead
    points: list[_Point] = []
    for point in _points(text, today, looks_ahead):
        if points and _LINK.fullmatch(text, points[-1].end, point.start):
            span = _joined(points[-1], point)
            if span:
                points[-1] = span
                continue
        points.append(point)
    return [Period(p.start, p.end, p.value) for p in points]


def period_of(text: str, today: date, *, ahead: bool | None = None) -> str | None:
    """The first period said in `text` as a value of domain/intents.md; None when there is none (刚才, 前几天, 过年)."""
    found = periods_in(text, today, ahead=ahead)
    return found[0].value if found else None


def month_of(text: str, today: date) -> str | None:
    """The first single month said in `text`, `YYYY-MM`: also of a day, 202610 or a bare 10; else None."""
    for found in periods_in(text, today, ahead=False):
        if "/" not in found.value and len(found.value) >= 7:
            return found.value[:7]
    bare = re.fullmatch(r"\s*(?:(20\d\d)(0[1-9]|1[0-2])|(\d{1,2}|[一二三四五六七八九十]{1,2}))\s*", text)
    if not bare:
        return None
    if bare[1]:
        return f"{bare[1]}-{bare[2]}"
    month = int_of(bare[3]) or 0
    return _ym(_nearest_year_of_month(month, today, ahead=False), month) if 1 <= month <= 12 else None


def speak_date(day: date, *, today: date | None = None) -> str:
    """十一月二十四号; with the year in front when `today` is given and lies in another year."""
    said = f"{speak_int(day.month)}月{speak_int(day.day)}号"
    if today is not None and today.year != day.year:
        return speak_digits(str(day.year)).replace("幺", "一") + "年" + said
    return said


_PARTS_OF_DAY = ((1, "夜里"), (5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))


def speak_time(at: time | datetime) -> str:
    """下午三点半, 夜里十二点三十五分, 上午九点零五分 (etiquette 13)."""
    part = next(name for before, name in _PARTS_OF_DAY if at.hour < before)
    hour = at.hour % 12 or 12
    said = "两" if hour == 2 else speak_int(hour)
    if at.minute == 0:
        return f"{part}{said}点"
    if at.minute == 30:
        return f"{part}{said}点半" if at.hour else f"{part}{said}点三十分"
    return f"{part}{said}点{'零' if at.minute < 10 else ''}{speak_int(at.minute)}分"


def speak_duration(minutes: int) -> str:
    """八十五 minutes is 一小时二十五分钟; 120 is 两小时; below an hour 四十分钟."""
    hours, rest = divmod(max(minutes, 0), 60)
    said = f"{'两' if hours == 2 else speak_int(hours)}小时" if hours else ""
    if rest or not hours:
        said += f"{'两' if rest == 2 else speak_int(rest)}分钟" if not hours else f"{speak_int(rest)}分"
    return said


def text_date(day: date) -> str:
    """11月25日."""
    return f"{day.month}月{day.day}日"
