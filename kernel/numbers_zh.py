"""Which number did somebody say or type in Chinese, and how is a number said?

Spoken forms (domain/etiquette.md 13): 幺=1 洞=0 拐=7 两=2 勾=9, 三个八 = 888; 杠 and 减 are not heard.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_SAID = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    **{"〇": 0, "○": 0, "洞": 0, "幺": 1, "么": 1, "弌": 1, "两": 2, "兩": 2, "俩": 2, "拐": 7, "勾": 9},
}
_SPOKEN_ONLY = "洞幺么拐勾"  # heard in strings of digits, never inside 三百二十
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000}
_TENS = {"廿": 20, "卅": 30}

_DIGIT = "0-9" + "".join(c for c in _SAID if c not in "么")
_REPEAT = re.compile(rf"([二两兩三四五六七八九2-9])\s*个\s*([{_DIGIT}])(?!个)")


def _plain(text: str) -> str:
    """Full width to half width, compatibility forms to plain ones."""
    return unicodedata.normalize("NFKC", text)


def _digit(char: str) -> int | None:
    if char in _SAID:
        return _SAID[char]
    return int(char) if char.isascii() and char.isdigit() else None


def digits_of(text: str) -> str:
    """Every digit typed or said in `text`, as ASCII; everything else is dropped, empty when there is none.

    三幺洞洞 → 3100; 三个八 → 888; full width and superscripts become plain; 十 and 百 are not digits.
    """
    spread = _REPEAT.sub(lambda m: m[2] * (_digit(m[1]) or 1), _plain(text))
    found = (_digit(c) for c in _drop_measure_me(spread))
    return "".join(str(d) for d in found if d is not None)


def _drop_measure_me(text: str) -> str:
    """么 is 1 only beside another digit: 么三八 is, 什么 is not."""
    return re.sub(rf"么(?![{_DIGIT}])|(?<=[什怎那这多要])么", "", text)


def speak_digits(digits: str, groups: tuple[int, ...] = ()) -> str:
    """Digit by digit for the ear, 1 as 幺; `groups` are lengths between which a pause (，) is made.

    Signs other than digits are left out. What the groups do not cover follows as one last group.
    """
    said = ["零幺二三四五六七八九"[int(c)] for c in digits if c.isascii() and c.isdigit()]
    parts, start = [], 0
    for length in (*groups, len(said)):
        if start < len(said):
            parts.append("".join(said[start : start + length]))
        start += length
    return "，".join(parts)


def _speak_below_10000(number: int) -> str:
    said, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            said += ("零" if gap and said else "") + (
                "两" if digit == 2 and unit == 1000 else "零一二三四五六七八九"[digit]
            )
            said += name
            gap = False
        else:
            gap = True
    return said


def speak_int(number: int) -> str:
    """`112` → 一百一十二, `15` → 十五, `2200` → 两千二百; below zero with 负. Up to 10**12 - 1.

    Raises:
        ValueError: too large to be said this way.
    """
    if number < 0:
        return "负" + speak_int(-number)
    if number == 0:
        return "零"
    if number >= 10**12:
        raise ValueError(f"too large to say: {number}")
    said, gap = "", False
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, unit)
        if part:
            words = ("两" if part == 2 and name else _speak_below_10000(part)) + name
            said += ("零" if said and (gap or part < 1000) else "") + words
        gap = part == 0
    return said[1:] if said.startswith("一十") else said


_NUMERAL = re.compile(
    rf"\d[\d,]*(?:\.\d+)?[{''.join({**_SMALL, **_LARGE})}]*(?:\d+)?|"
    rf"[{''.join(c for c in _SAID if c not in _SPOKEN_ONLY)}{''.join({**_SMALL, **_LARGE, **_TENS})}]"
    rf"[{''.join(c for c in _SAID if c not in _SPOKEN_ONLY)}{''.join({**_SMALL, **_LARGE, **_TENS})}\d]*"
    r"(?:点[零〇一二三四五六七八九]+)?"
)


def _value(numeral: str) -> Decimal | None:
    """What one numeral means: 三百二十, 一百二 (120), 两千五 (2500), 二零二六, 1,234.5, 1.2万, 三十点五."""
    whole, point, fraction = numeral.replace(",", "").partition("点")
    if point:
        base = _value(whole)
        tail = "".join(str(_digit(c)) for c in fraction)
        return base + Decimal(f"0.{tail}") if base is not None and tail.isdigit() else None
    if re.fullmatch(r"\d+(\.\d+)?", whole):
        return Decimal(whole)
    mixed = re.fullmatch(r"(\d+\.\d+)([万萬亿])", whole)
    if mixed:
        return Decimal(mixed[1]) * _LARGE[mixed[2]]
    if not any(c in _SMALL or c in _LARGE or c in _TENS for c in whole):
        said = [_digit(c) for c in whole]
        return Decimal("".join(str(d) for d in said)) if None not in said else None
    return _with_units(whole)


def _with_units(numeral: str) -> Decimal | None:
    total, section, unit_before, after_zero = 0, 0, 0, False
    held: int | None = None
    for sign in re.findall(r"\d+|.", numeral):
        digit = int(sign) if sign.isascii() and sign.isdigit() else _SAID.get(sign)
        if digit is not None:
            if held is not None:
                return None
            held, after_zero = (None, True) if sign in "零〇" else (digit, after_zero)
        elif sign in _TENS:
            section, unit_before, after_zero = section + _TENS[sign], 10, False
        elif sign in _SMALL:
            section += (1 if held is None else held) * _SMALL[sign]
            held, unit_before, after_zero = None, _SMALL[sign], False
        else:
            below = section + (held or 0)
            total = (total + below) * _LARGE[sign] if _LARGE[sign] == 10**8 else total + below * _LARGE[sign]
            section, held, unit_before, after_zero = 0, None, _LARGE[sign], False
    if held is not None:
        # 一百二 is 120, 两千五 is 2500, 一万二 is 12000; after 零 or after 十 it is plain units.
        shortened = unit_before >= 100 and not after_zero and held < 10
        section += held * (unit_before // 10) if shortened else held
    return Decimal(total + section)


def int_of(text: str) -> int | None:
    """The first whole number in `text`, typed or said; None when there is none or it has a fraction."""
    match = _NUMERAL.search(_plain(text))
    value = _value(match.group()) if match else None
    return int(value) if value is not None and value == value.to_integral_value() else None


_NUM = _NUMERAL.pattern
_ABOUT = re.compile(r"[多来几余数]|把块|上下|左右|大概|差不多")
_YUAN = "(?:块钱|元钱|块|元|圆|塊|蚊|文|rmb|RMB)"
_AMOUNT = re.compile(
    rf"[¥￥]?(?:(?P<yuan>{_NUM})(?:{_YUAN}|(?=$))零?)?"
    rf"(?:(?P<jiao>{_NUM})[角毛])?"
    rf"(?:(?P<fen>{_NUM})分)?"
    r"(?P<rest>[零〇一二两三四五六七八九\d]{1,2})?(?:钱|整)?"
)


def amount_of(text: str) -> Decimal | None:
    """Money in yuan, without needless zeros: 三百二十块五 → 320.5, 一百二 → 120, 九十八元五角八分 → 98.58.

    None when `text` is not one exact amount: 块把钱, 两百多, 几十块 are guesses and no amount.
    """
    plain = re.sub(r"\s|人民币|（.*?）", "", _plain(text))
    match = _AMOUNT.fullmatch(plain)
    if not match or _ABOUT.search(plain) or not (match["yuan"] or match["jiao"] or match["fen"]):
        return None
    parts = [(_value(match[name]), scale) for name, scale in (("yuan", 1), ("jiao", 10), ("fen", 100)) if match[name]]
    total = Decimal(0)
    for value, scale in parts:
        if value is None:
            return None
        total += value / scale
    if match["rest"]:
        tail = _rest(match)
        if tail is None:
            return None
        total += tail
    return Decimal(format(total.normalize(), "f"))


def _rest(match: re.Match[str]) -> Decimal | None:
    """The loose end of 三百二十块五 (.5), 三块二五 (.25) or 两块三毛五 (.35); None when there is no unit before it."""
    digits = "".join(str(_digit(c)) for c in match["rest"])
    if match["fen"]:
        return None
    if match["jiao"]:
        return Decimal(digits) / 100 if len(digits) == 1 else None
    return Decimal(f"0.{digits}") if re.search(_YUAN, match.group()) else None
