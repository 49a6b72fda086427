"""The chat page in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.web.serving import Site

pytestmark = pytest.mark.browser
Pages = Callable[..., Page]


def _open(new_page: Pages, site: Site, **options) -> Page:
    page = new_page(**options)
    page.goto(site.base_url)
    expect(page.locator("#log")).to_contain_text("智能客服小电")
    return page


def _say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


@pytest.mark.row("S107")
def test_a_customer_reports_a_fault_by_a_button_words_and_a_yes(site: Site, new_page: Pages) -> None:
    page = _open(new_page, site)
    page.get_by_role("button", name="报修").click()
    expect(page.locator("#log")).to_contain_text("邻居家有电吗")
    _say(page, "邻居有，开关没掉")
    page.locator("#quick").get_by_role("button", name="对", exact=True).click()
    card = page.locator(".card-order")
    expect(card).to_contain_text("GZ202611240018")
    expect(card).to_contain_text("11月24日 15:12")
    expect(page.locator(".message-customer")).to_have_count(3)
    expect(page.get_by_role("button", name="报修")).to_be_disabled()


def test_the_box_shows_what_is_asked_for_and_a_bill_comes_as_a_card(site: Site, new_page: Pages) -> None:
    page = _open(new_page, site)
    _say(page, "查电费")
    expect(page.locator("#text")).to_have_attribute("placeholder", "请输入10 位户号")
    expect(page.locator("#text")).to_have_attribute("inputmode", "numeric")
    _say(page, "3100102346")
    expect(page.locator("#text")).to_have_attribute("placeholder", "请输入6 位验证码")
    _say(page, "472901")
    expect(page.locator(".card-bill")).to_contain_text("98.58")


def test_what_anybody_writes_stays_text(site: Site, new_page: Pages) -> None:
    page = _open(new_page, site)
    _say(page, '<img src=x onerror="document.title=1"><b>停电</b>')
    expect(page.locator(".message-bot").last).to_contain_text('收到：<img src=x onerror="document.title=1">')
    assert page.locator("#log img, #log b").count() == 0
    expect(page).to_have_title("灯火 · 供电服务")


def test_coming_back_the_talk_is_still_there(site: Site, new_page: Pages) -> None:
    page = _open(new_page, site)
    _say(page, "查电费")
    expect(page.locator("#log")).to_contain_text("10 位户号")
    page.reload()
    expect(page.locator(".message-customer")).to_have_count(1)
    expect(page.locator(".message-bot")).to_have_count(2)
    expect(page.locator("#text")).to_have_attribute("inputmode", "numeric")


@pytest.mark.crash
def test_the_line_goes_away_and_comes_back_and_nothing_is_lost_or_doubled(own_site: Site, new_page: Pages) -> None:
    page = _open(new_page, own_site)
    own_site.kill()
    expect(page.locator("#offline")).to_be_visible()
    _say(page, "家里没电了")
    own_site.start()
    expect(page.locator("#log")).to_contain_text("收到：家里没电了", timeout=30_000)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator(".message-customer")).to_have_count(1)
    expect(page.locator(".message-bot")).to_have_count(2)


def test_the_keyboard_is_enough(site: Site, new_page: Pages) -> None:
    page = _open(new_page, site)
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    expect(page.locator(".message-bot").last).to_contain_text("收到：第一行\n第二行", use_inner_text=True)
    page.get_by_role("button", name="大字").focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_class("is-large")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_wider_than_the_screen(site: Site, new_page: Pages, scheme: str) -> None:
    page = _open(new_page, site, viewport={"width": 360, "height": 740}, color_scheme=scheme)
    _say(page, "阳光新城怎么没电了")
    expect(page.locator(".card-outage")).to_contain_text("312 户")
    _say(page, "长" * 300)
    expect(page.locator(".message-bot").last).to_contain_text("收到：长")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("#send")).to_be_in_viewport()


def test_the_log_is_read_aloud_as_it_grows(site: Site, new_page: Pages) -> None:
    page = _open(new_page, site)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    assert page.evaluate(
        "[...document.querySelectorAll('button, textarea, input')].every(e => e.textContent.trim() || e.labels?.length)"
    )
