"""The state machine of an outage (domain/work-orders.md 4.4) and what its states mean for the crew."""

from __future__ import annotations

from backends.ticketing.machine import Machine, Rule, rule

RUNNING = ("declared", "dispatched", "on_site", "repairing", "off")
"""Power is off and people wait to hear when it is back."""
GATHERING = ("suspected", *RUNNING)


def _staying(states: tuple[str, ...], event: str, roles: str, guard: str) -> tuple[Rule, ...]:
    """The event changes no state; one row for each it may happen in."""
    return tuple(rule(state, event, roles, state, guard=guard) for state in states)


OUTAGE = Machine(
    "outage",
    initial="suspected",
    rules=(
        rule("suspected", "confirm", "dispatcher system", "declared", guard="≥ 阈值或遥信", notice="向成员告知"),
        rule("suspected", "dismiss", "dispatcher", "cancelled", guard="成员拆回单户", notice="已转单户处理"),
        rule("declared", "dispatch", "system", "dispatched"),
        rule("dispatched", "arrive", "crew", "on_site", guard="同到场守卫", notice="已到场"),
        rule(
            "on_site",
            "diagnose",
            "crew",
            "repairing",
            guard="填原因与预计",
            notice="原因、预计复电",
            needs="reason_public",
        ),
        rule(
            "repairing",
            "update_eta",
            "crew dispatcher",
            "repairing",
            guard="新旧时间、理由",
            notice="新预计",
            needs="eta_restore_at",
            needs_reason=True,
        ),
        rule("repairing", "restore", "crew", "restored", guard="restored_at", notice="逐户核实"),
        rule("restored", "majority_no", "system", "repairing", guard="30 分钟内 ≥ 3 户答否", notice="部分未恢复"),
        rule("restored", "all_members_final", "system", "closed", guard="子单均终态"),
        rule("planned", "start", "system", "off", guard="到 off_at，已按 7 天/3 天通知", notice="已停电"),
        rule(
            "planned", "cancel", "dispatcher", "cancelled", guard="原因", notice="取消通知，同受众", needs_reason=True
        ),
        rule(
            "planned",
            "postpone",
            "dispatcher",
            "planned",
            guard="新时间、重新满足通知期",
            notice="改期通知",
            needs_reason=True,
        ),
        rule("off", "restore", "dispatcher", "restored", notice="核实"),
        rule("off", "overrun", "system", "off", guard="过 on_at 未送", notice="延时致歉与新预计"),
        rule(
            "off",
            "update_eta",
            "crew dispatcher",
            "off",
            guard="新旧时间、理由",
            notice="新预计",
            needs="eta_restore_at",
            needs_reason=True,
        ),
        rule("planned", "refuse_start", "system", "planned", guard="到 off_at，通知期不足"),
        *_staying(RUNNING, "eta_stale", "system", "30 分钟没有新的预计"),
        *_staying(GATHERING, "change_areas", "dispatcher system", "增减台区；减出的台区成员拆成单户"),
        *_staying(GATHERING, "absorb", "dispatcher", "另一停电事件并入本单"),
        rule(" ".join(GATHERING), "merge_into", "dispatcher", "closed", guard="并入先建的停电事件"),
    ),
)


CREW_STATE: dict[str, str] = {
    "suspected": "none",
    "planned": "none",
    "declared": "assigned",
    "dispatched": "en_route",
    "on_site": "on_site",
    "repairing": "repairing",
    "off": "on_site",
    "restored": "done",
    "closed": "done",
    "cancelled": "none",
}

CREW_STATE_ZH: dict[str, str] = {
    "none": "未派",
    "assigned": "已安排抢修",
    "en_route": "抢修途中",
    "on_site": "抢修已到现场",
    "repairing": "正在抢修",
    "done": "已完成",
}
