"""Eighty units: every number opens to as many rows, in few questions; the snapshot holds; comparison, draft, Excel, interim form."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from openpyxl import load_workbook
from sqlalchemy import event
from sqlmodel import col, select

from evalplat.documents.actions import view_of
from evalplat.documents.tables import Document
from evalplat.findings import actions as findings
from evalplat.findings.tables import Finding
from evalplat.jobs.queue import run, take
from evalplat.stages.followup.tables import Rectification
from evalplat.stages.summaries import actions, queries, queries_books, queries_compare, queries_draft
from evalplat.stages.summaries.forms import SummaryForm
from evalplat.stages.summaries.rules_books import pick, total_of
from evalplat.workflow.stages import State
from tests.scored import at_state, set_state
from tests.world import World, csrf

MOST_QUERIES = 70
LINK = re.compile(r'<a href="(/c/2026/summary/rows/[^"]+)">([^<]+)</a>')


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(world.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(world.engine, "before_cursor_execute", note)


def name_director(world: World) -> None:
    """The director may know of every referral."""
    with world.acting("director") as work:
        for row in work.session.exec(select(Finding).where(col(Finding.destinations).contains("D3"))):
            findings.name_reader(work, row, world.users["director"], "", audited=False)


def draft(world: World) -> SummaryForm:
    """The chapters as they are drafted."""
    with world.acting("section", write=False) as work:
        found = queries.overview(work, world.campaign(work), referrals=False)
        return SummaryForm(**queries_draft.drafts(found, queries_compare.comparison(work, world.campaign(work), found.units)))


def test_every_number_opens_to_its_rows(city: World) -> None:
    name_director(city)
    with city.client("director") as client:
        links = sorted(set(LINK.findall(client.get("/c/2026/summary").text)))
        for address, text in links[::40]:
            total = re.search(r'data-total="(-?\d+)"', client.get(unescape(address)).text)
            assert total, address
            assert total[1] in text.replace(",", ""), address
        assert client.get("/c/2026/summary/rows/units?colour=red").status_code == 200
        assert client.get("/c/2026/summary/rows/passwords").status_code == 404
        assert client.get("/c/2026/summary/rows/people?severity=major").status_code == 404
    assert len(links) > 100
    with city.acting("director", write=False) as work:
        books = queries_books.books_of(work, city.campaign(work))
    for address, text in links:
        asked = dict(parse_qsl(urlsplit(unescape(address)).query, keep_blank_values=True))
        add = asked.pop("sum", "")
        number = re.search(r"[\d,]+", text)
        rows = pick(getattr(books, urlsplit(address).path.rsplit("/", 1)[-1]), asked)
        assert number is None or total_of(rows, add) == int(number[0].replace(",", "")), address


def test_few_questions_for_eighty_units(city: World) -> None:
    with city.client("director") as client:
        for path in ("/c/2026/summary", "/c/2026", "/"):
            client.get(path)
            with counted(city) as sent:
                assert client.get(path).status_code == 200
            assert len(sent) <= MOST_QUERIES, path


def test_a_referral_is_one_number_for_everybody_else(city: World) -> None:
    with city.client("section") as client:
        page = client.get("/c/2026/summary").text
        assert "destinations=D3" not in page
        assert "<strong>2</strong><span>移送线索" in page
        assert 'data-total="0"' in client.get("/c/2026/summary/rows/findings?destinations=D3").text
    with city.client("director") as client:
        assert "destinations=D3" not in client.get("/c/2026/summary").text
    name_director(city)
    with city.client("director") as client:
        assert "destinations=D3" in client.get("/c/2026/summary").text


def test_the_last_campaign_is_compared_by_the_same_units(city: World) -> None:
    with city.acting("section", write=False) as work:
        found = queries.overview(work, city.campaign(work))
        compared = queries_compare.comparison(work, city.campaign(work), found.units)
    assert compared is not None
    assert compared.left == ("市粮食局",)
    assert len(compared.same) == 71
    assert len(compared.new) == 6
    assert compared.same_system
    assert not compared.redefined
    total = compared.lines[0]
    assert total.n == 71
    assert None not in (total.now, total.before, total.change)
    assert {line.code for line in compared.leaves} == {leaf.code for leaf in _system(city).leaves}


def _system(world: World):  # type: ignore[no-untyped-def]
    from evalplat.campaigns.definitions import system_of

    with world.acting("section", write=False) as work:
        return system_of(work, world.campaign(work))


def test_results_are_frozen_and_handling_until_issue_is_not(final_city: World) -> None:
    world = final_city
    with world.acting("director") as work:
        actions.conclude(work, world.campaign(work))
    with world.acting("section", write=False) as work:
        before = queries.overview(work, world.campaign(work))
        assert any(row.tied for row in before.units)
        assert all(row.rank for row in before.units)
    with world.acting("system") as work:
        item = work.session.exec(select(Rectification).where(Rectification.state != "closed")).first()
        assert item
        item.state = "closed"
        work.session.add(item)
        gone = work.session.exec(select(Finding).where(Finding.destinations == "D1")).first()
        assert gone
        gone.state = "withdrawn"
        work.session.add(gone)
    form = draft(world)
    with world.acting("section") as work:
        after = queries.overview(work, world.campaign(work))
        assert (after.all_findings, after.mean_total, after.units) == (before.all_findings, before.mean_total, before.units)
        assert dict(after.rectification)["已销号（项）"] == dict(before.rectification)["已销号（项）"] + 1
        actions.write_summary(work, world.campaign(work), form)
    with world.acting("director") as work:
        actions.issue_summary(work, world.campaign(work))
    with world.acting("system") as work:
        rest = work.session.exec(select(Rectification).where(Rectification.state != "closed")).first()
        assert rest
        rest.state = "closed"
        work.session.add(rest)
    with world.acting("section", write=False) as work:
        last = queries.overview(work, world.campaign(work))
        assert last.rectification == after.rectification
        text = queries.text_of(work, world.campaign(work))
        view = view_of(work.session.get_one(Document, text.document_id if text else 0))
        assert "{" not in " ".join(view.handling + view.overall)
        assert "销号率" in " ".join(view.handling)
        assert view.ledger
        assert view.compare.same == 74


def test_a_name_that_is_no_number_is_sent_back_with_what_was_typed(final_city: World) -> None:
    with final_city.acting("director") as work:
        actions.conclude(work, final_city.campaign(work))
    form = draft(final_city).model_dump()
    with final_city.client("section") as client:
        data = {"csrf_token": csrf(client, "/c/2026/summary/text"), **form, "causes": "原因在于{不存在}。"}
        answer = client.post("/c/2026/summary", data=data)
        assert answer.status_code == 422
        assert "不存在" in answer.text
        assert client.post("/c/2026/summary", data={**data, "causes": "原因。"}).status_code == 303


def test_the_excel_file_names_the_snapshot_and_holds_numbers(city: World) -> None:
    with city.client("section") as client:
        book = load_workbook(io.BytesIO(client.get("/c/2026/summary.xlsx").content))
    assert set(book.sheetnames) > {"单位得分等次", "一级指标得分率", "末级指标得分率", "问题汇总", "整改台账", "异议", "满意度"}
    assert "与上次比较" in book.sheetnames
    assert all("未形成快照" in str(sheet["A1"].value) for sheet in book)
    results = list(book["单位得分等次"].iter_rows(min_row=3, values_only=True))
    assert len(results) == 80
    assert isinstance(results[0][4], float)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_an_interim_report_is_marked_and_has_no_ranks(noticed_world: World) -> None:
    world = noticed_world
    at_state(world, "jiaotong", State.INFORMED)
    set_state(world, "jiaotong", State.FINAL, move="finalise")
    with world.client("director") as client:
        token = csrf(client, "/password")
        assert client.post("/c/2026/summary/interim", data={"csrf_token": token}).status_code == 403
        assert client.get("/c/2026/summary/interim.pdf").status_code == 404
    with world.client("section") as client:
        assert "3个部门中1个部门的结果已定稿" in client.get("/c/2026/summary").text
        token = csrf(client, "/password")
        assert client.post("/c/2026/summary/interim", data={"csrf_token": token}).status_code == 303
        while (job := take(world.engine)) is not None:
            run(world.engine, job)
        assert client.get("/c/2026/summary/interim.pdf").content.startswith(b"%PDF")
    with world.acting("section", write=False) as work:
        text = queries.text_of(work, world.campaign(work))
        view = view_of(work.session.get_one(Document, text.interim_id if text else 0))
    assert view.interim.startswith("中期")
    assert view.missing == ("市民政局", "市审计局")
    assert all(unit.rank is None for unit in view.units)
