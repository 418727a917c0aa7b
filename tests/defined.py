"""A campaign's frozen indicator file with something else in it, for tests of rules that the file of the platform does not use."""

from __future__ import annotations

import hashlib

from sqlmodel import select

from evalplat.campaigns.tables import Definition
from tests.world import World


def redefine(world: World, *changes: tuple[str, str]) -> None:
    """Replace pieces of the frozen text; each must be there once."""
    with world.acting("system") as work:
        row = work.session.exec(select(Definition).where(Definition.kind == "indicators")).one()
        for old, new in changes:
            assert row.text.count(old) == 1, old
            row.text = row.text.replace(old, new)
        row.hash = hashlib.sha256(row.text.encode()).hexdigest()
        work.session.add(row)
