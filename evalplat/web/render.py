"""What a route holds in its hand: the request's work, person, target and posted form, and how to answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

import evalplat
from evalplat.access.actor import Person
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel import templating
from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_, gettext, language
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit

from . import filling, touring
from .forms import Checked, Model, Posted, parse
from .nav import navigation

FLASH = "flash"
FLASH_TEXTS: set[str] = set()


@dataclass(frozen=True, slots=True)
class UserView:
    """The signed-in person in the head of the page."""

    name: str
    role_label: str
    office_label: str


@dataclass(frozen=True, slots=True)
class PageView:
    """What every template gets as ``page``."""

    lang: str
    view: str
    service_name: str
    user: UserView | None
    nav: tuple[Any, ...]
    csrf: str
    path: str
    flash: tuple[tuple[str, str], ...]
    demo: bool
    filled: int | None = None
    tour: touring.Stop | None = None
    version: str = evalplat.__version__


def public_page(request: Request, *, csrf: str = "") -> PageView:
    """``page`` where nobody is signed in."""
    from evalplat.kernel.settings import settings

    return PageView("zh-CN" if language() == "zh" else "en", request.cookies.get("view", "normal"),
                    gettext(SERVICE_NAME), None, (), csrf, _path(request), _flash(request), settings().demo,
                    tour=touring.stop_of(request))


SERVICE_NAME = N_("Establishment Evaluation Platform")


def own_path(target: str) -> str:
    """Only a path of ours: never another host."""
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if ours else "/"


def _path(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _flash(request: Request) -> tuple[tuple[str, str], ...]:
    """A sentence about the deed just done; only texts that the program itself set are shown, with whole numbers in them alone."""
    from urllib.parse import parse_qsl, unquote

    kind, text, numbers = (*request.cookies.get(FLASH, "").split(":"), "", "", "")[:3]
    message, found = unquote(text), dict(parse_qsl(unquote(numbers)))
    if message not in FLASH_TEXTS or kind not in ("ok", "warn") or not all(one.isdecimal() and len(one) < 10 for one in found.values()):
        return ()
    try:
        return ((kind, gettext(message, **{name: int(one) for name, one in found.items()})),)
    except KeyError:
        return ()


@dataclass
class Context:
    """Given by the gate; ``target`` is the evaluation or campaign of the address."""

    request: Request
    work: Work
    person: Person
    target: Campaign | Evaluation | None
    csrf: str
    posted: Posted = field(default_factory=Posted)

    @property
    def session(self) -> Session:
        """The request's database session."""
        return self.work.session

    @property
    def evaluation(self) -> Evaluation:
        """The evaluation of the address."""
        assert isinstance(self.target, Evaluation)
        return self.target

    @property
    def campaign(self) -> Campaign:
        """The campaign of the address."""
        if isinstance(self.target, Campaign):
            return self.target
        return self.work.session.get_one(Campaign, self.evaluation.campaign_id)

    @property
    def unit(self) -> Unit:
        """The unit of the address."""
        return self.work.session.get_one(Unit, self.evaluation.unit_id)

    @property
    def base(self) -> str:
        """The address of the target: ``/c/2026`` or ``/c/2026/u/jiaotong``."""
        if isinstance(self.target, Evaluation):
            return f"/c/{self.campaign.code}/u/{self.unit.code}"
        return f"/c/{self.campaign.code}"

    def can(self, act: Act | str, target: Any = None) -> bool:
        """Whether the person may do ``act`` to ``target`` (the page's own target unless given)."""
        return may(self.person, Act(act), target if target is not None else self.target)

    def parse(self, model: type[Model]) -> Checked[Model]:
        """The posted form as an input model, or its errors."""
        return parse(model, self.posted)

    def page(self) -> PageView:
        """``page`` for templates."""
        office = self.work.session.get_one(Office, self.person.office_id)
        user = UserView(self.person.name, gettext(self.person.role_label), self.person.unit_name or office.short_name)
        return PageView("zh-CN" if language() == "zh" else "en", self.request.cookies.get("view", "normal"), gettext(SERVICE_NAME), user,
                        navigation(self), self.csrf, _path(self.request), _flash(self.request), self.work.settings.demo,
                        filling.percent(office) if self.work.settings.demo else None, touring.stop_of(self.request))

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A whole page, or one named block of it when htmx asked for a fragment by ``?block=``."""
        values = {"page": self.page(), "can": self.can, "base": self.base if self.target else "", **context}
        block = self.request.query_params.get("block", "")
        if self.request.headers.get("hx-request") and templating.has_block(template, block):
            return finish(HTMLResponse(templating.render_block(template, block, **values), status), self.request)
        return finish(HTMLResponse(templating.render(template, **values), status), self.request)

    def see(self, address: str, *, said: str = "", kind: str = "ok", **numbers: int) -> Response:
        """Go on to ``address`` (303), with a sentence about what was done (a gettext id marked with ``said()``) and its numbers."""
        return see_other(address, said=said, kind=kind, **numbers)

    def refused(self, error: Invalid) -> dict[str, str]:
        """What is wrong, by field, for the page that is shown again. The request goes on to its end and is committed, so
        whatever the deed had written before it raised is undone here."""
        self.work.undo()
        return error.texts()

    def again(self, template: str, error: Invalid | None = None, *, errors: dict[str, str] | None = None,
              **context: Any) -> Response:
        """The same page with what was typed and the errors beside the fields (422)."""
        found = errors if errors is not None else self.refused(error) if error else {}
        return self.render(template, status=422, errors=found, values=self.posted.values(), **context)


def said(text: str) -> str:
    """Register a sentence (a gettext id) that may stand on the next page."""
    FLASH_TEXTS.add(text)
    return text


def see_other(address: str, *, said: str = "", kind: str = "ok", **numbers: int) -> Response:
    """A 303 to a page of our own."""
    answer = RedirectResponse(address, 303)
    return saying(answer, said, kind=kind, **numbers) if said else answer


def saying(answer: Response, text: str, *, kind: str = "ok", **numbers: int) -> Response:
    """The same answer; the next page says ``text``."""
    from urllib.parse import quote, urlencode

    FLASH_TEXTS.add(text)
    value = f"{kind}:{quote(text)}" + (f":{quote(urlencode(numbers))}" if numbers else "")
    answer.set_cookie(FLASH, value, max_age=60, httponly=True, samesite="lax")
    return answer


def finish(answer: Response, request: Request) -> Response:
    """What was said about the deed just done has been read: it does not stand on the next page again."""
    if FLASH in request.cookies:
        answer.delete_cookie(FLASH)
    return answer
