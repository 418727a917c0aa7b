"""Every route is guarded or public for a reason; every role is tried on every route; a token is needed to change anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlmodel import Session
from starlette.testclient import TestClient

from evalplat.access import tokens
from evalplat.access.actor import Person
from evalplat.access.acts import Act
from evalplat.access.policy import POLICY, may
from evalplat.access.scope import find_campaign, find_evaluation
from evalplat.access.tables import ApiToken
from evalplat.kernel import clock
from evalplat.rooms import routers
from evalplat.workflow.stages import State
from tests.scored import set_state
from tests.world import World, app_over, csrf

PUBLIC: dict[str, str] = {
    "/sign-in": "nobody is signed in yet",
    "/tour": "the demonstration alone: its stops, no data of anybody",
    "/tour/phone": "the demonstration alone: a poster's public link and code",
    "/tour/end": "the demonstration alone: forgets a cookie",
    "/tour/{number}": "the demonstration alone: signs in people whose password its sign-in page prints",
    "/view/{view}": "sets a cookie for the size of the text",
    "/language/{code}": "sets a cookie for the language",
    "/start": "an empty installation has nobody who could sign in; the start code of the console is the right",
    "/results/{office}/{campaign}": "what the plan chose to publish, after the conclusion alone",
    "/healthz": "says that the server is up, nothing else",
    "/api/v1/openapi.json": "the form of the calls, no data",
}
PUBLIC_PREFIX: dict[str, str] = {"/s/": "citizens answer without an account; the link or token is the right"}
NOT_TRIED = frozenset({"/sign-out"})
"""Would end the session that the test needs."""

WHO = ("director", "commission", "section", "establishment", "lead", "assessor", "lead2", "panel", "co", "third",
       "sysadmin", "secadmin", "auditadmin", "head-jiaotong", "liaison-jiaotong", "filler-jiaotong", "head-shenji")
STATES = (State.ACCEPTED, State.OBJECTED)
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Guarded:
    """A route with the act that its gate asks for."""

    method: str
    path: str
    act: Act | None
    target: str

    @property
    def address(self) -> str:
        """The route's address in the tests' world; unknown last parts are codes that do not exist."""
        known = {"campaign": "2026", "unit": "jiaotong"}
        return re.sub(r"{(\w+)(:\w+)?}", lambda found: known.get(found[1], "1" if found[2] == ":int" else "nothing-1"), self.path)


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    yield from chain.from_iterable(_calls(child) for child in dependant.dependencies)


def flat(router: Any) -> Iterator[APIRoute]:
    """A router's routes, those of the routers inside it too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from flat(route.original_router)


def every_route() -> list[Guarded]:
    """All routes of the application, with their acts."""
    found = []
    for route in chain.from_iterable(flat(router) for router in routers()):
        gates = [call for call in _calls(route.dependant) if hasattr(call, "evalplat_act")]
        act = gates[0].evalplat_act if gates else None
        target = gates[0].evalplat_target if gates else ""
        found += [Guarded(method, route.path, act, target) for method in sorted(route.methods)]
    assert found
    return found


def is_public(path: str) -> bool:
    """Whether the lists above name the path."""
    return path in PUBLIC or any(path.startswith(prefix) for prefix in PUBLIC_PREFIX)


ROUTES = every_route()
GUARDED = [route for route in ROUTES if route.act is not None]


def test_every_route_is_guarded_or_public() -> None:
    assert [f"{r.method} {r.path}" for r in ROUTES if r.act is None and not is_public(r.path)] == []


def test_every_public_path_exists() -> None:
    paths = {route.path for route in ROUTES}
    assert set(PUBLIC) <= paths


def test_every_act_has_somebody() -> None:
    assert {act for act in Act if not POLICY.get(act)} == set()


def test_administrators_hold_no_business_act(noticed_world: World) -> None:
    business = [act for act in Act if act not in (
        Act.SEE_HOME, Act.CHANGE_OWN_PASSWORD, Act.SEE_PEOPLE, Act.MANAGE_PEOPLE, Act.MANAGE_OFFICE, Act.DELEGATE, Act.SEE_AUDIT,
        Act.SEE_JOBS, Act.SEE_DOCTOR, Act.MANAGE_TOKENS)]
    with noticed_world.acting("system", write=False) as work:
        evaluation = noticed_world.evaluation(work, "jiaotong")
        for who in ("sysadmin", "secadmin", "auditadmin"):
            person = noticed_world.person(work.session, who)
            assert [act for act in business if may(person, act, evaluation)] == []


def _expected(session: Session, person: Person) -> Callable[[Act, str], str]:
    """What the policy says of this person now: outside, denied, or open."""
    targets: dict[str, Any] = {"campaign": find_campaign(session, person, "2026"),
                               "evaluation": find_evaluation(session, person, "2026", "jiaotong")}

    @cache
    def said(act: Act, kind: str) -> str:
        if kind in targets and targets[kind] is None:
            return "outside"
        return "open" if may(person, act, targets.get(kind)) else "denied"

    return said


def token_of(world: World, who: str) -> dict[str, str]:
    """The header of a token of ``who`` that may read everything; programs of administrators get none but by hand."""
    with world.acting("secadmin") as work:
        row = work.add(ApiToken(office_id=world.office_id, user_id=world.users[who], code=f"of-{who}",
                                hash=tokens._hash(f"evp_{who}"), name="tests", scopes=list(tokens.SCOPES),
                                expires_on=date(2099, 1, 1), created_at=work.now))
        assert row.id
    return {"authorization": f"Bearer evp_{who}"}


def _mismatch(client: TestClient, expected: str, route: Guarded, bearer: dict[str, str]) -> str:
    answer = client.request(route.method, route.address, headers=bearer if route.path.startswith("/api/v1/") else {})
    if expected == "outside":
        fits = answer.status_code == 404
    elif expected == "denied":
        fits = answer.status_code == 403
    elif route.method not in SAFE:
        fits = answer.status_code in (403, 413)  # open to the person, but the form brought no token
    else:
        fits = answer.status_code not in (401, 403, 500)
    return "" if fits else f"{route.method} {route.address} as {expected}: {answer.status_code}"


@pytest.mark.parametrize("who", WHO)
def test_every_role_on_every_route(noticed_world: World, who: str) -> None:
    wrong: list[str] = []
    bearer = token_of(noticed_world, who)
    answered: dict[tuple[str, str], str] = {}  # asked again only where another state means another answer
    for state in STATES:
        set_state(noticed_world, "jiaotong", state)
        with noticed_world.client(who) as client, noticed_world.acting("system", write=False) as work:
            expected = _expected(work.session, noticed_world.person(work.session, who))
            for route in GUARDED:
                now = expected(route.act, route.target)
                if route.path not in NOT_TRIED and answered.get((route.method, route.path)) != now:
                    answered[route.method, route.path] = now
                    found = _mismatch(client, now, route, bearer)
                    wrong += [f"{state}: {found}"] if found else []
    assert wrong == []


def test_nobody_gets_anything_without_signing_in(noticed_world: World) -> None:
    with clock.at(noticed_world.now), TestClient(app_over(noticed_world.engine), follow_redirects=False) as client:
        for route in GUARDED:
            answer = client.request(route.method, route.address)
            assert answer.status_code in (303, 401), f"{route.method} {route.path}: {answer.status_code}"
            assert answer.headers.get("location", "/sign-in").startswith("/sign-in")


def test_a_request_from_another_site_is_refused(noticed_world: World) -> None:
    with noticed_world.client("liaison-jiaotong") as client:
        data = {"csrf_token": csrf(client, "/password")}
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
            answer = client.post("/c/2026/u/jiaotong/notice/receipt", data=data, headers=headers)
            assert answer.status_code == 403


def test_another_sessions_token_is_refused(noticed_world: World) -> None:
    with noticed_world.client("liaison-shenji") as other:
        foreign = csrf(other, "/password")
    with noticed_world.client("liaison-jiaotong") as client:
        answer = client.post("/c/2026/u/jiaotong/notice/receipt", data={"csrf_token": foreign})
        assert answer.status_code == 403


def test_security_headers_stand_on_every_answer(noticed_world: World) -> None:
    with noticed_world.client("director") as client:
        for path in ("/", "/c/2026", "/nowhere", "/healthz"):
            headers = client.get(path).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe-inline" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"
