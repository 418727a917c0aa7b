"""The description of the interface is true: generated calls, sound and spoilt, are answered exactly as it says.

``EVALPLAT_TEST_EXAMPLES`` sets how many examples are made for each call (a few hundred for a full proof).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.engine.recorder import ScenarioRecorder
from sqlmodel import select
from starlette.testclient import TestClient

from evalplat.app import create_app
from evalplat.documents.tables import Document
from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.pages import api_gate
from evalplat.workflow.stages import State
from tests.access.test_routes import token_of
from tests.browser.crawl import route_of
from tests.pages.test_api import V1, finding
from tests.scored import at_state, set_state
from tests.world import World

EXAMPLES = int(os.environ.get("EVALPLAT_TEST_EXAMPLES", "8"))
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "unsupported_method",
          "allow_header_conformance", "ignored_auth", "missing_required_header")
BELOW = {f"{V1}/campaigns/{{campaign}}{rest}" for rest in ("", "/units", "/units/{unit}", "/units/{unit}/findings", "/results",
                                                           "/units/{unit}/result")}
FOR_ALL = BELOW | {f"{V1}/campaigns", f"{V1}/documents", f"{V1}/documents/{{code}}", f"{V1}/documents/{{code}}.pdf"}
OPEN_TO = {"section": FOR_ALL | {f"{V1}/findings"}, "liaison-jiaotong": FOR_ALL}
"""The calls that must have been answered at least once."""
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


@dataclass
class Watched:
    """The application at the world's moment; counts what it answers and keeps what it gave out."""

    app: Any
    now: datetime
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    texts: set[str] = field(default_factory=set)

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            if message["type"] == "http.response.start":
                self.statuses[(route_of(scope["path"])[0], status)] += 1
            elif message.get("body", b"").startswith(b"{"):
                self.texts.add(message["body"].decode())
            await send(message)

        with clock.at(self.now):
            await self.app(scope, receive, noted)


@pytest.fixture
def filled(noticed_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two results are final, findings are routed, some of the PDFs are made; no limit of calls a minute."""
    monkeypatch.setattr(api_gate, "LIMIT", api_gate.Limit(10**9))
    for unit in ("jiaotong", "shenji"):
        at_state(noticed_world, unit, State.INFORMED)
        set_state(noticed_world, unit, State.FINAL)
        finding(noticed_world, unit, f"F-{unit}", "D2")
    with clock.at(noticed_world.now):
        for _ in range(4):
            waiting = queue.take(noticed_world.engine)
            assert waiting is not None
            queue.run(noticed_world.engine, waiting)
    return noticed_world


def refuted(app: Watched, secret: str, codes: list[str], *, every_edge: bool) -> list[str]:
    """What the description says of itself and the application does not keep."""
    described = schemathesis.openapi.from_asgi(f"{V1}/openapi.json", app, config=_config(secret, codes, every_edge=every_edge))
    found: list[str] = []
    for event in engine.from_schema(described).execute():
        if isinstance(event, events.ScenarioFinished):
            found += _failures(event.recorder)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found.append(repr(event))
    return sorted(set(found))


def _failures(recorder: ScenarioRecorder) -> Iterator[str]:
    """Which checks failed. A cursor is opaque: no pattern says which words were given out, so one that was not may be refused."""
    for key, checks in recorder.checks.items():
        answer = recorder.interactions[key].response
        opaque = answer is not None and b'"bad_cursor"' in answer.content
        for check in checks:
            if check.failure_info and not (opaque and check.name == "positive_data_acceptance"):
                failure = check.failure_info.failure
                yield f"{recorder.label}: {failure.title}: {failure.message}\n{check.failure_info.code_sample}"


def _config(secret: str, codes: list[str], *, every_edge: bool) -> SchemathesisConfig:
    known = {"campaign": ["2026"], "unit": ["jiaotong", "shenji"], "code": codes}
    return SchemathesisConfig.from_dict({
        "headers": {"Authorization": f"Bearer {secret}"},
        "generation": {"max-examples": EXAMPLES, "deterministic": bool(os.environ.get("CI")), "database": "none"},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "dictionaries": {name: {"values": values} for name, values in known.items()},
        "parameters": {f"path.{name}": {"dictionary": name, "probability": 0.8} for name in known},
        "phases": {"coverage": {"enabled": every_edge}},
        "continue-on-failure": True,
    })


@pytest.mark.slow
def test_the_description_is_true_and_gives_no_foreign_row(filled: World) -> None:
    with filled.acting("system", write=False) as work:
        codes = list(work.session.exec(select(Document.code).where(Document.state == "issued")))
    for who in ("section", "liaison-jiaotong"):
        secret = token_of(filled, who)["authorization"].removeprefix("Bearer ")
        app = Watched(create_app(filled.engine), filled.now)
        assert refuted(app, secret, codes, every_edge=who == "section") == [], who
        by_status = Counter(status for _, status in app.statuses.elements())
        print(who, app.statuses.total(), "calls", dict(by_status))
        assert not [status for status in by_status if status >= 500]
        assert {pattern for pattern, status in app.statuses if status == 200} >= OPEN_TO[who]
    given_out = "".join(app.texts)
    assert "F-jiaotong" in given_out
    assert not [word for word in ("shenji", "审计局", "minzheng", "民政局") if word in given_out]


def test_too_many_calls_are_refused_as_described(noticed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_gate, "LIMIT", api_gate.Limit(1))
    app = Watched(create_app(noticed_world.engine), noticed_world.now)
    described = schemathesis.openapi.from_asgi(f"{V1}/openapi.json", app)
    header = token_of(noticed_world, "section")
    with TestClient(app) as client:
        answers = [client.get(f"{V1}/campaigns", headers=header) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    for answer in answers:
        described[f"{V1}/campaigns"]["GET"].validate_response(answer)
