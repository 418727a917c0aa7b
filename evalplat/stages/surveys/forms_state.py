"""What a half-filled questionnaire carries with it, signed: the server keeps nothing before the end."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

from evalplat.definitions.survey_model import Answer

from . import rules

MOST = 500_000


@dataclass(frozen=True, slots=True)
class State:
    """``wave`` and ``evaluation``: asked what about whom. ``typed``: pages left with mistakes, as they were typed."""

    wave: int
    evaluation: int
    code: str = ""
    ballot: str = ""
    submission: str = field(default_factory=rules.new_secret)
    started: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where this questionnaire is answered; a one-time link's token is never in it."""
        return f"/s/{self.code or 'b'}"

    def having(self, answers: dict[str, Answer], *, page: str, typed: dict[str, list[str]] | None = None) -> State:
        """With the answers so far; ``typed`` only when the page is left with mistakes."""
        drafts = {name: fields for name, fields in self.typed.items() if name != page}
        if typed:
            drafts[page] = typed
        return replace(self, answers=dict(answers), typed=drafts)


def write(state: State, key: bytes) -> str:
    """The state as text with its signature."""
    data = [state.wave, state.evaluation, state.code, state.ballot, state.submission, state.started, state.answers,
            state.typed]
    packed = zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 6)
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > MOST // 2 and state.typed:
        return write(replace(state, typed={}), key)
    return f"{text}.{_sign(text, key)}"


def read(text: str, key: bytes) -> State | None:
    """The state, or None if anybody but this server wrote it."""
    body, _, signature = text.partition(".")
    if len(text) > MOST or not hmac.compare_digest(signature.encode(errors="replace"), _sign(body, key).encode()):
        return None
    packed = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    wave, evaluation, code, ballot, submission, started, answers, typed = json.loads(zlib.decompress(packed))
    return State(wave, evaluation, code, ballot, submission, started, _answers(answers), typed)


def _answers(found: dict[str, Any]) -> dict[str, Answer]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def _sign(text: str, key: bytes) -> str:
    return hmac.new(key, b"survey-state:" + text.encode(errors="replace"), hashlib.sha256).hexdigest()
