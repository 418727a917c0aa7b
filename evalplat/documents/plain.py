"""Plain letters: what a room drafts without a view of its own (an extension, a supplementary notice, a decision of the office)."""

from __future__ import annotations

from collections.abc import Sequence

from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.work import Work
from evalplat.people.tables import Office

from . import actions
from .parts import AuditStamp, Contact, Imprint, OfficialHead, ReceiptPart, Section, Sheet
from .tables import Document
from .views import PlainLetterView


def letter(work: Work, *, title: str, addressee: str, opening: Sequence[str], sections: Sequence[Section] = (),
           closing: Sequence[str] = (), sheets: Sequence[Sheet] = (), contact: Contact | None = None,
           receipt: ReceiptPart | None = None, copies_to: Sequence[str] = (), relaxed_rules: Sequence[str] = ()) -> PlainLetterView:
    """The view of a letter of this office, still without number and date. Texts are Chinese."""
    office = work.session.get_one(Office, work.office_id)
    return PlainLetterView(
        head=OfficialHead(office_name=office.document_mark, doc_number=None, draft=True), title=title, addressee=addressee,
        signed_by=office.name, signed_on=None, imprint=Imprint(printed_by=office.name, printed_on=None, copies_to=tuple(copies_to)),
        stamp=AuditStamp(made_at=work.now, relaxed_rules=tuple(relaxed_rules)), opening=tuple(opening), sections=tuple(sections),
        closing=tuple(closing), sheets=tuple(sheets), contact=contact, receipt=receipt)


def issue_letter(work: Work, kind: str, view: PlainLetterView, *, campaign: Campaign | None,
                 evaluation: Evaluation | None = None) -> Document:
    """Draft and issue a plain letter in one act: for deeds whose signer is whoever does them."""
    document = actions.draft(work, kind, view, title=view.title, campaign=campaign, evaluation=evaluation)
    return actions.issue(work, document)
