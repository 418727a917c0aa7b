"""The gate of the interface for programs: the token acts as its person, with the same map and scope as on the pages, narrowed
by what the token may read. It only reads."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from evalplat.access import tokens
from evalplat.access.actor import Person, person_of
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.access.tables import ApiToken
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.kernel.errors import EvalError, Forbidden, TooMany
from evalplat.kernel.i18n import N_
from evalplat.kernel.work import SystemActor, Work, working
from evalplat.web import targets
from evalplat.web.session import WorkDep

PER_MINUTE = 240
Target = Campaign | Evaluation | None


class TokenNeeded(EvalError):
    """No token, or none that is in force."""

    status = 401
    code = "token_needed"

    def __init__(self) -> None:
        super().__init__(N_("Send a token that is in force: Authorization: Bearer …"))


class ScopeMissing(EvalError):
    """The token is not for this."""

    status = 403
    code = "scope_missing"

    def __init__(self, scope: str) -> None:
        super().__init__(N_("This token may not read {scope}."), scope=scope)


@dataclass
class Call:
    """What a route of the interface holds in its hand."""

    request: Request
    work: Work
    person: Person
    target: Target

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

    def answer(self, model: BaseModel) -> Response:
        """The model as JSON under its own tag; nothing at all if the caller has it already."""
        return tagged(self.request, model.model_dump_json().encode(), media_type="application/json")


def tagged(request: Request, data: bytes, *, media_type: str, **headers: str) -> Response:
    """Bytes with their hash as ETag; 304 if the caller names it."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    kept = {"etag": tag, "cache-control": "private, no-cache", "vary": "Authorization, Cookie", **headers}
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=kept)
    return Response(data, media_type=media_type, headers=kept)


class Limit:
    """So many calls a minute for each token, counted in this process. What fills up forgets who was quiet longest."""

    def __init__(self, most: int, *, remembered: int = 10_000) -> None:
        self.most, self.remembered = most, remembered
        self._seen: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str, now: float) -> bool:
        """Whether one more call is in order: a bucket that fills evenly."""
        with self._lock:
            left, since = self._seen.pop(who, (float(self.most), now))
            left = min(self.most, left + (now - since) * self.most / 60)
            self._seen[who] = (left - 1 if left >= 1 else left, now)
            while len(self._seen) > self.remembered:
                self._seen.popitem(last=False)
            return left >= 1


LIMIT = Limit(PER_MINUTE)


def _entered(request: Request, work: Work) -> tuple[ApiToken, Person]:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    found = tokens.find(work.session, secret.strip(), work.today) if kind.lower() == "bearer" else None
    if found is None:
        raise TokenNeeded
    row, user = found
    if not LIMIT.take(row.code, time.monotonic()):
        raise TooMany(N_("Too many calls. Wait a moment, then go on more slowly."))
    person = person_of(work.session, user, work.today)
    work.actor = person
    return row, person


def _gate(act: Act, scope: str, load: targets.Loader) -> Callable[..., Iterator[Call]]:
    def pass_gate(request: Request, work: WorkDep) -> Iterator[Call]:
        row, person = _entered(request, work)
        if tokens.is_to_note(row, work):
            _note(request, row.code)
        if scope not in row.scopes:
            raise ScopeMissing(scope)
        target = load(work, person, request.path_params)
        if not may(person, act, target):
            request.state.denied = (person, str(act), request.url.path)
            raise Forbidden
        yield Call(request, work, person, target)

    pass_gate.evalplat_act = act  # type: ignore[attr-defined]  # read by the generated access test
    pass_gate.evalplat_target = load.__name__  # type: ignore[attr-defined]
    pass_gate.evalplat_scope = scope  # type: ignore[attr-defined]  # read by the schema
    return pass_gate


def _note(request: Request, code: str) -> None:
    """The call itself only reads: its use is noted in a transaction of its own."""
    with working(request.app.state.engine, SystemActor(0)) as work:
        tokens.note_used(work, code)


def office(act: Act, scope: str) -> Any:
    """Gate of a call that belongs to no campaign."""
    return Depends(_gate(act, scope, targets.nothing), scope="function")


def campaign(act: Act, scope: str) -> Any:
    """Gate of a call below ``campaigns/{campaign}``."""
    return Depends(_gate(act, scope, targets.campaign), scope="function")


def evaluation(act: Act, scope: str) -> Any:
    """Gate of a call below ``campaigns/{campaign}/units/{unit}``."""
    return Depends(_gate(act, scope, targets.evaluation), scope="function")
