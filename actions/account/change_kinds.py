"""The changes of an account: what each needs, what it is filed as, who finishes it (service-catalogue 1.2, 2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.turn import Turn


@dataclass(frozen=True)
class Change:
    """`asks` are the form's own slots it needs. `apply_type` None: done here and now, nothing is filed."""

    label: str
    apply_type: str | None = None
    asks: tuple[str, ...] = ()
    needs_proof: bool = False
    ends_with_person: bool = False
    """L3: somebody checks the identity card (service-catalogue 1.2)."""
    tells_arrears: bool = False
    service: str | None = None
    """A row of actions/orders/services.yml that is told once, before anything is asked."""


_FILED = ("service_phone", "service_confirmed")
CHANGES: dict[str, Change] = {
    "bind": Change("绑定户号", needs_proof=True),
    "unbind": Change("解绑户号", asks=("change_sure",)),
    "find": Change("查户号", needs_proof=True),
    "contact": Change(
        "改联系电话",
        "update_contact",
        ("change_phone", "service_confirmed"),
        needs_proof=True,
        service="update_contact",
    ),
    "transfer": Change(
        "过户", "transfer", ("change_name", *_FILED), ends_with_person=True, tells_arrears=True, service="transfer"
    ),
    "rename": Change("更名", "rename", ("change_name", *_FILED), needs_proof=True, service="rename"),
    "close": Change(
        "销户", "close", ("change_value", *_FILED), ends_with_person=True, tells_arrears=True, service="close"
    ),
    "suspend": Change("暂停用电", "suspend", ("change_period", *_FILED), needs_proof=True, service="suspend"),
    "resume": Change("恢复用电", "resume", ("change_period", *_FILED), needs_proof=True, service="resume_use"),
    "reduce": Change("减容", "other", ("change_value", *_FILED), needs_proof=True),
    "category": Change(
        "改类", "change_category", ("change_value", *_FILED), needs_proof=True, service="change_category"
    ),
    "tou": Change("峰谷电价", "tou_opt", _FILED, needs_proof=True, service="tou_opt"),
    "household": Change(
        "一户多人口", "large_household", ("change_value", *_FILED), needs_proof=True, service="large_household"
    ),
    "other": Change("户号业务", "other", ("change_value", *_FILED)),
}
_BY_BUSINESS = {
    "绑定": "bind", "解绑": "unbind", "改联系方式": "contact", "过户": "transfer", "更名": "rename", "销户": "close",
    "暂停": "suspend", "减容": "reduce", "改类": "category", "分时": "tou", "多人口": "household", "分户": "other",
}  # fmt: skip
_BY_WORDS: tuple[tuple[str, str], ...] = (
    (r"解绑|解除绑定|取消绑定|不绑", "unbind"),
    (r"绑定|绑(一下|个|上|我)?.{0,4}(户号|户|号)", "bind"),
    (r"(查|找|问|看|告诉|知道|忘|记).{0,8}户号(?!.{0,4}(欠|电费|多少钱))|户号.{0,4}(是多少|多少|忘|查|找)", "find"),
    (r"(改|换|变更|更新|修改|更改).{0,8}(电话|手机|号码|联系)|(电话|手机|号码|联系方式).{0,6}(改|换|变)", "contact"),
    (r"过户|转(到|给)我(的)?名|户主.{0,4}(换|改|变)成|换户主|改户主", "transfer"),
    (r"更名|改名|名字.{0,4}(错|改)|户名.{0,4}(错|改|换)", "rename"),
    (r"销户|注销|拆表|不用电了|销掉", "close"),
    (r"恢复(用电|供电)|暂停.{0,4}恢复|启用", "resume"),
    (r"暂停|报停|停用|先停", "suspend"),
    (r"减容", "reduce"),
    (r"峰谷|分时", "tou"),
    (r"多人口|五口|人口多|五个人", "household"),
    (r"改类|用电性质|商业改|改(成)?(商业|居民)", "category"),
)
OFFERED = ("transfer", "rename", "contact", "bind", "close", "suspend")


def kind_of(turn: Turn) -> str | None:
    """The change that was named, None when none was."""
    by_words = next((kind for pattern, kind in _BY_WORDS if re.search(pattern, turn.text)), None)
    return by_words or _BY_BUSINESS.get(turn.entity("business_type") or "")
