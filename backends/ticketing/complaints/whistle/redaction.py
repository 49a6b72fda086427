"""What the inspector may read: the words without anything that leads back to the reporter (9)."""

from __future__ import annotations

import re

from backends.ticketing.complaints.errors import Betrays
from backends.ticketing.complaints.sealed.models import SealedReporter

# Said by somebody who stands near the place: 楼上邻居, 我们单位, 我亲眼.
_BETRAYS = re.compile(
    r"邻居|楼上|楼下|对门|隔壁|同事|同学|亲戚|前妻|前夫|房东|租客|我|本人|俺|咱|老公|老婆|爸|妈|孩子|举报人|来电人|来电号码"
)
_NUMBER = re.compile(r"\d[\d\- ]{6,}\d")


def check(text: str, reporter: SealedReporter | None) -> None:
    """Raises Betrays, which names the kind of trace and never the reporter."""
    traces = sorted(set(_BETRAYS.findall(text)))
    if _NUMBER.search(text):
        traces.append("号码")
    own = (reporter.contact_name, reporter.contact_phone) if reporter else ()
    if any(word and word in text for word in own):
        traces.append("身份")
    if traces:
        raise Betrays("the text may lead to the reporter: " + "、".join(traces), traces=traces)
