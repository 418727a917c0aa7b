"""The interface for programs: it only reads, in JSON, what the token's person may read on the pages."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from evalplat.access.acts import Act
from evalplat.documents.queries import find
from evalplat.documents.tables import Document
from evalplat.files.store import read
from evalplat.files.tables import StoredFile
from evalplat.kernel.errors import NotFound, Refused
from evalplat.kernel.i18n import N_
from evalplat.people.tables import Unit
from evalplat.web import guard
from evalplat.web.render import Context

from . import api_gate as gate
from . import api_schema as schema
from .api_gate import Call, tagged
from .api_models import CampaignItem, DocumentItem, FindingItem, Page, ResultFull, ResultItem, UnitItem
from .queries import api as queries

BASE = "/api/v1"
router = APIRouter()
calls = APIRouter(prefix=BASE)
Cursor = Annotated[str, Query(max_length=60, pattern=r"^[\w-]*$", description=N_("Where to go on: `next` of the part before."))]
Limit = Annotated[int, Query(ge=1, le=100, description=N_("At most so many."))]
Code = Annotated[str, Query(max_length=60, description=N_("One evaluation alone."))]
NOT_FINAL = N_("There is no final result yet.")


def _gives(model: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}}


@calls.get("/campaigns", responses=_gives(Page[CampaignItem]), summary=N_("Evaluations"))
def campaigns(call: Annotated[Call, gate.office(Act.SEE_CAMPAIGNS, "campaigns")], cursor: Cursor = "", limit: Limit = 50) -> Response:
    """The rounds of evaluation."""
    return call.answer(queries.campaigns(call.work, cursor=cursor, limit=limit))


@calls.get("/campaigns/{campaign}", responses=_gives(CampaignItem), summary=N_("One evaluation"))
def campaign(call: Annotated[Call, gate.campaign(Act.SEE_CAMPAIGN, "campaigns")]) -> Response:
    """One round."""
    return call.answer(queries.campaign_item(call.campaign))


@calls.get("/campaigns/{campaign}/units", responses=_gives(Page[UnitItem]), summary=N_("Departments of an evaluation and where they stand"))
def units(call: Annotated[Call, gate.campaign(Act.SEE_CAMPAIGN, "campaigns")], cursor: Cursor = "", limit: Limit = 50) -> Response:
    """The departments of a round."""
    return call.answer(queries.units(call.work, call.campaign, cursor=cursor, limit=limit))


@calls.get("/campaigns/{campaign}/units/{unit}", responses=_gives(UnitItem), summary=N_("One department of an evaluation"))
def unit(call: Annotated[Call, gate.evaluation(Act.SEE_EVALUATION, "campaigns")]) -> Response:
    """One department."""
    return call.answer(queries.unit_item(call.campaign, call.evaluation, call.work.session.get_one(Unit, call.evaluation.unit_id)))


@calls.get("/campaigns/{campaign}/results", responses=_gives(Page[ResultItem]), summary=N_("Final results of an evaluation"))
def results(call: Annotated[Call, gate.campaign(Act.SEE_CAMPAIGN, "results")], cursor: Cursor = "", limit: Limit = 50) -> Response:
    """The final results of a round."""
    return call.answer(queries.results(call.work, call.campaign, cursor=cursor, limit=limit))


@calls.get("/campaigns/{campaign}/units/{unit}/result", responses=_gives(ResultFull), summary=N_("One final result with its arithmetic"))
def result(call: Annotated[Call, gate.evaluation(Act.SEE_SCORE, "results")]) -> Response:
    """One final result."""
    found = queries.result(call.work, call.campaign, call.evaluation)
    if found is None:
        raise NotFound(NOT_FINAL)
    return call.answer(found)


@calls.get("/findings", responses=_gives(Page[FindingItem]), summary=N_("Problems found, over all evaluations"))
def findings(call: Annotated[Call, gate.office(Act.SEE_ALL_FINDINGS, "findings")], campaign: Code = "", cursor: Cursor = "",
             limit: Limit = 50) -> Response:
    """The ledger of findings."""
    return call.answer(queries.findings(call.work, campaign=campaign, cursor=cursor, limit=limit))


@calls.get("/campaigns/{campaign}/units/{unit}/findings", responses=_gives(Page[FindingItem]),
           summary=N_("Problems found at one department"))
def unit_findings(call: Annotated[Call, gate.evaluation(Act.SEE_FINDINGS, "findings")]) -> Response:
    """One department's findings."""
    return call.answer(Page(items=queries.findings_of(call.work, call.campaign, call.evaluation), next=None))


@calls.get("/documents", responses=_gives(Page[DocumentItem]), summary=N_("Issued documents, the newest first"))
def documents(call: Annotated[Call, gate.office(Act.SEE_CAMPAIGNS, "documents")], campaign: Code = "", cursor: Cursor = "",
              limit: Limit = 50) -> Response:
    """The issued documents."""
    return call.answer(queries.documents(call.work, campaign=campaign, cursor=cursor, limit=limit))


def _document(call: Call, code: str) -> Document:
    found = find(call.work.session, call.person, code)
    if found is None or found.state == "draft" or found.readers is not None:
        raise NotFound
    return found


@calls.get("/documents/{code}.pdf", summary=N_("A document's PDF"), response_class=Response,
           responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}})
def document_pdf(call: Annotated[Call, gate.office(Act.SEE_CAMPAIGNS, "documents")], code: str) -> Response:
    """The bytes, exactly as issued."""
    found = _document(call, code)
    if found.file_id is None:
        raise Refused(N_("The PDF is being made. Ask again in a moment."))
    data = read(call.work.session.get_one(StoredFile, found.file_id))
    return tagged(call.request, data, media_type="application/pdf", **{"content-disposition": f'attachment; filename="{found.code}.pdf"'})


@calls.get("/documents/{code}", responses=_gives(DocumentItem), summary=N_("One issued document"))
def document(call: Annotated[Call, gate.office(Act.SEE_CAMPAIGNS, "documents")], code: str) -> Response:
    """One document."""
    return call.answer(queries.document(call.work, _document(call, code)))


router.include_router(calls)


@router.get(f"{BASE}/openapi.json")
def openapi(request: Request) -> Response:
    """The description for machines: the form of the calls, no data."""
    return JSONResponse(schema.description(calls))


@router.get("/api")
def manual(ctx: Annotated[Context, guard.office(Act.SEE_HOME)]) -> Response:
    """The same description for people."""
    return ctx.render("pages/api.html", calls=schema.calls_for_people(calls), base=BASE, manages=ctx.can(Act.MANAGE_TOKENS))
