"""The follow-up of one unit: sending on, the notice, studies and referrals, closing, looking back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response

from evalplat.access.acts import Act
from evalplat.campaigns import moves
from evalplat.kernel.errors import NotFound
from evalplat.kernel.i18n import N_
from evalplat.web import guard
from evalplat.web.answers import stored
from evalplat.web.forms import Model
from evalplat.web.render import Context, said

from . import (
    actions,
    actions_items,
    actions_joint,
    actions_look_back,
    actions_referrals,
    actions_uses,
    queries,
    queries_register,
    queries_view,
    routes_items,
    routes_ledger,
    routes_office,
    rules,
)
from .forms import (
    AdviceForm,
    FollowForm,
    LetterForm,
    LookBackReport,
    ReaderForm,
    ReferralForm,
    RouteForm,
    UnitsForm,
)
from .routes_form import answer, attempt, named

router = APIRouter()
router.include_router(routes_items.router)
router.include_router(routes_ledger.router)
router.include_router(routes_office.router)
HERE = "/c/{campaign}/u/{unit}/follow-up"

ROUTED = said(N_("It is written down where the finding goes."))
ISSUED = said(N_("The rectification notice is issued. The department sees it now."))
BEGUN = said(N_("The follow-up has begun."))
RECEIVED = said(N_("You have confirmed receipt of the rectification notice."))
NAMED = said(N_("The departments are named; each has a part of its own."))
ADVISED = said(N_("The advice is issued."))
REFERRED = said(N_("The letter is issued. Only the named people can read it."))
RECORDED = said(N_("It is recorded."))
CLOSED = said(N_("The follow-up is closed. The team will look back later."))
DRAWN = said(N_("The items to look at again are drawn."))
LOOKED_BACK = said(N_("The look back is done."))


def _page(ctx: Context, *, errors: dict[str, str] | None = None, at: str = "") -> Response:
    """``at`` says which of the page's forms the errors and what was typed belong to."""
    return ctx.render(
        "stages/followup/follow_up.html", status=422 if errors else 200, campaign=ctx.campaign, unit=ctx.unit,
        evaluation=ctx.evaluation, view=queries_view.follow_up(ctx.work, ctx.evaluation), rules=rules, errors=errors or {}, at=at,
        values=ctx.posted.values(), chosen=ctx.posted.list("destinations"), named_units=ctx.posted.list("units"),
        units=queries_register.unit_choices(ctx.work, but=ctx.evaluation.unit_id) if ctx.can(Act.NAME_UNITS) else (),
        blocked={move: moves.blocked_by(ctx.work, ctx.evaluation, move) for move in ("follow_up", "close", "look_back")})


@router.get(HERE)
def follow_up_page(ctx: Annotated[Context, guard.evaluation(Act.SEE_FOLLOW_UP)]) -> Response:
    """Everything about the follow-up of this unit that the person may see."""
    return _page(ctx)


def _deed(ctx: Context, form: type[Model], deed: Callable[[Model], object], *, at: str, place: str, sentence: str) -> Response:
    """Do the deed with the posted form and go back to the ``place`` of the page; or the page again with what was typed."""
    errors = attempt(ctx, form, deed)
    return answer(ctx, errors, again=lambda found: _page(ctx, errors=found, at=at), to=f"{ctx.base}/follow-up#{place}", said=sentence)


@router.post(f"{HERE}/route/{{slug}}")
def route_finding(ctx: Annotated[Context, guard.evaluation(Act.ROUTE_FINDING)], slug: str) -> Response:
    """Say where one finding goes."""
    _, finding = named(((None, row) for row in queries.routable(ctx.work, ctx.evaluation)), slug)
    return _deed(ctx, RouteForm, lambda form: actions.route(ctx.work, ctx.evaluation, finding, form), at=slug, place="routing",
                 sentence=ROUTED)


@router.post(f"{HERE}/units/{{slug}}")
def name_units(ctx: Annotated[Context, guard.evaluation(Act.NAME_UNITS)], slug: str) -> Response:
    """The finding concerns other departments too."""
    _, finding = named(((None, row) for row in queries.standing(ctx.work, ctx.evaluation)), slug)
    return _deed(ctx, UnitsForm, lambda form: actions_joint.name_units(ctx.work, ctx.evaluation, finding, form), at=f"units-{slug}",
                 place="routing", sentence=NAMED)


@router.post(f"{HERE}/notice")
def issue_notice(ctx: Annotated[Context, guard.evaluation(Act.ISSUE_RECTIFICATION)]) -> Response:
    """Issue the notice, and begin the follow-up with it when the result is final."""
    begin = ctx.posted.get("begin") == "1" and ctx.can(Act.START_FOLLOW_UP)
    actions.issue_notice(ctx.work, ctx.evaluation, begin=begin)
    return ctx.see(f"{ctx.base}/follow-up", said=ISSUED)


@router.post(f"{HERE}/begin")
def start(ctx: Annotated[Context, guard.evaluation(Act.START_FOLLOW_UP)]) -> Response:
    """Begin: the notice is out, or there is nothing to rectify."""
    actions.start(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up", said=BEGUN)


@router.post(f"{HERE}/receipt")
def receive(ctx: Annotated[Context, guard.evaluation(Act.FILL_RECTIFICATION)]) -> Response:
    """The department confirms that it has the notice."""
    actions_items.receive(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up#items", said=RECEIVED)


@router.post(f"{HERE}/advice")
def issue_advice(ctx: Annotated[Context, guard.evaluation(Act.ISSUE_ADVICE)]) -> Response:
    """The advice on the establishment goes to the commission."""
    actions_uses.issue_advice(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up#advice", said=ADVISED)


@router.post(f"{HERE}/advice/{{slug}}")
def record_advice(ctx: Annotated[Context, guard.evaluation(Act.RECORD_ADVICE)], slug: str) -> Response:
    """What became of a study."""
    pair = named(queries.advices_of(ctx.work, ctx.evaluation), slug)
    return _deed(ctx, AdviceForm, lambda form: actions_uses.record_advice(ctx.work, ctx.evaluation, pair, form), at=f"advice-{slug}",
                 place="advice", sentence=RECORDED)


@router.post(f"{HERE}/advice/{{slug}}/effect")
def follow_advice(ctx: Annotated[Context, guard.evaluation(Act.FOLLOW_ADVICE)], slug: str) -> Response:
    """What an adjustment brought."""
    pair = named(queries.advices_of(ctx.work, ctx.evaluation), slug)
    return _deed(ctx, FollowForm, lambda form: actions_uses.follow_advice(ctx.work, ctx.evaluation, pair, form), at=f"effect-{slug}",
                 place="advice", sentence=RECORDED)


@router.post(f"{HERE}/referrals/{{slug}}")
def record_referral(ctx: Annotated[Context, guard.evaluation(Act.RECORD_REFERRAL)], slug: str) -> Response:
    """Who took a referral over, and what came of it; for the named alone."""
    pair = named(queries.my_referrals(ctx.work, ctx.evaluation), slug)
    return _deed(ctx, ReferralForm, lambda form: actions_referrals.record_referral(ctx.work, ctx.evaluation, pair, form),
                 at=f"referral-{slug}", place="referrals", sentence=RECORDED)


@router.post(f"{HERE}/referrals/{{slug}}/letter")
def issue_letter(ctx: Annotated[Context, guard.evaluation(Act.ISSUE_REFERRAL)], slug: str) -> Response:
    """The letter of referral goes out."""
    pair = named(queries.my_referrals(ctx.work, ctx.evaluation), slug)
    return _deed(ctx, LetterForm, lambda form: actions_referrals.issue_letter(ctx.work, ctx.evaluation, pair, form),
                 at=f"letter-{slug}", place="referrals", sentence=REFERRED)


@router.post(f"{HERE}/referrals/{{slug}}/readers")
def name_reader(ctx: Annotated[Context, guard.evaluation(Act.NAME_READERS)], slug: str) -> Response:
    """One more person may know."""
    pair = named(queries.my_referrals(ctx.work, ctx.evaluation), slug)
    return _deed(ctx, ReaderForm, lambda form: actions_referrals.name_reader(ctx.work, ctx.evaluation, pair, form.login),
                 at=f"readers-{slug}", place="referrals", sentence=RECORDED)


@router.post(f"{HERE}/referrals/{{slug}}/readers/drop")
def drop_reader(ctx: Annotated[Context, guard.evaluation(Act.NAME_READERS)], slug: str) -> Response:
    """One person less may know."""
    pair = named(queries.my_referrals(ctx.work, ctx.evaluation), slug)
    return _deed(ctx, ReaderForm, lambda form: actions_referrals.drop_reader(ctx.work, ctx.evaluation, pair, form.login),
                 at=f"readers-{slug}", place="referrals", sentence=RECORDED)


@router.get(f"{HERE}/papers/{{file}}")
def paper(ctx: Annotated[Context, guard.evaluation(Act.SEE_SUMMARY)], file: str) -> Response:
    """A paper that another source sent, for the office alone."""
    found = queries_view.find_paper(ctx.work, ctx.evaluation, file)
    if found is None:
        raise NotFound
    return stored(found)


@router.post(f"{HERE}/close")
def close(ctx: Annotated[Context, guard.evaluation(Act.CLOSE_FOLLOW_UP)]) -> Response:
    """End the follow-up."""
    actions.close(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up", said=CLOSED)


@router.post(f"{HERE}/draw")
def draw(ctx: Annotated[Context, guard.evaluation(Act.LOOK_BACK)]) -> Response:
    """Draw the items of the look back."""
    actions_look_back.draw(ctx.work, ctx.evaluation)
    return ctx.see(f"{ctx.base}/follow-up#look-back", said=DRAWN)


@router.post(f"{HERE}/look-back")
def look_back(ctx: Annotated[Context, guard.evaluation(Act.LOOK_BACK)]) -> Response:
    """Write the report and end the look back."""
    return _deed(ctx, LookBackReport, lambda form: actions_look_back.look_back(ctx.work, ctx.evaluation, form.report), at="look-back",
                 place="look-back", sentence=LOOKED_BACK)
