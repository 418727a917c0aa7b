"""What the doctor says of one thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evalplat.kernel.i18n import gettext


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was looked at: its name, what is, whether that is well, what to do. Texts are gettext ids."""

    key: str
    name: str
    found: str
    well: bool = True
    todo: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def title(self) -> str:
        """Its name in the present language."""
        return gettext(self.name)

    def what(self) -> str:
        """What is."""
        return gettext(self.found, **self.params)

    def advice(self) -> str:
        """What to do; empty when all is well."""
        return gettext(self.todo, **self.params) if self.todo and not self.well else ""
