"""The office's workbook: what is refused, every fault at its cell, what is compared, taken whole or not at all."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook
from sqlmodel import select

from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.work import Work
from evalplat.people import book_take, book_writing
from evalplat.people.book_format import GUIDE, PEOPLE, SHEETS, UNITS
from evalplat.people.book_reading import open_book
from evalplat.people.book_state import present_state
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, Unit, User
from evalplat.people.unit_order import by_unit_order
from tests.people.books import WORDS, book, faulty_city, person_rows, saved, unit_rows
from tests.world import World

DATA = Path(__file__).parent / "data"


def _read(work: Work, data: bytes) -> book_take.Reading:
    return book_take.read_book(work, data, WORDS, login="sysadmin")


def _repacked(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def _entity(parts: dict[str, bytes]) -> None:
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>' + parts["xl/worksheets/sheet1.xml"]


def _other_letters(parts: dict[str, bytes]) -> None:
    part = '<?xml version="1.0" encoding="UTF-16"?>' + parts["xl/worksheets/sheet1.xml"].decode()
    parts["xl/worksheets/sheet1.xml"] = part.encode("utf-16")


def _bomb(parts: dict[str, bytes]) -> None:
    parts["xl/media/image1.xml"] = bytes(50_000_000)


def _macro(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = b"x"


@pytest.mark.parametrize("change", [_entity, _other_letters, _bomb, _macro])
def test_what_is_no_plain_workbook_is_refused_unopened(change: Callable[[dict[str, bytes]], None]) -> None:
    with pytest.raises(Invalid):
        open_book(_repacked(book([], []), change))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"%PDF-1.7", b"\xd0\xcf\x11\xe0 an old workbook"])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        open_book(data)


def test_every_fault_stands_at_its_cell_and_nothing_is_taken(world: World) -> None:
    data, expected = faulty_city()
    with world.acting("sysadmin") as work:
        before = len(work.session.exec(select(User)).all())
        reading = _read(work, data)
        found = {(one.sheet, one.cell): one.text for one in reading.problems}
        assert {one.cell for one in reading.notes} >= {"E153", "E154"}
        assert {place: says for place, says in expected.items() if says not in found.get(place, "")} == {}
        assert set(found) == set(expected)
        row = book_take.keep_upload(work, "名单.xlsx", data)
        with pytest.raises(Refused):
            book_take.take(work, row, WORDS, login="sysadmin", digest=reading.comparison.digest)
        assert len(work.session.exec(select(User)).all()) == before


def test_the_marked_copy_has_colour_and_remark_at_each_faulty_cell(world: World) -> None:
    data, expected = faulty_city()
    with world.acting("sysadmin", write=False) as work:
        reading = _read(work, data)
    copy = load_workbook(io.BytesIO(book_writing.marked(reading.book, reading.problems, author="编办")))
    for (sheet, cell), says in expected.items():
        assert copy[sheet][cell].fill.fgColor.rgb == book_writing.FAULT
        assert says in copy[sheet][cell].comment.text
    assert copy[PEOPLE]["E153"].comment is None
    assert copy[UNITS]["A4"].comment is None


def test_a_city_is_taken_in_time_and_again_changes_nothing(world: World) -> None:
    data = book(unit_rows(), person_rows())
    began = time.monotonic()
    with world.acting("sysadmin") as work:
        reading = _read(work, data)
        assert reading.problems == ()
        row = book_take.keep_upload(work, "名单.xlsx", data)
        book_take.take(work, row, WORDS, login="sysadmin", digest=reading.comparison.digest)
    assert time.monotonic() - began < 5
    with world.acting("sysadmin") as work:
        assert len(work.session.exec(select(User)).all()) == len(world.users) + 240
        again = _read(work, data).comparison
        assert not again.changes_anything
        assert again.count("people", "same") == 240
        with pytest.raises(Refused):
            book_take.take(work, row, WORDS, login="sysadmin", digest=again.digest)


def test_the_present_state_comes_back_unchanged(world: World) -> None:
    with world.acting("sysadmin") as work:
        both = work.session.exec(select(User).where(User.login == "liaison-shenji")).one()
        work.session.add(Membership(office_id=work.office_id, user_id=both.id or 0, role="dept_head", unit_id=world.units["minzheng"]))
        work.session.flush()
        reading = _read(work, book_writing.present(WORDS, present_state(work)))
    assert reading.problems == ()
    assert not reading.comparison.changes_anything
    assert reading.comparison.missing_units == ()


def test_a_change_is_shown_field_by_field_and_what_is_missing_stays(world: World) -> None:
    units = [["jiaotong", "市交通运输局", "交通局", "经济管理", "", "", "", "", "是", "否", "是", ""]]
    units[0][3] = WORDS.categories["gov_econ"]
    roles = "、".join((WORDS.roles[Role.DEPT_HEAD], WORDS.roles[Role.DEPT_LIAISON]))
    people = [["liaison-jiaotong", "新联络员", "科长", roles, "jiaotong"]]
    with world.acting("sysadmin") as work:
        data = book(units, people)
        reading = _read(work, data)
        unit, person = reading.comparison.units[0], reading.comparison.people[0]
        assert reading.problems == ()
        shown = [(one.head, one.before, one.after) for one in unit.fields]
        assert shown == [("简称", "交通运输局", "交通局"), ("有行政执法职责", "是", "否")]
        assert [one.head for one in person.fields] == ["姓名", "职务", "角色"]
        assert ("shenji", "市审计局") in reading.comparison.missing_units
        book_take.take(work, book_take.keep_upload(work, "a.xlsx", data), WORDS, login="sysadmin", digest=reading.comparison.digest)
        assert work.session.get_one(Unit, world.units["jiaotong"]).facts["has_enforcement"] is False
        held = work.session.exec(select(Membership.role).where(Membership.user_id == world.users["liaison-jiaotong"]))
        assert set(held) == {"dept_head", "dept_liaison"}
        assert work.session.get_one(Unit, world.units["shenji"]).active


def test_nobody_takes_what_was_not_shown(world: World) -> None:
    data = book(unit_rows(1), [])
    with world.acting("sysadmin") as work:
        digest = _read(work, data).comparison.digest
        row = book_take.keep_upload(work, "a.xlsx", data)
        work.session.add(Unit(office_id=work.office_id, code="shuiwu", name="别人先加的", short_name="水务", category="gov_econ"))
        work.session.flush()
        with pytest.raises(Refused):
            book_take.take(work, row, WORDS, login="sysadmin", digest=digest)


@pytest.mark.parametrize(("row", "cell"), [
    (["sysadmin", "系统员", "", "系统管理员", None, None, None, "停用"], "H3"),
    (["sysadmin", "系统员", "", "审计管理员"], "D3"),
])
def test_nobody_locks_oneself_out(world: World, row: list[Any], cell: str) -> None:
    with world.acting("sysadmin") as work:
        assert [one.cell for one in _read(work, book([], [row])).problems] == [cell]


def test_a_circle_of_departments_is_found(world: World) -> None:
    rows = unit_rows(3)
    for row, above in zip(rows, (rows[1][0], rows[2][0], rows[0][0]), strict=True):
        row[7] = above
    with world.acting("sysadmin") as work:
        assert {one.cell for one in _read(work, book(rows, [])).problems} == {"H3", "H4", "H5"}


def test_a_missing_or_doubled_heading_is_said(world: World) -> None:
    made = load_workbook(io.BytesIO(book(unit_rows(2), [])))
    made[UNITS]["D1"] = "代码"
    with world.acting("sysadmin") as work:
        assert {one.cell for one in _read(work, saved(made)).problems} == {"A1", "D1"}


def test_formatted_empty_rows_are_no_rows(world: World) -> None:
    from openpyxl.styles import PatternFill

    made = load_workbook(io.BytesIO(book(unit_rows(2), person_rows(1))))
    for number in range(300, 2000):
        made[PEOPLE].cell(number, 2).fill = PatternFill("solid", fgColor="FFFF0000")
    made[UNITS].cell(900, 3, "   ")
    with world.acting("sysadmin") as work:
        reading = _read(work, saved(made))
    assert (reading.problems, reading.rows) == ((), 5)


def test_a_file_as_libreoffice_writes_it_is_read(world: World) -> None:
    with world.acting("sysadmin") as work:
        reading = _read(work, (DATA / "libreoffice.xlsx").read_bytes())
    assert (reading.problems, reading.rows) == ((), 9)
    assert reading.checked.people["head.shuiwu"]["expires_on"].isoformat() == "2026-12-31"
    assert reading.checked.units["shuiwu"]["has_enforcement"] is True


def test_inline_texts_and_numbers_are_read_as_they_are_seen(world: World) -> None:
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"constant_memory": True})
    page = made.add_worksheet(PEOPLE)
    for number, row in enumerate((["登录名*", "姓 名", "角色（必填）", "备注"], [1001, "钱工", WORDS.roles[Role.CO_REVIEWER], "随意"])):
        page.write_row(number, 0, row)
    made.close()
    with world.acting("sysadmin") as work:
        reading = _read(work, stream.getvalue())
    assert reading.problems == ()
    assert reading.checked.people == {"1001": {"name": "钱工", "roles": (("co_reviewer", ""),)}}


def test_a_wrong_code_is_said_once_not_wherever_it_is_named(world: World) -> None:
    units, people = unit_rows(3), person_rows(3)
    good = units[1][0]
    units[1][0] = "交通局"
    units[2][7] = "交通局"
    for row in people:
        if row[4] == good:
            row[4] = "交通局"
    people[0][3] += f"、{WORDS.roles[Role.DEPT_LIAISON]}（交通局）"
    with world.acting("sysadmin", write=False) as work:
        reading = _read(work, book(units, people))
    assert [(one.sheet, one.cell) for one in reading.problems] == [(UNITS, "A4")]
    assert {(one.sheet, one.cell[0]) for one in reading.notes} == {(UNITS, "H"), (PEOPLE, "D"), (PEOPLE, "E")}
    assert all("“单位”表第4行" in one.text for one in reading.notes)


UNKNOWN_ROW, ITS_ROW = "第4行的代码没填或有错", "在“单位”表第4行，代码有错"


@pytest.mark.parametrize(("spoiled", "says"), [
    (None, UNKNOWN_ROW), ("=B4", UNKNOWN_ROW), ("shuiwu", UNKNOWN_ROW), ("第二个局", UNKNOWN_ROW),
    ("Xin_Ju", ITS_ROW), ("xin ju", ITS_ROW), ("ｘｉｎｊｕ", ITS_ROW),
])
def test_people_are_not_blamed_for_the_row_of_their_department(world: World, spoiled: str | None, says: str) -> None:
    units, people = unit_rows(2), person_rows(2)
    units[0][0], units[1][0] = "shuiwu", spoiled
    for row, code in zip(people, ["shuiwu"] * 3 + ["xinju"] * 3, strict=True):
        row[4] = code
    with world.acting("sysadmin", write=False) as work:
        reading = _read(work, book(units, people))
    assert {(one.sheet, one.cell) for one in reading.problems} == {(UNITS, "A4")}
    assert [one.cell for one in reading.notes] == ["E6", "E7", "E8"]
    assert all(says in one.text for one in reading.notes)


def test_a_code_that_no_row_explains_is_the_persons_own_fault(world: World) -> None:
    units, people = unit_rows(3), person_rows(3)
    units[1][3], people[0][4], units[2][7] = "没有的类别", "nowhere", "nowhere"
    with world.acting("sysadmin", write=False) as work:
        reading = _read(work, book(units, people))
        assert {(one.sheet, one.cell) for one in reading.problems} == {(UNITS, "D4"), (UNITS, "H5"), (PEOPLE, "E3")}
        assert reading.notes == ()
        twice = _read(work, book([units[0], units[0]], [people[0]]))
    assert {(one.sheet, one.cell) for one in twice.problems} == {(UNITS, "A4"), (UNITS, "B4"), (PEOPLE, "E3")}


def test_columns_for_later_may_stay_empty_and_say_what_they_take(world: World) -> None:
    units, people = unit_rows(3), person_rows(1)
    units[0][6], units[1][6], units[2][6] = "标准方案", "Points_B", "Standard"
    people[0][6] = "1999"
    with world.acting("sysadmin", write=False) as work:
        reading = _read(work, book(units, people))
        early = book_take.read_book(work, book([], people[:1]), replace(WORDS, campaigns=()), login="sysadmin").problems
    assert [one.text for one in reading.problems] == [
        "这不是分值方案的代码。请留空，或填指标体系里的方案代码（字母、数字、连字符、下划线）。", "请留空，或填进行中的评估的代号：2026。"]
    assert [reading.checked.units[row[0]]["profile"] for row in units[1:]] == ["Points_B", "standard"]
    assert "可在“账号”里" in early[-1].text
    notes = {column.head: column.note for columns in SHEETS.values() for column in columns}
    assert all(notes[head].startswith("一般不填") for head in ("分值方案", "随评估结束"))
    page = load_workbook(io.BytesIO(book_writing.template(WORDS)))[GUIDE]
    assert {"分值方案", "随评估结束"} <= {str(cell.value)[4:].partition("”")[0] for cell in page["A"] if cell.value}


def test_a_role_that_is_none_is_told_beside_a_department_that_is_none(world: World) -> None:
    units, people = unit_rows(3), person_rows(3)
    people[0][3], people[0][4] = "处长", "nowhere"
    with world.acting("sysadmin", write=False) as work:
        found = book_take.read_book(work, book(units, people), WORDS, login="sysadmin").problems
    assert {one.cell[0] for one in found} == {"D", "E"}


def test_the_senders_own_login_given_to_somebody_else_is_said_at_the_login(world: World) -> None:
    row = ["sysadmin", "王新人", "科员", WORDS.roles[Role.ASSESSOR], None, None, None, "在用"]
    with world.acting("sysadmin", write=False) as work:
        found = book_take.read_book(work, book([], [row]), WORDS, login="sysadmin").problems
    assert [(one.cell, "王新人" in one.text) for one in found] == [("A3", True)]


def test_the_order_of_a_whole_list_is_the_offices_order(world: World) -> None:
    def codes() -> list[str]:
        with world.acting("sysadmin", write=False) as work:
            return [unit.code for unit in work.session.exec(select(Unit).order_by(*by_unit_order(work)))]

    with world.acting("sysadmin", write=False) as work:
        there = {code: [code, one["name"], one["short_name"], WORDS.categories[one["category"]], "", "否", "", "", "否", "否", "否", "在用"]
                 for code, one in present_state(work).units.items()}
    before = codes()
    wish = [*reversed(before)]
    more = [row for row in unit_rows(12) if row[0] not in there][:2]
    for rows, after in (([there[code] for code in wish], wish), (more, [*wish, *(row[0] for row in more)])):
        with world.acting("sysadmin") as work:
            row = book_take.keep_upload(work, "名单.xlsx", book(rows, []))
            reading = book_take.read_book(work, book_take.bytes_of(work, row), WORDS, login="sysadmin")
            assert reading.comparison.reordered is (rows[0][0] in there)
            assert not reading.problems
            book_take.take(work, row, WORDS, login="sysadmin", digest=reading.comparison.digest)
        assert codes() == after
