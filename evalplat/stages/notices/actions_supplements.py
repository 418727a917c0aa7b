"""Supplementary notices: drafted with a comparison, numbered, issued; all that they announce happens in that one act."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.campaigns import joining, moves, progress, sides, windows
from evalplat.campaigns.days import relaxed
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.kernel.errors import Invalid, NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.turns import in_turn
from evalplat.workflow.stages import CampaignState, SideState, Stage, State, at_least

from . import queries
from . import queries_letters as letters
from . import queries_supplements as supplements
from .forms import SupplementForm
from .tables import Supplement, SupplementReceipt

KIND = "supplementary_notice"


def draft(work: Work, campaign: Campaign, form: SupplementForm, *, supplement: Supplement | None = None) -> Supplement:
    """Write one or write it anew; nothing is changed before it is issued. Indicators and questionnaires never change."""
    if campaign.state != CampaignState.ISSUED:
        raise Refused(N_("A supplementary notice follows the notice, while the evaluation runs."))
    if supplement is not None and supplement.state != "draft":
        raise Refused(N_("This supplementary notice has its number already."))
    wish = _wish(form)
    _check(work, campaign, wish)
    changes = supplements.changes_of(work, campaign, wish)
    if not changes:
        raise Invalid({"reason": N_("Nothing would change. Fill in what is to be different.")})
    if supplement is None:
        in_turn(work)
        last = select(func.max(Supplement.ordinal)).where(Supplement.campaign_id == campaign.id)
        supplement = Supplement(office_id=work.office_id, campaign_id=campaign.id or 0, ordinal=(work.session.exec(last).one() or 0) + 1,
                                reason=form.reason, drafted_at=work.now, drafted_by=work.actor.name)
    supplement.reason, supplement.wanted = form.reason.strip(), wish
    supplement.changes = [list(change) for change in changes]
    work.add(supplement)
    _renew(work, campaign, supplement)
    record(work, "supplement.drafted", campaign=campaign.code, supplement=supplement.ordinal)
    return supplement


def number(work: Work, campaign: Campaign, supplement: Supplement) -> str:
    """Give it its number; from now on it waits for the director."""
    _must_be(work, supplement, "draft")
    document = supplements.document_of(work, supplement)
    if document is None:
        raise NotFound
    found = documents.give_number(work, document)
    supplement.state = "numbered"
    work.add(supplement)
    progress.wait(work, campaign, "issue_supplement", stage=Stage.NOTICE, key=str(supplement.ordinal),
                  href=f"/c/{campaign.code}/notice/supplements/{supplement.ordinal}")
    return found


def drop(work: Work, campaign: Campaign, supplement: Supplement) -> None:
    """Give a draft up; what has a number is issued or its document declared void."""
    _must_be(work, supplement, "draft")
    supplement.state = "dropped"
    work.add(supplement)
    record(work, "supplement.dropped", campaign=campaign.code, supplement=supplement.ordinal)


def issue(work: Work, campaign: Campaign, supplement: Supplement) -> None:
    """Issue it and do what it announces: all or nothing. Old values stay in its comparison."""
    _must_be(work, supplement, "numbered")
    wish = supplement.wanted
    _check(work, campaign, wish)
    supplement.changes = [list(change) for change in supplements.changes_of(work, campaign, wish)]
    _renew(work, campaign, supplement)
    document = supplements.document_of(work, supplement)
    if document is None or not document.number:
        raise Refused(N_("The supplementary notice has no number yet."))
    if document.drafted_by == work.actor.user_id and "three_people" not in relaxed(campaign):
        raise Refused(N_("You wrote the supplementary notice; somebody else issues it."))
    for kind in windows.KINDS:
        new = supplements.wanted_window(work, campaign, kind, wish.get("windows", {}))
        if new:
            windows.move_for_all(work, campaign, kind, opens_at=new[0], closes_at=new[1], document=document.number)
    if wish.get("leave"):
        sides.set_side(work, _inside(work, campaign, wish["leave"]), SideState.EXEMPT, document=document.number, reason=supplement.reason)
    if wish.get("join"):
        _join(work, campaign, wish["join"], document=document.number, reason=supplement.reason)
    documents.issue(work, document)
    supplement.state, supplement.issued_at = "issued", work.now
    work.add(supplement)
    progress.done(work, campaign, "issue_supplement", key=str(supplement.ordinal))
    for evaluation in _recipients(work, campaign):
        _wait(work, evaluation, supplement)
    record(work, "supplement.issued", campaign=campaign.code, supplement=supplement.ordinal, number=document.number,
           changes=[list(change) for change in supplement.changes])


def acknowledge(work: Work, evaluation: Evaluation, supplement: Supplement, *, how: str = "signed") -> None:
    """The unit has it: it says so, or it counts as served."""
    locked = moves.lock(work, evaluation)
    if supplement.state != "issued" or supplement.campaign_id != locked.campaign_id:
        raise NotFound
    if work.session.get(SupplementReceipt, (supplement.id, locked.id)) is not None:
        raise Refused(N_("Receipt is confirmed already."))
    work.add(SupplementReceipt(supplement_id=supplement.id or 0, evaluation_id=locked.id or 0, office_id=work.office_id, how=how,
                               at=work.now, by_name=work.actor.name))
    progress.done(work, locked, "acknowledge_supplement", key=str(supplement.ordinal))
    campaign, unit = moves.codes(work, locked)
    record(work, "supplement.received", campaign=campaign, unit=unit, supplement=supplement.ordinal, how=how)


def deem_served(work: Work) -> int:
    """Units that said nothing in time count as having received it; how many. Called by the timetable."""
    query = select(Supplement, Campaign).join(Campaign, col(Campaign.id) == col(Supplement.campaign_id)).where(
        Supplement.office_id == work.office_id, Supplement.state == "issued", Campaign.state == CampaignState.ISSUED)
    waiting = [(evaluation, supplement) for supplement, campaign in list(work.session.exec(query))
               for evaluation in _recipients(work, campaign, without=supplement)]
    count = 0
    for evaluation, supplement in sorted(waiting, key=lambda pair: (pair[0].id or 0, pair[1].id or 0)):  # locked in this order
        due = supplements.deemed_at(work, evaluation, supplement)
        if evaluation.side is None and due is not None and due < work.now:
            acknowledge(work, evaluation, supplement, how="deemed")
            count += 1
    return count


def open_missing(work: Work, evaluation: Evaluation, since: Any) -> None:
    """The evaluation goes on: what was issued meanwhile waits for its receipt now."""
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    for supplement in supplements.supplements_of(work, campaign, issued=True):
        if work.session.get(SupplementReceipt, (supplement.id, evaluation.id)) is None:
            _wait(work, evaluation, supplement)


def _wish(form: SupplementForm) -> dict[str, Any]:
    values = form.model_dump()

    def said(name: str) -> str:
        value = values[name]
        return value.isoformat() if isinstance(value, date) else str(value or "").strip()

    moved = {kind: {end: said(f"{kind}_{end}") for end in ("opens", "closes") if said(f"{kind}_{end}")} for kind in windows.KINDS}
    wish: dict[str, Any] = {"windows": {kind: ends for kind, ends in moved.items() if ends}}
    if said("join"):
        wish["join"] = {"unit": said("join"), "team": said("join_team"), "assessment": said("join_assessment"),
                        "review": said("join_review")}
    if said("leave"):
        wish["leave"] = said("leave")
    if said("text_before") or said("text_after"):
        wish["text"] = {"before": said("text_before"), "after": said("text_after")}
    return wish


def _check(work: Work, campaign: Campaign, wish: dict[str, Any]) -> None:
    for kind in windows.KINDS:
        new = supplements.wanted_window(work, campaign, kind, wish.get("windows", {}))
        if new:
            windows.check_move(work, campaign, kind, opens_at=new[0], closes_at=new[1])
    text = wish.get("text")
    if text and not (text["before"] and text["after"]):
        raise Invalid({"text_after": N_("Quote the text as it stands and as it is to be.")})
    if wish.get("leave"):
        row = _inside(work, campaign, wish["leave"])
        if row.side is not None or at_least(row.state, State.FINAL):
            raise Invalid({"leave": N_("This department stands aside already, or its result is final.")})
    if wish.get("join"):
        _check_join(work, campaign, wish["join"])


def _check_join(work: Work, campaign: Campaign, wish: dict[str, str]) -> None:
    unit, team = supplements.unit_of(work, wish["unit"]), supplements.team_of(work, campaign, wish["team"])
    missing = {} if team else {"join_team": N_("Choose its team.")}
    for kind in ("assessment", "review"):
        if not wish[kind]:
            missing[f"join_{kind}"] = N_("Give its own last day.")
        elif supplements.last_day(work, wish[kind]) <= work.now:
            missing[f"join_{kind}"] = N_("This day is over.")
    if missing or unit is None or team is None:
        raise Invalid(missing or {"join": N_("Choose a department.")})
    joining.check_join(work, campaign, unit, team)


def _join(work: Work, campaign: Campaign, wish: dict[str, str], *, document: str, reason: str) -> None:
    unit, team = supplements.unit_of(work, wish["unit"]), supplements.team_of(work, campaign, wish["team"])
    if unit is None or team is None:
        raise NotFound
    closes = {kind: supplements.last_day(work, wish[kind]) for kind in ("assessment", "review")}
    row = joining.join(work, campaign, unit, team, closes=closes, document=document, reason=reason)
    moved = moves.make(work, row, "issue")
    progress.wait(work, moved, "acknowledge_notice", stage=Stage.NOTICE, due_at=queries.deemed_at(work, moved),
                  href=f"/c/{campaign.code}/u/{unit.code}/notice")


def _inside(work: Work, campaign: Campaign, code: str) -> Evaluation:
    unit = supplements.unit_of(work, code)
    query = select(Evaluation).where(Evaluation.campaign_id == campaign.id, Evaluation.unit_id == (unit.id if unit else None))
    row = work.session.exec(query).one_or_none()
    if row is None:
        raise Invalid({"leave": N_("Choose a department.")})
    return row


def _recipients(work: Work, campaign: Campaign, *, without: Supplement | None = None) -> list[Evaluation]:
    query = select(Evaluation).where(Evaluation.campaign_id == campaign.id, col(Evaluation.side).is_(None),
                                     Evaluation.state != State.DRAFTED)
    if without is not None:
        got = select(SupplementReceipt.evaluation_id).where(SupplementReceipt.supplement_id == without.id)
        query = query.where(col(Evaluation.id).not_in(got))
    return list(work.session.exec(query.order_by(col(Evaluation.id))))


def _wait(work: Work, evaluation: Evaluation, supplement: Supplement) -> None:
    campaign, unit = moves.codes(work, evaluation)
    progress.wait(work, evaluation, "acknowledge_supplement", stage=Stage.NOTICE, key=str(supplement.ordinal),
                  href=f"/c/{campaign}/u/{unit}/notice#supplement-{supplement.ordinal}",
                  due_at=supplements.deemed_at(work, evaluation, supplement))


def _renew(work: Work, campaign: Campaign, supplement: Supplement) -> None:
    changes = [(one[0], one[1], one[2]) for one in supplement.changes]
    known = supplements.document_of(work, supplement)
    view = letters.supplement_letter(work, campaign, ordinal=supplement.ordinal, reason=supplement.reason, changes=changes,
                                     number=known.number if known else None)
    document = documents.draft(work, KIND, view, title=view.title, campaign=campaign, replaces=known)
    supplement.document_id = document.id
    work.add(supplement)


def _must_be(work: Work, supplement: Supplement, state: str) -> None:
    work.session.flush()
    work.session.refresh(supplement, with_for_update=True)
    if supplement.state != state:
        raise Refused(N_("This supplementary notice has gone on. Reload the page."))
