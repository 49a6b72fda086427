"""The chat page and the desk on the whole running line: real bot, real backends, real stores."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

areas = importlib.import_module("tests.support.areas")
pytestmark = [pytest.mark.browser, pytest.mark.line]
PLACE = "滨江一号"
Pages = Callable[..., Page]
SLOW_MS = 20_000  # the first turns after a start are the slowest


class Customer:
    """Somebody at the chat page."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page = page
        page.goto(base_url)
        expect(page.locator(".message-bot").first).to_be_visible(timeout=SLOW_MS)

    def say(self, text: str) -> str:
        """What the house answers, once it has answered."""
        answers = self.page.locator(".message-bot, .message-system")
        before = answers.count()
        self.page.locator("#text").fill(text)
        self.page.locator("#text").press("Enter")
        expect(answers.nth(before)).to_be_visible(timeout=SLOW_MS)
        expect(self.page.locator("#typing")).to_be_hidden(timeout=SLOW_MS)
        return "\n".join(answers.all_inner_texts()[before:])


@pytest.fixture
def customer(line: Any, new_page: Pages) -> Iterator[Customer]:
    with areas.to_ourselves(line, PLACE):
        yield Customer(new_page(viewport={"width": 900, "height": 860}), line.base_url)


def report_a_fault(customer: Customer) -> str:
    """Talk until an order stands; its number."""
    customer.say("我家没电了")
    customer.say("邻居有电，开关没掉")
    customer.say(f"{PLACE}5号楼1单元301")
    customer.say("13912342207")
    customer.say("对")
    card = customer.page.locator(".card-order").last
    expect(card).to_be_visible(timeout=SLOW_MS)
    found = re.search(r"GZ\d{12}", card.inner_text())
    assert found
    return found.group()


@pytest.mark.row("S26")
@pytest.mark.row("S118")
def test_the_first_report_is_filed_through_the_chat_page_and_stands_with_its_deadline(
    customer: Customer, line: Any
) -> None:
    order_no = report_a_fault(customer)
    url = line.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url) as link:
        row = link.execute("SELECT deadline_at FROM ticketing.work_orders WHERE order_no = %s", [order_no]).fetchone()
    assert row is not None and row[0] is not None


@pytest.mark.row("S12")
def test_a_bill_is_read_only_after_identity_is_proved(customer: Customer, line: Any) -> None:
    sample = line.sample
    customer.say("查电费")
    asked = customer.say(sample["account_ok"])
    assert "98.58" not in asked
    customer.say("5678")
    told = customer.say(sample["sms_code"])
    assert "98.58" in told
    expect(customer.page.locator(".card-bill").last).to_contain_text("98.58")


def test_an_agent_in_a_second_window_takes_over_and_gives_the_talk_back(
    customer: Customer, line: Any, new_page: Pages
) -> None:
    order_no = report_a_fault(customer)
    customer.page.locator("#person").click()
    expect(customer.page.locator("#status")).to_contain_text("正在为您转人工", timeout=SLOW_MS)
    talk = customer.page.evaluate("performance.getEntriesByType('resource').map(e => e.name).join(' ')")
    agent = new_page(viewport={"width": 1360, "height": 820})
    login = line.sample["desk"][0]
    agent.goto(f"{line.base_url}/desk")
    agent.get_by_label("工号或登录名").fill(login["login"])
    agent.get_by_label("密码").fill(login["password"])
    agent.get_by_role("button", name="登录").click()
    found = re.search(r"/v1/conversations/(c_\w+)/messages", talk)
    assert found
    agent.locator(f"[data-id='{found.group(1)}']").click()
    expect(agent.locator("#facts")).to_contain_text(order_no)
    agent.locator("#take").click()
    agent.locator("#answer").fill("师傅已经出发，到前会打您电话。")
    agent.locator("#answer").press("Enter")
    expect(customer.page.locator(".message-agent").last).to_contain_text("师傅已经出发")
    agent.get_by_role("button", name="交还小电").click()
    agent.get_by_label("办了什么").fill("已确认师傅出发")
    before = customer.page.locator(".message-bot").count()
    agent.get_by_role("button", name="交还", exact=True).click()
    expect(customer.page.locator(".message-bot").nth(before)).to_be_visible(timeout=SLOW_MS)
    assert customer.say("阶梯电价怎么分")
    expect(customer.page.locator("#status")).to_contain_text("小电")
