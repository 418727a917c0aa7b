"""Documents: who reads them, the preview's own policy, the PDF before and after its job."""

from __future__ import annotations

from sqlmodel import select

from evalplat.documents.tables import Document
from evalplat.files.store import put
from evalplat.jobs.tables import Job
from tests.world import World


def _code(world: World) -> str:
    with world.acting("section", write=False) as work:
        return work.session.exec(select(Document.code)).one()


def test_the_notice_is_read_by_those_it_concerns(noticed_world: World) -> None:
    code = _code(noticed_world)
    for who, status in (("section", 200), ("lead", 200), ("liaison-shenji", 200), ("sysadmin", 404), ("auditadmin", 404)):
        with noticed_world.client(who) as client:
            assert client.get(f"/documents/{code}").status_code == status
            assert client.get(f"/documents/{code}/page").status_code == status
            assert client.get(f"/documents/{code}.pdf").status_code == (303 if status == 200 else status)
            assert client.get(f"/documents/{code}/making").status_code == status
            assert client.get("/documents/notice-0000000000").status_code == 404


def test_the_text_carries_its_own_policy_and_no_script(noticed_world: World) -> None:
    with noticed_world.client("section") as client:
        answer = client.get(f"/documents/{_code(noticed_world)}/page")
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert "<script" not in answer.text
        frame = client.get(f"/documents/{_code(noticed_world)}")
        assert "'unsafe-inline'" not in frame.headers["content-security-policy"]
        assert 'sandbox=""' in frame.text


def test_a_pdf_that_is_not_made_yet_is_waited_for(noticed_world: World) -> None:
    with noticed_world.client("liaison-shenji") as client:
        there = client.get(f"/documents/{_code(noticed_world)}.pdf").headers["location"]
        assert f'hx-get="{there}?block=job"' in client.get(there).text
    with noticed_world.acting("system") as work:
        row = work.session.exec(select(Document)).one()
        row.file_id = put(work, "x.pdf", b"%PDF-1.7 test", media_type="application/pdf", purpose="document").id
        job = work.session.exec(select(Job)).one()
        job.state = "done"
        work.session.add(row)
    with noticed_world.client("liaison-shenji") as client:
        part = client.get(f"{there}?block=job", headers={"hx-request": "true"}).text
        assert "hx-get" not in part
        assert there.replace("/making", ".pdf") in part


def test_a_made_pdf_comes_with_its_chinese_name(noticed_world: World) -> None:
    with noticed_world.acting("system") as work:
        row = work.session.exec(select(Document)).one()
        row.file_id = put(work, "x.pdf", b"%PDF-1.7 test", media_type="application/pdf", purpose="document").id
        work.session.add(row)
    with noticed_world.client("liaison-shenji") as client:
        answer = client.get(f"/documents/{_code(noticed_world)}.pdf")
        assert answer.content == b"%PDF-1.7 test"
        assert answer.headers["content-type"] == "application/pdf"
        assert "%E5%85%B3%E4%BA%8E" in answer.headers["content-disposition"]


def test_a_draft_is_not_for_units_and_has_no_pdf(noticed_world: World) -> None:
    with noticed_world.acting("system") as work:
        row = work.session.exec(select(Document)).one()
        row.state = "draft"
        work.session.add(row)
    code = _code(noticed_world)
    with noticed_world.client("liaison-shenji") as client:
        assert client.get(f"/documents/{code}").status_code == 404
        assert "关于开展" not in client.get("/documents").text
    with noticed_world.client("section") as client:
        assert client.get(f"/documents/{code}.pdf").status_code == 409
        assert "关于开展" in client.get("/documents?kind=notice&state=draft").text
        assert "没有符合条件的文书" in client.get("/documents?kind=poster").text
