"""The audit log: a changed, missing or cut-off event is found, and concurrent writers make one chain."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from evalplat.audit import log
from evalplat.audit.tables import AuditEvent
from evalplat.kernel.db import transaction
from evalplat.kernel.work import SystemActor, working
from tests.world import World


def _verify(world: World) -> log.Verdict:
    with transaction(world.engine, write=False) as session:
        return log.verify(session, world.office_id)


def test_the_chain_of_an_ordinary_day_is_whole(noticed_world: World) -> None:
    verdict = _verify(noticed_world)
    assert verdict.broken_seq is None
    assert verdict.links > 30


@pytest.mark.parametrize("column", ["data", "actor_name", "event", "unit", "prev_hash", "hash"])
def test_a_changed_event_is_found(noticed_world: World, column: str) -> None:
    with transaction(noticed_world.engine) as session:
        row = session.exec(select(AuditEvent).where(AuditEvent.seq == 7)).one()
        setattr(row, column, "{}")
    assert _verify(noticed_world).broken_seq in (7, 8)


def test_a_missing_event_is_found(noticed_world: World) -> None:
    with transaction(noticed_world.engine) as session:
        session.delete(session.exec(select(AuditEvent).where(AuditEvent.seq == 7)).one())
    assert _verify(noticed_world).broken_seq == 7


def test_a_cut_off_end_is_found(noticed_world: World) -> None:
    with transaction(noticed_world.engine) as session:
        for row in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(3)):
            session.delete(row)
    assert "end" in _verify(noticed_world).reason


def test_an_unknown_event_or_key_is_a_mistake_of_the_program(world: World) -> None:
    with world.acting("section") as work:
        with pytest.raises(KeyError):
            log.record(work, "something.else")
        with pytest.raises(ValueError, match="takes"):
            log.record(work, "user.added", login="x")


def test_what_is_rolled_back_leaves_no_event(world: World) -> None:
    before = _verify(world).links
    with pytest.raises(RuntimeError), world.acting("section") as work:  # noqa: PT012 - the deed before it must be undone
        log.record(work, "user.signed_in", login="x")
        raise RuntimeError
    assert _verify(world).links == before


def test_writers_at_the_same_time_make_one_chain(world: World) -> None:
    before = _verify(world).links

    def write(number: int) -> None:
        with working(world.engine, SystemActor(world.office_id)) as work:
            log.record(work, "user.signed_in", login=f"u{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    verdict = _verify(world)
    assert (verdict.broken_seq, verdict.links) == (None, before + 40)
