"""Fields of each order type beside the common ones, as they are kept (domain/work-orders.md 4).

A record that does not fit its model is never written. Money is int fen, times are ISO text with offset.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_serializer

from backends.ticketing.fields import Hour, Line, Moment, Names, Text500, Text1000

ApplyType = Literal[
    "new_residential", "new_low_business", "new_high_single", "new_high_double", "temporary", "increase", "suspend",
    "resume", "transfer", "rename", "move_meter", "relocate", "close", "change_category", "change_demand_mode",
    "tou_opt", "ev_charger", "pv_connect", "meter_test", "large_household", "low_income", "privacy", "refund",
    "invoice_title", "update_contact", "other",
]  # fmt: skip
ComplaintClass = Literal[
    "attitude", "outage_supply", "bill_price", "metering", "connection", "repair", "supply_quality", "other"
]
WhistleClass = Literal["theft", "resale_markup", "conduct", "facility_damage", "breach_use", "contracting", "other"]


class Details(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Material(BaseModel):
    """A paper of an application and how far it is."""

    name: Line
    state: Literal["missing", "uploaded", "checked", "rejected"] = "missing"


class Slot(BaseModel):
    """A half day: am 9–12, pm 13–17; `at` where an hour was agreed (a number at a counter)."""

    day: Line
    half: Literal["am", "pm"]
    at: Hour | None = None

    @model_serializer(mode="wrap")
    def _without_an_hour(self, dump: Any) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if value is not None}


class Position(BaseModel):
    """WGS 84, degrees."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class ConsultDetails(Details):
    """咨询查询单"""

    topic: Literal[
        "tariff_policy",
        "bill",
        "usage",
        "balance",
        "outage",
        "order_status",
        "procedure",
        "metering",
        "contract",
        "safety",
        "saving",
        "subsidy",
        "market",
        "branch",
        "bill_dispute",
        "payment_missing",
        "callback",
    ]  # 主题
    question: Text500  # 查询咨询问题；≤ 500 字
    reply_form: Literal["on_call", "phone", "sms", "email", "wechat", "letter"]  # 答复形式
    replied_at: Moment | None = None  # 答复时间；办结必填
    reply_text: Text1000 | None = None  # 答复内容；办结必填
    expert_team: Line | None = None  # 协助专家组
    knowledge_id: Line | None = None  # 知识编号
    needs_follow_up: bool = False  # 是否回访


class ApplyDetails(Details):
    """业务受理单"""

    apply_type: ApplyType  # 业务类型
    apply_mode: Literal["phone", "web", "wechat", "counter", "on_site"]  # 报装方式
    owner_id_no: Line | None = None  # 户主身份证号；个人必填；单位填信用代码
    credit_code: Line | None = None  # 统一社会信用代码；单位必填
    applicant_name: Line  # 申请人/户名
    handler_staff: Line  # 报装办理人员；工号
    requested_kw: Decimal | None = None  # 申请负荷；新装、增容
    requested_kva: int | None = None  # 申请容量；高压
    voltage: Literal["lt1kv", "10kv", "35kv"] | None = None  # 电压
    materials: list[dict[str, str]] = Field(
        default_factory=list, max_length=50
    )  # 材料清单与状态；每项 name、state（missing uploaded checked rejected）
    survey_at: Moment | None = None  # 勘查时间
    plan_replied_at: Moment | None = None  # 供电方案答复时间
    energized_at: Moment | None = None  # 送电时间；报装类归档必填
    customer_feedback: Text500 | None = None  # 用户反馈情况；归档必填
    reject_reason: Text500 | None = None  # 不予受理理由


class FaultReportDetails(Details):
    """故障报修单"""

    symptom: Literal[
        "all_out",
        "partial_out",
        "low_voltage",
        "high_voltage",
        "flicker",
        "sparks",
        "meter_abnormal",
        "line_damage",
        "breaker_trip",
    ]  # 现象
    hazard_kind: Literal[
        "none",
        "electric_shock",
        "line_down",
        "pole_fallen",
        "fire",
        "flood",
        "ev_charger",
        "tree",
        "gas",
        "meter_spark",
        "theft_damage",
    ] = "none"  # 险情
    is_neighbour_out: Literal["yes", "no", "unknown"] = "unknown"  # 邻居是否停电
    is_breaker_tripped: Literal["yes", "no", "unknown"] = "unknown"  # 空开是否跳
    landmark: Line | None = None  # 附近标志
    pole_no: Line | None = None  # 杆号/箱号
    critical_user_kind: Literal[
        "none", "hospital", "school", "government", "transport", "water", "telecom", "high_risk_factory", "other"
    ] = "none"  # 重要客户类别
    is_life_support: bool = False  # 生命支持设备
    is_customer_side: Literal["yes", "no", "unknown"] = "unknown"  # 产权在客户侧
    is_chargeable: bool = False  # 是否有偿
    on_site_by: Moment  # 到场时限；见第 5 节
    dispatched_at: Moment | None = None  # 派单时间
    accepted_at: Moment | None = None  # 接单时间
    on_site_at: Moment | None = None  # 到场时间；归档必填，合并子单与撤销除外
    restored_at: Moment | None = None  # 送电时间
    cause: Text500 | None = None  # 原因；归档必填
    repair_note: Text500 | None = None  # 处理情况；归档必填
    eta_restore_at: Moment | None = None  # 预计复电
    is_restored: Literal["unknown", "yes", "no", "unconfirmed"] = "unknown"  # 客户确认来电
    split_from: Line | None = None  # 拆出来源；停电事件号
    position: Position | None = None  # 故障位置
    arrived_position: Position | None = None  # 到场定位；离故障位置 300 m 内
    is_isolated: bool = False  # 险情已隔离
    customer_calls: list[Moment] = Field(default_factory=list, max_length=20)  # 到场后给客户打的电话


class OutageDetails(Details):
    """停电事件（父单）"""

    outage_kind: Literal["fault", "planned", "temporary", "suspension"]  # 停电类别
    area_keys: Names  # 范围；台区、线路、小区
    first_reported_at: Moment  # 首个报修时间
    declared_by: Literal["auto", "dispatcher", "planned_calendar"]  # 认定方式
    reason_public: Line  # 对外原因
    eta_restore_at: Moment | None = None  # 预计复电；可空：“原因排查中”
    eta_updated_at: Moment | None = None  # 预计复电更新时间；有预计时必填
    eta_confidence: Literal["low", "medium", "high"] | None = None  # 把握
    affected_count: int  # 影响户数
    member_order_nos: Names  # 子单
    on_site_by: Moment  # 到场时限；按最早子单
    on_site_at: Moment | None = None  # 到场时间
    restored_at: Moment | None = None  # 送电时间
    members_yes: int  # 确认来电数
    members_no: int  # 未来电数
    members_silent: int  # 未答复数


class ComplaintDetails(Details):
    """投诉单"""

    complaint_class: ComplaintClass  # 投诉类
    severity: Literal["normal", "major"] = "normal"  # 程度
    what_happened: Text1000  # 经过；≤ 1000 字
    happened_at: Moment  # 发生时间
    staff_or_team: Line | None = None  # 被投诉方
    expectation: Text500 | None = None  # 客户诉求
    wants_reply: bool = True  # 是否要答复
    contact_by: Moment  # 联系时限；+24 h
    contacted_at: Moment | None = None  # 首次联系
    reply_by: Moment  # 答复时限；+5 日
    replied_at: Moment | None = None  # 答复时间
    is_valid: Literal["yes", "partly", "no"] | None = None  # 是否属实
    root_cause: Text500 | None = None  # 原因；归档必填
    corrective_action: Text500 | None = None  # 整改措施；归档必填
    reply_text: Text1000 | None = None  # 答复内容；归档必填
    accepts_reply: Literal["yes", "no", "unreachable"] | None = None  # 客户是否认可


class WhistleBlowDetails(Details):
    """举报单"""

    whistle_class: WhistleClass  # 举报类
    theft_act: (
        Literal["unauthorized_wiring", "bypass_meter", "seal_tamper", "meter_damage", "meter_inaccurate", "other"]
        | None
    ) = None  # 窃电手法
    what: Text1000  # 内容
    where: Text500  # 地点
    when_seen: Line | None = None  # 时间
    is_anonymous: bool = True  # 匿名；默认真
    query_code: Line  # 匿名查询码；8 位，只给一次
    reporter_ref: Line | None = None  # 举报人引用；只存引用，实名在分库
    reply_by: Moment  # 答复时限；+10 日
    replied_at: Moment | None = None  # 答复时间
    finding: Literal["confirmed", "unconfirmed", "insufficient", "transferred"] | None = None  # 结论
    reply_text: Text1000 | None = None  # 答复内容；不含被查户信息
    reward_due: bool | None = None  # 是否奖励


class SuggestionDetails(Details):
    """建议单"""

    content: Text1000  # 建议内容
    suggestion_area: Literal[
        "service", "outage", "billing", "metering", "procedure", "safety", "digital", "other"
    ]  # 方面
    reply_by: Moment  # 答复时限；+10 个工作日
    replied_at: Moment | None = None  # 答复时间
    adoption: Literal["adopted", "partly", "declined"] | None = None  # 采纳
    reply_text: Text1000 | None = None  # 答复内容


class PraiseDetails(Details):
    """表扬单"""

    content: Text1000  # 表扬内容
    praised_staff: Line  # 被表扬人/班组
    forwarded_at: Moment | None = None  # 转达时间
    incentive: Line | None = None  # 激励


class UrgeDetails(Details):
    """催办记录"""

    target_order_no: Line  # 被催工单；未终态
    urge_no: int  # 第几次；≥ 1
    reason: Literal["overdue", "worse", "life_need", "asking", "other"]  # 催办理由
    worse_note: Text500 | None = None  # 新情况；worse、life_need 必填
    status_told: Line  # 当时告知的状态
    eta_told: Moment | None = None  # 当时告知的时间
    reply_by: Moment  # 班组回复时限；见第 6 节
    team_reply: Text500 | None = None  # 班组回复
    replied_at: Moment | None = None  # 回复时间


class FollowUpDetails(Details):
    """回访单"""

    target_order_no: Line | None = None  # 被回访工单；定期回访可空
    follow_kind: Literal["order", "restoration", "complaint", "periodic", "dissatisfied"]  # 回访种类
    method: Literal["phone", "sms", "wechat", "card"]  # 方式
    plan_no: Line | None = None  # 回访计划号
    attempts: list[dict[str, str]] = Field(
        default_factory=list, max_length=50
    )  # 尝试；at、result（answered no_answer refused wrong_number）
    answers: dict[str, Any] | None = None  # 答案；q1～q5
    is_solved: Literal["yes", "no", "partly"] | None = None  # 是否解决
    unsatisfied_reason: Literal["slow", "attitude", "not_solved", "cost", "unclear", "other"] | None = None  # 不满原因
    next_action: Literal["none", "reopen", "new_complaint", "manager_call", "suggestion"] = "none"  # 后续


class AppointmentDetails(Details):
    """服务申请/预约单"""

    service: Literal[
        "survey",
        "meter_test",
        "inspection",
        "at_home",
        "customer_side_repair",
        "energy_advice",
        "ev_survey",
        "storage_advice",
        "counter",
    ]  # 服务
    preferred_slot: Slot  # 希望时段；day、half（am 9–12 / pm 13–17）
    confirm_call_by: Moment  # 需求确认时限；工作时间 2 h
    confirmed_slot: Slot | None = None  # 确定时段
    assignee: Line | None = None  # 上门人；工号
    fee_estimate_fen: int | None = None  # 预估费用(分)；有偿必填
    fee_agreed: bool | None = None  # 客户同意收费；有偿必填
    arrived_at: Moment | None = None  # 上门时间
    result_note: Text500 | None = None  # 结果
    customer_feedback: Text500 | None = None  # 客户反馈
    customer_calls: list[Moment] = Field(default_factory=list, max_length=20)  # 约时间打的电话


DETAILS: dict[str, type[Details]] = {
    "consult": ConsultDetails,
    "apply": ApplyDetails,
    "fault_report": FaultReportDetails,
    "outage": OutageDetails,
    "complaint": ComplaintDetails,
    "whistle_blow": WhistleBlowDetails,
    "suggestion": SuggestionDetails,
    "praise": PraiseDetails,
    "urge": UrgeDetails,
    "follow_up": FollowUpDetails,
    "appointment": AppointmentDetails,
}
