"""PDF pages in Chinese: a heading, tables, a note. The font is Adobe's STSong, named and not embedded.

reportlab writes them; every PDF reader for Chinese has the font.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
_HEAD = ParagraphStyle("head", fontName=FONT, fontSize=16, leading=22, spaceAfter=8)
_TEXT = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=15)


def page(title: str, tables: Sequence[Sequence[Sequence[str]]], note: str) -> bytes:
    """One document; the first row of a table is its head. Text is escaped."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, title=title, author="江城供电", leftMargin=18 * mm, rightMargin=18 * mm
    )
    parts: list[Flowable] = [Paragraph(_safe(title), _HEAD)]
    for rows in tables:
        parts += [_table(rows), Spacer(1, 6 * mm)]
    document.build([*parts, Paragraph(_safe(note), _TEXT)])
    return out.getvalue()


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _table(rows: Sequence[Sequence[str]]) -> Table:
    cells = [[Paragraph(_safe(cell), _TEXT) for cell in row] for row in rows]
    table = Table(cells, hAlign="LEFT", repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), FONT, 10),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#c0c7d0")),
                ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#eef2f6")),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table
