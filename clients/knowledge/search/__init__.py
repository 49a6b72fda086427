"""Which entries does a question mean? Words, characters, toneless pinyin and sentence vectors, joined (ADR 0037)."""

from clients.knowledge.search.decision import decide
from clients.knowledge.search.index import Document, Index, Ranked

__all__ = ["Document", "Index", "Ranked", "decide"]
