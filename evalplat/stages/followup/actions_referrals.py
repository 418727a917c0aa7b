"""Referrals: who may know of one, its letter, its receipt. Nothing of it stands in clear in the log; it waits for and blocks nothing."""

from __future__ import annotations

from sqlmodel import select

from evalplat.audit.log import record
from evalplat.campaigns import moves
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import actions as documents
from evalplat.documents.tables import Document
from evalplat.findings import actions as findings
from evalplat.findings.kinds import Destination, FindingState
from evalplat.findings.queries import readers_of
from evalplat.findings.seals import seal
from evalplat.findings.tables import Finding
from evalplat.kernel.errors import Invalid, Refused
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import Work
from evalplat.people.roles import Role
from evalplat.people.tables import Membership, User

from . import actions, actions_joint, queries, queries_letters
from .forms import LetterForm, ReferralForm
from .rules import Measure
from .tables import Referral

Handed = tuple[Referral, Finding]
MAY_READ = frozenset({Role.DIRECTOR, Role.SUPERVISION_SECTION, Role.ESTABLISHMENT_SECTION, Role.COMMISSION})


def name_reader(work: Work, evaluation: Evaluation, item: Handed, login: str) -> None:
    """The director lets one more person of the office know of a referral."""
    _, finding = _fresh(work, evaluation, item)
    user = work.session.exec(select(User).where(User.office_id == work.office_id, User.login == login.strip())).one_or_none()
    roles = set(work.session.exec(select(Membership.role).where(Membership.user_id == user.id))) if user else set()
    if user is None or not user.active or not MAY_READ & {Role(role) for role in roles}:
        raise Invalid({"login": N_("Only people of the office can be named.")})
    findings.name_reader(work, finding, user.id or 0, user.login)
    _keep_letter_in_step(work, item)
    actions.refresh(work, evaluation)


def drop_reader(work: Work, evaluation: Evaluation, item: Handed, login: str) -> None:
    """Somebody is no longer among those who may know. A director always stays."""
    _, finding = _fresh(work, evaluation, item)
    user = work.session.exec(select(User).where(User.office_id == work.office_id, User.login == login)).one_or_none()
    named = {one.user_id for one in readers_of(work, finding)}
    if user is None or user.id not in named:
        return
    if not (named - {user.id}) & set(queries.directors(work)):
        raise Refused(N_("At least one director must stay named."))
    findings.drop_readers(work, finding, [user.id or 0])
    _keep_letter_in_step(work, item)
    actions.refresh(work, evaluation)


def _keep_letter_in_step(work: Work, item: Handed) -> None:
    row, finding = item
    if row.document_id is not None:
        document = work.session.get_one(Document, row.document_id)
        document.readers = [one.user_id for one in readers_of(work, finding)]
        work.add(document)


def _fresh(work: Work, evaluation: Evaluation, item: Handed) -> Handed:
    """The same, its row locked and read again: two who press at once do it once. First the evaluation, as everywhere: whoever
    routes holds it, and what refers to it waits for it."""
    moves.lock(work, evaluation)
    work.session.refresh(item[0], with_for_update=True)
    return item


def issue_letter(work: Work, evaluation: Evaluation, item: Handed, form: LetterForm) -> Document:
    """Hand the matter to discipline inspection by a letter that only the named may read. At any time: it waits for no result."""
    row, finding = _fresh(work, evaluation, item)
    if row.measure != Measure.TRANSFER:
        raise Refused(N_("Only what is handed to discipline inspection has a letter."))
    if row.document_id is not None:
        raise Refused(N_("This document was issued already."))
    campaign = work.session.get_one(Campaign, evaluation.campaign_id)
    view = queries_letters.referral_letter(work, evaluation, item, form.addressee)
    document = documents.draft(work, "referral_letter", view, title=view.title, campaign=campaign, evaluation=evaluation,
                               readers=[one.user_id for one in readers_of(work, finding)])
    documents.issue(work, document)
    row.document_id, row.letter = document.id, document.number or ""
    work.add(row)
    record(work, "referral.issued", hash=seal(work, "issued", finding.id, document.number))
    return document


def record_referral(work: Work, evaluation: Evaluation, item: Handed, form: ReferralForm) -> None:
    """Write down who took a referral over and what came of it."""
    row, finding = _fresh(work, evaluation, item)
    if form.received_on > work.today:
        raise Invalid({"received_on": N_("The day lies in the future.")})
    row.letter = form.letter or row.letter
    row.receipt, row.received_on, row.outcome = form.receipt, form.received_on, form.outcome
    row.recorded_at = work.now
    work.add(row)
    record(work, "referral.recorded", hash=seal(work, "recorded", finding.id, form.receipt, form.outcome, work.now.isoformat()))
    if finding.destinations == Destination.REFER and finding.state == FindingState.ROUTED:
        actions_joint.settle(work, finding)
    actions.refresh(work, evaluation)
