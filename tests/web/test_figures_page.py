"""The figures' page of the desk, on the whole running line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.line]
Pages = Callable[..., Page]
SAYS_SOMETHING = re.compile(r"\S")


def open_figures(page: Page, base_url: str) -> Page:
    page.goto(f"{base_url}/desk")
    page.get_by_label("工号或登录名").fill("li")
    page.get_by_label("密码").fill("denghuo-2026")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="服务指标").click()
    return page


@pytest.mark.row("S141")
def test_a_supervisor_sees_how_well_it_goes_and_takes_the_table_along(line: Any, new_page: Pages) -> None:
    page = open_figures(new_page(viewport={"width": 1280, "height": 900}), line.base_url)
    tile = page.locator("[data-kpi=on_site_rate]")
    expect(tile).to_contain_text("到场及时率")
    expect(tile).to_contain_text("目标 城区 40")
    for picture in ("days", "backlog", "months", "pareto"):
        expect(page.locator(f"#{picture} canvas")).to_be_visible()
        expect(page.locator(f"#{picture}")).to_have_attribute("aria-label", SAYS_SOMETHING)
    page.locator("#by").select_option("area_kind")
    page.get_by_role("button", name="看", exact=True).click()
    expect(page.locator("#rows")).to_contain_text("城区")
    page.get_by_text("看数字").first.click()
    expect(page.locator("#days-table tbody tr").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("area_kind,件数,")


def test_a_period_that_ends_before_it_begins_is_said_so(line: Any, new_page: Pages) -> None:
    page = open_figures(new_page(viewport={"width": 1280, "height": 900}), line.base_url)
    expect(page.locator("[data-kpi=on_site_rate]")).to_be_visible()
    page.get_by_label("到（含）").fill("2020-01-01")
    page.get_by_role("button", name="看", exact=True).click()
    expect(page.locator("#problem")).to_contain_text("开始的日子要在结束之前")


def test_who_is_not_logged_in_sees_the_log_in(line: Any, new_page: Pages) -> None:
    page = new_page()
    page.goto(f"{line.base_url}/desk/figures/")
    expect(page.get_by_label("工号或登录名")).to_be_visible()
