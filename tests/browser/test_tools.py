"""The tools themselves: axe finds what is wrong, and complaints of the browser fail a test."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.accessibility import violations_of
from tests.browser.chromium import complaints_of

GOOD = """<!doctype html><html lang="zh-CN"><head><title>评估</title></head>
<body><main><h1>评估</h1><label for="a">单位</label><input id="a"></main></body></html>"""


def test_axe_is_content_with_a_sound_page(page: Page, axe):
    page.set_content(GOOD)
    axe(page)


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (GOOD.replace('<label for="a">单位</label>', ""), "label"),
        (GOOD.replace(' lang="zh-CN"', ""), "html-has-lang"),
        (GOOD.replace("<h1>", '<h1 style="color:#bbb">'), "color-contrast"),
    ],
)
def test_axe_names_the_rule_that_is_broken(page: Page, broken: str, rule: str):
    page.set_content(broken)
    assert [line.split()[0] for line in violations_of(page)] == [rule]


def test_script_errors_and_breaches_of_the_policy_are_heard(browser: Browser):
    context = browser.new_context()
    heard = complaints_of(context)
    page = context.new_page()
    policy = """<meta http-equiv="Content-Security-Policy" content="script-src 'self'">"""
    page.set_content(GOOD.replace("<head>", f"<head>{policy}").replace("<h1>", '<h1 onclick="alert(1)">'))
    page.locator("h1").click()
    page.evaluate("() => { queueMicrotask(() => { throw new Error('broken') }) }")
    page.wait_for_function("() => true")
    context.close()
    assert len(heard) == 2
    assert "Content Security Policy" in heard[0]
    assert "broken" in heard[1]


def test_a_page_without_script_runs_none(page_without_script: Page):
    page_without_script.set_content("<p id=a>一</p><script>document.getElementById('a').remove()</script>")
    assert page_without_script.locator("#a").count() == 1


def test_the_narrow_screen_is_320_pixels_wide(phone: Page):
    phone.set_content(GOOD)
    assert phone.evaluate("window.innerWidth") == 320
