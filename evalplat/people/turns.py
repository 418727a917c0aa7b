"""Numbers counted from the rows that there are: whoever gives one waits for whoever is giving another."""

from __future__ import annotations

from sqlmodel import select

from evalplat.kernel.work import Work

from .tables import Office


def in_turn(work: Work) -> None:
    """Wait until nobody else of the office gives such a number; what is counted after this call is fresh.

    Always before an evaluation is locked, or two who do both in different order wait for each other.
    """
    work.session.exec(select(Office.id).where(Office.id == work.office_id).with_for_update(key_share=True)).one()
