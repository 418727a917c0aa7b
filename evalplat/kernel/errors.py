"""Refusals that actions raise: a stable code, a status for the web, and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evalplat.workflow.machine import Blocked

from .i18n import gettext


class EvalError(Exception):
    """Base of all refusals. ``message`` is an English gettext id with ``{name}`` placeholders."""

    status = 400
    code = "error"

    def __init__(self, message: str, *, href: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, object] = params
        self.href = href


class NotFound(EvalError):
    """The row does not exist, or not for this person."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "This page does not exist, or it is not open to you.") -> None:
        super().__init__(message)


class Forbidden(EvalError):
    """The person may see the row, but not do this."""

    status = 403
    code = "forbidden"

    def __init__(self, message: str = "Your role does not include this.", **params: object) -> None:
        super().__init__(message, **params)


class Refused(EvalError):
    """The deed is not possible now; the message says why and what to do."""

    status = 409
    code = "refused"


class Gone(EvalError):
    """It existed and is over: a spent token, a closed window."""

    status = 410
    code = "gone"


class TooMany(EvalError):
    """Too many tries."""

    status = 429
    code = "too_many"


class Busy(EvalError):
    """Try again in a moment."""

    status = 503
    code = "busy"


class MoveBlocked(Refused):
    """A move of the stage machine cannot be made; ``blocked`` lists every reason."""

    code = "move_blocked"

    def __init__(self, blocked: Sequence[Blocked]) -> None:
        first = blocked[0]
        super().__init__(first.reason, href=first.href, **first.params)
        self.blocked = tuple(blocked)


class Invalid(EvalError):
    """What was typed cannot be taken. ``errors``: field name → gettext id; the page shows it with what was typed."""

    status = 422
    code = "invalid"

    def __init__(self, errors: Mapping[str, str], message: str = "Some entries need another look.", **params: object) -> None:
        super().__init__(message, **params)
        self.errors = dict(errors)

    def texts(self) -> dict[str, str]:
        """Field name → what is wrong, in the present language."""
        return {name: gettext(text, **self.params) for name, text in self.errors.items()}
