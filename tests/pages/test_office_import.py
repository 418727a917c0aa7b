"""The workbook over HTTP: errors at their cells, the marked copy, the comparison, all or nothing, slips, the first sign-in."""

from __future__ import annotations

import io
import re
import time

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Engine, func
from sqlmodel import Session, select
from starlette.testclient import TestClient

from evalplat.audit import log
from evalplat.audit.tables import AuditEvent
from evalplat.files.tables import StoredFile
from evalplat.kernel import clock
from evalplat.kernel.settings import settings
from evalplat.people import book_take, first_start
from evalplat.people.book_writing import FAULT
from evalplat.people.tables import Office, OfficeImport, Unit, User
from tests.pages.test_office_start import FORM, browser
from tests.people.books import book, faulty_city, person_rows, unit_rows
from tests.world import START, World, csrf

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(client: TestClient, data: bytes, *, name: str = "名单.xlsx") -> str:
    """Upload a workbook; the address of its check."""
    token = {"csrf_token": csrf(client, "/office/import")}
    answer = client.post("/office/import", data=token, files={"file": (name, data, XLSX)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def confirm(client: TestClient, address: str) -> int:
    """Take what the page shows."""
    page = client.get(address).text
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    form = {"csrf_token": csrf(client, "/office/import"), "digest": found[1] if found else ""}
    return client.post(f"{address}/take", data=form).status_code


def test_a_foreign_upload_is_not_there(world: World) -> None:
    with world.client("sysadmin") as client:
        address = send(client, book(unit_rows(1), []))
    for who, status in (("director", 403), ("liaison-shenji", 403), ("secadmin", 403)):
        with world.client(who) as client:
            assert client.get(address).status_code == status
            assert client.get(f"{address}/marked.xlsx").status_code == status
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/import")}
        assert client.get("/office/import/0123456789abcdef").status_code == 404
        assert client.post("/office/import/0123456789abcdef/take", data=token).status_code == 404
        assert client.post(f"{address}/take").status_code == 403


def test_the_section_prepares_and_the_administrator_confirms(world: World) -> None:
    with world.client("section") as client:
        address = send(client, book(unit_rows(2), person_rows(1)))
        assert "/take" not in client.get(address).text
        assert confirm(client, address) in (403, 409)
        page = client.get(address).text
        assert "已上传、尚未导入" in page
    with world.client("sysadmin") as client:
        assert address in client.get("/office/import").text
        assert confirm(client, address) == 303
        assert client.get(address).status_code == 404


def test_departments_alone_are_the_sections_to_confirm(world: World) -> None:
    with world.client("section") as client:
        assert confirm(client, send(client, book(unit_rows(2), []))) == 303
        assert "青河市城乡水务局" in client.get("/office/units").text


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", b"no workbook"), ("a.xlsx", b""), ("a.pdf", b"%PDF-1.7"), ("", b"")])
def test_what_is_no_workbook_is_said_beside_the_field(world: World, name: str, data: bytes) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/import")}
        answer = client.post("/office/import", data=token, files={"file": (name, data, XLSX)} if name else None)
        assert answer.status_code == 422
        assert 'id="f-file-error"' in answer.text


def test_a_faulty_workbook_does_not_wait_for_confirmation_and_an_import_tells_its_numbers(world: World) -> None:
    wrong = unit_rows(2)
    wrong[1][3] = "没有这个类别"
    with world.client("sysadmin") as client:
        send(client, book(wrong, []))
        page = client.get("/office/import").text
        assert "有1处需更正" in page
        assert "等待确认" not in page
        address = send(client, book(unit_rows(2), []))
        assert "等待确认" in client.get("/office/import").text
        assert confirm(client, address) == 303
        assert "名单已导入：单位新增1家、更新1家；人员新增0人、更新0人。" in client.get("/office/units").text


def test_a_workbook_is_set_aside(world: World) -> None:
    with world.client("sysadmin") as client:
        address = send(client, book(unit_rows(1), []))
        token = {"csrf_token": csrf(client, "/office/import")}
        assert client.post(f"{address}/set-aside", data=token).status_code == 303
        assert client.get(address).status_code == 404
        assert client.post(f"{address}/take", data=token).status_code == 404


def stored(world: World) -> list[str]:
    """The workbooks that are kept; each has its bytes, and no bytes lie there without a row."""
    with world.acting("system", write=False) as work:
        rows = list(work.session.exec(select(StoredFile).where(StoredFile.purpose == "office_import")))
        found = [row.name for row in rows]
        assert work.session.exec(select(func.count()).select_from(OfficeImport)).one() == len(rows)
    lying = {path.name for path in settings().files_dir.rglob("*") if path.is_file()}
    assert lying == {row.sha256 for row in rows}
    return found


def test_a_discarded_or_replaced_workbook_leaves_no_file(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/import")}
        send(client, book(unit_rows(1), []), name="一.xlsx")
        second = book(unit_rows(2), [])
        send(client, second, name="二.xlsx")
        assert stored(world) == ["二.xlsx"]
        address = send(client, second, name="三.xlsx")
        assert stored(world) == ["三.xlsx"]
        assert confirm(client, address) == 303
        again = send(client, second, name="四.xlsx")
        assert sorted(stored(world)) == sorted(["三.xlsx", "四.xlsx"])
        assert client.post(f"{again}/set-aside", data=token).status_code == 303
        assert stored(world) == ["三.xlsx"]
        assert "放弃的工作簿" in client.get("/office/import").text


def test_a_refused_upload_takes_nothing_away(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/import")}
        send(client, book(unit_rows(1), []), name="一.xlsx")
        assert client.post("/office/import", data=token, files={"file": ("二.xlsx", b"no workbook", XLSX)}).status_code == 422
        assert stored(world) == ["一.xlsx"]


def test_the_bytes_stay_until_the_discarding_is_stored(world: World) -> None:
    with world.client("sysadmin") as client:
        send(client, book(unit_rows(1), []), name="一.xlsx")
    with world.acting("sysadmin", write=False) as work:
        book_take.set_aside(work, book_take.waiting(work)[0])
        work.seal()
        assert stored(world) == ["一.xlsx"]
        work.undo()
    assert stored(world) == ["一.xlsx"]


def test_a_workbook_is_discarded_twice_or_after_it_was_taken(world: World) -> None:
    with world.client("sysadmin") as client:
        send(client, book(unit_rows(1), []), name="一.xlsx")
        with world.acting("sysadmin", write=False) as work:
            seen = book_take.waiting(work)[0]
        for _ in range(2):
            with world.acting("sysadmin") as work:
                book_take.set_aside(work, seen)
        assert stored(world) == []
        address = send(client, book(unit_rows(1), []), name="二.xlsx")
        with world.acting("sysadmin", write=False) as work:
            seen = book_take.waiting(work)[0]
        assert confirm(client, address) == 303
    with world.acting("sysadmin") as work:
        book_take.set_aside(work, seen)
    assert stored(world) == ["二.xlsx"]


def test_templates_are_read_again(world: World) -> None:
    with world.client("section") as client:
        for name in ("template", "present"):
            answer = client.get(f"/office/import/{name}.xlsx")
            assert answer.headers["content-type"] == XLSX
            address = send(client, answer.content)
            assert "完全一致" in client.get(address).text


def test_slips_are_for_those_who_need_one(world: World) -> None:
    with world.client("sysadmin") as client:
        token = {"csrf_token": csrf(client, "/office/slips"), "here": "1"}
        assert client.post("/office/slips", data=token).status_code == 422
        assert confirm(client, send(client, book(unit_rows(2), person_rows(2)))) == 303
        one = client.post("/office/slips", data=token | {"group": "shuiwu"})
        assert one.headers["content-type"] == "application/pdf"
        assert one.headers["cache-control"] == "no-store"
        assert "no-store" in one.headers["cache-control"]
        page = client.get("/office/slips").text
        assert "3个账号还没有密码" in page
        assert len(secrets_of(client.post("/office/slips", data=token | {"again": "1", "void": "1"}).content)) == 6


def secrets_of(pdf: bytes) -> dict[str, str]:
    """Login → one-time password, as the slips say."""
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return dict(re.findall(r"登录名\n(\S+)\n一次性密码\n(\S+)", text))


@pytest.mark.journey
def test_from_an_empty_database_to_a_liaison_who_signs_in(engine: Engine) -> None:
    code = first_start.new_code()
    with clock.at(START), browser(engine) as client:
        assert client.get("/").headers["location"] == "/start"
        assert client.post("/start", data=FORM | {"code": code}).status_code == 303
        client.post("/sign-in", data={"login": "zhang", "password": FORM["sysadmin_password"]})
        bad, expected = faulty_city()
        _the_faults_are_shown(client, send(client, bad, name="全市名单.xlsx"), expected)
        with Session(engine) as session:
            assert (len(session.exec(select(User)).all()), session.exec(select(Unit)).all()) == (3, [])
        began = time.monotonic()
        address = send(client, book(unit_rows(), person_rows()))
        assert all(words in client.get(address).text for words in ("新增80", "新增240"))
        assert confirm(client, address) == 303
        assert time.monotonic() - began < 15  # three readings; one reading and taking within five is tested beside the reader
        token = {"csrf_token": csrf(client, "/office/slips"), "here": "1"}
        slips = secrets_of(client.post("/office/slips", data=token).content)
        assert len(slips) == 240
        _a_liaison_begins(client, slips)
    with Session(engine) as session:
        assert set(session.exec(select(AuditEvent.event))) >= {"office.set_up", "office.imported", "user.slips_made"}
        office = session.exec(select(Office)).one()
        assert log.verify(session, office.id or 0).broken_seq is None
        dump = " ".join(session.exec(select(AuditEvent.data)))
        assert not any(secret in dump for secret in slips.values())


def _the_faults_are_shown(client: TestClient, address: str, expected: dict[tuple[str, str], str]) -> None:
    page = client.get(address).text
    assert f"有{len(expected)}个单元格需要改正" in page
    assert all(f"<code>{cell}</code>" in page for _, cell in expected)
    assert "改好上面的错误后再查（不算错）" in page
    assert "<code>E153、E154</code>" in page
    assert "/take" not in page
    assert confirm(client, address) == 409
    copy = load_workbook(io.BytesIO(client.get(f"{address}/marked.xlsx").content))
    assert all(copy[sheet][cell].fill.fgColor.rgb == FAULT for sheet, cell in expected)


def _a_liaison_begins(client: TestClient, slips: dict[str, str]) -> None:
    client.cookies.clear()
    login = "liaison.jiaotong"
    assert client.post("/sign-in", data={"login": login, "password": slips["head.jiaotong"]}).status_code == 422
    assert client.post("/sign-in", data={"login": login, "password": slips[login]}).status_code == 303
    assert client.get("/").headers["location"] == "/password"
    form = {"csrf_token": csrf(client, "/password"), "old": slips[login], "new": "Jiaotong-2026", "again": "Jiaotong-2026"}
    assert client.post("/password", data=form).status_code == 303
    assert client.get("/").status_code == 200
    assert client.get("/office").status_code == 403
