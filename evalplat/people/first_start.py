"""The one-time code that lets somebody set up an empty installation in the browser: shown on the console, kept as a hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from evalplat.kernel.clock import now
from evalplat.kernel.errors import TooMany
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings

_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FREE_TRIES = 3
LONGEST_WAIT = timedelta(minutes=15)
_one_at_a_time = threading.Lock()


def _path() -> Path:
    return settings().data_dir / "start-code.json"


def _plain(code: str) -> str:
    return "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())


def _digest(code: str) -> str:
    return hashlib.sha256(b"start:" + _plain(code).encode()).hexdigest()


def new_code() -> str:
    """Make the code that replaces any earlier one; only its hash is kept, in the data folder."""
    code = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
    _write({"hash": _digest(code), "wrong": 0, "again_at": ""})
    return code


def _write(state: dict[str, Any]) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(4)}")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(state), encoding="ascii")
    partial.replace(path)


def fits(code: str) -> bool:
    """Whether this is the code. After three wrong tries each further one must wait, twice as long as the one before."""
    with _one_at_a_time:
        try:
            state = json.loads(_path().read_text(encoding="ascii"))
        except FileNotFoundError:
            return False
        if state["again_at"] and now() < datetime.fromisoformat(state["again_at"]):
            raise TooMany(N_("Too many wrong codes. Wait a few minutes, then try again; the code stands on the server's console."))
        if hmac.compare_digest(state["hash"], _digest(code)):
            return True
        _count(state)
        return False


def _count(state: dict[str, Any]) -> None:
    state["wrong"] += 1
    beyond = state["wrong"] - FREE_TRIES
    if beyond >= 0:
        wait = min(LONGEST_WAIT, timedelta(seconds=15 * 2 ** min(beyond, 10)))
        state["again_at"] = (now() + wait).isoformat()
    _write(state)


def forget() -> None:
    """The office is set up: the code is good for nothing any more."""
    _path().unlink(missing_ok=True)
