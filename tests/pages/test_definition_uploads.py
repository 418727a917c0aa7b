"""Indicator systems that come in as a file: what is wrong with it, what it changes, what is kept."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from sqlmodel import col, select

from evalplat.campaigns import drafts
from evalplat.files.tables import StoredFile
from tests.pages.test_definition_drafts import LIST, begin, form
from tests.world import World, csrf


def test_an_uploaded_workbook_is_checked_compared_and_taken(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        book = load_workbook(io.BytesIO(client.get(f"{base}/file.xlsx").content))
        sheet = book["指标"]
        heads = {str(cell.value): cell.column for cell in sheet[1]}
        row = next(cells[0].row for cells in sheet.iter_rows(min_row=2) if cells[0].value == "A103")
        points = sheet.cell(row, heads["分值"])
        points.value = "二"
        faulty = io.BytesIO()
        book.save(faulty)
        token = {"csrf_token": csrf(client, f"{base}/upload")}
        told = client.post(f"{base}/upload", data=token, files={"file": ("改.xlsx", faulty.getvalue())}).headers["location"]
        page = client.get(told).text
        assert f"指标!{points.coordinate}" in page
        assert "需要改正" in page
        assert "满分" not in page.split("需要改正之处")[1]
        marked = load_workbook(io.BytesIO(client.get(f"{told}/marked.xlsx").content))
        assert "不是数字" in marked["指标"][points.coordinate].comment.text
        points.value, sheet.cell(row, heads["名称（中文）"]).value = 2, "改过的名称"
        good = io.BytesIO()
        book.save(good)
        told = client.post(f"{base}/upload", data=token, files={"file": ("改.xlsx", good.getvalue())}).headers["location"]
        page = client.get(told).text
        assert "改过的名称" in page
        assert client.post(f"{told}/take", data=token | {"revision": "9"}).headers["location"] == told
        assert client.post(f"{told}/take", data=token | {"revision": "1"}).headers["location"] == base
        assert "改过的名称" in client.get(f"{base}/blocks/A").text
        assert client.get(told).status_code == 404
        assert client.post(f"{told}/take", data=token | {"revision": "1"}).headers["location"] == base
        assert uploads_kept(world) == 1
        client.post(f"{base}/remove", data=token)
    assert uploads_kept(world) == 0


def uploads_kept(world: World) -> int:
    with world.acting("section", write=False) as work:
        query = select(StoredFile).where(col(StoredFile.purpose).startswith("draft:"), col(StoredFile.removed_at).is_(None))
        return len(work.session.exec(query).all())


def test_a_draft_begins_with_a_file(world: World) -> None:
    with world.client("section") as client:
        token = {"csrf_token": csrf(client, LIST), "go": "upload"}
        base = begin(client)
        data = client.get(f"{base}/file.yaml").content
        assert client.post(LIST, data=token, files={"file": ("x.yaml", data)}).headers["location"] == f"{base}-2"
        for name, content in (("x.exe", b"MZ"), ("x.yaml", b"a: ["), ("x.xlsx", b"PK\x03\x04rubbish"), ("x.yaml", b"\xff\xfe")):
            answer = client.post(LIST, data=token, files={"file": (name, content)})
            assert answer.status_code == 422, name
        assert client.post(LIST, data=token).status_code == 422


def test_a_workbook_with_errors_begins_no_draft_and_says_so(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        book = load_workbook(io.BytesIO(client.get(f"{base}/file.xlsx").content))
        heads = {str(cell.value): cell.column for cell in book["指标"][1]}
        row = next(cells[0].row for cells in book["指标"].iter_rows(min_row=2) if cells[0].value == "A103")
        points = book["指标"].cell(row, heads["分值"])
        points.value = "二"
        faulty = io.BytesIO()
        book.save(faulty)
        token = {"csrf_token": csrf(client, LIST), "go": "upload"}
        for _ in range(2):
            told = client.post(LIST, data=token, files={"file": ("改.xlsx", faulty.getvalue())}).headers["location"]
        page = client.get(told).text
        assert "没有新建草稿" in page
        assert f"指标!{points.coordinate}" in page
        assert "改动内容" not in page
        assert client.post(f"{told}/take", data=token).status_code == 404
        marked = load_workbook(io.BytesIO(client.get(f"{told}/marked.xlsx").content))
        assert "不是数字" in marked["指标"][points.coordinate].comment.text
    with world.acting("section") as work:
        assert len(drafts.all_drafts(work)) == 1
    assert uploads_kept(world) == 1
    with world.client("section") as client:
        good = client.get(f"{base}/file.yaml").content
        client.post(LIST, data=token | {"csrf_token": csrf(client, LIST)}, files={"file": ("x.yaml", good)})
        assert client.get(told).status_code == 404
    assert uploads_kept(world) == 0


def test_a_good_file_replaces_a_draft_that_has_errors(world: World) -> None:
    with world.client("section") as client:
        base = begin(client)
        good = client.get(f"{base}/file.yaml").content
        client.post(f"{base}/blocks/A", data=form(client, f"{base}/blocks/A") | {"go": "save", "share~A103": "三"})
        token = {"csrf_token": csrf(client, f"{base}/upload")}
        told = client.post(f"{base}/upload", data=token, files={"file": ("x.yaml", good)}).headers["location"]
        page = client.get(told).text
        assert "整份草稿换成文件的内容" in page
        assert "请查看差异" not in page
        assert client.post(f"{told}/take", data=token | {"revision": "2"}).headers["location"] == base
