"""Neutral codes for the audit log: they bind what was decided without telling it to whoever reads the log."""

from __future__ import annotations

import hashlib
import hmac

from evalplat.audit.log import canonical
from evalplat.kernel.work import Work


def seal(work: Work, *parts: str | int | None) -> str:
    """A hash under the installation's key: whoever knows the parts and the key can prove them, nobody else can guess them."""
    return hmac.new(work.settings.secret(), canonical(list(parts)).encode(), hashlib.sha256).hexdigest()[:32]
