"""Words that answer the short questions of a request, whatever the NLU takes them for. Standard library only.

`还闪` is no flickering lamp while the meter is being looked at, and `赔偿` no new complaint while the wish is asked.
"""

from __future__ import annotations

import re

SAFETY_SLOTS = frozenset({"request_danger"})
"""Asked because of a danger: what answers it is no second alarm, unless somebody is hurt or something burns."""
HURT = re.compile(r"触电|电[到倒死]|着火|起火|冒烟|烧起来|救命|受伤")
_WORDS: dict[str, str] = {
    "request_matter": r"桩|光伏|太阳能|表|厅|号|上门|检查|新装|增容|临时|店|家|公司|第[一二三]",
    "request_self_check": r"闪|走|转|看|停|不动|没空|算了|直接|关",
    "request_wanted": r"店|公司|单位|家里|住|临时|工地|充电|光伏|校|移|坏",
    "request_business": r"^[^吗？?]+$",
    "request_notices": r"停电|来电|账单|缴费|到账|关怀|都|全",
    "request_notice_door": r"微信|短信|电话|随便|都",
    "request_hall": r"东湖|城南|都|随便|最近|哪个",
    "request_danger": r"垂|碰|火|够|头顶|没|不|有|会",
    "request_place": r"供电所|站|厂|路|街|镇|村|小区|园|楼|栋|号|工地|院|店|市场|车库|仓库|矿|公司",
    "request_when": r"天|号|日|月|周|星期|晚|早|点|刚|昨|今|前|经常|老是|总|一直|记不|[次回]|年|单|下午|上午",
    "request_wish": r"赔|道歉|整改|原因|说法|退|解决|处理|没有|答复|时间|换|修|安|说明|改|回",
    "request_name": r"^.{2,12}$|[，,]",
    "request_kw": r"千瓦|kw|KW|\d|[一二两三四五六七八九十]|空调|热水器|充电桩|不知道|估",
    "request_feed_in": r"自|全|余|卖|用|上网",
    "request_materials": r"图片|照片|有|没|齐|补|材料|证|合同|同意书|意见|发",
    "request_signature": r"写|署|留|匿名|居民|老师|先生|女士|不|可以",
    "request_call_time": r"上午|下午|晚|早|点|明天|后天|今天|周|现在|尽快|随时|都",
    "request_account_no": r"不知道|不清楚|不记得|忘|没有|找不到|没带|不在身边",
    "request_anonymous": r"留|名|匿",
    "request_confirmed": r"图片|照片|改|补充|还有|\d|[号日]|上午|下午|[天周]|千瓦|写|应该|诉求|材料",
    "request_visit": r"上午|下午|号|日|周|星期|明天|后天|点|第|都|随便|行|可以|方便",
}
_ANSWERS = {slot: re.compile(words) for slot, words in _WORDS.items()}


def answers_request(asked: str | None, text: str) -> bool:
    """Do these words answer what a request just asked?"""
    pattern = _ANSWERS.get(asked or "")
    return bool(pattern and pattern.search(text))
