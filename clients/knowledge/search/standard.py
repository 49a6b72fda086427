"""The same question in standard words: dialect, fillers and politeness say nothing about what is asked."""

from __future__ import annotations

import re
from functools import lru_cache

from clients.knowledge.search.features import repaired

_FILLERS = re.compile(
    r"^(喂|哎|诶|嗯|那个|这个|你好|您好|请问|麻烦|师傅|同志|小电|是这样的|我?想?问一?下|想问问|我想知道|我跟你说)"
    r"[，,。 呀啊]*|"
    r"(啊|呀|呢|哈|哦|噢|嘞|咧|嘛|哩|咯|喽)(?=[，。！？,.!?\s]|$)|那个(?=[，,])|就是说|的话(?=[，,])"
)
_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"为啥子?|为么子|咋个?会|干啥要|干嘛要", "为什么"),
        (r"啥时候|啥时间|几时|多咱|什么时间|好久(?=能|来|到|可以|才)|几时", "什么时候"),
        (r"好多钱|几多钱|几钿|多少银子|几个钱|几块钱", "多少钱"),
        (r"好多(?=度|天|档|号)|几多", "多少"),
        (r"咋(?:个)?(?:整|弄|搞|办)|怎么(?:整|弄|搞)|点算|怎样办|该怎么办", "怎么办"),
        (r"咋个|咋样|点样|怎样|咋|如何", "怎么"),
        (r"啥子|么子|啥|咩", "什么"),
        (r"莫得|没得|冇|木有", "没有"),
        (r"俺们|咱们|阿拉|我们家|俺家|咱家", "我家"),
        (r"俺|咱|侬", "我"),
        (r"屋里?头|屋里厢", "家里"),
        (r"晓得", "知道"),
        (r"娃娃|娃儿|小囡|细路", "孩子"),
        (r"(?:行|可|得|中|要|能|好|成)?不(?:得|行)?(?=[？?。]?$)", "吗"),
    )
)


@lru_cache(maxsize=20_000)
def standard(text: str) -> str:
    """As it is compared and as its vector is made; never empty unless the text is."""
    said = repaired(text.strip())
    for pattern, by in _WORDS:
        said = pattern.sub(by, said)
    before = ""
    while before != said:
        before, said = said, _FILLERS.sub("", said)
    return said or text
