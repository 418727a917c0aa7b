"""The decision is signed and takes effect in one transaction; annulled points are given again by another assessor."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlmodel import col, select

from evalplat.audit.log import record
from evalplat.campaigns import moves, progress
from evalplat.campaigns.tables import Campaign, Evaluation, Team, TeamMember
from evalplat.definitions.indicators import Leaf
from evalplat.definitions.numbers import to_decimal
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.findings import actions as findings
from evalplat.kernel.errors import Forbidden, Invalid, MoveBlocked, Refused
from evalplat.kernel.i18n import N_, gettext
from evalplat.kernel.work import Work
from evalplat.scores import ledger, sheet
from evalplat.scores.tables import ResultVersion
from evalplat.workflow.stages import Stage, State

from . import queries, queries_document
from .actions import wait_for_final
from .forms import RescoreForm
from .rules import Effect, Progressed, counting, withdraws
from .tables import Objection, ObjectionItem


def sign_decision(work: Work, evaluation: Evaluation, *, method: str = "") -> Document:
    """Sign: points change, findings fall, the next version is fixed, the document goes out. All or nothing."""
    locked = moves.lock(work, evaluation)
    blocked = moves.blocked_by(work, locked, "decide")
    if blocked:
        raise MoveBlocked(blocked)
    objection = queries.current(work, locked)
    document = queries.document_of(work, objection) if objection else None
    if objection is None or document is None:
        raise Refused(N_("There is no decision to sign."))
    objection.method = method.strip() or objection.method
    number = documents.give_number(work, document)
    after = _take_effect(work, locked, objection, number)
    _issue(work, locked, objection, document=document, after=after)
    moves.make(work, locked, "decide", note=number)
    objection.state, objection.decided_at, objection.decided_by = Progressed.DECIDED, work.now, work.actor.user_id
    work.add(objection)
    campaign, unit = moves.codes(work, locked)
    record(work, "objection.decided", campaign=campaign, unit=unit, number=number, items=len(queries.items_of(work, objection)))
    progress.done(work, locked, "sign_decision")
    _wait_for_next(work, locked, objection)
    return document


def _take_effect(work: Work, evaluation: Evaluation, objection: Objection, number: str) -> ResultVersion | None:
    """Write what the items do; the new version, unless points must be given again first."""
    effects = queries_document.effects_of(work, objection)
    for item, done in effects:
        _override(work, evaluation, done, reason=item.worse_reason or item.established, ref=_ref(number, item))
    for item in queries.items_of(work, objection):
        if withdraws(item.subject, item.decision):
            _withdraw(work, evaluation, item, number)
    if any(done.points is None for _, done in effects):
        return None
    return _freeze(work, evaluation, objection, number)


def _override(work: Work, evaluation: Evaluation, done: Effect, *, reason: str, ref: str) -> None:
    value = {"points": None if done.points is None else str(done.points), "annulled": done.points is None, "reason": reason}
    ledger.put(work, evaluation, f"override:{done.leaf}", value, source="decision", ref=ref)


def _ref(number: str, item: ObjectionItem) -> str:
    return f"复核决定 {number} 第{item.number}项"  # zh: recorded


def _withdraw(work: Work, evaluation: Evaluation, item: ObjectionItem, number: str) -> None:
    finding = next((row for row in queries.all_findings(work, evaluation) if row.code == item.code), None)
    if finding is None:
        raise Refused(N_("The finding {code} is not there any more."), code=item.code)
    findings.withdraw(work, finding, reason=f"{_ref(number, item)}：{item.established}")  # zh: recorded


def _freeze(work: Work, evaluation: Evaluation, objection: Objection, number: str) -> ResultVersion:
    after = sheet.freeze(work, evaluation, reason=f"复核决定 {number}")  # zh: recorded
    objection.version_after = after.version
    work.add(objection)
    return after


def _issue(work: Work, evaluation: Evaluation, objection: Objection, *, document: Document,
           after: ResultVersion | None) -> None:
    """Renew the proof with the fixed result and issue it; its drafter stays who drafted it for the panel."""
    view = queries_document.decision_view(work, evaluation, objection, after=after)
    documents.draft(work, "review_decision", replace(view, head=replace(view.head, doc_number=document.number)),
                    title=document.title, campaign=work.session.get_one(Campaign, evaluation.campaign_id),
                    evaluation=evaluation, replaces=document)
    documents.issue(work, document)


def _wait_for_next(work: Work, evaluation: Evaluation, objection: Objection) -> None:
    waiting = queries.waiting_for_scores(work, objection)
    if not waiting:
        wait_for_final(work, evaluation)
    for item in waiting:
        progress.wait(work, evaluation, "rescore_item", stage=Stage.OBJECTION, key=item.leaf, leaf=item.leaf,
                      href=f"{queries.address(work, evaluation)}#again-{item.number}")


def rescore(work: Work, evaluation: Evaluation, leaf: str, form: RescoreForm) -> ObjectionItem:
    """An assessor of another team gives the annulled points again. When none is left, the next version is fixed."""
    locked = moves.lock(work, evaluation)
    moves.must_be(locked, State.DECIDED)
    _must_be_another(work, locked)
    objection = queries.current(work, locked)
    item = next((row for row in queries.waiting_for_scores(work, objection) if row.leaf == leaf), None)
    if objection is None or item is None:
        raise Refused(N_("This indicator does not wait to be scored again."))
    again = _given(work, locked, objection, leaf=leaf, form=form)
    moves.make(work, locked, "rescore", note=leaf)
    item.again_level, item.again_points, item.again_note = form.level, again, form.note.strip()
    item.again_by_name, item.again_at = work.actor.name, work.now
    work.add(item)
    _put_again(work, locked, objection, item=item, again=again)
    campaign, unit = moves.codes(work, locked)
    record(work, "objection.rescored", campaign=campaign, unit=unit, leaf=leaf)
    progress.done(work, locked, "rescore_item", key=leaf)
    if not queries.waiting_for_scores(work, objection):
        document = queries.document_of(work, objection)
        _freeze(work, locked, objection, f"{document.number if document else ''}（重新评分）")  # zh: recorded
        wait_for_final(work, locked)
    return item


def _must_be_another(work: Work, evaluation: Evaluation) -> None:
    """An assessor of this campaign, but not of the first team, not of the panel, without a conflict."""
    user = work.actor.user_id
    seat = (select(TeamMember.user_id).join(Team, col(Team.id) == col(TeamMember.team_id))
            .where(Team.campaign_id == evaluation.campaign_id, TeamMember.user_id == user))
    if work.session.exec(seat).first() is None or user in queries.panel_ids(work, evaluation):
        raise Forbidden
    reason = queries.keep_out(work, evaluation, user)
    if reason is not None:
        raise Forbidden(N_("You cannot score this department again: {reason}."), reason=gettext(reason))


def _given(work: Work, evaluation: Evaluation, objection: Objection, *, leaf: str, form: RescoreForm) -> Decimal:
    """The points that the form gives: by the level where the indicator has levels, else as typed."""
    if not form.note.strip():
        raise Invalid({f"again.{leaf}.note": N_("Say how you came to these points.")})
    full = queries.full_mark(queries.frozen(work, evaluation, objection), leaf) or Decimal(0)
    known: Leaf = sheet.system_for(work, evaluation).leaf(leaf)
    if known.is_rubric:
        level = known.rule.level(form.level)
        if level is None:
            raise Invalid({f"again.{leaf}.level": N_("Choose a level.")})
        numerator, denominator = full.as_integer_ratio()
        return to_decimal(level.points / known.rule.out_of * numerator / denominator, 2)
    if form.points is None or not 0 <= form.points <= full:
        raise Invalid({f"again.{leaf}.points": N_("Enter points between 0 and the full mark, with at most two decimals.")})
    return form.points.quantize(Decimal("0.01"))


def _put_again(work: Work, evaluation: Evaluation, objection: Objection, *, item: ObjectionItem, again: Decimal) -> None:
    view = queries.frozen(work, evaluation, objection)
    before = view.leaf(item.leaf) if view else None
    counts = counting(before.points if before else None, again, may_worsen=queries.may_worsen(work, evaluation))
    note = f"重新评分：{item.again_note}"  # zh: recorded
    if counts != again:
        note = f"重新评分{again}分，按异议不加重保留原分：{item.again_note}"  # zh: recorded
    document = queries.document_of(work, objection)
    _override(work, evaluation, Effect(item.leaf, counts), reason=note,
              ref=f"{_ref(document.number or '' if document else '', item)}（重新评分）")  # zh: recorded
