# ruff: noqa: E501  (Chinese sentences read better whole)
"""The public port with a bot that follows a script: `uvicorn tests.web.scripted:app`. Pages, doors and stores are real."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from clients.bot.memory import MemoryBot, say
from denghuo.public import make_app

MENU = [
    {"id": "report_fault", "label": "报修"},
    {"id": "query_bill", "label": "查电费"},
    {"id": "query_outage", "label": "查停电"},
]
BILL = {
    "account_last4": "2346", "month": "2026-10", "amount": "98.58", "due": "98.58", "energy_kwh": "186", "tier": 1,
    "due_date": "2026-11-25", "status": "unpaid", "lines": ["第一档 186 度 × 0.53 元 = 98.58 元"],
}  # fmt: skip
ORDER = {
    "order_no": "GZ202611240018", "type": "故障报修", "status": "已受理",
    "on_site_by": "2026-11-24T15:12:00+08:00", "deadline_at": None,
}  # fmt: skip
OUTAGE = {
    "outage_no": "TD202611240005", "kind": "fault", "where": "阳光新城", "cause": "线路故障", "households": 312,
    "crew": "抢修已到场", "eta_restore_at": "2026-11-24T16:30:00+08:00", "off_at": "2026-11-24T13:50:00+08:00", "on_at": None,
}  # fmt: skip
LEARNT = {"task": "report_fault", "facts": [["地址", "翠湖花园3号楼2单元402"], ["现象", "全屋停电"], ["电话", "13812345678"]], "done": ["已登记 GZ202611240018"]}  # fmt: skip
HANDOFF = {
    "kind": "handoff",
    "reason": "客户要人工",
    "skill": "general",
    "summary": "已报修 GZ202611240018，想问清师傅几点到，家里有老人。",
}


def _card(kind: str, data: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {
        "messages": [{"parts": [{"kind": "text", "text": text}, {"kind": "card", "card": kind, "data": data}]}],
        "expects": "free",
    }


def _menu() -> dict[str, Any]:
    greeting = "您好，我是供电公司智能客服小电。可以查电费、报修、查停电、办业务、查工单。直接说您的事就行，也可以随时回复“人工”。"
    parts = [{"kind": "text", "text": greeting}, {"kind": "choices", "choices": MENU}]
    return {"messages": [{"parts": parts}], "expects": 'choice:["report_fault","query_bill","query_outage"]'}


def _report() -> dict[str, Any]:
    answer = _card("order", ORDER, "已登记，抢修 15:12 前到场，到前会打您电话。")
    return {**answer, "learnt": LEARNT}


_SAYS: dict[str, Any] = {
    "报修": lambda: say("别急，先看两件事：邻居家有电吗？家里总开关有没有往下掉？"),
    "邻居有，开关没掉": lambda: say("明白，需要派人看。请核对：翠湖花园3号楼2单元402，全屋停电，电话 138****5678。对吗？", expects="yes_no"),
    "对": _report,
    "查电费": lambda: say("查账单要先核对身份，免得别人冒查。请发 10 位户号。", expects="digits:10"),
    "3100102346": lambda: say("验证码已发到 138****5678，5 分钟内有效，请直接回复 6 位数字。", expects="digits:6"),
    "472901": lambda: _card("bill", BILL, "核对通过。10 月电费 98.58 元，用电 186 度，在第一档，缴费截止 11月25日。"),
    "阳光新城怎么没电了": lambda: _card("outage", OUTAGE, "给您添麻烦了。阳光新城是线路故障，抢修已到场，预计 16:30 来电，时间有变我再告诉您。"),
    "人工": lambda: say("马上转。我会把刚才的内容带过去，您不用再讲。", signals=[HANDOFF]),
    "再见": lambda: say("好的，有需要随时叫我。", signals=[{"kind": "close"}]),
}  # fmt: skip


async def script(request: Mapping[str, Any]) -> Mapping[str, Any]:
    kind, value = request["input"]["kind"], request["input"]["value"]
    if kind == "start":
        return _menu()
    if kind == "resume":
        return say("坐席已处理完。还有别的事可以继续问我。")
    if value == "慢":
        await asyncio.sleep(1.5)
    labels = {choice["id"]: choice["label"] for choice in MENU}
    made = _SAYS.get(labels.get(value, value))
    return made() if made else say(f"收到：{value}")


app = make_app(lambda _: MemoryBot(script), has_phone=False)
