"""A state machine as a table: which event, by whom, leads where, and what must hold first.

An event that no row allows is refused (409), never ignored. `domain/work-orders.md` 4 is the source of every table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

FINAL = frozenset({"closed", "withdrawn", "rejected", "cancelled"})

ROLES: dict[str, str] = {
    "agent": "坐席",
    "system": "系统（含机器人）",
    "customer": "客户",
    "dispatcher": "调度",
    "crew": "抢修员/上门人",
    "crew_lead": "班组长",
    "expert": "专家",
    "business": "营业",
    "connection": "业扩",
    "surveyor": "勘查员",
    "inspector": "检查员",
    "metering": "装表",
    "supervisor": "主管",
    "complaint_desk": "投诉岗",
    "handler": "经办",
    "sealed_team": "受限专班",
    "sealed_lead": "专班负责人",
    "department": "对口部门",
    "hr": "人事",
    "follow_up": "回访",
    "any": "任一方",
}


@dataclass(frozen=True)
class Rule:
    """One row.

    Attributes:
        needs: fields that must be filled once the event's data is applied.
        check: name of a guard in `work_orders/guards.py`; None when the row has no further condition.
        guard, notice: the condition and what the customer is told, in words, for the docs.
    """

    states: tuple[str, ...]
    event: str
    roles: frozenset[str]
    to: str
    guard: str = ""
    notice: str = ""
    needs: tuple[str, ...] = ()
    needs_reason: bool = False
    check: str | None = None

    def allows(self, role: str) -> bool:
        return role in self.roles or "any" in self.roles


def rule(
    states: str,
    event: str,
    roles: str,
    to: str,
    *,
    guard: str = "",
    notice: str = "",
    needs: str = "",
    needs_reason: bool = False,
    check: str | None = None,
) -> Rule:
    """Several states, roles or needed fields are parted by spaces."""
    return Rule(
        tuple(states.split()),
        event,
        frozenset(roles.split()),
        to,
        guard,
        notice,
        tuple(needs.split()),
        needs_reason,
        check,
    )


@dataclass(frozen=True)
class Machine:
    name: str
    initial: str
    rules: tuple[Rule, ...]

    def rows(self, status: str, event: str) -> list[Rule]:
        """Every row for this state and event; more than one when guards decide which way it goes."""
        return [row for row in self.rules if row.event == event and status in row.states]

    @cached_property
    def states(self) -> frozenset[str]:
        return frozenset(
            {self.initial, *(row.to for row in self.rules), *(s for row in self.rules for s in row.states)}
        )

    @cached_property
    def events(self) -> frozenset[str]:
        return frozenset(row.event for row in self.rules)

    def possible(self, status: str, role: str | None = None) -> list[str]:
        """Events some row allows in this state, sorted; only those of one role if it is named."""
        rows = [row for row in self.rules if status in row.states]
        return sorted({row.event for row in rows if role is None or row.allows(role)})


STATUS_ZH: dict[str, str] = {
    "registered": "已受理",
    "assigned": "已转办",
    "in_progress": "处理中",
    "waiting_customer": "等您补充",
    "replied": "已答复",
    "closed": "已办结",
    "withdrawn": "已撤回",
    "rejected": "不予受理",
    "cancelled": "已取消",
    "materials_checked": "材料已审",
    "survey_booked": "已约勘查",
    "surveyed": "已勘查",
    "plan_replied": "方案已答复",
    "inspected": "已检查",
    "energized": "已送电",
    "dispatched": "已派单",
    "merged": "已并入片区停电",
    "solved": "已远程解决",
    "accepted": "已接单",
    "en_route": "抢修途中",
    "on_site": "已到场",
    "repairing": "抢修中",
    "handed_over": "属客户侧，已说明",
    "cannot_access": "未能进门",
    "restored": "已送电",
    "awaiting_confirm": "待您确认来电",
    "split": "已另建新单",
    "suspected": "疑似停电",
    "declared": "已确认停电",
    "planned": "计划停电",
    "off": "停电中",
    "investigating": "调查中",
    "concluded": "调查已有结论",
    "approved": "答复已审核",
    "sealed": "已受理",
    "found": "已有结论",
    "transferred": "已转交有关部门",
    "evaluated": "已评估",
    "verified": "已核实",
    "forwarded": "已转达",
    "notified": "已通知班组",
    "escalated": "已升级",
    "answered": "已答",
    "acting": "跟进中",
    "confirmed": "时间已确认",
    "quoted": "已报价",
    "finished": "已完工",
}
