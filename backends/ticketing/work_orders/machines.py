"""The state machines of the order types (domain/work-orders.md 4.1–4.11; the outage has its own in `outages`)."""

from __future__ import annotations

from backends.ticketing.machine import Machine, rule

CONSULT = Machine(
    "consult",
    initial="registered",
    rules=(
        rule(
            "registered",
            "answer_now",
            "agent system",
            "closed",
            guard="reply_text 有值",
            notice="当场答复",
            needs="reply_text",
        ),
        rule(
            "registered",
            "assign",
            "agent",
            "assigned",
            guard="选专家组",
            notice="“已转专人，几日前答复”",
            needs="expert_team",
        ),
        rule("assigned", "accept", "expert", "in_progress"),
        rule("assigned", "return", "expert", "registered", guard="写理由", needs_reason=True),
        rule(
            "in_progress",
            "ask_customer",
            "expert",
            "waiting_customer",
            guard="列出所缺",
            notice="要补的内容，停表",
            needs_reason=True,
        ),
        rule("waiting_customer", "customer_replied", "customer", "in_progress", guard="有内容", notice="收到"),
        rule(
            "waiting_customer", "give_up", "system", "closed", guard="3 次提醒、7 日无回音", notice="超期关闭，可重开"
        ),
        rule(
            "in_progress",
            "reply",
            "expert",
            "replied",
            guard="reply_text、replied_at",
            notice="答复全文（敏感内容须 L2）",
            needs="reply_text",
        ),
        rule("replied", "confirm", "customer system", "closed", guard="客户认可，或 3 日无异议", notice="谢谢 + 评分"),
        rule(
            "replied", "object", "customer", "in_progress", guard="第 1 次", notice="新的答复时间", check="first_time"
        ),
        rule("assigned in_progress", "withdraw", "customer", "withdrawn", notice="已撤回"),
        rule(
            "closed", "reopen", "customer", "in_progress", guard="7.1 规则", notice="新时限", check="within_reopening"
        ),
    ),
)

APPLY = Machine(
    "apply",
    initial="registered",
    rules=(
        rule("registered", "check_materials", "business", "materials_checked", guard="材料齐", notice="一次告知结果"),
        rule(
            "registered",
            "materials_short",
            "business",
            "waiting_customer",
            guard="列出所缺",
            notice="缺项清单，停表",
            needs_reason=True,
        ),
        rule("waiting_customer", "materials_in", "customer", "registered", guard="有新上传", notice="收到"),
        rule(
            "registered waiting_customer",
            "reject",
            "supervisor",
            "rejected",
            guard="理由、依据",
            notice="不予受理书面理由",
            needs="reject_reason",
            needs_reason=True,
        ),
        rule(
            "materials_checked",
            "book_survey",
            "connection",
            "survey_booked",
            guard="需勘查类",
            notice="上门时间、人数、证件",
        ),
        rule("materials_checked", "skip_survey", "connection", "in_progress", guard="免勘查类", notice="处理中"),
        rule("survey_booked", "surveyed", "surveyor", "surveyed", guard="现场记录、照片", notice="勘查结果"),
        rule("surveyed", "reply_plan", "connection", "plan_replied", guard="供电方案 审核通过", notice="方案与费用"),
        rule(
            "plan_replied", "customer_accepts", "customer", "in_progress", guard="答复有效期内", notice="下一步与工期"
        ),
        rule("plan_replied", "customer_declines", "customer", "withdrawn", notice="已撤回，可再申请"),
        rule("in_progress", "inspect_pass", "inspector", "inspected", guard="受电工程合格", notice="合格通知"),
        rule("in_progress", "inspect_fail", "inspector", "waiting_customer", guard="整改项", notice="整改通知，停表"),
        rule(
            "inspected in_progress",
            "energize",
            "metering",
            "energized",
            guard="energized_at",
            notice="送电通知",
            needs="energized_at",
        ),
        rule(
            "energized",
            "feedback",
            "customer follow_up",
            "closed",
            guard="种子十一项齐备",
            notice="归档",
            needs="customer_feedback",
        ),
        rule("in_progress", "finish_no_energize", "business", "closed", guard="过户、更名、退费等", notice="办结"),
        rule(
            "registered materials_checked survey_booked surveyed", "withdraw", "customer", "withdrawn", notice="已撤回"
        ),
        rule("closed", "reopen", "customer", "in_progress", guard="7.1", notice="新时限", check="within_reopening"),
    ),
)

FAULT_REPORT = Machine(
    "fault_report",
    initial="registered",
    rules=(
        rule(
            "registered",
            "dispatch",
            "system dispatcher",
            "dispatched",
            guard="有责任班组",
            notice="单号、到场时限",
            check="has_team",
        ),
        rule(
            "registered",
            "merge",
            "system dispatcher",
            "merged",
            guard="6.3",
            notice="已知停电、原因、预计复电",
            check="mergeable",
        ),
        rule("registered", "known_only", "system", "withdrawn", guard="客户不要登记", notice="停电信息"),
        rule(
            "registered",
            "solved_remotely",
            "agent",
            "solved",
            guard="客户确认来电（合闸、已缴费复电）",
            notice="办法与单号",
        ),
        rule("dispatched", "accept", "crew", "accepted", notice="已接单"),
        rule(
            "dispatched",
            "decline",
            "crew",
            "registered",
            guard="写理由；1 级不可拒",
            needs_reason=True,
            check="not_life_danger",
        ),
        rule("dispatched", "no_answer", "system", "registered", guard="超接单时限，升级"),
        rule(
            "dispatched accepted",
            "merge",
            "system dispatcher",
            "merged",
            guard="未到场",
            notice="已并入",
            check="mergeable",
        ),
        rule("accepted", "depart", "crew", "en_route", notice="已出发"),
        rule("en_route", "arrive", "crew", "on_site", guard="定位在 300 m 内，或写理由", notice="已到场"),
        rule("on_site", "secure", "crew", "repairing", guard="险情已隔离", notice="处理中"),
        rule(
            "on_site",
            "customer_side",
            "crew",
            "handed_over",
            guard="is_customer_side=yes + 照片",
            notice="说明、报价，同意后建预约",
            needs="attachment_keys",
        ),
        rule("on_site", "not_found", "crew", "cannot_access", guard="与客户通话 2 次", notice="约再来"),
        rule(
            "repairing",
            "need_support",
            "crew",
            "repairing",
            guard="写理由，更新预计",
            notice="新的预计",
            needs_reason=True,
        ),
        rule(
            "repairing",
            "restore",
            "crew",
            "restored",
            guard="cause、repair_note",
            notice="已恢复，请核实",
            needs="cause repair_note",
        ),
        rule(
            "merged",
            "detach",
            "agent crew system",
            "registered",
            guard="误并、台区移出、父单撤销；取较早到场时限",
            notice="已单独处理",
        ),
        rule("merged", "parent_restored", "system", "awaiting_confirm", guard="父单送电", notice="来电了吗"),
        rule("restored", "ask", "system", "awaiting_confirm", notice="来电了吗"),
        rule(
            "awaiting_confirm",
            "parent_back",
            "system",
            "merged",
            guard="父单退回抢修（6.4）",
            notice="部分用户仍未恢复",
            check="is_member",
        ),
        rule("awaiting_confirm", "said_yes", "customer", "closed", notice="谢谢 + 评分"),
        rule(
            "awaiting_confirm",
            "said_no",
            "customer",
            "split",
            guard="合并子单；建新单",
            notice="新单号与时限",
            check="is_member",
        ),
        rule(
            "awaiting_confirm",
            "said_no",
            "customer",
            "repairing",
            guard="单户单",
            notice="重新处理",
            check="stands_alone",
        ),
        rule(
            "awaiting_confirm",
            "silent",
            "system",
            "closed",
            guard="24 小时，unconfirmed",
            notice="默认恢复，7 日内可重开",
        ),
        rule("split", "new_filed", "system", "closed", guard="新单已建"),
        rule("handed_over", "customer_agrees", "customer", "closed", guard="已建预约或自行处理", notice="转预约单"),
        rule("cannot_access", "reschedule", "customer", "accepted", notice="新时间"),
        rule("cannot_access", "give_up", "system", "closed", guard="2 日未联系上", notice="可再报"),
        rule("solved", "confirm", "customer", "closed", notice="评分"),
        rule(
            "registered dispatched accepted merged",
            "withdraw",
            "customer",
            "withdrawn",
            guard="非 1 级",
            notice="已撤回",
            check="not_life_danger",
        ),
        rule("closed", "reopen", "customer", "dispatched", guard="7.1", notice="新时限", check="within_reopening"),
    ),
)

COMPLAINT = Machine(
    "complaint",
    initial="registered",
    rules=(
        rule(
            "registered",
            "assign",
            "complaint_desk",
            "assigned",
            guard="经办非被投诉方；3 分钟内",
            notice="单号、5 日答复",
        ),
        rule("assigned", "contact", "handler", "investigating", guard="24 小时内", notice="已联系"),
        rule("assigned", "return", "handler", "registered", guard="理由", needs_reason=True),
        rule(
            "investigating",
            "ask_customer",
            "handler",
            "waiting_customer",
            guard="累计 ≤ 3 日",
            notice="要补内容",
            needs_reason=True,
        ),
        rule("waiting_customer", "customer_replied", "customer", "investigating", notice="收到"),
        rule("waiting_customer", "silent", "system", "investigating", guard="3 日", notice="按已有材料处理"),
        rule(
            "investigating",
            "conclude",
            "handler",
            "concluded",
            guard="属实判定、原因、整改",
            needs="is_valid root_cause corrective_action",
        ),
        rule("concluded", "approve", "supervisor", "approved", guard="答复文审核"),
        rule("concluded", "return", "supervisor", "investigating", guard="理由", needs_reason=True),
        rule(
            "approved",
            "reply",
            "handler",
            "replied",
            guard="reply_text，电话或客户选的方式",
            notice="正式答复",
            needs="reply_text",
        ),
        rule("replied", "accept", "customer", "closed", notice="谢谢"),
        rule(
            "replied",
            "refuse",
            "customer",
            "investigating",
            guard="第 1 次",
            notice="复核，升 1 级",
            check="first_time",
        ),
        rule(
            "replied",
            "refuse_again",
            "customer",
            "closed",
            guard="第 2 次，告知外部维权途径",
            notice="主管部门途径说明",
            check="after_refusal",
        ),
        rule("replied", "silent", "system", "closed", guard="答复 3 日后回访三次不应", notice="关闭，可重开"),
        rule(
            "registered assigned investigating",
            "withdraw",
            "customer",
            "withdrawn",
            guard="须客户本人确认，不得劝撤",
            notice="已撤回",
        ),
        rule("closed", "reopen", "customer", "assigned", guard="7.1", notice="新时限", check="within_reopening"),
    ),
)

WHISTLE_BLOW = Machine(
    "whistle_blow",
    initial="registered",
    rules=(
        rule("registered", "seal", "system", "sealed", guard="身份入分库", notice="致谢、查询码、10 日"),
        rule("sealed", "assign", "sealed_team", "assigned", guard="绕开被举报部门"),
        rule("assigned", "accept", "inspector", "investigating"),
        rule("investigating", "transfer", "sealed_team", "transferred", guard="外部机关", notice="已转有关部门"),
        rule("investigating", "find", "inspector", "found", guard="结论与证据", needs="finding"),
        rule("found", "approve", "sealed_lead", "approved"),
        rule(
            "approved", "reply", "sealed_team", "closed", guard="reply_by 前", notice="结论性告知", needs="reply_text"
        ),
        rule("transferred", "reply", "sealed_team", "closed", notice="已转交", needs="reply_text"),
        rule("registered", "reject", "sealed_lead", "closed", guard="明显不属电力且已指路", notice="指路"),
    ),
)

SUGGESTION = Machine(
    "suggestion",
    initial="registered",
    rules=(
        rule("registered", "assign", "agent", "assigned", notice="谢谢，10 个工作日"),
        rule("assigned", "evaluate", "department", "evaluated", guard="采纳判定", needs="adoption"),
        rule("evaluated", "reply", "department", "replied", guard="说明理由", notice="采纳结果", needs="reply_text"),
        rule("replied", "done", "system", "closed", notice="落地时再告知"),
        rule("replied", "ask_more", "customer", "assigned", guard="一次", check="first_time"),
    ),
)

PRAISE = Machine(
    "praise",
    initial="registered",
    rules=(
        rule("registered", "verify", "agent", "verified", guard="找到对象", notice="谢谢"),
        rule("verified", "forward", "agent", "forwarded", guard="2 个工作日", notice="已转达"),
        rule("forwarded", "record", "hr", "closed", guard="激励入绩效"),
        rule("registered", "cannot_find", "agent", "closed", guard="对象不清", notice="谢谢，已归档"),
    ),
)

URGE = Machine(
    "urge",
    initial="registered",
    rules=(
        rule(
            "registered",
            "notify",
            "system",
            "notified",
            guard="目标单未终态",
            notice="状态 + 下次告知时间",
            check="target_open",
        ),
        rule("notified", "team_reply", "crew", "replied", guard="含新时间", notice="班组回复", needs="team_reply"),
        rule("notified", "overdue", "system", "escalated", guard="过 reply_by", notice="仍在追", check="past_reply_by"),
        rule("escalated", "team_reply", "crew_lead", "replied", notice="回复", needs="team_reply"),
        rule("replied", "tell", "system", "closed", guard="已告知"),
        rule(
            "registered notified escalated",
            "target_closed",
            "system",
            "closed",
            guard="目标单已办结",
            notice="办结结果",
            check="target_finished",
        ),
    ),
)

FOLLOW_UP = Machine(
    "follow_up",
    initial="planned",
    rules=(
        rule("planned", "attempt", "follow_up", "in_progress", guard="允许时段、未退订", notice="用途说明"),
        rule("in_progress", "answered", "customer", "answered", notice="谢谢", needs="answers"),
        rule("in_progress", "no_answer", "system", "planned", guard="少于 3 次"),
        rule("in_progress", "no_answer_final", "system", "closed", guard="3 次，unreachable"),
        rule("in_progress", "refused", "customer", "closed", guard="记拒访", notice="抱歉打扰"),
        rule("answered", "satisfied", "system", "closed", guard="无后续"),
        rule("answered", "unsatisfied", "system", "acting", guard="7.4", notice="处理承诺"),
        rule("acting", "done", "supervisor", "closed", guard="后续单已建", notice="结果"),
    ),
)

APPOINTMENT = Machine(
    "appointment",
    initial="registered",
    rules=(
        rule(
            "registered",
            "call_back",
            "agent",
            "confirmed",
            guard="时段确认",
            notice="时间、费用、证件",
            needs="confirmed_slot",
        ),
        rule("registered", "no_contact", "agent", "registered", guard="2 次，改短信约", notice="请选时间"),
        rule("registered confirmed", "withdraw", "customer", "withdrawn", guard="上门前", notice="已取消"),
        rule("confirmed", "quote", "crew", "quoted", guard="有偿", notice="报价", needs="fee_estimate_fen"),
        rule("quoted", "agree", "customer", "confirmed", guard="fee_agreed", needs="fee_agreed"),
        rule("quoted", "decline", "customer", "withdrawn", notice="已取消"),
        rule("confirmed", "reschedule", "any", "confirmed", guard="提前 2 小时；方便客户", notice="新时间"),
        rule("confirmed", "depart", "crew", "en_route", notice="到前 30 分钟电话"),
        rule("en_route", "arrive", "crew", "on_site", notice="已到"),
        rule("on_site", "finish", "crew", "finished", guard="结果、照片", notice="结果说明", needs="result_note"),
        rule("finished", "feedback", "customer system", "closed", guard="反馈或 3 日", notice="评分"),
        rule("finished", "unsolved", "customer", "confirmed", guard="约再来", notice="新时间"),
    ),
)

MACHINES: dict[str, Machine] = {
    m.name: m
    for m in (CONSULT, APPLY, FAULT_REPORT, COMPLAINT, WHISTLE_BLOW, SUGGESTION, PRAISE, URGE, FOLLOW_UP, APPOINTMENT)
}
