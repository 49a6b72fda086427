"""Two windows: a customer and an agent, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.serving import Site

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def _customer(new_page: Pages, site: Site, *said: str) -> Page:
    page = new_page()
    page.goto(site.base_url)
    expect(page.locator("#log")).to_contain_text("智能客服小电")
    for text in said:
        before = page.locator(".message-bot, .message-system").count()
        page.locator("#text").fill(text)
        page.locator("#text").press("Enter")
        expect(page.locator(".message-bot, .message-system").nth(before)).to_be_visible()
    return page


def _agent(new_page: Pages, site: Site, login: str = "zhou") -> Page:
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site.base_url}/desk")
    page.get_by_label("工号或登录名").fill(login)
    page.get_by_label("密码").fill("denghuo-2026")
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#desk")).to_be_visible()
    return page


def test_an_agent_takes_over_answers_and_gives_back(own_site: Site, new_page: Pages) -> None:
    agent = _agent(new_page, own_site)
    expect(agent.locator("#waiting")).to_contain_text("现在没有人等")
    customer = _customer(new_page, own_site, "报修", "邻居有，开关没掉", "对")
    customer.get_by_role("button", name="人工", exact=True).click()
    expect(customer.locator("#status")).to_contain_text("正在为您转人工")
    row = agent.locator("#waiting .row")
    expect(row).to_contain_text("客户要人工")
    expect(row).to_contain_text("已等")

    agent.locator("h1").last.click()
    agent.keyboard.press("j")
    expect(agent.locator("#facts")).to_contain_text("已登记 GZ202611240018")
    expect(agent.locator("#facts")).to_contain_text("翠湖花园*号楼*单元*")
    agent.keyboard.press("t")
    expect(agent.locator("#answer")).to_be_focused()
    expect(customer.locator("#log")).to_contain_text("我是坐席 1107")
    agent.keyboard.type("师傅十五点零五分到。")
    agent.keyboard.press("Enter")
    expect(customer.locator(".message-agent").last).to_contain_text("师傅十五点零五分到。")
    expect(customer.locator("#status")).to_contain_text("坐席正在为您服务")
    customer.locator("#text").fill("好的，谢谢")
    customer.locator("#text").press("Enter")
    expect(agent.locator("#lines")).to_contain_text("好的，谢谢")

    agent.get_by_role("button", name="交还小电").click()
    agent.get_by_label("办了什么").fill("已和师傅确认")
    agent.get_by_role("button", name="交还", exact=True).click()
    expect(customer.locator(".message-bot").last).to_contain_text("坐席已处理完")
    expect(customer.locator("#status")).to_contain_text("小电")
    expect(agent.locator("#mine")).to_contain_text("没有在办的")


def test_what_a_customer_writes_is_text_at_the_desk_too(own_site: Site, new_page: Pages) -> None:
    _customer(new_page, own_site, "<img src=x onerror=alert(1)>", "人工")
    agent = _agent(new_page, own_site)
    agent.locator("#waiting .row").click()
    expect(agent.locator("#lines")).to_contain_text("<img src=x onerror=alert(1)>")
    assert agent.locator("#lines img").count() == 0


def test_two_agents_see_one_customer_and_the_slower_is_told(own_site: Site, new_page: Pages) -> None:
    _customer(new_page, own_site, "人工")
    first, second = _agent(new_page, own_site, "zhou"), _agent(new_page, own_site, "chen")
    for page in (first, second):
        page.locator("#waiting .row").click()
        expect(page.locator("#take")).to_be_visible()
    first.locator("#take").click()
    expect(first.locator("#answer")).to_be_visible()
    expect(second.locator("#waiting")).to_contain_text("现在没有人等")
    expect(second.locator("#open")).to_be_hidden()


def test_a_wrong_password_is_told_and_logging_out_shows_nothing_more(site: Site, new_page: Pages) -> None:
    page = new_page()
    page.goto(f"{site.base_url}/desk")
    page.get_by_label("工号或登录名").fill("zhou")
    page.get_by_label("密码").fill("wrong")
    page.get_by_label("密码").press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("登录名或密码不对")
    page.get_by_label("密码").fill("denghuo-2026")
    page.get_by_label("密码").press("Enter")
    page.get_by_role("button", name="退出").click()
    expect(page.locator("#login")).to_be_visible()
    page.reload()
    expect(page.locator("#login")).to_be_visible()
