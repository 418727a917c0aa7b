"""The one gate: who is it, does the row exist for them, may they, does the form carry its token. In this order."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from evalplat.access.actor import Person, person_of
from evalplat.access.acts import Act
from evalplat.access.policy import may
from evalplat.audit.log import record
from evalplat.kernel.db import transaction
from evalplat.kernel.errors import EvalError, Forbidden
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings
from evalplat.kernel.work import Work
from evalplat.people import sessions
from evalplat.people.tables import Office, SignInSession

from . import filling, targets
from .forms import Posted, Upload
from .render import Context
from .session import SAFE, WorkDep

COOKIE = "evalplat"
MAX_FIELDS = 5000


class SignInNeeded(EvalError):
    """Nobody is signed in, or the session ended."""

    status = 401
    code = "sign_in_needed"

    def __init__(self) -> None:
        super().__init__(N_("Please sign in."))


class FormExpired(EvalError):
    """The form's token does not belong to this session."""

    status = 403
    code = "form_expired"

    def __init__(self) -> None:
        super().__init__(N_("This page was open for too long. Go back, reload it, and send it again."))


class TooBig(EvalError):
    """The body is larger than any form may be, so it was cut off, and with it the form's token: no deed rests on it."""

    status = 413
    code = "too_big"

    def __init__(self) -> None:
        super().__init__(N_("The files were too big together; nothing of this form was stored. Send fewer at once."))


class PasswordChangeNeeded(EvalError):
    """The first password must be replaced before anything else."""

    status = 403
    code = "password_change_needed"

    def __init__(self) -> None:
        super().__init__(N_("Please choose a password of your own first."))


def _person(request: Request, work: Work) -> tuple[Person, str]:
    secret = request.cookies.get(COOKIE, "")
    found = sessions.find(work.session, secret) if secret else None
    if found is None:
        raise SignInNeeded
    row, user = found
    person = person_of(work.session, user, work.today)
    work.actor = person
    _touch(request, row.id_hash, work)
    return person, secret


def _touch(request: Request, id_hash: str, work: Work) -> None:
    """Note at most once a minute that the session lives; where nothing else is written, ``web.session`` does it."""
    row = work.session.get_one(SignInSession, id_hash)
    if (work.now - row.seen_at).total_seconds() < 60:
        return
    if request.method not in SAFE:
        row.seen_at = work.now
        return
    request.state.touch_session = id_hash


async def read_form(request: Request) -> Posted:
    """Everything that was posted; a body or fields beyond the limit are refused."""
    if request.method in SAFE:
        return Posted()
    if request.scope.get("evalplat_too_big"):
        raise TooBig
    fields, files = [], []
    most = settings().upload_max_mb * 1024 * 1024 + 1  # one byte more than is taken: enough to see that it is too big
    try:
        async with request.form(max_files=20, max_fields=MAX_FIELDS, max_part_size=2 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files.append((name, Upload(value.filename or "", await value.read(most))))
                else:
                    fields.append((name, value))
    except ClientDisconnect as error:
        if request.scope.get("evalplat_too_big"):
            raise TooBig from error
        raise
    return Posted(tuple(fields), tuple(files))


def _check_token(posted: Posted, secret: str, request: Request) -> None:
    sent = posted.get("csrf_token") or request.headers.get("x-csrf-token", "")
    if request.method not in SAFE and not hmac.compare_digest(sent.encode(), sessions.csrf_token(secret).encode()):
        raise FormExpired


def _gate(act: Act, load: targets.Loader) -> Callable[..., Awaitable[Context]]:
    def enter(request: Request, work: WorkDep) -> tuple[Context, str]:
        person, secret = _person(request, work)
        if person.must_change and act != Act.CHANGE_OWN_PASSWORD:
            raise PasswordChangeNeeded
        target = load(work, person, request.path_params)
        if not may(person, act, target):
            _note_denied(request, person, act)
            raise Forbidden
        return Context(request, work, person, target, csrf=sessions.csrf_token(secret)), secret

    async def pass_gate(request: Request, entered: tuple[Context, str] = Depends(enter, scope="function")) -> Context:
        context, secret = entered
        context.posted = await read_form(request)
        _check_token(context.posted, secret, request)
        if request.method not in SAFE and context.work.settings.demo:
            filling.must_be_full(context.session.get_one(Office, context.person.office_id))
        return context

    pass_gate.evalplat_act = act  # type: ignore[attr-defined]  # read by the generated access test
    pass_gate.evalplat_target = load.__name__  # type: ignore[attr-defined]
    return pass_gate


def _note_denied(request: Request, person: Person, act: Act) -> None:
    """A refusal is logged although the request's own transaction ends without a trace."""
    request.state.denied = (person, str(act), request.url.path)


def write_denied(engine: Any, person: Person, act: str, path: str) -> None:
    """Record a denied try in a transaction of its own (called by the error handler)."""
    with transaction(engine) as session:
        work = Work(session, person)
        record(work, "access.denied", act=act, path=path[:200])
        work.seal()


def office(act: Act) -> Any:
    """Gate of a page that belongs to no campaign."""
    return Depends(_gate(act, targets.nothing), scope="function")


def campaign(act: Act) -> Any:
    """Gate of a page below ``/c/{campaign}``."""
    return Depends(_gate(act, targets.campaign), scope="function")


def evaluation(act: Act) -> Any:
    """Gate of a page below ``/c/{campaign}/u/{unit}``."""
    return Depends(_gate(act, targets.evaluation), scope="function")
