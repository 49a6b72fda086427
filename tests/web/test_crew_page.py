"""The crews' page on a phone, on the whole running line."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kernel import ids

areas = importlib.import_module("tests.support.areas")
pytestmark = [pytest.mark.browser, pytest.mark.line]
Pages = Callable[..., Page]
PLACE = "翠竹苑"
STAFF = {"X-View": "staff"}
_rooms = itertools.count(201)  # the same household twice would be one order
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def report(line: Any) -> Iterator[str]:
    """A report that stands with the sample crew whose leader has a log-in."""
    with areas.to_ourselves(line, PLACE), line.ticketing() as ticketing:
        who = {"contact_name": "刘芳", "contact_phone": "13912342299", "address": f"{PLACE}3号楼1单元{next(_rooms)}"}
        body = {"order_type": "fault_report", "is_neighbour_out": "no", "is_life_support": True, **who}
        filed = ticketing.post("/v1/work-orders", json=body, headers={"Idempotency-Key": ids.new_id("t")})
        assert filed.status_code == 201, filed.text
        number = filed.json()["order_no"]
        for _ in range(8):
            offers = ticketing.get(f"/v1/work-orders/{number}/offers", headers=STAFF).json()["items"]
            if offers[-1]["crew_no"] == "QX-01":
                break
            act = {"event": "decline", "role": "crew", "actor": "A1032", "reason": "离得远"}
            key = {"Idempotency-Key": ids.new_id("t")}
            assert ticketing.post(f"/v1/work-orders/{number}/events", json=act, headers=key).status_code == 200
        yield number


def log_in(page: Page, base_url: str, login: str = "ban") -> Page:
    page.goto(f"{base_url}/crew")
    page.get_by_label("工号或登录名").fill(login)
    page.get_by_label("密码").fill("denghuo-2026")
    page.get_by_role("button", name="登录").click()
    return page


@pytest.mark.row("S30")
def test_a_crew_takes_an_order_goes_there_and_the_customer_sees_it(line: Any, new_page: Pages, report: str) -> None:
    page = log_in(new_page(viewport=PHONE), line.base_url)
    expect(page.locator("#crew-name")).to_have_text("东湖抢修一班")
    card = page.locator(f"[data-order={report}]")
    expect(card).to_contain_text("生命支持设备")
    expect(card).to_contain_text("接单还剩")
    expect(card.get_by_role("link", name="打给刘芳")).to_have_attribute("href", "tel:13912342299")
    for press, then in (("接单", "出发"), ("出发", "到场"), ("到场", "开始抢修"), ("开始抢修", "已送电")):
        card.get_by_role("button", name=press).click()
        expect(card.get_by_role("button", name=then)).to_be_visible()
    card.get_by_role("button", name="已送电").click()
    page.get_by_label("故障原因").fill("低压熔断器熔断")
    page.get_by_label("处理情况").fill("更换熔断器，试送正常")
    page.get_by_role("button", name="确定").click()
    expect(card).to_have_count(0)
    with line.ticketing() as ticketing:
        shown = ticketing.get(f"/v1/work-orders/{report}", params={"phone_last4": "2299"}).json()
    assert shown["status"] in ("restored", "awaiting_confirm")
    assert {"accepted", "en_route", "on_site", "restored"} <= {step["status"] for step in shown["timeline"]}


def test_what_is_declined_with_its_reason_leaves_the_list(line: Any, new_page: Pages, report: str) -> None:
    page = log_in(new_page(viewport=PHONE), line.base_url)
    card = page.locator(f"[data-order={report}]")
    card.get_by_role("button", name="接不了").click()
    page.get_by_label("原因").fill("车坏在路上")
    page.get_by_role("button", name="确定").click()
    expect(card).to_have_count(0)
    with line.ticketing() as ticketing:
        offers = ticketing.get(f"/v1/work-orders/{report}/offers", headers=STAFF).json()["items"]
    assert ("QX-01", "declined", "车坏在路上") in [(o["crew_no"], o["outcome"], o["reason"]) for o in offers]


def test_what_was_pressed_without_a_network_is_done_once_it_is_back(line: Any, new_page: Pages, report: str) -> None:
    page = log_in(new_page(viewport=PHONE), line.base_url)
    card = page.locator(f"[data-order={report}]")
    expect(card).to_be_visible()
    page.context.set_offline(True)
    card.get_by_role("button", name="接单").click()
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(card.get_by_role("button", name="出发")).to_be_visible()


@pytest.mark.parametrize(("page_path", "login", "says"), [("/crew", "zhou", "坐席台"), ("/desk", "ban", "班组页面")])
def test_agents_and_crews_keep_to_their_own_page(
    line: Any, new_page: Pages, page_path: str, login: str, says: str
) -> None:
    page = new_page(viewport=PHONE)
    page.goto(f"{line.base_url}{page_path}")
    page.get_by_label("工号或登录名").fill(login)
    page.get_by_label("密码").fill("denghuo-2026")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#login-problem")).to_contain_text(says)
    assert page.request.get(f"{line.base_url}{page_path}/api/me").status in (401, 403)
