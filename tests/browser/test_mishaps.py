"""What goes wrong on real desks: wrong files, a double click, Back, a lost connection, a session that ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import delete, select

from evalplat.audit.tables import AuditEvent
from evalplat.kernel.settings import settings
from evalplat.people.tables import SignInSession
from evalplat.stages.notices import actions as notices
from tests.browser.site import Site, site_of_today, sound

UNIT, OTHER = "jiaotong", "shenji"
ROOM = f"/c/2026/u/{UNIT}/assessment"
STATUS = "[data-autosave-status]"
HOSTILE = "../..\\<img src=x onerror=alert(1)>'\"&.csv"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One department fills in, another has not yet confirmed the notice. Files may have one megabyte."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVALPLAT_UPLOAD_MAX_MB", "1")
        with site_of_today(tmp_path_factory.mktemp("mishaps")) as found:
            with found.acting(f"liaison-{UNIT}") as work:
                notices.acknowledge(work, found.world.evaluation(work, UNIT))
            yield found
    settings.cache_clear()


def a_file(name: str, data: bytes) -> dict[str, object]:
    """An upload as the browser sends it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def send_with(page: Page, file: dict[str, object], words: str = "随文件一起写的说明。") -> None:
    """Type a statement, choose a file, press Save at once: nothing waits for the autosave."""
    page.locator('[name="statement.A101"]').fill(words)
    page.locator('[name="file.A101"]').set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).last.click()


@pytest.mark.parametrize(("name", "data", "word"), [
    ("太大.csv", b"a,b\n" * 400_000, "文件太大"), ("程序.exe", b"MZ\x90\x00" + bytes(200), "不接收"),
    ("假的.pdf", b"<html><script>alert(1)</script>", "不接收"), ("空的.csv", b"", "空"),
])
def test_a_refused_file_is_explained_beside_its_field(site: Site, new_page, shoot, name: str, data: bytes, word: str) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/scores/A")
    send_with(page, a_file(name, data))
    error = page.locator("#f-file-A101-error")
    expect(error).to_be_visible()
    expect(page.locator('#error-summary a[href="#f-file-A101"]')).to_be_visible()
    assert word in error.inner_text()
    expect(page.locator('[name="statement.A101"]')).to_have_value("随文件一起写的说明。")
    sound(page)
    shoot(page, f"mishap-{Path(name).suffix[1:]}-{len(data)}")


def test_far_too_much_at_once_is_explained_too(site: Site, new_page) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/scores/A")
    send_with(page, a_file("巨大.csv", b"a,b\n" * 3_000_000), "另一句刚写的说明。")
    expect(page.locator("h1")).to_have_text("内容太大")
    sound(page)
    page.go_back()
    expect(page.locator('[name="statement.A101"]')).to_have_value("另一句刚写的说明。")


def test_a_hostile_name_is_only_a_name(site: Site, new_page) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/scores/A")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    send_with(page, a_file(HOSTILE, "科室,职责\n".encode()))
    shown = page.locator(".files a").first
    expect(shown).to_contain_text("onerror=alert(1)")
    assert not page.locator("main img").count()
    answer = page.request.get(f"{site.url}{shown.get_attribute('href')}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert not asked
    sound(page)


def test_a_double_click_signs_once_and_back_shows_no_second_button(site: Site, new_page) -> None:
    here = f"/c/2026/u/{OTHER}/notice"
    page = site.sign_in(new_page(), f"liaison-{OTHER}", here)
    with page.expect_navigation():
        page.locator('form[action$="/notice/receipt"] button').dblclick()
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_be_visible()
    assert not page.locator('form[action$="/notice/receipt"]').count()
    with site.acting("system", write=False) as work:
        rows = list(work.session.exec(select(AuditEvent).where(AuditEvent.event == "notice.received")))
    assert len(rows) == 2  # one a department


def test_back_after_a_form_leads_to_the_form_and_sends_nothing_again(site: Site, new_page) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/texts")
    page.locator('[name="text.c2"]').fill("职能配置与三定规定一致。")
    with page.expect_navigation():
        page.get_by_role("button", name="保存", exact=True).click()
    page.go_back()
    expect(page.locator('[name="text.c2"]')).to_have_value("职能配置与三定规定一致。")
    sound(page)


def test_a_lost_connection_is_said_and_caught_up(site: Site, new_page, shoot) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/texts")
    page.context.set_offline(True)
    page.locator('[name="text.c3"]').fill("断网时写下的一段话。")
    expect(page.locator(STATUS).first).to_contain_text("网络断开", timeout=8_000)
    shoot(page, "mishap-offline")
    page.context.set_offline(False)
    expect(page.locator(STATUS).first).to_contain_text("已保存", timeout=12_000)
    page.reload()
    expect(page.locator('[name="text.c3"]')).to_have_value("断网时写下的一段话。")


def test_after_the_session_ended_the_same_page_comes_back_with_the_words(site: Site, new_page) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/texts")
    page.locator(STATUS).first.evaluate("one => { one.textContent = '' }")
    page.locator('[name="text.c4"]').fill("下班前写下的一段话。")
    expect(page.locator(STATUS).first).to_contain_text("已保存", timeout=8_000)
    with site.acting("system") as work:
        work.session.exec(delete(SignInSession))
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/sign-in?next=**")
    sound(page)
    page.get_by_label("登录名").fill(f"liaison-{UNIT}")
    page.get_by_label("密码").fill(site.password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{site.url}{ROOM}/texts")
    expect(page.locator('[name="text.c4"]')).to_have_value("下班前写下的一段话。")


def test_words_typed_after_the_session_ended_are_refused_aloud(site: Site, new_page) -> None:
    page = site.sign_in(new_page(), f"liaison-{UNIT}", f"{ROOM}/texts")
    with site.acting("system") as work:
        work.session.exec(delete(SignInSession))
    page.locator('[name="text.c6"]').fill("已经退出登录后写的话。")
    expect(page.locator(STATUS).first).to_contain_text("没有保存成功", timeout=8_000)
