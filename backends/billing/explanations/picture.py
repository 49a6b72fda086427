"""A bill as a picture: a bar a month, this one marked, and the ladder as a gauge. SVG, no script, with its text beside.

Colours are those of the tokens in web/shared; whoever cannot see it has `title` and `desc`, which say all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import pairwise

from backends.billing.explanations.ladder import Place
from kernel.money import format_yuan

WIDTH, HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BASE = 44, 20, 88, 246
_GAUGE_Y, _GAUGE_H = 322, 18


@dataclass(frozen=True)
class Column:
    """One month: `2026-10`, its fen and kWh."""

    month: str
    amount_fen: int
    energy_kwh: int


def draw(account_last4: str, columns: Sequence[Column], place: Place | None, told: str) -> str:
    """The picture of the newest of `columns` (oldest first, one at least); `told` is the explanation in words."""
    now = columns[-1]
    title = f"户号尾号 {account_last4}，{_name(now.month)}电费 {format_yuan(now.amount_fen)} 元"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        "aria-labelledby=\"t d\" font-family=\"system-ui, 'Noto Sans SC', 'PingFang SC', sans-serif\">",
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(_described(columns, place, told))}</desc>',
        "<style>text{fill:#1f2933;font-size:13px}.q{fill:#52606d;font-size:12px}.h{font-size:18px;font-weight:600}"
        ".b{fill:#9fb3c8}.n{fill:#b54708}.g1{fill:#d3e8d9}.g2{fill:#fbe3b9}.g3{fill:#f6c7b6}"
        "@media(prefers-color-scheme:dark){svg{background:#12181f}text{fill:#e4e7eb}.q{fill:#9aa5b1}"
        ".b{fill:#486581}.n{fill:#f0b429}.g1{fill:#25513a}.g2{fill:#6b4e16}.g3{fill:#7a3320}}</style>",
        f'<text class="h" x="{_LEFT - 24}" y="32">{escape(title)}</text>',
        *_bars(columns),
        *(_gauge(place) if place else []),
        "</svg>",
    ]
    return "\n".join(parts)


def _name(month: str) -> str:
    return f"{int(month[5:])} 月"


def _bars(columns: Sequence[Column]) -> list[str]:
    most = max([column.amount_fen for column in columns] + [1])
    step = (WIDTH - _LEFT - _RIGHT) / len(columns)
    parts = [f'<line x1="{_LEFT - 8}" y1="{_BASE}" x2="{WIDTH - _RIGHT}" y2="{_BASE}" stroke="#9aa5b1"/>']
    for index, column in enumerate(columns):
        height = max(column.amount_fen, 0) * (_BASE - _TOP) / most
        x, width = _LEFT + index * step, step * 0.68
        is_now = index == len(columns) - 1
        parts.append(
            f'<rect class="{"n" if is_now else "b"}" x="{x:.1f}" y="{_BASE - height:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="2"/>'
        )
        middle = x + width / 2
        label = _name(column.month) if index % 2 == (len(columns) - 1) % 2 else ""
        parts.append(f'<text class="q" x="{middle:.1f}" y="{_BASE + 18}" text-anchor="middle">{label}</text>')
        if is_now or index in (len(columns) - 2, 0):
            yuan = f"{column.amount_fen / 100:.0f}"
            parts.append(f'<text x="{middle:.1f}" y="{_BASE - height - 6:.1f}" text-anchor="middle">{yuan}</text>')
    parts.append(f'<text class="q" x="{_LEFT - 24}" y="54">每月电费，元</text>')
    return parts


def _gauge(place: Place) -> list[str]:
    whole = max(place.second * 1.25, place.year_kwh * 1.05)
    span = WIDTH - _LEFT - _RIGHT

    def at(kwh: float) -> float:
        return _LEFT + span * min(kwh, whole) / whole

    edges = (0, place.first, place.second, whole)
    parts = [f'<text class="q" x="{_LEFT}" y="{_GAUGE_Y - 26}">今年累计用电，度</text>']
    for tier, (begins, ends) in enumerate(pairwise(edges), 1):
        parts.append(
            f'<rect class="g{tier}" x="{at(begins):.1f}" y="{_GAUGE_Y}" width="{at(ends) - at(begins):.1f}" '
            f'height="{_GAUGE_H}"/>'
        )
        middle = (at(begins) + at(ends)) / 2
        parts.append(
            f'<text class="q" x="{middle:.1f}" y="{_GAUGE_Y + 13}" text-anchor="middle">第{"一二三"[tier - 1]}档</text>'
        )
    for bound in (place.first, place.second):
        parts.append(f'<text class="q" x="{at(bound):.1f}" y="{_GAUGE_Y + 34}" text-anchor="middle">{bound}</text>')
    x = at(place.year_kwh)
    anchor = "end" if x > WIDTH - 80 else "start" if x < 80 else "middle"
    parts.append(f'<path class="n" d="M{x:.1f} {_GAUGE_Y - 2} l-6 -9 h12 z"/>')
    parts.append(f'<text x="{x:.1f}" y="{_GAUGE_Y - 14}" text-anchor="{anchor}">{place.year_kwh}</text>')
    parts.append(f'<text class="q" x="{_LEFT}" y="{_GAUGE_Y + 60}">{escape(ahead(place))}</text>')
    return parts


def ahead(place: Place) -> str:
    """What lies ahead on the ladder, in one sentence."""
    if place.left_kwh is None:
        return "已在第三档，1 月 1 日重新累计。"
    tier = "二三"[place.tier - 1]
    if place.crosses_on is None:
        return f"离第{tier}档还有 {place.left_kwh} 度，照这样用今年不会进。"
    day = place.crosses_on
    on = f"{day.month} 月 {day.day} 日"
    return f"离第{tier}档还有 {place.left_kwh} 度，照这样用大约 {on}进，进了的部分每度多 {_plain(place.addon)} 元。"


def _plain(price: Decimal | None) -> str:
    return "" if price is None else f"{price.normalize():f}"


def _described(columns: Sequence[Column], place: Place | None, told: str) -> str:
    months = "；".join(
        f"{column.month[:4]} 年 {_name(column.month)} {format_yuan(column.amount_fen)} 元 {column.energy_kwh} 度"
        for column in columns
    )
    on_ladder = f"今年累计 {place.year_kwh} 度，在第{'一二三'[place.tier - 1]}档，{ahead(place)}" if place else ""
    return f"{told} 各月电费：{months}。{on_ladder}"
