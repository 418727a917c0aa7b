"""The guided tour of the demonstration: six stops, each with the right person signed in and the right page open."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import select

from evalplat.kernel import templating
from evalplat.kernel.errors import NotFound
from evalplat.kernel.settings import settings
from evalplat.kernel.work import SystemActor, Work
from evalplat.people import passwords, sessions
from evalplat.people.tables import Office, User
from evalplat.web import filling, guard
from evalplat.web.forms import Posted
from evalplat.web.render import own_path, public_page
from evalplat.web.session import WorkDep
from evalplat.web.touring import COOKIE, STOPS

from . import tour_stops
from .login import DEMO_PASSWORD

router = APIRouter()
PostedForm = Annotated[Posted, Depends(guard.read_form)]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a phone gets here: ``base`` is the address for it; ``alone``: this machine listens to itself only."""

    base: str
    alone: bool
    suggested: str


def _office(work: Work) -> Office:
    office = tour_stops.enter(work) if settings().demo else None
    if office is None:
        raise NotFound
    return office


def _page(request: Request, template: str, **values: Any) -> Response:
    return HTMLResponse(templating.render(template, page=public_page(request), can=lambda *a: False, **values))


@router.get("/tour")
def overview(request: Request, work: WorkDep) -> Response:
    """All stops, which of them are ready, and what there is to do afterwards."""
    office = _office(work)
    return _page(request, "pages/tour.html", stops=tour_stops.listed(work, office), filled=filling.percent(office),
                 waiting=request.query_params.get("waiting", ""))


@router.get("/tour/phone")
def phone(request: Request, work: WorkDep) -> Response:
    """A poster's link and code, and how a phone reaches this machine."""
    _office(work)
    found, reach = tour_stops.posters(work)[:1], _reach(request)
    links = [(poster, f"{reach.base}/s/{poster.code}") for poster in found]
    codes = [segno.make(url, error="m", micro=False).svg_data_uri(scale=6, border=2) for _, url in links]
    return _page(request, "pages/tour_phone.html", reach=reach, links=list(zip(links, codes, strict=True)))


@router.post("/tour/end")
def end(request: Request, work: WorkDep, posted: PostedForm) -> Response:
    """Leave the tour; the page stays, and so does whoever is signed in."""
    _office(work)
    answer = RedirectResponse(own_path(posted.get("next", "/tour")), 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.post("/tour/{number}")
def go(number: int, request: Request, work: WorkDep, posted: PostedForm) -> Response:
    """Sign in the person of a stop and open its page; what is not there yet leads to the overview, which says so."""
    _office(work)
    if number not in {stop.number for stop in STOPS}:
        raise NotFound
    place = tour_stops.place_of(work, number)
    user = _player(work, place.login) if place else None
    if place is None or user is None:
        return RedirectResponse(f"/tour?waiting={number}#stop-{number}", 303)
    sessions.close_session(work, request.cookies.get(guard.COOKIE, ""))
    work.actor = SystemActor(user.office_id, name=user.name, user_id=user.id)
    signed = sessions.open_session(work, user)
    answer = RedirectResponse(place.href, 303)
    for name, value in ((guard.COOKIE, signed.secret), (COOKIE, str(number))):
        answer.set_cookie(name, value, httponly=True, samesite="lax", secure=settings().secure_cookies, path="/")
    return answer


def _player(work: Work, login: str) -> User | None:
    """Somebody of the demonstration: whose password is still the one that its sign-in page prints."""
    user = work.session.exec(select(User).where(User.login == login, User.office_id == work.office_id)).one_or_none()
    open_now = user is not None and user.active and not user.must_change and (
        user.expires_on is None or user.expires_on >= work.today)
    return user if user and open_now and passwords.matches(DEMO_PASSWORD, user.password_hash) else None


def _reach(request: Request) -> Reach:
    """The set address; else the one in this browser's bar, if other machines could use it; else what this machine is called."""
    own, port = settings(), request.url.port or settings().port
    machine = _machine_address()
    suggested = f"http://{machine}:{port}"
    if own.base_url:
        return Reach(own.public_url, alone=False, suggested=suggested)
    if not _loopback(request.url.hostname or "localhost"):
        return Reach(f"{request.url.scheme}://{request.url.netloc}", alone=False, suggested=suggested)
    if _loopback(own.host):
        return Reach(f"{request.url.scheme}://{request.url.netloc}", alone=True, suggested=suggested)
    return Reach(suggested if machine else own.public_url, alone=False, suggested=suggested)


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _machine_address() -> str:
    """This machine's address in its network; asking for the way to another machine sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
            found = str(asked.getsockname()[0])
        except OSError:
            return ""
    return "" if _loopback(found) else found
