"""A referral is known to named people alone: on pages, in lists, in documents, and in clear nowhere in the audit log."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from evalplat.access.tasks import waiting_for
from evalplat.audit.tables import AuditEvent
from evalplat.documents.queries import readable
from evalplat.documents.tables import Document
from evalplat.findings.kinds import FindingState
from evalplat.findings.queries import visible_findings
from evalplat.kernel.errors import Invalid, Refused
from evalplat.pages.queries import boards, boards_section
from evalplat.people import actions as people
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, User
from evalplat.stages.followup import actions, actions_referrals, queries, queries_view
from evalplat.stages.followup.forms import LetterForm, ReferralForm
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.stages.followup import steps
from tests.stages.followup.steps import UNIT
from tests.world import World

WHERE = {"F-01": ["D2", "D3"], "F-02": ["D3"], "F-03": ["D2"], "F-04": ["D1"]}
RECEIPT = ReferralForm(receipt="市纪委监委", received_on=date(2026, 9, 1), outcome="已立案")


def referred(world: World) -> World:
    return steps.routed(steps.final(world), WHERE)


def handed(work, world: World, code: str = "F-02"):
    return next(pair for pair in queries.my_referrals(work, world.evaluation(work, UNIT)) if pair[1].code == code)


def letter(world: World, code: str = "F-02") -> str:
    with world.acting("director") as work:
        pair = handed(work, world, code)
        return actions_referrals.issue_letter(work, world.evaluation(work, UNIT), pair, LetterForm(addressee="中共滕州市纪委")).code


def _log(world: World, since: int = 0) -> list[AuditEvent]:
    with world.acting("system", write=False) as work:
        return list(work.session.exec(select(AuditEvent).where(AuditEvent.id > since).order_by(AuditEvent.id)))


def test_the_log_tells_nobody_which_unit_or_finding_was_referred(noticed_world: World) -> None:
    world = steps.final(noticed_world)
    before = _log(world)[-1].id
    steps.routed(world, WHERE)
    letter(world)
    with world.acting("director") as work:
        actions_referrals.name_reader(work, world.evaluation(work, UNIT), handed(work, world), "section")
        actions_referrals.record_referral(work, world.evaluation(work, UNIT), handed(work, world), RECEIPT)
    rows = _log(world, before)
    routed = [row for row in rows if row.event == "finding.routed"]
    assert len(routed) == 4
    assert not [row for row in rows if "D3" in row.data or "destination" in row.data or "市纪委" in row.data]
    secret = [row for row in rows if row.event.startswith("referral.") or "referral" in row.data]
    assert {row.event for row in secret} >= {"referral.issued", "referral.recorded", "referral.named", "document.issued"}
    assert {(row.campaign, row.unit) for row in secret} == {("", "")}
    assert not [row for row in secret if "F-0" in row.data or UNIT in row.data]
    assert not [row for row in rows if row.event == "finding.closed"]


def test_routing_looks_the_same_in_the_log_whatever_it_says(noticed_world: World) -> None:
    """Neighbouring lines must not give away what each of them hides."""
    world = steps.final(noticed_world)
    shapes = []
    for code, where in (("F-02", ["D3"]), ("F-04", ["D1"])):
        before = _log(world)[-1].id
        steps.routed(world, {code: where})
        shapes.append([(row.event, row.unit, len(row.data)) for row in _log(world, before)])
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("who", ["section", "establishment", "commission", "lead", "head-jiaotong", "liaison-jiaotong"])
def test_who_is_not_named_finds_no_letter_and_no_referral(noticed_world: World, who: str) -> None:
    world = referred(noticed_world)
    code = letter(world)
    with world.client(who) as client:
        for address in (f"/documents/{code}", f"/documents/{code}.pdf", f"/documents/{code}/page"):
            assert client.get(address).status_code == 404
        listed = client.get("/documents")
        assert listed.status_code == 403 or "移送" not in listed.text.replace("线索移送函", "", 1)
    with world.acting(who, write=False) as work:
        evaluation = world.evaluation(work, UNIT)
        assert queries_view.follow_up(work, evaluation).referrals is None
        assert "F-02" not in [row.code for row in visible_findings(work, evaluation)]
        assert not [task for task in waiting_for(work, work.actor) if "referrals" in task.href]


def test_a_second_director_sees_it_only_when_named(noticed_world: World) -> None:
    """Not role-wide: who becomes director later, or is lent the role, is not among the named."""
    world = referred(noticed_world)
    with world.acting("system") as work:
        world.users["newdirector"] = people.add_user(work, login="newdirector", name="新主任", roles=[(Role.DIRECTOR, None)],
                                                     password="Testing-2026-x", must_change=False)[0].id or 0
    with world.acting("secadmin") as work:
        role = work.session.exec(select(Membership).where(Membership.user_id == world.users["director"])).one()
        people.delegate(work, giver=role, taker=work.session.get_one(User, world.users["establishment"]), starts_on=date(2026, 9, 1),
                        ends_on=date(2026, 9, 30), document="函〔2026〕1号")
    for who in ("newdirector", "establishment"):
        with world.acting(who, write=False) as work:
            assert queries_view.follow_up(work, world.evaluation(work, UNIT)).referrals is None
        with world.client(who) as client:
            assert "超编3人" not in client.get("/findings").text
    with world.acting("director") as work:
        actions_referrals.name_reader(work, world.evaluation(work, UNIT), handed(work, world), "newdirector")
    with world.acting("newdirector", write=False) as work:
        [line] = queries_view.follow_up(work, world.evaluation(work, UNIT)).referrals
        assert line.code == "F-02"


def test_boards_and_report_show_it_to_a_second_director_only_when_named(noticed_world: World) -> None:
    world = referred(noticed_world)
    with world.acting("system") as work:
        world.users["newdirector"] = people.add_user(work, login="newdirector", name="新主任", roles=[(Role.DIRECTOR, None)],
                                                     password="Testing-2026-x", must_change=False)[0].id or 0

    def seen(who: str) -> tuple[set[str], bool]:
        with world.acting(who, write=False) as work:
            picked = boards.choice(work, "2026")
            lines = boards_section.findings_of(work, picked.chosen, boards.places_of(work, picked.chosen))
        with world.client(who) as client:
            rows = client.get("/c/2026/summary/rows/findings?destinations=D3").text
            assert ("destinations=D3" in client.get("/c/2026/summary").text) == ('data-total="0"' not in rows)
        return {line.row.code for line in lines if line.row.destinations == "D3"}, 'data-total="0"' not in rows

    assert seen("director") == ({"F-02"}, True)
    assert seen("newdirector") == (set(), False)


def test_a_named_person_reads_the_letter_until_taken_off(noticed_world: World) -> None:
    world = referred(noticed_world)
    code = letter(world)
    with world.acting("director") as work:
        actions_referrals.name_reader(work, world.evaluation(work, UNIT), handed(work, world), "section")
    with world.client("section") as client:
        assert client.get(f"/documents/{code}").status_code == 200
    with world.acting("section") as work:
        assert [task for task in waiting_for(work, work.actor) if "referrals" in task.href]
        actions_referrals.record_referral(work, world.evaluation(work, UNIT), handed(work, world), RECEIPT)
    with world.acting("director") as work:
        actions_referrals.drop_reader(work, world.evaluation(work, UNIT), handed(work, world), "section")
        document = work.session.exec(select(Document).where(Document.code == code)).one()
        assert not readable(work.session, world.person(work.session, "section"), document)


def test_only_people_of_the_office_are_named_and_a_director_stays(noticed_world: World) -> None:
    world = referred(noticed_world)
    with world.acting("director") as work:
        for login in ("liaison-jiaotong", "third", "auditadmin", "nobody"):
            with pytest.raises(Invalid):
                actions_referrals.name_reader(work, world.evaluation(work, UNIT), handed(work, world), login)
        with pytest.raises(Refused):
            actions_referrals.drop_reader(work, world.evaluation(work, UNIT), handed(work, world), "director")


def test_a_referral_waits_for_nothing_and_blocks_nothing(noticed_world: World) -> None:
    world = steps.with_findings(noticed_world)
    set_state(world, UNIT, State.SCORED)
    steps.routed(world, {"F-02": ["D3"]})
    letter(world)
    set_state(world, UNIT, State.FINAL, move="finalise")
    steps.routed(world, {"F-01": ["D2"], "F-03": ["D2"], "F-04": ["D2"]})
    with world.acting("director") as work:
        actions.issue_notice(work, world.evaluation(work, UNIT), begin=True)
    steps.rectified(world, "F-01", "F-03", "F-04")
    with world.acting("director") as work:
        assert actions.close(work, world.evaluation(work, UNIT)).state == State.CLOSED
        actions_referrals.record_referral(work, world.evaluation(work, UNIT), handed(work, world), RECEIPT)
        assert steps.finding(work, world, "F-02").state == FindingState.CLOSED


def test_only_a_transfer_has_a_letter_and_only_one(noticed_world: World) -> None:
    world = referred(noticed_world)
    letter(world)
    with pytest.raises(Refused):
        letter(world)
    with world.acting("director") as work:
        row, _ = handed(work, world, "F-01")
        row.measure = "talk"
        with pytest.raises(Refused):
            actions_referrals.issue_letter(work, world.evaluation(work, UNIT), handed(work, world, "F-01"), LetterForm(addressee="市纪委"))
