"""What may be reported, as Open311 lists it, and what each means for a fault report. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Service:
    code: str
    name: str
    description: str
    fault: dict[str, str]
    keywords: str
    group: str = "electricity"

    def as_json(self) -> dict[str, Any]:
        return {
            "service_code": self.code,
            "service_name": self.name,
            "description": self.description,
            "metadata": False,
            "type": "realtime",
            "keywords": self.keywords,
            "group": self.group,
        }


SERVICES = (
    Service("no_power", "没电", "家里或整片停电", {"symptom": "all_out"}, "停电,没电"),
    Service("voltage", "电压不稳", "灯忽明忽暗、电压低", {"symptom": "flicker"}, "电压,闪烁"),
    Service(
        "line_down",
        "电线掉落",
        "电线断落在地，请离开八米以外",
        {"symptom": "line_damage", "hazard_kind": "line_down"},
        "断线,危险",
    ),
    Service(
        "pole_fallen",
        "电杆倒塌",
        "电杆倾斜或倒塌，请不要靠近",
        {"symptom": "line_damage", "hazard_kind": "pole_fallen"},
        "电杆,危险",
    ),
    Service(
        "fire",
        "起火冒烟",
        "电力设备起火冒烟，请同时拨打 119",
        {"symptom": "sparks", "hazard_kind": "fire"},
        "起火,危险",
    ),
    Service(
        "flood",
        "水淹带电",
        "配电设备被水淹，请不要涉水",
        {"symptom": "line_damage", "hazard_kind": "flood"},
        "水淹,危险",
    ),
)
BY_CODE = {service.code: service for service in SERVICES}


def code_of(details: dict[str, Any]) -> str:
    """The service a fault report would have been reported as."""
    hazard = next((s.code for s in SERVICES if s.fault.get("hazard_kind") == details.get("hazard_kind")), None)
    if hazard:
        return hazard
    return "no_power" if details.get("symptom") in ("all_out", "partial_out") else "voltage"
