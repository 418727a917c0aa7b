"""Verifying on the screen: the chain, the results and the documents; at once, or by a job where there is much."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from evalplat.jobs.queue import run_all
from evalplat.pages.queries import verification
from tests import scored
from tests.world import World, csrf

PAGE = "/audit/verify"


def test_only_those_of_the_log_verify(noticed_world: World) -> None:
    for who, status in (("section", 403), ("auditadmin", 200), ("secadmin", 200)):
        with noticed_world.client(who) as client:
            assert client.get(PAGE).status_code == status, who


def test_everything_is_fine_and_each_kind_of_tampering_is_named(noticed_world: World) -> None:
    scored.at_state(noticed_world, "jiaotong", "reported")
    with noticed_world.client("auditadmin") as client:
        page = client.get(PAGE).text
        assert page.count("notice-ok") >= 3
    with noticed_world.engine.begin() as bare:
        bare.execute(text("update result_version set total = 1"))
        bare.execute(text("update document set view = '{}' where kind = 'notice'"))
    with noticed_world.client("auditadmin") as client:
        page = client.get(PAGE).text
        assert "2026/jiaotong 1" in page
        assert "滕编办发" in page
    with noticed_world.engine.begin() as bare:
        bare.execute(text("update audit_event set data = '{}' where seq = 3"))
    with noticed_world.acting("auditadmin", write=False) as work:
        found = verification.verified(work.session, work.office_id)
        assert found.broken_seq == 3
        assert not found.fine


def test_where_there_is_much_a_job_verifies_and_shows_its_progress(noticed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scored.at_state(noticed_world, "jiaotong", "reported")
    monkeypatch.setattr(verification, "MOST_EVENTS", 5)
    with noticed_world.client("auditadmin") as client:
        token = csrf(client, "/password")
        assert f'action="{PAGE}"' in client.get(PAGE).text
        assert client.post(PAGE, data={}).status_code == 403
        answer = client.post(PAGE, data={"csrf_token": token})
        assert answer.status_code == 303
        waiting = client.get(answer.headers["location"]).text
        assert "hx-get" in waiting
        run_all(noticed_world.engine)
        done = client.get(answer.headers["location"]).text
        assert done.count("notice-ok") >= 3
        assert client.get(f"{PAGE}?job=999").status_code == 404
        assert client.get(f"{PAGE}?job=x").status_code == 404
