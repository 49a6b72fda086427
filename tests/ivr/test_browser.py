"""The browser telephone in a real Chromium: dial, hear, speak by typing, press keys, hang up."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect, sync_playwright

pytestmark = [pytest.mark.line, pytest.mark.browser]
WAIT_MS = 20_000


def test_a_call_from_the_page_is_heard_as_text(line, chromium):
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(f"{line.base_url}/phone")
        expect(page.locator("main")).to_contain_text("模拟电话")
        page.get_by_role("button", name="拨打").click()
        said = page.locator("#heard .theirs")
        expect(said.first).to_contain_text("供电服务热线", timeout=WAIT_MS)
        page.get_by_label("您要说的话").fill("查电费")
        page.get_by_label("您要说的话").press("Enter")
        expect(page.locator("#heard")).to_contain_text("户号", timeout=WAIT_MS)
        page.get_by_role("button", name="挂断").click()
        expect(page.get_by_role("status")).to_have_text("已挂断", timeout=WAIT_MS)
        assert troubles == []
        browser.close()
