"""A new office from the console's code to the notice that a department has confirmed: over HTTP, by everybody's own password slip."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Engine
from starlette.testclient import TestClient

from evalplat.kernel import clock
from evalplat.people import first_start
from tests.pages.test_office_import import confirm, send
from tests.pages.test_office_start import FORM, browser
from tests.people.books import Rows, saved
from tests.world import START, csrf

CODES = ("caizheng", "jiaotong", "minzheng", "shenji")
STAFF = (("bianwei", "编委"), ("zhuren", "主任"), ("jiandu", "监督检查科"), ("bianzhi", "机构编制科"), ("zuzhang1", "评估组组长"),
         ("zuzhang2", "评估组组长"), ("zuyuan1", "评估组成员"), ("zuyuan2", "评估组成员"), ("zuyuan3", "评估组成员"),
         ("fuhe1", "异议复核组"), ("fuhe2", "异议复核组"))
OWN = "Qinghe-2026-eigen"
FRAME = {"title": "2026年度机构编制综合评估", "code": "2026", "year": "2026", "kind": "comprehensive", "census_date": "2026-08-31",
         "system_file": "tengzhou-2026.yaml",
         "survey_files": ["citizen.yaml", "recipient.yaml", "delegate.yaml", "counterpart.yaml", "staff.yaml"]}
DATES = {"assessment_opens": "2026-09-21", "assessment_closes": "2026-10-20", "survey_opens": "2026-09-21",
         "survey_closes": "2026-10-30", "review_opens": "2026-11-02", "review_closes": "2026-11-27"}


def _filled(template: bytes, *, fault: bool) -> bytes:
    """The template as the office fills it in; with ``fault`` one department lacks its short name."""
    made = load_workbook(io.BytesIO(template))
    units: Rows = [[code, f"青河县{code}局", "" if fault and code == "minzheng" else f"{code}局", "经济管理部门", "行政机关", "否", "", "",
                    "是", "是", "是", "在用"] for code in CODES]
    people: Rows = [[login, f"甲{login}", "", role, ""] for login, role in STAFF]
    people += [[f"{code}.head", f"乙{code}", "局长", "部门主要负责人", code] for code in CODES]
    people += [[f"{code}.lxy", f"丙{code}", "科员", "部门联络员", code] for code in CODES]
    for sheet, rows in (("单位", units), ("人员", people)):
        for number, row in enumerate(rows, 3):
            for place, value in enumerate(row, 1):
                made[sheet].cell(number, place, value or None)
    return saved(made)


def _begin(client: TestClient) -> dict[str, str]:
    """The office with its people; everybody's one-time password by login."""
    assert client.post("/start", data=FORM | {"code": first_start.new_code()}).headers["location"] == "/sign-in"
    assert "初始化完成" in client.get("/sign-in").text
    client.post("/sign-in", data={"login": "zhang", "password": FORM["sysadmin_password"]})
    home = client.get("/").text
    assert "初始化完成" not in home
    assert 'href="/office/import"' in home.split('id="steps"', 1)[1]
    template = client.get("/office/import/template.xlsx").content
    faulty = send(client, _filled(template, fault=True))
    assert "C5" in client.get(faulty).text
    assert confirm(client, faulty) in (409, 422)
    assert confirm(client, send(client, _filled(template, fault=False))) == 303
    page = client.get("/office/slips").text
    assert "EVALPLAT_BASE_URL" in page
    answer = client.post("/office/slips", data={"csrf_token": csrf(client, "/office/slips"), "here": "1"})
    assert "已完成" in client.get("/").text
    text = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages)
    return dict(re.findall(r"登录名\s+(\S+)\s+一次性密码\s+([A-Z][a-z]{3}-[a-z]{4}-\d{4})", text))


def _enter(client: TestClient, slips: dict[str, str], login: str) -> dict[str, str]:
    """Sign in with the slip; nothing opens before the password is one's own."""
    client.cookies.clear()
    assert client.post("/sign-in", data={"login": login, "password": slips[login]}).status_code == 303
    assert client.get("/").headers["location"] == "/password"
    form = {"csrf_token": csrf(client, "/password"), "old": slips[login], "new": OWN, "again": OWN}
    assert client.post("/password", data=form).headers["location"] == "/"
    return {"csrf_token": csrf(client, "/password")}


def _post(client: TestClient, path: str, data: dict[str, str]) -> str:
    answer = client.post(path, data=data)
    assert answer.status_code == 303, answer.text[-1500:]
    return answer.headers["location"]


def _plan(client: TestClient, token: dict[str, str]) -> None:
    """The plan of all departments, with teams as the rule proposes them."""
    assert 'href="/c/new"' in client.get("/").text
    assert _post(client, "/c/new", token | FRAME | {"survey_files": []}) == "/c/2026/set-up"
    _post(client, "/c/2026/set-up/units", token | {"all": "*"})
    seen = re.search(r'name="seen" value="([^"]*)"', client.get("/c/2026/set-up/proposal").text)
    assert seen is not None
    _post(client, "/c/2026/set-up/proposal", token | {"seen": seen[1], "keep": ""})
    _post(client, "/c/2026/set-up/panel", token | {"chair": "fuhe1", "panel": "fuhe2"})
    _post(client, "/c/2026/set-up/windows", token | DATES)
    page = client.get("/c/2026/set-up").text
    assert "没有选择针对这些人员的问卷：服务对象、社会公众" in page
    assert "/set-up/hand-over" not in page
    assert 'href="/c/2026/publication"' in page
    _post(client, "/c/2026/set-up/frame", token | FRAME)
    _post(client, "/c/2026/publication", token | {"evaluated": "grade"})
    _post(client, "/c/2026/set-up/hand-over", token)
    page = client.get("/c/2026/set-up").text
    assert "已送审" in page
    assert "/set-up/hand-over" not in page


def _write(client: TestClient) -> dict[str, str]:
    """The usual words that the page offers, as they stand there."""
    page = client.get("/c/2026/notice").text
    assert "尚未保存" in page
    found = {name: re.search(rf'<textarea[^>]*name="{name}"[^>]*>([^<]*)<', page) for name in ("purpose", "requirements", "outline")}
    texts = {name: match[1].strip() for name, match in found.items() if match}
    assert all(texts.values())
    assert 'value="0632-5500001"' in page
    return texts | {"contact_person": "李敏", "contact_phone": "0632-5500001"}


def test_a_new_office_issues_its_first_notice(engine: Engine) -> None:
    with clock.at(START), browser(engine) as client:
        slips = _begin(client)
        assert len(slips) == len(STAFF) + 2 * len(CODES)
        section = _enter(client, slips, "jiandu")
        _plan(client, section)
        commission = _enter(client, slips, "bianwei")
        assert "批准评估方案" in client.get("/").text
        _post(client, "/c/2026/approve", commission)
        client.post("/sign-in", data={"login": "jiandu", "password": OWN})
        section = {"csrf_token": csrf(client, "/password")}
        _post(client, "/c/2026/notice", section | _write(client))
        _post(client, "/c/2026/notice/number", section)
        director = _enter(client, slips, "zhuren")
        _post(client, "/c/2026/notice/issue", director)
        liaison = _enter(client, slips, "minzheng.lxy")
        assert "签收评估通知" in client.get("/").text
        assert _post(client, "/c/2026/u/minzheng/notice/receipt", liaison) == "/c/2026/u/minzheng/assessment"
        assert client.get("/c/2026/u/shenji").status_code == 404
    with clock.at(START + timedelta(days=1)), browser(engine) as client:
        client.post("/sign-in", data={"login": "jiandu", "password": OWN})
        page = client.get("/c/2026/chasing").text.split('id="chasing"', 1)[1]
        assert "caizheng局" in page
        assert "minzheng局" not in page
