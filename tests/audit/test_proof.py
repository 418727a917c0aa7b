"""What was issued and frozen is compared with what the chain says of it: a changed row, text or file is found."""

from __future__ import annotations

from sqlmodel import select

from evalplat.documents import proof as documents
from evalplat.documents.tables import Document
from evalplat.kernel.db import transaction
from evalplat.scores import proof as scores
from evalplat.scores import sheet
from evalplat.scores.tables import ResultVersion
from tests.scored import complete_ledger
from tests.world import World


def _changed(world: World, book) -> list[str]:
    with transaction(world.engine, write=False) as session:
        return book.changed(session, world.office_id)


def test_an_issued_document_that_was_changed_is_found(noticed_world: World) -> None:
    assert _changed(noticed_world, documents) == []
    with transaction(noticed_world.engine) as session:
        row = session.exec(select(Document).where(Document.kind == "notice")).one()
        row.view = {**row.view, "purpose": "另一个目的。"}
        number = row.number
    assert _changed(noticed_world, documents) == [number]
    with transaction(noticed_world.engine, write=False) as session:
        assert not documents.made_here(session, noticed_world.office_id, b"%PDF-1.7")


def test_a_frozen_result_that_was_changed_or_removed_is_found(noticed_world: World) -> None:
    complete_ledger(noticed_world, "jiaotong")
    with noticed_world.acting("director") as work:
        sheet.freeze(work, noticed_world.evaluation(work, "jiaotong"), reason="试验")
    assert _changed(noticed_world, scores) == []
    with transaction(noticed_world.engine) as session:
        row = session.exec(select(ResultVersion)).one()
        row.total = row.total + 1
    assert [name.split("/")[1] for name in _changed(noticed_world, scores)] == ["jiaotong 1"]
    with transaction(noticed_world.engine) as session:
        session.delete(session.exec(select(ResultVersion)).one())
    assert len(_changed(noticed_world, scores)) == 1
