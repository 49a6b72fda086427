"""Which post an order needs."""

from __future__ import annotations

import pytest

from backends.ticketing import skill_groups
from backends.ticketing.order_types import CONSULT_TEAMS, ORDER_TYPES
from backends.ticketing.skill_groups import SkillGroup

STAFF = {"X-View": "staff"}


@pytest.mark.row("S61")
def test_there_are_the_eight_posts_of_the_seed():
    wanted = {"客户代表", "业扩", "抄核收", "计量", "用电检查", "需求侧", "咨询", "紧急服务"}
    assert set(skill_groups.LABELS.values()) == wanted
    assert set(skill_groups.LABELS) == set(SkillGroup)


@pytest.mark.row("S61")
def test_every_team_that_owns_orders_belongs_to_a_post():
    owners = {t.owner_team for t in ORDER_TYPES.values()} | set(CONSULT_TEAMS.values())
    assert owners - skill_groups.OF_TEAM.keys() == {"原单责任班组"}  # an urge is its target's


@pytest.mark.row("S61")
@pytest.mark.parametrize(
    ("body", "post_needed"),
    [
        ({"order_type": "consult", "question": "账单不对", "topic": "bill_dispute"}, "billing"),
        ({"order_type": "consult", "question": "阶梯怎么算"}, "consult"),
        ({"order_type": "appointment", "service": "meter_test", "address": "和平新村1号楼"}, "metering"),
        ({"order_type": "appointment", "service": "energy_advice", "address": "和平新村2号楼"}, "demand_side"),
        ({"order_type": "appointment", "service": "inspection", "address": "和平新村9号楼"}, "inspection"),
        ({"order_type": "apply", "apply_type": "new_low_business", "contact_name": "店"}, "connection"),
        ({"order_type": "suggestion", "content": "多开窗口"}, "customer"),
        ({"order_type": "fault_report", "address": "和平新村77号楼303"}, "emergency"),
    ],
)
def test_an_order_goes_to_whoever_can_do_it(post, staff, http, phone, body, post_needed):
    number = post("/v1/work-orders", {**body, "contact_phone": phone}).json()["order_no"]
    assert staff(number)["skill_group"] == post_needed
    rows = http.get("/v1/figures", params={"by": "skill_group"}, headers=STAFF).json()["rows"]
    assert {row["key"] for row in rows} <= set(SkillGroup)
    assert post_needed in {row["key"] for row in rows}
