"""The source of a point is quoted in letters and on the unit's page: it names the sheet, never who rated."""

from __future__ import annotations

from sqlmodel import col, select

from evalplat.scores.tables import LedgerEntry
from tests.stages.reviews.conftest import rate_all
from tests.world import World


def test_a_rating_is_quoted_without_its_writer(accepted_world: World) -> None:
    rate_all(accepted_world, "lead")
    rate_all(accepted_world, "assessor")
    with accepted_world.acting("lead", write=False) as work:
        refs = set(work.session.exec(select(LedgerEntry.ref).where(col(LedgerEntry.key).startswith("rating:"))))
    assert refs
    assert all(ref.startswith("评分底稿 ") and len(ref.split()) == 2 for ref in refs)
