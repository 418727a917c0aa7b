"""A draft is read by the office's staff and by whoever drafts or decides on it, by nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from evalplat.documents.queries import readable
from evalplat.scores.tables import AdjustmentProposal
from evalplat.stages.notices import actions as notices
from evalplat.stages.notices import queries
from evalplat.stages.notices.forms import NoticeForm
from tests.world import World

FORM = NoticeForm(purpose="摸清底数", requirements="真实准确", outline="一、基本情况", contact_person="李敏", contact_phone="0632-5500001")


@pytest.mark.parametrize(("who", "reads"), [
    ("third", False), ("panel", False), ("co", False), ("commission", False), ("assessor", False), ("liaison-shenji", False),
    ("director", True), ("section", True), ("establishment", True)])
def test_a_drafted_notice_is_the_offices(campaign_world: World, who: str, reads: bool) -> None:
    with campaign_world.acting("section") as work:
        notices.write_notice(work, campaign_world.campaign(work), FORM)
    with campaign_world.acting(who, write=False) as work:
        document = queries.document_of(work, campaign_world.campaign(work))
        assert document is not None
        assert readable(work.session, work.actor, document) is reads


@pytest.mark.parametrize("who", ["third", "panel", "co", "assessor", "liaison-shenji", "section"])
def test_an_issued_notice_is_for_everybody_of_the_campaign(noticed_world: World, who: str) -> None:
    with noticed_world.acting(who, write=False) as work:
        document = queries.document_of(work, noticed_world.campaign(work))
        assert document is not None
        assert readable(work.session, work.actor, document)


def test_two_proposals_of_one_unit_never_share_a_number(noticed_world: World) -> None:
    with noticed_world.acting("assessor", write=False) as work:
        row = noticed_world.evaluation(work, "jiaotong")
        work.session.add_all(AdjustmentProposal(office_id=work.office_id, evaluation_id=row.id, number=1, code="G01", reason="x",
                                                proposed_at=work.now) for _ in range(2))
        with pytest.raises(IntegrityError):
            work.session.flush()
        work.session.rollback()
