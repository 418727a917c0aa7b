"""The hold on a unit's new requests: its history kept in step with what is overdue, and the requests that came meanwhile."""

from __future__ import annotations

from sqlmodel import col, func, select

from evalplat.audit.log import record
from evalplat.findings.kinds import FindingState
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.tables import Unit
from evalplat.people.turns import in_turn

from . import queries
from .forms import RequestForm, WaiverForm
from .queries import Hold
from .rules import ItemState, RequestDecision
from .tables import ApprovalHold, ApprovalRequest, Rectification


def sync(work: Work, unit_id: int | None = None) -> int:
    """Begin a row for what became overdue, end those of what no longer is; for one unit or the office. How many changed."""
    units = {} if unit_id is None else {unit_id: work.session.get_one(Unit, unit_id)}
    held = queries.holds(work, units[unit_id]) if unit_id is not None else queries.all_holds(work)
    query = select(ApprovalHold).where(ApprovalHold.office_id == work.office_id)
    if unit_id is not None:
        query = query.where(ApprovalHold.unit_id == unit_id)
    rows = {(row.rectification_id, row.round): row for row in work.session.exec(query)}
    wanted = {(one.item_id, one.round): one for one in held}
    changed = sum(_begin(work, one, rows.get(key)) for key, one in wanted.items())
    return changed + sum(_end(work, row) for key, row in rows.items() if key not in wanted and row.released_at is None)


def _begin(work: Work, hold: Hold, row: ApprovalHold | None) -> bool:
    if row is not None and row.released_at is None:
        return False
    on_time = hold.submitted_at is not None and hold.submitted_at <= hold.due_at
    if row is None:
        row = ApprovalHold(office_id=work.office_id, unit_id=hold.unit_id, rectification_id=hold.item_id, round=hold.round,
                           from_at=work.now if on_time else hold.due_at)
    row.released_at, row.released_why = None, ""
    work.add(row)
    record(work, "hold.begun", unit=hold.unit_code, item=hold.number)
    return True


def _end(work: Work, row: ApprovalHold) -> bool:
    item = work.session.get_one(Rectification, row.rectification_id)
    finding = work.session.get_one(Finding, item.finding_id)
    verified = item.state in (ItemState.VERIFIED, ItemState.CLOSED) or item.round > row.round
    row.released_at = work.now
    row.released_why = "withdrawn" if finding.state == FindingState.WITHDRAWN else "verified" if verified else "changed"
    work.add(row)
    unit = work.session.get_one(Unit, row.unit_id)
    record(work, "hold.released", unit=unit.code, item=item.number, reason=row.released_why)
    return True


def log_request(work: Work, unit: Unit, form: RequestForm) -> ApprovalRequest:
    """A request came while its unit is held up: it is noted and not taken up, with the items that stand in its way."""
    held = queries.holds(work, unit)
    if not held:
        raise Refused(N_("Nothing holds this department up: its requests go their usual way."))
    if form.received_on > work.today:
        raise Invalid({"received_on": N_("The day lies in the future.")})
    in_turn(work)
    count = work.session.exec(select(func.count(col(ApprovalRequest.id))).where(ApprovalRequest.office_id == work.office_id)).one()
    row: ApprovalRequest = work.add(ApprovalRequest(
        office_id=work.office_id, unit_id=unit.id, number=count + 1, kind=str(form.kind), subject=form.subject,
        received_on=form.received_on, numbers=[one.number for one in held], decision=RequestDecision.REFUSED,
        logged_at=work.now, logged_by=work.actor.name))
    record(work, "request.logged", unit=unit.code, number=row.number, kind=row.kind, decision=row.decision)
    return row


def waive(work: Work, row: ApprovalRequest, form: WaiverForm) -> None:
    """The director lets one request through, with a reason and a document; the hold itself goes on."""
    query = select(ApprovalRequest).where(ApprovalRequest.id == row.id).with_for_update()
    locked = work.session.exec(query.execution_options(populate_existing=True)).one()
    if locked.decision != RequestDecision.REFUSED:
        raise Refused(N_("This request was let through already."))
    locked.decision, locked.reason, locked.document = RequestDecision.WAIVED, form.reason, form.document
    locked.waived_at, locked.waived_by = work.now, work.actor.name
    work.add(locked)
    unit = work.session.get_one(Unit, row.unit_id)
    record(work, "request.waived", unit=unit.code, number=row.number, reason=form.reason, document=form.document)
