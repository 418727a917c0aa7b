"""Scanned papers of the office: for the office and the team, never for the unit, never another unit's."""

from __future__ import annotations

from evalplat.files.store import keep
from tests.world import World

PDF = b"%PDF-1.7\n%..."


def test_a_scan_is_read_by_the_office_alone(noticed_world: World) -> None:
    with noticed_world.acting("section") as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        minutes = keep(work, "会审纪要.pdf", PDF, purpose="moderation_minutes", evaluation_id=evaluation.id).code
        evidence = keep(work, "佐证.pdf", PDF, purpose="objection", evaluation_id=evaluation.id).code
    page = f"/c/2026/u/jiaotong/files/{minutes}"
    with noticed_world.client("section") as client:
        answer = client.get(page)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert client.get(f"/c/2026/u/jiaotong/files/{evidence}").status_code == 404
        assert client.get(f"/c/2026/u/shenji/files/{minutes}").status_code == 404
    for who, status in (("head-jiaotong", 403), ("head-shenji", 404), ("lead2", 404), ("sysadmin", 404)):
        with noticed_world.client(who) as client:
            assert client.get(page).status_code == status
