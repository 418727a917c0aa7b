"""What this room lends to the overall report and the boards: its ledger and the studies of the office."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import col, select

from evalplat.campaigns import lent
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents.tables import Document
from evalplat.findings.kinds import FindingState
from evalplat.findings.tables import Finding
from evalplat.kernel.work import Work

from . import queries, rules
from .rules import ADVICE_KINDS, ADVICE_STATES, STATES, AdviceKind, AdviceState, ItemState
from .tables import Advice, ApprovalRequest, LookBackCheck, Rectification

SIGNS = {"increase": 1, "decrease": -1, "recall": -1}
POSTS = re.compile(r"(\d{1,4})\s*名")  # zh: read


def lend() -> None:
    """Say how the rows are read."""
    lent.lend(lent.Rectified, items)
    lent.lend(lent.Advised, advice)
    lent.lend(lent.Requested, requests)


def items(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Rectified]:
    """The ledgers of these campaigns by their numbers; what a decision withdrew is over."""
    query = (select(Rectification, Finding.severity, Document.number)
             .join(Finding, col(Finding.id) == col(Rectification.finding_id))
             .join(Evaluation, col(Evaluation.id) == col(Rectification.evaluation_id))
             .join(Document, col(Document.id) == col(Rectification.document_id))
             .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]), Finding.state != FindingState.WITHDRAWN)
             .order_by(col(Rectification.number)))
    checks = dict(work.session.exec(
        select(LookBackCheck.rectification_id, LookBackCheck.outcome)
        .join(Evaluation, col(Evaluation.id) == col(LookBackCheck.evaluation_id))
        .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]))).all())
    return [_item(work, row, severity, number=number or "", outcome=checks.get(row.id or 0, ""))
            for row, severity, number in work.session.exec(query)]


def _item(work: Work, row: Rectification, severity: str, *, number: str, outcome: str) -> lent.Rectified:
    late = queries.overdue(row, work.now)
    return lent.Rectified(
        row.evaluation_id, row.finding_id, row.number, number, row.requirement, row.state, STATES[ItemState(row.state)],
        rules.is_open(row.state), late, late and severity in rules.HOLDING, row.issued_at, row.due_at, row.closed_at, outcome)


def posts_of(row: Advice) -> int | None:
    """By how many posts, signed, as the outcome says, else as the advice says (``核减事业编制12名``); None where no number is named."""
    sign = SIGNS.get(row.kind)
    named = next((match for text in (row.outcome, row.text) if (match := POSTS.search(text))), None)
    return sign * int(named[1]) if sign and named else None


def advice(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Advised]:
    """What the office studies, by kind."""
    query = (select(Advice).join(Finding, col(Finding.id) == col(Advice.finding_id))
             .join(Evaluation, col(Evaluation.id) == col(Advice.evaluation_id))
             .where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]), Finding.state != FindingState.WITHDRAWN)
             .order_by(col(Advice.finding_id)))
    return [lent.Advised(row.evaluation_id, row.finding_id, row.kind, ADVICE_KINDS.get(AdviceKind(row.kind), row.kind), row.state,
                         ADVICE_STATES.get(AdviceState(row.state), row.state), row.text, row.document, posts_of(row))
            for row in work.session.exec(query)]


def requests(work: Work, campaigns: Sequence[Campaign]) -> list[lent.Requested]:
    """Requests that were logged for units of these campaigns, the newest first."""
    units = select(col(Evaluation.unit_id)).where(col(Evaluation.campaign_id).in_([one.id for one in campaigns]))
    query = select(ApprovalRequest).where(ApprovalRequest.office_id == work.office_id, col(ApprovalRequest.unit_id).in_(units))
    return [lent.Requested(row.unit_id, row.kind, row.subject, row.received_on, row.decision)
            for row in work.session.exec(query.order_by(col(ApprovalRequest.number).desc()))]
