"""The audit log finds a tampered line; jobs show and are tried again; definitions are read as trees."""

from __future__ import annotations

import pytest
from sqlmodel import select

from evalplat.audit.tables import AuditEvent
from evalplat.jobs.tables import Job
from evalplat.pages.event_labels import EVENTS as LABELS
from tests.world import World, csrf


def test_a_tampered_line_is_found(noticed_world: World) -> None:
    with noticed_world.client("auditadmin") as client:
        assert "日志完整" in client.get("/audit/verify").text
    with noticed_world.acting("system") as work:
        row = work.session.exec(select(AuditEvent).where(AuditEvent.event == "team.made")).first()
        assert row is not None
        row.data = row.data.replace("lead", "nobody")
        seq = row.seq
        work.session.add(row)
    with noticed_world.client("auditadmin") as client:
        page = client.get("/audit/verify").text
        assert f"第 {seq} 条日志有改动" in page


@pytest.mark.parametrize(("query", "found", "lost"), [
    ("area=notice", "印发通知", "新增账号"), ("unit=shenji", "环节推进", "新增账号"), ("who=周正", "印发通知", "设定评估组"),
    ("until=2026-08-31", "没有符合条件的记录", "新增账号"), ("since=2026-09-01&area=team", "设定评估组", "印发通知"),
    ("since=nonsense&area=team", "设定评估组", "印发通知"),
])
def test_the_log_is_filtered_by_its_address(noticed_world: World, query: str, found: str, lost: str) -> None:
    with noticed_world.client("secadmin") as client:
        text = client.get(f"/audit?{query}").text
        rows = text.split("</form>", 2)[-1]
        assert found in rows
        assert lost not in rows


def test_the_log_is_for_its_administrators(noticed_world: World) -> None:
    for who in ("director", "section", "sysadmin", "liaison-shenji"):
        with noticed_world.client(who) as client:
            assert client.get("/audit").status_code == 403
            assert client.get("/audit/verify").status_code == 403


def test_events_read_as_words() -> None:
    assert LABELS["notice.issued"] == "notice issued"


def test_details_read_as_words() -> None:
    from evalplat.pages.event_details import field_words, value_words

    assert field_words("leaf") == "指标"
    assert value_words("to", "issued") == "进行中"
    assert value_words("roles", ["director", "commission"]) == "主任、编委"
    assert value_words("approved", False) == "否"
    assert value_words("key", "rating:A203:wang") == "rating:A203:wang"


def test_a_failed_job_says_so_and_is_tried_again(noticed_world: World) -> None:
    with noticed_world.acting("system") as work:
        job = work.session.exec(select(Job)).first()
        assert job is not None
        job.state, job.attempts, job.error = "failed", 3, "Traceback: no font"
        work.session.add(job)
        key = job.id
    with noticed_world.client("section") as client:
        page = client.get(f"/jobs/{key}").text
        assert "Traceback" not in page
        assert "1 项后台任务未成功" in client.get("/").text
        assert client.post(f"/jobs/{key}/retry", data={"csrf_token": csrf(client, f"/jobs/{key}")}).status_code == 303
        assert client.post(f"/jobs/{key}/retry", data={"csrf_token": csrf(client, "/password")}).status_code == 409
        assert "没有符合条件的任务" in client.get("/jobs?state=failed").text
    with noticed_world.client("lead") as client:
        assert client.get("/jobs").status_code == 403
        assert client.get(f"/jobs/{key}").status_code == 403


def test_a_job_page_asks_for_its_progress_alone(noticed_world: World) -> None:
    with noticed_world.client("section") as client:
        text = client.get("/jobs/1?block=progress", headers={"hx-request": "true"}).text
        assert text.lstrip().startswith('<div class="job"')
        assert 'hx-get="/jobs/1?block=progress"' in text


def test_definitions_read_as_trees(noticed_world: World) -> None:
    with noticed_world.client("liaison-shenji") as client:
        page = client.get("/definitions").text
        assert "社会公众问卷" in page
        assert "example-gov-perf.yaml" not in page
        tree = client.get("/definitions/tengzhou-2026/2026.1").text
        assert "T8.duties_assigned / T8.duties_total" in tree
        assert tree.count('class="leaf-rule"') == 41
        assert "一般 1、严重 3" in tree
        assert client.get("/definitions/example-gov-perf/2026.1").status_code == 404
        assert client.get("/definitions/tengzhou-2026/1999").status_code == 404
    with noticed_world.client("section") as client:
        assert "example-gov-perf.yaml" in client.get("/definitions").text
        assert client.get("/definitions/files/nothing.yaml").status_code == 404
        links = [part.split('"')[0] for part in client.get("/definitions").text.split('href="')[1:]]
        for href in {link for link in links if link.startswith("/definitions/")}:
            assert client.get(href).status_code == 200, href


def test_definitions_are_not_for_administrators(noticed_world: World) -> None:
    with noticed_world.client("sysadmin") as client:
        assert client.get("/definitions").status_code == 403
