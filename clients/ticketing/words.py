"""How the bot's entity values (domain/intents.md) are written on a fault report (domain/work-orders.md 4.3)."""

from __future__ import annotations

SYMPTOM_OF: dict[str, str] = {
    "停电": "all_out",
    "部分停电": "partial_out",
    "闪烁": "flicker",
    "电压低": "low_voltage",
    "电压高": "high_voltage",
    "跳闸": "breaker_trip",
    "冒烟焦味": "sparks",
    "火花": "sparks",
    "起火": "sparks",
    "爆炸": "sparks",
    "断线落地": "line_damage",
    "线路低垂": "line_damage",
    "电杆倾倒": "line_damage",
    "树碰线": "line_damage",
    "设备破损": "line_damage",
    "触电": "sparks",
    "漏电麻手": "sparks",
    "异响": "sparks",
    "进水": "line_damage",
    "表屏异常": "meter_abnormal",
}

HAZARD_OF: dict[str, str] = {
    "触电": "electric_shock",
    "漏电麻手": "electric_shock",
    "断线落地": "line_down",
    "电杆倾倒": "pole_fallen",
    "起火": "fire",
    "冒烟焦味": "fire",
    "爆炸": "fire",
    "火花": "meter_spark",
    "树碰线": "tree",
    "进水": "flood",
}

SYMPTOM_ZH: dict[str, str] = {
    "all_out": "全屋停电",
    "partial_out": "部分停电",
    "low_voltage": "电压低",
    "high_voltage": "电压高",
    "flicker": "灯光闪烁",
    "sparks": "有火花或冒烟",
    "meter_abnormal": "电表异常",
    "line_damage": "线路设备受损",
    "breaker_trip": "开关跳闸",
}

HAZARD_ZH: dict[str, str] = {
    "none": "无险情",
    "electric_shock": "触电",
    "line_down": "断线落地",
    "pole_fallen": "电杆倒塌",
    "fire": "起火冒烟",
    "flood": "水淹带电",
    "ev_charger": "充电桩异常",
    "tree": "树障打火",
    "gas": "疑似燃气",
    "meter_spark": "表箱打火",
    "theft_damage": "外力破坏",
}
