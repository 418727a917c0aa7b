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

from evalplat.app import create_app
from evalplat.jobs import queue
from evalplat.kernel import clock
from evalplat.pages import api_gate
from evalplat.workflow.stages import State
from tests.access.test_routes import token_of
from tests.pages.test_api import V1, finding
from tests.scored import at_state, set_state
from tests.world import World

EXAMPLES = int(os.environ.get("EVALPLAT_TEST_EXAMPLES", "8"))
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "unsupported_method",
          "allow_header_conformance", "ignored_auth", "missing_required_header")
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
                self.statuses[(scope["path"], status)] += 1
            elif message.get("body", b"").startswith(b"{"):
                self.texts.add(message["body"].decode())
            await send(message)

        with clock.at(self.now):
            await self.app(scope, receive, noted)


@pytest.fixture
def filled(noticed_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two results are final, with documents made and findings routed; no limit of calls a minute."""
    monkeypatch.setattr(api_gate, "LIMIT", api_gate.Limit(10**9))
    for unit in ("jiaotong", "shenji"):
        at_state(noticed_world, unit, State.INFORMED)
        set_state(noticed_world, unit, State.FINAL)
        finding(noticed_world, unit, f"F-{unit}", "D2")
    with clock.at(noticed_world.now):
        queue.run_all(noticed_world.engine)
    return noticed_world


def refuted(app: Watched, secret: str, examples: int) -> list[str]:
    """What the description says of itself and the application does not keep."""
    described = schemathesis.openapi.from_asgi(f"{V1}/openapi.json", app, config=_config(secret, examples))
    found = []
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


def _config(secret: str, examples: int) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict({
        "headers": {"Authorization": f"Bearer {secret}"},
        "generation": {"max-examples": examples, "deterministic": bool(os.environ.get("CI")), "database": "none"},
        "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
        "continue-on-failure": True,
    })


@pytest.mark.slow
@pytest.mark.parametrize("who", ["section", "liaison-jiaotong"])
def test_the_description_is_true(filled: World, who: str) -> None:
    secret = token_of(filled, who)["authorization"].removeprefix("Bearer ")
    app = Watched(create_app(filled.engine), filled.now)
    assert refuted(app, secret, EXAMPLES) == []
    by_status = Counter(status for _, status in app.statuses.elements())
    print(sum(by_status.values()), "calls", dict(by_status))
    assert not [status for status in by_status if status >= 500]
