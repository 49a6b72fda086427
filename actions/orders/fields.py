"""The fields of each order out of what was taken down (domain/work-orders.md 4, 8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from actions.forms import SKIPPED
from actions.orders import services, visits
from kernel import clock

Slots = Mapping[str, Any]
Fields = Callable[[Slots], dict[str, Any]]


def said(slots: Slots, slot: str) -> str | None:
    """The value as text, None when it is empty or was not asked."""
    value = slots.get(slot)
    return None if value in (None, "", SKIPPED) else str(value)


def what(slots: Slots, most: int = 500) -> str:
    return (said(slots, "request_what") or "")[:most]


def apply(apply_type: str) -> Fields:
    def fields(slots: Slots) -> dict[str, Any]:
        return {
            "apply_type": apply_type,
            "applicant_name": said(slots, "request_name"),
            "requested_kw": said(slots, "request_kw"),
            "materials": materials(apply_type, slots),
            "note": _note(slots),
        }

    return fields


def _note(slots: Slots) -> str | None:
    visit = slots.get("request_visit")
    parts = [
        said(slots, "request_what"),
        {"still": "自查：关总闸后灯仍闪", "stopped": "自查：关总闸后灯停了"}.get(str(slots.get("request_self_check"))),
        said(slots, "request_feed_in"),
        f"约 {visits.shown(visit)} 上门" if isinstance(visit, Mapping) else None,
    ]
    return "；".join(part for part in parts if part)[:500] or None


def materials(apply_type: str, slots: Slots) -> list[dict[str, str]]:
    """Each paper of the service with its state: uploaded, or missing until it comes."""
    row, told = services.service(apply_type), said(slots, "request_materials") or "later"
    if row is None:
        return []
    sent = bool(slots.get("request_pictures")) or told == "sent"
    lacking = lacking_in(row.materials, told + (said(slots, "request_lacking") or ""))
    return [
        {"name": name, "state": "uploaded" if sent and name not in lacking else "missing"} for name in row.materials
    ]


def lacking_in(names: tuple[str, ...], words: str) -> list[str]:
    """物业意见还没有: which of the papers these words say are missing."""
    if not re.search(r"没|缺|差|补", words):
        return []
    return [name for name in names if any(name[i : i + 2] in words for i in range(len(name) - 1))]


COMPLAINT_CLASSES: tuple[tuple[str, str], ...] = (
    (r"态度|骂|凶|挂.{0,3}电话|不耐烦|推诿|吼", "attitude"),
    (
        r"烧(坏|了|掉|毁)|电压|闪|灯暗|频繁|老停|总停|常停|老是停|经常停|三天两头|停.{0,4}[三四五六七八九十几数多两][回次]|[三四五六七八九十几数多两][回次].{0,3}(停|没)电",
        "supply_quality",
    ),
    (r"抢修|没人来|没来|超时|等了|修", "repair"),
    (r"停电|断电|停了", "outage_supply"),
    (r"电费|收费|多收|扣|违约金", "bill_price"),
    (r"电表|表", "metering"),
    (r"装|过户|报装|办", "connection"),
)
_APPLIANCE = "(电视|冰箱|空调|电器|电脑|洗衣机)"
_MAJOR = re.compile(
    rf"受伤|骂人|辱骂|记者|媒体|曝光|网上发|隐私|泄露|指定|烧(坏|了|掉|毁).{{0,6}}{_APPLIANCE}|{_APPLIANCE}.{{0,6}}烧"
)


def complaint_class(words: str) -> str:
    return next((name for pattern, name in COMPLAINT_CLASSES if re.search(pattern, words)), "other")


def complaint(slots: Slots) -> dict[str, Any]:
    words = what(slots, 1000)
    return {
        "what_happened": words,
        "complaint_class": complaint_class(words),
        "severity": "major" if _MAJOR.search(words) else "normal",
        "happened_at": moment_of(said(slots, "request_when")),
        "expectation": said(slots, "request_wish"),
        "wants_reply": True,
        "related_order_nos": _last_order(slots, "GZ"),
    }


def _last_order(slots: Slots, prefix: str) -> list[str] | None:
    number = str((slots.get("last_order") or {}).get("order_no") or "")
    return [number] if number.startswith(prefix) else None


def moment_of(words: str | None) -> str | None:
    """`2026-11-23`, `2026-11-23 20:00` as an ISO moment not after now; None when it is no day."""
    if not words or not re.match(r"\d{4}-\d{2}-\d{2}", words):
        return None
    day = date.fromisoformat(words[:10])
    at = time.fromisoformat(words[11:16]) if len(words) >= 16 else time(12)
    return min(datetime.combine(day, at, clock.TZ), clock.now()).isoformat(timespec="seconds")


WHISTLE_CLASSES: tuple[tuple[str, str], ...] = (
    (r"偷电缆|偷线|挖断|破坏|剪断|撞", "facility_damage"),
    (r"收.{0,3}(钱|红包|好处|回扣)|索贿|吃拿卡要|以权|私下收|乱收", "conduct"),
    (r"偷电|窃电|偷接|私接|私拉|绕表|绕过|不走表|动.{0,4}表|改表|封印|接线|偷用", "theft"),
    (r"转供|加价|二房东|物业.{0,6}(电费|电价|收)|房东.{0,6}(电费|电价|收)", "resale_markup"),
    (r"工程|招标|转包|施工队", "contracting"),
    (r"超容|改类|居民电.{0,6}(经营|开店)|违约用电|挖矿", "breach_use"),
)
THEFT_ACTS: tuple[tuple[str, str], ...] = (
    (r"封印|铅封|封条", "seal_tamper"),
    (r"砸|弄坏|毁|破坏.{0,3}表", "meter_damage"),
    (r"磁铁|不准|走慢|遥控|改表|动.{0,4}(手脚|表)", "meter_inaccurate"),
    (r"绕过|绕表|不走表|跨表|表前", "bypass_meter"),
    (r"接线|私接|偷接|私拉|搭线|接的|电杆|公共|照明|动力线", "unauthorized_wiring"),
)


def whistle(slots: Slots) -> dict[str, Any]:
    words = what(slots, 1000)
    kind = next((name for pattern, name in WHISTLE_CLASSES if re.search(pattern, words)), "other")
    act = next((name for pattern, name in THEFT_ACTS if re.search(pattern, words)), "other")
    return {
        "what": words,
        "where": said(slots, "request_place") or "待核实",
        "when_seen": said(slots, "request_when"),
        "whistle_class": kind,
        "theft_act": act if kind == "theft" else None,
        "is_anonymous": slots.get("request_anonymous") != "no",
    }


SUGGESTION_AREAS: tuple[tuple[str, str], ...] = (
    (r"公众号|网站|小程序|APP|app|手机上|网上|短信|微信", "digital"),
    (r"账单|电费|缴费|交费|发票|收费", "billing"),
    (r"停电|检修|抢修|通知", "outage"),
    (r"电表|抄表", "metering"),
    (r"手续|流程|材料|办理|排队", "procedure"),
    (r"安全|线路|电线|警示", "safety"),
    (r"态度|服务|营业厅|热线", "service"),
)


def suggestion(slots: Slots) -> dict[str, Any]:
    words, grounds = what(slots, 800), said(slots, "request_grounds")
    area = next((name for pattern, name in SUGGESTION_AREAS if re.search(pattern, words)), "other")
    return {"content": f"{words}（{grounds}）" if grounds else words, "suggestion_area": area}


def praise(slots: Slots) -> dict[str, Any]:
    words, when, signed = what(slots, 800), said(slots, "request_when"), said(slots, "request_signature")
    told = [words, f"时间地点：{when}" if when else "", f"署名：{signed}" if signed else ""]
    return {
        "content": "；".join(part for part in told if part),
        "praised_staff": praised(slots),
        "contact_name": signed if signed and signed != "一位居民" else None,
        "related_order_nos": _last_order(slots, "GZ"),
    }


def praised(slots: Slots) -> str:
    """工号2031, 东湖一班, or what is found out later."""
    words = what(slots) + (said(slots, "request_when") or "")
    found = re.search(r"工号\s*\d{3,6}|[\u4e00-\u9fff]{2,6}[一二三四五六1-6]?班|[\u4e00-\u9fff]师傅", words)
    return said(slots, "request_team") or (found[0] if found else "待核实")


def callback(slots: Slots) -> dict[str, Any]:
    at = said(slots, "request_call_time")
    return {"question": what(slots) or "请回电", "preferred_time": None if at in (None, "now") else at}


def notices(slots: Slots) -> dict[str, Any]:
    kept, door = said(slots, "request_notices"), said(slots, "request_notice_door")
    return {"apply_type": "other", "note": f"通知偏好：保留{kept}，其余关；只走{door}；欠费停电照常通知"}


def broken_meter(slots: Slots) -> dict[str, Any]:
    return {"symptom": "meter_abnormal", "summary": f"电表异常：{what(slots, 180)}"}


def hall_visit(slots: Slots) -> dict[str, Any]:
    business, hall = said(slots, "request_business"), said(slots, "request_hall")
    return {
        "service": "counter",
        "address": hall,
        "preferred_slot": slots.get("request_visit"),
        "summary": f"{hall}取号，办{business or '一般'}业务",
    }


def home_visit(service: str) -> Fields:
    return lambda slots: {
        "service": service,
        "preferred_slot": slots.get("request_visit"),
        "note": said(slots, "request_what"),
    }
