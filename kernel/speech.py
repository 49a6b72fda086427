"""Text for reading made into text for the ear: no Latin letters, no Arabic digits, no symbols (etiquette 13, 15)."""

from __future__ import annotations

import re
from collections.abc import Callable

from kernel.money import fen, speak_yuan
from kernel.numbers_zh import speak_digits, speak_int

ORDER_KINDS = {
    "ZX": "咨询单",
    "YW": "业务单",
    "GZ": "报修单",
    "TD": "停电事件",
    "TS": "投诉单",
    "JB": "举报单",
    "JY": "建议单",
    "BY": "表扬单",
    "CB": "催办单",
    "HF": "回访单",
    "YY": "预约单",
    "HB": "回拨单",
    "LY": "留言单",
    "FP": "发票",
}
_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "诶 必 西 迪 伊 艾弗 吉 艾尺 艾 杰 开 艾勒 艾马 恩 欧 皮 丘 阿 艾斯 提 优 维 大波留 叉 歪 贼德".split(),  # noqa: SIM905
        strict=True,
    )
)


def speak_order_no(order_no: str) -> str:
    """`GZ202611240012` → 报修单，二零二六，幺幺，二四，零零幺二 (etiquette 13)."""
    match = re.fullmatch(r"([A-Z]{2})(\d{4})(\d{2})(\d{2})(\d{4,})", order_no)
    if not match:
        return speak_letters_and_digits(order_no)
    kind, *numbers = match.groups()
    return "，".join([ORDER_KINDS.get(kind, speak_letters_and_digits(kind)), *(speak_digits(n) for n in numbers)])


def speak_letters_and_digits(code: str) -> str:
    """A code said sign by sign."""
    return "".join(_LETTERS.get(c, speak_digits(c) if c.isdigit() else "") for c in code.upper())


def _clock(m: re.Match[str]) -> str:
    hour, minute = int(m[1]), int(m[2])
    part = "夜里" if hour < 5 else "早上" if hour < 8 else "上午" if hour < 12 else "下午" if hour < 18 else "晚上"
    if hour == 12:
        part = "中午"
    shown = 12 if hour == 0 else hour - 12 if hour > 12 else hour
    said = "两" if shown == 2 else speak_int(shown)
    tail = "" if minute == 0 else "半" if minute == 30 else f"{'零' if minute < 10 else ''}{speak_int(minute)}分"
    return f"{part}{said}点{tail}"


def _decimal(text: str) -> str:
    whole, _, fraction = text.replace(",", "").partition(".")
    said = speak_int(int(whole))
    return f"{said}点{speak_digits(fraction).replace('幺', '一')}" if fraction else said


def _money(m: re.Match[str]) -> str:
    return speak_yuan(fen(m[1].replace(",", "")))


def _number(m: re.Match[str]) -> str:
    text = m[0]
    if "." not in text and (len(text) >= 6 or (len(text) > 1 and text.startswith("0"))):
        return speak_digits(text, groups={10: (3, 3, 4), 11: (3, 4, 4), 6: (3, 3)}.get(len(text), ()))
    return _decimal(text)


_Rule = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]
_RULES: list[_Rule] = [
    (re.compile(r"(?<=[\u4e00-\u9fff0-9，。：])[ \t]+(?=[\u4e00-\u9fff0-9A-Z，。])"), ""),
    (re.compile(r"https?://\S+"), "链接"),
    (re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}\d{12,})(?!\d)"), lambda m: speak_order_no(m[1])),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"), lambda m: f"{m[1]}年{m[2]}月{m[3]}日"),
    (re.compile(r"(\d{4})-(\d{1,2})(?![\d-])"), lambda m: f"{m[1]}年{m[2]}月"),
    (re.compile(r"(?<!\d)(\d{4})年"), lambda m: speak_digits(m[1]).replace("幺", "一") + "年"),
    (re.compile(r"(\d{1,2})月(\d{1,2})日"), lambda m: f"{speak_int(int(m[1]))}月{speak_int(int(m[2]))}号"),
    (re.compile(r"(?<=至)(\d{1,2})日"), lambda m: f"{speak_int(int(m[1]))}号"),
    (re.compile(r"(?<!\d)(\d{1,2})[:：](\d{2})(?!\d)"), _clock),
    (re.compile(r"(?<=[\d点半分])\s*[-–~～至]\s*(?=[\d早上中下晚夜])"), "到"),
    (re.compile(r"(\d[\d,]*(?:\.\d+)?)%"), lambda m: "百分之" + _decimal(m[1])),
    (re.compile(r"(\d[\d,]*(?:\.\d{1,2})?)\s*元"), _money),
    (re.compile(r"(?<!\d)(95598|12398|1(?:10|19|20))(?![\d度元天户位个])"), lambda m: speak_digits(m[1])),
    (re.compile(r"(\d{3})\*{4}(\d{4})"), lambda m: "尾号" + speak_digits(m[2])),
    (re.compile(r"\*+(\d{4})"), lambda m: "尾号" + speak_digits(m[1])),
    (re.compile(r"(?<=尾号)\s*(\d{2,6})(?!\d)"), lambda m: speak_digits(m[1])),
    (re.compile(r"\d+单元\d{3,4}|(?<!\d)\d{3,4}室|(?<=[元栋楼幢座])\d{3,4}(?=[，。,]|$)"), lambda m: _room(m[0])),
    (re.compile(r"\d[\d,]*\.\d+|\d+"), _number),
    (re.compile(r"[→➜]"), "到"),
    (re.compile(r"[①②③④⑤⑥⑦⑧⑨]"), "，"),
    (re.compile(r"kWh", re.I), "度"),
    (re.compile(r"[A-Za-z]+"), lambda m: speak_letters_and_digits(m[0])),
    (re.compile(r"[（(\[【「『《\"“”』」》】\])）]"), "，"),
    (re.compile(r"[#*_`~@^&+=<>{}|\\/$%·•—…-]+"), "，"),
    (re.compile(r"\s+"), "，"),
    (re.compile(r"[，、：；:;,]{2,}"), "，"),
    (re.compile(r"，+(?=[。！？!?])"), ""),
    (re.compile(r"(?<=[。！？!?])，+|^，+|，+$"), ""),
]


def _room(text: str) -> str:
    return re.sub(
        r"\d+", lambda m: speak_int(int(m[0])) if len(m[0]) < 3 else speak_digits(m[0]).replace("幺", "一"), text
    )


def speakable(text: str) -> str:
    """Any text for reading, as it should be said. Chinese passes unchanged; what cannot be said is left out."""
    for pattern, by in _RULES:
        text = pattern.sub(by, text)
    return "".join(c for c in text if "\u4e00" <= c <= "\u9fff" or c in "，。！？、；：〇")
