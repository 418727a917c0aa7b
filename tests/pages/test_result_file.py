"""The frozen result as a file: for the office alone, as the command makes it, and never when the records were changed."""

from __future__ import annotations

import pytest
from sqlmodel import select

from evalplat.scores import sheet
from evalplat.scores.rebuilt import rebuilt
from evalplat.scores.tables import LedgerEntry
from evalplat.scoring.frozen import frozen_bytes, read_frozen
from evalplat.workflow.stages import State
from tests import scored
from tests.world import World

FILE = "/c/2026/u/jiaotong/result.zip"


@pytest.fixture
def informed(noticed_world: World) -> World:
    """The letter is out."""
    scored.at_state(noticed_world, "jiaotong", State.INFORMED)
    return noticed_world


@pytest.mark.parametrize(("who", "status"), [("section", 200), ("director", 200), ("establishment", 200), ("commission", 403),
                                             ("lead", 403), ("panel", 404), ("head-jiaotong", 403), ("head-shenji", 404),
                                             ("sysadmin", 404)])
def test_it_is_for_the_office_alone(informed: World, who: str, status: int) -> None:
    with informed.client(who) as client:
        assert client.get(FILE).status_code == status
        if status in (200, 403):
            assert ("result.zip" in client.get(FILE.removesuffix("/result.zip")).text) is (status == 200)


def test_it_is_the_file_that_the_command_writes(informed: World) -> None:
    with informed.client("section") as client:
        answer = client.get(FILE)
        assert client.get(f"{FILE}?version=1").content == answer.content
        assert client.get(f"{FILE}?version=9").status_code == 404
        assert client.get(f"{FILE}?version=x").status_code == 404
        assert client.get("/c/2026/u/shenji/result.zip").status_code == 404
    assert "2026-jiaotong-v1.zip" in answer.headers["content-disposition"]
    with informed.acting("section", write=False) as work:
        row = informed.evaluation(work, "jiaotong")
        version = sheet.latest(work, row)
        assert version is not None
        made = rebuilt(work, row, version).frozen
        assert made is not None
        assert answer.content == frozen_bytes(made)
        assert read_frozen(answer.content).hash == version.hash


def test_changed_records_give_no_file(informed: World) -> None:
    with informed.acting("system") as work:
        row = work.session.exec(select(LedgerEntry).where(LedgerEntry.key == "field:T8.duties_assigned")).first()
        assert row is not None
        row.value = "1"
        work.session.add(row)
    with informed.client("section") as client:
        answer = client.get(FILE)
        assert answer.status_code == 409
        assert "校验记录" in answer.text
