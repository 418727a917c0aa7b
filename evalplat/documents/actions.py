"""Drafting, issuing and voiding documents. Issuing fixes the content and its number; the PDF is made by a job."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from evalplat.audit.log import canonical, head_hash, record
from evalplat.campaigns.days import relaxed
from evalplat.campaigns.headcount import relaxed_in_words
from evalplat.campaigns.moves import codes
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.files.store import put
from evalplat.jobs.queue import JobKind, enqueue
from evalplat.kernel.errors import Refused
from evalplat.kernel.i18n import N_, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import User

from . import views
from .numbering import next_number
from .tables import Document

VIEWS = views.VIEW_OF_KIND
INTERNAL = frozenset({"report"})
NUMBERED = frozenset({"notice", "feedback_letter", "review_decision", "rectification_notice", "summary", *views.PLAIN_LETTERS}) | INTERNAL
UPWARD = frozenset({"summary", "plan", "look_back_report"})
UNIT_READS = frozenset({"notice", "feedback_letter", "review_decision", "rectification_notice", "supplementary_notice",
                        "extension_notice", "side_notice", "recusal_decision", "objection_intake", "correction_decision"})
MAKE = "make_document"


@lru_cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(VIEWS[kind])


def view_of(document: Document) -> Any:
    """The document's view-model."""
    return _adapter(document.kind).validate_python(document.view)


def _stored(kind: str, view: Any) -> dict[str, Any]:
    data: dict[str, Any] = _adapter(kind).dump_python(view, mode="json")
    return data


def draft(work: Work, kind: str, view: Any, *, title: str, campaign: Campaign | None, evaluation: Evaluation | None = None,
          replaces: Document | None = None, readers: list[int] | None = None) -> Document:
    """Make a draft, or renew one that is not issued. The view's number and stamp are set when it is issued."""
    if replaces is not None and replaces.state != "draft":
        raise Refused(N_("An issued document is never changed. Make a new one."))
    document = replaces or Document(
        office_id=work.office_id, campaign_id=campaign.id if campaign else None,
        evaluation_id=evaluation.id if evaluation else None,
        code=f"{kind.replace('_', '-')}-{secrets.token_hex(5)}", kind=kind, title=title, view={},
        to_unit=kind in UNIT_READS, drafted_by=work.actor.user_id, drafted_at=work.now, readers=readers)
    document.view, document.title = _stored(kind, _with_relaxed(view, campaign)), title
    document.drafted_at = work.now
    work.add(document)
    _record(work, document, "document.drafted", document=document.code, kind=kind)
    return document


def _with_relaxed(view: Any, campaign: Campaign | None) -> Any:
    """Rules that the campaign relaxed stand in each of its documents, whoever made the view."""
    if campaign is None or not hasattr(view, "stamp"):
        return view
    with speaking("zh"):
        return dataclasses.replace(view, stamp=dataclasses.replace(view.stamp, relaxed_rules=relaxed_in_words(campaign)))


def give_number(work: Work, document: Document) -> str:
    """Number a draft. Calling again gives the same number."""
    if document.number is None:
        work.session.flush()
        work.session.refresh(document, with_for_update=True)
    if document.number is None:
        document.number = next_number(work, internal=document.kind in INTERNAL)
        work.session.add(document)
        _record(work, document, "document.numbered", document=document.code, number=document.number)
    return document.number


def issue(work: Work, document: Document, *, checked_by: int | None = None) -> Document:
    """Fix content, number, date and the audit chain's head; the PDF follows by a job. Pressed twice at once, it is issued once."""
    work.session.flush()
    work.session.refresh(document, with_for_update=True)
    if document.state != "draft":
        raise Refused(N_("This document was issued already."))
    if document.kind in NUMBERED:
        give_number(work, document)
    document.audit_head = head_hash(work.session, work.office_id)
    document.view = _stored(document.kind, _final(work, document))
    document.state, document.issued_at, document.issued_by = "issued", work.now, work.actor.user_id
    document.checked_by = checked_by
    work.add(document)
    _record(work, document, "document.issued", document=document.code, number=document.number or "",
            sha256=content_hash(document))
    enqueue(work, MAKE, key=document.code, campaign_id=document.campaign_id, document_id=document.id)
    return document


def own_draft(work: Work, document: Document | None, campaign: Campaign) -> bool:
    """Whether the actor wrote this document last and somebody else must issue it: the rule of three people, unless relaxed."""
    if document is None or document.drafted_by is None or "three_people" in relaxed(campaign):
        return False
    return bool(document.drafted_by == work.actor.user_id)


def must_be_anothers(work: Work, document: Document, campaign: Campaign) -> None:
    """Nobody issues what they drafted, unless the campaign relaxed the rule of three people."""
    if own_draft(work, document, campaign):
        raise Refused(N_("You wrote this document; somebody else issues it."))


def content_hash(document: Document) -> str:
    """The hash of everything that the document says."""
    return hashlib.sha256(canonical(document.view).encode()).hexdigest()


def _final(work: Work, document: Document) -> Any:
    view = view_of(document)
    changes: dict[str, Any] = {"stamp": dataclasses.replace(view.stamp, made_at=work.now, audit_head=document.audit_head)}
    names = {field.name for field in dataclasses.fields(view)}
    if "head" in names:
        changes["head"] = dataclasses.replace(view.head, doc_number=document.number, draft=False,
                                              signer=_signer(work) if document.kind in UPWARD else view.head.signer)
    if "report_number" in names:
        changes["report_number"] = document.number
    if "imprint" in names:
        changes["imprint"] = dataclasses.replace(view.imprint, printed_on=work.today)
    changes |= {name: work.today for name in ("signed_on", "made_on") if name in names}
    changes |= {"draft": False} if "draft" in names else {}
    return dataclasses.replace(view, **changes)


def _signer(work: Work) -> str | None:
    """Who issues a report to a higher body stands in its head (签发人)."""
    user = work.session.get(User, work.actor.user_id) if work.actor.user_id else None
    return user.name if user else None


def void(work: Work, document: Document, *, reason: str) -> None:
    """Declare a document void; it keeps its number and stays readable."""
    if not reason.strip():
        raise Refused(N_("Say why the document is declared void."))
    document.state = "void"
    work.session.add(document)
    _record(work, document, "document.voided", document=document.code, number=document.number or "", reason=reason)


def render_file(work: Work, payload: dict[str, Any], item: Any) -> bytes | None:
    """The job's slow part, which only reads: the issued document as PDF; None if it was made already."""
    from .render import render_pdf

    document = work.session.get_one(Document, payload["document_id"])
    return None if document.file_id is not None else render_pdf(document.kind, view_of(document))


def make_file(work: Work, payload: dict[str, Any], data: bytes | None) -> None:
    """The job: store the rendered bytes of an issued document, once."""
    document = work.session.get_one(Document, payload["document_id"])
    if document.file_id is not None or data is None:
        return
    file = put(work, f"{document.title}.pdf", data, media_type="application/pdf", purpose="document",
               evaluation_id=document.evaluation_id)
    document.file_id = file.id
    work.session.add(document)
    _record(work, document, "document.made", document=document.code, sha256=file.sha256)


def _record(work: Work, document: Document, event: str, /, **data: Any) -> None:
    """In the log a document for named readers belongs to no campaign and no unit."""
    if document.readers is not None:
        record(work, event, **data)
        return
    campaign = work.session.get(Campaign, document.campaign_id) if document.campaign_id else None
    evaluation = work.session.get(Evaluation, document.evaluation_id) if document.evaluation_id else None
    unit = codes(work, evaluation)[1] if evaluation else ""
    record(work, event, campaign=campaign.code if campaign else "", unit=unit, **data)


JOBS = (JobKind(MAKE, N_("Make a document's PDF"), make_file, prepare=render_file),)
