"""One list of expectations for every implementation of `clients.ticketing`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clients.ticketing import Consult, FaultReport
from clients.ticketing.words import HAZARD_OF, HAZARD_ZH, SYMPTOM_OF, SYMPTOM_ZH
from kernel import clock, ids
from kernel.errors import Conflict, Malformed, NotAllowed, NotFound


def key() -> str:
    return ids.new_id("k")


@pytest.fixture
def report(phone: str) -> FaultReport:
    """One household's own breaker: reports of the same estate are not gathered into an outage."""
    return FaultReport(
        address=f"翠湖花园{int(phone) % 900 + 7}号楼101",
        contact_phone=phone,
        contact_name="王小明",
        is_breaker_tripped="yes",
        is_neighbour_out="no",
    )


async def test_report_is_filed_with_a_number_and_a_promise(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())

    assert order.no.startswith("GZ20261124")
    assert (order.status, order.status_label, order.priority, order.is_open) == ("dispatched", "已派单", 4, True)
    assert order.on_site_by == order.deadline_at == clock.now() + timedelta(minutes=40)
    assert (order.contact_phone, order.contact_name) == (f"{phone[:3]}****{phone[-4:]}", "王*明")
    assert order.duplicate_of is None


async def test_remote_village_is_promised_two_hours(ticketing, report):
    order = await ticketing.open_fault_report(replace(report, address="石桥村村口第三家"), key=key())
    assert (order.area_kind, order.on_site_by) == ("remote", clock.now() + timedelta(minutes=120))


async def test_same_key_is_the_same_order_and_another_request_a_conflict(ticketing, report):
    k = key()
    first = await ticketing.open_fault_report(report, key=k)
    assert (await ticketing.open_fault_report(report, key=k)).no == first.no
    with pytest.raises(Conflict) as refused:
        await ticketing.open_fault_report(replace(report, symptom="flicker"), key=k)
    assert refused.value.code == "idempotency_key_reused"


async def test_household_that_reports_again_gets_its_open_order(ticketing, report):
    first = await ticketing.open_fault_report(report, key=key())
    again = await ticketing.open_fault_report(report, key=key())
    assert (again.no, again.duplicate_of) == (first.no, first.no)


async def test_hazard_is_filed_first_class_beside_an_open_report(ticketing, report):
    first = await ticketing.open_fault_report(report, key=key())
    hazard = await ticketing.open_fault_report(replace(report, hazard_kind="fire", symptom="sparks"), key=key())
    assert hazard.priority == 1
    assert hazard.no != first.no


async def test_report_joins_a_running_outage_but_a_hazard_does_not(ticketing, report):
    (outage,) = await ticketing.outages(q="阳光新城")
    here = {
        "address": f"阳光新城{report.contact_phone[-3:]}号楼",
        "is_breaker_tripped": "no",
        "is_neighbour_out": "yes",
    }
    joining = replace(report, **here, join_outage=outage.outage_no)
    member = await ticketing.open_fault_report(joining, key=key())
    assert (member.status, member.parent_order_no) == ("merged", outage.outage_no)
    assert member.eta_restore_at == outage.eta_restore_at
    hazard = await ticketing.open_fault_report(replace(joining, hazard_kind="line_down"), key=key())
    assert (hazard.status, hazard.parent_order_no) == ("dispatched", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contact_phone": "12"}, "contact_phone"),
        ({"account_no": "3100102345"}, "account_no"),
        ({"address": None}, "address"),
        ({"contact_phone": None}, "contact_phone"),
    ],
)
async def test_wrong_field_is_named(ticketing, report, change, field):
    with pytest.raises(Malformed) as refused:
        await ticketing.open_fault_report(replace(report, **change), key=key())
    assert refused.value.context["fields"][0]["at"].endswith(field)


async def test_found_by_key_or_not_at_all(ticketing, report):
    k = key()
    assert await ticketing.find_by_key(k) is None
    order = await ticketing.open_fault_report(report, key=k)
    found = await ticketing.find_by_key(k)
    assert found is not None
    assert found.no == order.no


async def test_order_is_read_with_the_digits_or_a_token_only(ticketing, report, phone, prove):
    account = "3100205172"
    order = await ticketing.open_fault_report(replace(report, account_no=account), key=key())

    for proof in ({}, {"phone_last4": "0000"}, {"identity": prove("3100102346")}):
        with pytest.raises(NotAllowed) as refused:
            await ticketing.get_order(order.no, **proof)
        assert refused.value.code == "identity_required"
    assert (await ticketing.get_order(order.no, phone_last4=phone[-4:])).no == order.no
    read = await ticketing.get_order(order.no, identity=prove(account))
    assert read.account_no == "******5172"
    assert read.timeline[0].event == "register"


async def test_unknown_order_is_not_found(ticketing):
    with pytest.raises(NotFound) as missing:
        await ticketing.get_order("GZ202001010001", phone_last4="1234")
    assert missing.value.code == "order_not_found"


async def test_orders_of_a_phone_newest_first_and_open_ones(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    consult = await ticketing.open_consult(Consult("阶梯怎么算", contact_phone=phone), key=key())
    listed = await ticketing.list_orders(contact_phone=phone, phone_last4=phone[-4:])
    assert {o.no for o in listed} == {order.no, consult.no}
    await ticketing.act(
        order.no, "withdraw", key=key(), role="customer", actor="web", phone_last4=phone[-4:], reason="来电了"
    )
    left = await ticketing.list_orders(contact_phone=phone, phone_last4=phone[-4:], open_only=True)
    assert [o.no for o in left] == [consult.no]
    with pytest.raises(NotAllowed):
        await ticketing.list_orders(contact_phone=phone)


async def test_withdrawing_twice_or_unproved_is_refused(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    act = {"role": "customer", "actor": "web"}
    with pytest.raises(NotAllowed):
        await ticketing.act(order.no, "withdraw", key=key(), **act)
    gone = await ticketing.act(order.no, "withdraw", key=key(), phone_last4=phone[-4:], **act)
    assert (gone.status, gone.is_open) == ("withdrawn", False)
    assert gone.closed_at == clock.now()
    with pytest.raises(Conflict) as refused:
        await ticketing.act(order.no, "withdraw", key=key(), phone_last4=phone[-4:], **act)
    assert refused.value.code == "event_not_allowed"


async def test_urging_counts_and_cools(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    first = await ticketing.urge(order.no, key=key(), phone_last4=phone[-4:])
    second = await ticketing.urge(order.no, key=key(), phone_last4=phone[-4:])
    assert (first.urge_count, first.recorded, second.urge_count, second.recorded) == (1, True, 2, False)
    assert (first.escalation_level, second.escalation_level) == (0, 2)
    assert first.reply_by == clock.now() + timedelta(minutes=30)
    assert second.order.urge_count == 2
    assert second.changed == {"escalation_level": [0, 2]}


async def test_whoever_urges_hears_where_it_stands_and_when_they_hear_again(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    urge = await ticketing.urge(order.no, key=key(), phone_last4=phone[-4:])
    assert (urge.status, urge.status_label, urge.owner_team) == ("dispatched", "已派单", order.owner_team)
    assert (urge.promised_at, urge.is_overdue, urge.owes_apology) == (order.deadline_at, False, False)
    assert (urge.hears_again_by, urge.told, urge.changed) == (urge.reply_by, (order.owner_team,), {})


async def test_new_danger_told_with_an_urge_is_judged_anew(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    with pytest.raises(Malformed):
        await ticketing.urge(order.no, key=key(), phone_last4=phone[-4:], reason="worse")
    worse = {"reason": "worse", "note": "表箱冒火花", "hazard_kind": "meter_spark"}
    urge = await ticketing.urge(order.no, key=key(), phone_last4=phone[-4:], **worse)
    assert (urge.order.priority, urge.changed["priority"]) == (1, [4, 1])


async def repaired(ticketing, order, phone):
    """The crew's way until the customer says that power is back."""
    crew = {"role": "crew", "actor": "A1032"}
    for event in ("accept", "depart", "arrive", "secure"):
        await ticketing.act(order.no, event, key=key(), **crew)
    fixed = {"cause": "熔断", "repair_note": "更换"}
    await ticketing.act(order.no, "restore", key=key(), data=fixed, **crew)
    await ticketing.act(order.no, "ask", key=key(), role="system", actor="ticketing")
    said = {"role": "customer", "actor": "web", "phone_last4": phone[-4:]}
    return await ticketing.act(order.no, "said_yes", key=key(), **said)


async def test_repair_goes_its_way_and_no_other_role_may_walk_it(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    with pytest.raises(NotAllowed) as refused:
        await ticketing.act(order.no, "accept", key=key(), role="agent", actor="K2005")
    assert refused.value.code == "role_not_allowed"
    closed = await repaired(ticketing, order, phone)
    assert (closed.status, closed.is_open, closed.closed_at) == ("closed", False, clock.now())


async def test_not_over_is_reopened_twice_then_filed_anew(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    with pytest.raises(Conflict):
        await ticketing.reopen(order.no, key=key(), phone_last4=phone[-4:])
    for _ in range(2):
        await repaired(ticketing, order, phone)
        again = await ticketing.reopen(order.no, key=key(), phone_last4=phone[-4:], reason="又停了")
        assert (again.order.no, again.order.status, again.is_new) == (order.no, "dispatched", False)
    await repaired(ticketing, order, phone)
    third = await ticketing.reopen(order.no, key=key(), phone_last4=phone[-4:])
    assert (third.is_new, third.offer_complaint, third.order.status) == (True, True, "dispatched")
    assert order.no in third.order.related_order_nos


async def test_low_score_goes_on_or_is_asked_about(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    proof = {"phone_last4": phone[-4:]}
    with pytest.raises(Conflict):
        await ticketing.rate(order.no, 5, key=key(), **proof)
    await repaired(ticketing, order, phone)
    assert (await ticketing.rate(order.no, 5, key=key(), **proof)).next_action == "none"
    asked = await ticketing.rate(order.no, 2, key=key(), is_solved="yes", **proof)
    assert (asked.next_action, (asked.other_order_no or "")[:10]) == ("dissatisfied_follow_up", "HF20261124")
    on = await ticketing.rate(order.no, 1, key=key(), is_solved="no", **proof)
    assert (on.next_action, on.order.status) == ("reopened", "dispatched")


@pytest.mark.parametrize(
    ("order_type", "fields", "prefix"),
    [
        ("complaint", {"what_happened": "两个月停三回电", "complaint_class": "outage_supply"}, "TS"),
        ("apply", {"apply_type": "ev_charger"}, "YW"),
        ("suggestion", {"content": "大字"}, "JY"),
        ("praise", {"content": "好"}, "BY"),
        ("appointment", {"service": "meter_test"}, "YY"),
        ("callback", {}, "ZX"),
    ],
)
async def test_other_orders_are_filed_under_their_own_numbers(ticketing, phone, order_type, fields, prefix):
    order = await ticketing.open_order(order_type, {**fields, "contact_phone": phone}, key=key())
    assert order.no.startswith(f"{prefix}20261124")
    assert order.is_open


async def test_complaint_is_answered_within_five_days(ticketing, phone):
    fields = {"what_happened": "态度差", "contact_phone": phone}
    order = await ticketing.open_order("complaint", fields, key=key())
    assert (order.priority, order.deadline_at) == (4, clock.now() + timedelta(days=5))


async def test_whistle_blower_gets_a_code_only(ticketing, phone):
    k = key()
    fields = {"what": "私接", "where": "工业路", "contact_phone": phone}
    told = await ticketing.open_order("whistle_blow", fields, key=k)
    assert (told.no, len(told.query_code or "")) == ("", 8)
    assert told.deadline_at is None or told.deadline_at == clock.now() + timedelta(days=10)
    assert (await ticketing.whistle_blow_progress(told.query_code))["status"] == "sealed"
    assert await ticketing.list_orders(contact_phone=phone, phone_last4=phone[-4:]) == []
    with pytest.raises(NotFound):
        await ticketing.whistle_blow_progress("ZZZZZZZZ")


async def test_known_outage_says_when_power_is_back(ticketing):
    (outage,) = await ticketing.outages(q="阳光新城5栋")
    assert (outage.is_running, outage.households, outage.cause) == (True, 312, "线路故障")
    assert (outage.eta_restore_at.hour, outage.eta_restore_at.minute, outage.eta_age_min) == (16, 30, 12)


async def test_planned_outage_covers_its_buildings_only(ticketing):
    (outage,) = await ticketing.outages(q="锦绣家园3栋")
    assert (outage.is_running, outage.scope, outage.buildings) == (False, "锦绣家园1–9栋", ((1, 9),))
    assert await ticketing.outages(q="锦绣家园12栋") == []
    assert await ticketing.outages(q="翠湖花园3号楼") == []
    assert await ticketing.outages(community="锦绣家园", until=clock.now() + timedelta(days=1)) == []


async def test_place_is_recognised_with_its_area(ticketing):
    (place,) = await ticketing.places("翠湖花园3号楼")
    assert (place.name, place.area_kind, place.transformer_area) == ("翠湖花园", "urban", "TA-DH-0101")
    assert place.address.endswith("翠湖花园3号楼")
    assert await ticketing.places("火星") == []


async def test_subscribing_twice_is_once(ticketing, phone):
    (outage,) = await ticketing.outages(q="阳光新城")
    first = await ticketing.subscribe(outage.outage_no, phone, key=key())
    again = await ticketing.subscribe(outage.outage_no, phone, key=key())
    assert (first.is_new, again.is_new, first.phone) == (True, False, f"{phone[:3]}****{phone[-4:]}")
    with pytest.raises(NotFound) as missing:
        await ticketing.subscribe("TD202001010001", phone, key=key())
    assert missing.value.code == "outage_not_found"


async def test_staff_read_what_is_masked_for_others(ticketing, report, phone):
    order = await ticketing.open_fault_report(report, key=key())
    assert (await ticketing.staff_order(order.no))["contact_phone"] == phone


def test_every_symptom_and_hazard_of_the_bot_has_a_word_of_ours():
    assert set(SYMPTOM_OF.values()) <= set(SYMPTOM_ZH)
    assert set(HAZARD_OF.values()) <= set(HAZARD_ZH)


async def test_the_same_complaint_again_is_the_order_that_stands(ticketing, phone):
    told = {"what_happened": "等了四个小时", "complaint_class": "repair", "contact_phone": phone}
    first = await ticketing.open_order("complaint", told, key=key())
    again = await ticketing.open_order("complaint", {**told, "what_happened": "还没人来"}, key=key())
    other = await ticketing.open_order("complaint", {**told, "complaint_class": "attitude"}, key=key())
    assert (again.no, again.duplicate_of) == (first.no, first.no)
    assert (other.no != first.no, other.duplicate_of) == (True, None)


async def test_the_same_application_again_is_the_order_that_stands(ticketing, phone):
    wanted = {"apply_type": "meter_test", "contact_phone": phone}
    first = await ticketing.open_order("apply", wanted, key=key())
    again = await ticketing.open_order("apply", wanted, key=key())
    assert again.duplicate_of == first.no


async def test_papers_and_their_state_are_kept_with_the_application(ticketing, phone):
    papers = [{"name": "车位证明", "state": "uploaded"}, {"name": "物业同意书", "state": "missing"}]
    fields = {"apply_type": "ev_charger", "contact_phone": phone, "materials": papers}
    order = await ticketing.open_order("apply", fields, key=key())
    assert order.details["materials"] == papers
