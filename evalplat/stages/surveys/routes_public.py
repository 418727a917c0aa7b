"""The citizen's pages: outside the sign-in, without scripts, nothing stored before the end, nothing about who or when."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Engine

from evalplat.campaigns.tables import Evaluation
from evalplat.definitions import answers as checking
from evalplat.definitions.survey_model import Survey
from evalplat.kernel import clock, templating
from evalplat.kernel.errors import Busy, EvalError, Gone, Invalid, NotFound
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import N_, gettext, language, set_language
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.web.forms import Posted
from evalplat.web.guard import read_form
from evalplat.web.language import COOKIE, chosen
from evalplat.web.render import public_page

from . import actions_answers, forms_state, queries, queries_pages, rules
from .actions_writer import OVER, USED, Paper, accept
from .forms_state import State
from .rules import Evidence
from .tables import Ballot, Submission, SurveyWave

PUBLIC = {
    "/s/b": "a citizen's questionnaire by a one-time link; the ballot in the cookie is the right to answer",
    "/s/{link}": "a citizen's questionnaire; the link is the right to answer",
    "/s/{link}/done": "the receipt of the answer just sent",
    "/s/{link}/{page}": "one page of it; its form is signed by the server",
}
router = APIRouter()
BALLOT, RECEIPT, SEEN = "survey", "survey_receipt", "survey_seen"
CHECK = "check-answers"
SHARED = {"Cache-Control": "no-store"}
"""Tablets in service halls are passed on: Back must not show the next person what the last one chose."""
LINK = re.compile(r"[A-Za-z0-9_-]{1,40}")
AGAIN = N_("Please open the link once more: this page was open for too long or was changed on the way.")
UNKNOWN = N_("This link does not lead to a survey. Please check the address, or scan the code again.")
ARRIVED = N_("Your answers have arrived")
TITLES = {404: N_("There is no survey here"), 410: N_("This survey takes no answers now"),
          422: N_("This page cannot be used any more"), 503: N_("Just now there is too much going on")}

FormDep = Annotated[Posted, Depends(read_form)]


class Desk:
    """One request: who asks what about whom, and how to answer. Reads alone; the writer stores."""

    def __init__(self, request: Request, work: Work) -> None:
        self.request, self.work = request, work
        self.key = settings().secret()
        self.cookies: dict[str, tuple[str, int]] = {}
        self.view = request.cookies.get("view", "normal")

    def survey(self, state: State) -> tuple[Survey, SurveyWave, Evaluation]:
        """The questionnaire of a state, if answers are taken now."""
        wave = self.work.session.get(SurveyWave, state.wave)
        evaluation = self.work.session.get(Evaluation, state.evaluation)
        if wave is None or evaluation is None:
            raise NotFound(UNKNOWN)
        if not queries.is_open(self.work, wave, evaluation):
            opens = queries.not_yet(self.work, evaluation)
            raise Gone(N_("This survey opens on {day}."), day=full_date(opens)) if opens else Gone(OVER)
        if state.ballot and self.work.session.get(Ballot, rules.digest(state.ballot)):
            raise Gone(USED)
        return queries.questionnaire(self.work, wave, evaluation), wave, evaluation

    def html(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page of the citizen's frame."""
        page = replace(public_page(self.request), view=self.view)
        answer = HTMLResponse(templating.render(f"stages/surveys/{template}", page=page, **values), status, SHARED)
        if status == Busy.status:
            answer.headers["Retry-After"] = "5"
        return self.with_cookies(answer)

    def with_cookies(self, answer: Response) -> Response:
        """Set what this answer leaves in the browser."""
        for name, (value, age) in self.cookies.items():
            path = "/" if name in ("view", "language") else "/s"
            answer.set_cookie(name, value, max_age=age, path=path, httponly=True, samesite="lax",
                              secure=settings().secure_cookies)
        return answer

    def sealed(self, state: State) -> str:
        """The state as the hidden field carries it."""
        return forms_state.write(state, self.key)


@dataclass(frozen=True, slots=True)
class Sending:
    """A whole form that is ready for the writer, and what to show then."""

    paper: Paper
    survey: Survey
    state: State


def _answer(request: Request, deed: Callable[[Desk], Response | Sending]) -> Response:
    """Run a deed on a reading session; a refusal is a page of the same frame. The session is given back before the
    writer is waited for, or the waiting would use up the connections that the writer needs."""
    set_language(chosen(request.cookies.get(COOKIE, "")))
    engine: Engine = request.app.state.engine
    try:
        with working(engine, SystemActor(0, name="citizen"), write=False) as work:
            desk = Desk(request, work)
            done = deed(desk)
        return _send(desk, engine, done) if isinstance(done, Sending) else done
    except EvalError as error:
        heading = gettext(ARRIVED if error.message == USED else TITLES.get(error.status, TITLES[422]))
        return desk.html("sorry.html", status=error.status, heading=heading, text=gettext(error.message, **error.params))


def _send(desk: Desk, engine: Engine, sending: Sending) -> Response:
    try:
        accept(engine, sending.paper)
    except Busy as busy:
        return _check_page(desk, sending.survey, sending.state, status=busy.status, problem=gettext(busy.message))
    return _thanks(desk, sending.state)


@router.get("/s/b")
def by_ballot(request: Request) -> Response:
    """The first page after a one-time link; the cookie holds what the link was exchanged for."""
    return _answer(request, _by_ballot)


def _by_ballot(desk: Desk) -> Response:
    state = forms_state.read(desk.request.cookies.get(BALLOT, ""), desk.key)
    if state is None:
        raise NotFound(AGAIN)
    return _first(desk, State(state.wave, state.evaluation, ballot=state.ballot, started=_seconds()))


@router.get("/s/{link}")
def first_page(link: str, request: Request) -> Response:
    """An open link opens the first page; a one-time link is exchanged, so that it stands in no address and no log again."""
    return _answer(request, lambda desk: _open(desk, link))


def _open(desk: Desk, link: str) -> Response:
    if not LINK.fullmatch(link):
        raise NotFound(UNKNOWN)
    door = queries.door_of_link(desk.work, link)
    if door is not None:
        return _first(desk, State(door.wave.id or 0, door.evaluation.id or 0, code=door.code, started=_seconds()))
    door = queries.door_of_token(desk.work, link, desk.key)
    if door is None:
        raise NotFound(UNKNOWN)
    state = State(door.wave.id or 0, door.evaluation.id or 0, ballot=door.ballot)
    desk.survey(state)
    desk.cookies[BALLOT] = (desk.sealed(state), 30 * 86_400)
    return desk.with_cookies(RedirectResponse("/s/b", 303))


def _first(desk: Desk, state: State) -> Response:
    survey, _, _ = desk.survey(state)
    page = checking.next_page(survey, {})
    if page is None:
        raise NotFound(UNKNOWN)
    return _page(desk, survey, state, page)


def _seconds() -> int:
    return int(clock.now().timestamp())


@router.get("/s/{link}/done")
def done(link: str, request: Request) -> Response:
    """Thanks, and the receipt."""
    return _answer(request, lambda desk: desk.html("done.html", receipt=desk.request.cookies.get(RECEIPT, "")[:20]))


@router.get("/s/{link}/{page}")
def begin_again(link: str, page: str) -> Response:
    """A page that was reloaded by its address begins anew: nothing is kept on the server."""
    return RedirectResponse(f"/s/{link}" if LINK.fullmatch(link) else "/", 303)


@router.post("/s/{link}/{page}")
def send_page(link: str, page: str, request: Request, posted: FormDep) -> Response:
    """One page filled in: go on, back, change the view, or send everything."""
    return _answer(request, lambda desk: _sent(desk, page, posted))


def _sent(desk: Desk, page: str, posted: Posted) -> Response | Sending:
    state = forms_state.read(posted.get("state"), desk.key)
    if state is None:
        raise Invalid({}, AGAIN)
    earlier = _receipt_of_earlier(desk, state)
    if earlier and posted.get("go") == "finish":
        return earlier
    survey, wave, evaluation = desk.survey(state)
    go = posted.get("go")
    fields = {name: values for name, values in posted.multi().items() if name in survey.by_name}
    _choose(desk, go)
    if page == CHECK:
        return _from_check(desk, survey, wave, evaluation, state=state, go=go)
    if not survey.has_page(page):
        raise NotFound(UNKNOWN)
    if go.startswith(("view:", "language:")):
        return _page(desk, survey, state, page, typed=fields)
    return _take(desk, survey, state, page=page, fields=fields, go=go)


def _choose(desk: Desk, go: str) -> None:
    """Text size and language change in the middle without losing a word."""
    what, _, value = go.partition(":")
    if what == "view" and value in ("normal", "large"):
        desk.view = value
        desk.cookies["view"] = (value, 31_536_000)
    elif what == "language" and value in ("zh", "en"):
        set_language(value)
        desk.cookies["language"] = (value, 31_536_000)


def _take(desk: Desk, survey: Survey, state: State, *, page: str, fields: dict[str, list[str]], go: str) -> Response:
    before = {q.name for q in checking.visible(survey, state.answers, page)}
    checked = checking.check(survey, fields, page=page, before=state.answers)
    if not checked.ok and all(name in before for name, found in checked.problems.items() if found[0].code == "A104"):
        # A question that stood on the page and fell away by an answer above it: leave its answer out.
        checked = checking.check(survey, fields, page=page, before=state.answers, irrelevant="drop")
    if go == "back":
        kept = state.having(checked.answers, page=page, typed=fields if checked.problems else None)
        return _page(desk, survey, kept, checking.previous_page(survey, kept.answers, page) or page)
    if not checked.ok:
        return _page(desk, survey, state.having(checked.answers, page=page), page, typed=fields,
                     errors=_texts(checked.problems))
    kept = state.having(checked.answers, page=page)
    new = [q for q in checking.visible(survey, kept.answers, page) if q.asked and q.name not in before]
    if any(q.name not in kept.answers for q in new):
        return _page(desk, survey, kept, page)
    following = checking.next_page(survey, kept.answers, page)
    return _page(desk, survey, kept, following) if following else _check_page(desk, survey, kept)


def _texts(problems: Mapping[str, Any]) -> dict[str, str]:
    return {name: checking.problem_text(found[0], language(), gettext) for name, found in problems.items()}


def _page(desk: Desk, survey: Survey, state: State, name: str, *, typed: Mapping[str, list[str]] | None = None,
          errors: Mapping[str, str] | None = None) -> Response:
    if typed is None:
        typed = state.typed.get(name)
    view = queries_pages.page_view(survey, name, language(), answers=state.answers, typed=typed, errors=errors)
    first = checking.previous_page(survey, state.answers, name) is None
    return desk.html("page.html", status=422 if errors else 200, survey_title=survey.words(survey.title, language()),
                     view=view, first=first, action=f"{state.base}/{name}", state=desk.sealed(state), preview=False)


def _check_page(desk: Desk, survey: Survey, state: State, *, status: int = 200, problem: str = "") -> Response:
    lines = queries_pages.lines_of(survey, state.answers, language())
    total = len(queries_pages.shown_pages(survey, state.answers)) + 1
    return desk.html("check.html", status=status, survey_title=survey.words(survey.title, language()), lines=lines,
                     total=total, action=f"{state.base}/{CHECK}", state=desk.sealed(state), problem=problem)


def _from_check(desk: Desk, survey: Survey, wave: SurveyWave, evaluation: Evaluation, *, state: State, go: str) -> Response | Sending:
    if go == "back":
        last = checking.previous_page(survey, state.answers)
        return _page(desk, survey, state, last) if last else _first(desk, state)
    if go.startswith("page:") and survey.has_page(go.removeprefix("page:")):
        return _page(desk, survey, state, go.removeprefix("page:"))
    if go != "finish":
        return _check_page(desk, survey, state)
    whole = {name: list(value) if isinstance(value, tuple) else [value] for name, value in state.answers.items()}
    checked = checking.check(survey, whole, irrelevant="drop")
    if not checked.ok:
        page = queries_pages.first_with(survey, list(checked.problems)).name
        return _page(desk, survey, state, page, errors=_texts(checked.problems))
    paper = actions_answers.paper_of(
        survey, wave, evaluation, given=checked.answers, evidence=_evidence(desk, state), submission=state.submission,
        ballot=state.ballot, seconds=max(0, _seconds() - state.started))
    return Sending(paper, survey, state)


def _evidence(desk: Desk, state: State) -> str:
    if state.ballot:
        return Evidence.TOKEN
    seen = desk.request.cookies.get(SEEN, "").split(".")
    return Evidence.REPEATED if _mark(state) in seen else Evidence.OPEN


def _mark(state: State) -> str:
    return f"{state.wave}-{state.evaluation}"


def _thanks(desk: Desk, state: State) -> Response:
    desk.cookies[RECEIPT] = (rules.receipt_of(state.submission, desk.key), 3600)
    if not state.ballot:
        seen = [mark for mark in desk.request.cookies.get(SEEN, "").split(".") if mark][-60:]
        desk.cookies[SEEN] = (".".join(dict.fromkeys([*seen, _mark(state)])), 60 * 86_400)
    return desk.with_cookies(RedirectResponse(f"{state.base}/done", 303))


def _receipt_of_earlier(desk: Desk, state: State) -> Response | None:
    """The same form sent again (retry, Back, double click): the same receipt, whatever the clock says now."""
    known = desk.work.session.get(Submission, rules.digest(state.submission))
    return _thanks(desk, state) if known else None
