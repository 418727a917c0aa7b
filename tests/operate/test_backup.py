"""A backup made under load comes back equal, on either database and into the other one; what is not whole is refused."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import select

from evalplat.files.tables import StoredFile
from evalplat.kernel import clock
from evalplat.kernel.db import metadata, transaction
from evalplat.operate import archive, backup, exchange
from evalplat.operate.archive import Damaged, Reader
from evalplat.operate.backup import LEFT_OUT, TOKEN_TABLES, Made, make
from evalplat.operate.drill import drill
from evalplat.operate.restore import NotPossible, restore
from evalplat.people import actions as people
from evalplat.people.tables import Unit
from evalplat.rooms import load_tables
from evalplat.stages.surveys import queries
from evalplat.stages.surveys.actions_answers import Form, submit_all
from tests.operate.conftest import posted
from tests.world import World


def contents(engine: Engine) -> dict[str, list[list[Any]]]:
    """Every row of every table that a backup brings along, as it is written there."""
    with engine.connect() as connection:
        return {table.name: sorted(exchange.rows_of(connection, table), key=repr) for table in backup.tables_of(connection)}


def manifest_of(path: Path) -> dict[str, Any]:
    """What an archive says of itself."""
    with Reader(path) as reader:
        return reader.manifest


def test_everything_comes_back(full: World, tmp_path: Path, empty: Callable[[str], Engine]) -> None:
    made = make(full.engine, tmp_path / "backups")
    target = empty("sqlite")
    done = restore(made.records, engine=target, data_dir=tmp_path / "back", tokens=made.tokens)
    before, after = contents(full.engine), contents(target)
    assert after == before
    assert done.rows == sum(map(len, before.values()))
    assert done.files == made.files > 0
    assert (tmp_path / "back" / "secret.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "back" / "definitions" / "indicators" / "tengzhou-2026.yaml").is_file()
    lines = drill(made.records)
    assert [(line.what, line.wrong) for line in lines if not line.well] == []
    assert {line.what for line in lines} == {"rows", "audit events", "results", "documents", "files", "tallies"}
    assert all(line.count for line in lines)


@pytest.mark.postgres
@pytest.mark.parametrize(("database_url", "target"), [("sqlite", "postgresql"), ("postgresql", "postgresql"), ("postgresql", "sqlite")],
                         indirect=["database_url"])
def test_it_goes_into_the_other_kind_and_work_goes_on_there(full: World, tmp_path: Path, empty: Callable[[str], Engine],
                                                            target: str) -> None:
    world = full
    made = make(world.engine, tmp_path / "backups")
    other = empty(target)
    restore(made.records, engine=other, data_dir=tmp_path / "back", tokens=made.tokens)
    assert contents(other) == contents(world.engine)
    world.engine = other
    with world.acting("section") as work:  # numbers go on above those that came along
        unit = people.add_unit(work, code="new", name="新", short_name="新", category="gov_econ")
        assert unit.id == max(world.units.values()) + 1


def test_a_backup_under_load_is_one_moment(full: World, tmp_path: Path) -> None:
    """While answers come in, what is written down agrees with itself: the drill recounts it."""
    with full.acting("system", write=False) as work:
        wave = queries.wave_of(work, full.campaign(work), "citizen")
        assert wave is not None
        evaluation = full.evaluation(work, "minzheng")
    stop, sent = threading.Event(), []

    def answer(thread: int) -> None:
        with clock.at(full.now):
            while not stop.is_set():
                submit_all(full.engine, wave, evaluation, [Form(posted(thread + len(sent)))])
                sent.append(1)

    def deeds() -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            with full.acting("section") as work:
                people.add_unit(work, code=f"u{number}", name="局", short_name="局", category="gov_econ")

    threads = [threading.Thread(target=answer, args=(n,)) for n in range(3)] + [threading.Thread(target=deeds)]
    for thread in threads:
        thread.start()
    try:
        found = [make(full.engine, tmp_path / "backups", stamp=f"2026090{n}T000000Z") for n in range(1, 4)]
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert sent
    assert found[-1].rows > found[0].rows
    for made in found:
        assert [(line.what, line.wrong) for line in drill(made.records) if not line.well] == []


def test_links_and_answers_never_lie_in_one_file(full: World, tmp_path: Path) -> None:
    made = make(full.engine, tmp_path / "backups")
    held = {path: {part["table"] for part in manifest_of(path)["parts"] if part.get("what") == "table"}
            for path in (made.records, made.tokens)}
    assert held[made.tokens] == TOKEN_TABLES
    assert not held[made.records] & TOKEN_TABLES
    assert [part for part in manifest_of(made.tokens)["parts"] if part.get("what") == "key"] == []
    assert "sign_in_session" not in held[made.records]
    with Reader(made.records) as reader:
        [part] = [part for part in reader.parts("table") if part["table"] == "survey_answer"]
        with gzip.open(reader.open(part)) as stream:
            rows = [json.loads(line) for line in stream]
    places = [part["columns"].index(name) for name in ("wave_id", "evaluation_id", "key")]
    keys = [tuple(row[place] for place in places) for row in rows]
    assert len(keys) == 42
    with full.engine.connect() as connection:  # the order is the random key's, whatever the order in the file was
        table = next(one for one in backup.tables_of(connection) if one.name == "survey_answer")
        assert keys == [tuple(row) for row in connection.execute(
            sa.select(*(table.c[name] for name in ("wave_id", "evaluation_id", "key"))).order_by(*table.primary_key.columns))]


def test_every_table_with_a_spent_secret_lies_with_the_links() -> None:
    load_tables()
    hashed = {name for name, table in metadata.tables.items() if name.startswith("survey_") and "hash" in table.primary_key.columns}
    assert hashed == TOKEN_TABLES
    assert LEFT_OUT - {"alembic_version"} <= metadata.tables.keys()


def test_every_column_can_be_written() -> None:
    load_tables()
    for table in metadata.tables.values():
        for column in table.columns:
            impl = getattr(column.type, "impl", None)
            exchange.kind_of(sa.Column(column.name, impl if impl is not None and not isinstance(column.type, sa.String) else column.type))


def test_a_part_of_a_backup_is_refused(one: Made, tmp_path: Path) -> None:
    whole = one.records.read_bytes()
    dice = random.Random(7)  # noqa: S311 - the same places in each run
    cut = tmp_path / "cut.tar"
    for length in [0, 1, 512, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(60))]:
        cut.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            Reader(cut)
    cut.write_bytes(whole + b"x")
    with pytest.raises(Damaged):
        Reader(cut)


def test_a_changed_byte_is_refused(one: Made, tmp_path: Path) -> None:
    whole = one.records.read_bytes()
    dice = random.Random(8)  # noqa: S311
    changed = tmp_path / "changed.tar"
    for place in [0, len(whole) - 1, len(whole) - 70, len(whole) - 82, *(dice.randrange(len(whole)) for _ in range(60))]:
        changed.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1:])
        with pytest.raises(Damaged, match="cut short or changed"):
            Reader(changed)


def test_a_refused_restore_changes_nothing(one: Made, small: World, tmp_path: Path, empty: Callable[[str], Engine]) -> None:
    before = contents(small.engine)
    with pytest.raises(NotPossible, match="not empty"):
        restore(one.records, engine=small.engine, data_dir=tmp_path / "back", tokens=one.tokens)
    assert contents(small.engine) == before
    with pytest.raises(NotPossible, match="archive of the tokens"):
        restore(one.tokens, engine=empty("sqlite"), data_dir=tmp_path / "back")
    other = make(small.engine, tmp_path / "later", stamp="20260902T000000Z")
    with pytest.raises(NotPossible, match="same moment"):
        restore(one.records, engine=empty("sqlite"), data_dir=tmp_path / "back", tokens=other.tokens)
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "secret.key").write_text("another")
    with pytest.raises(NotPossible, match="another key"):
        restore(one.records, engine=empty("sqlite"), data_dir=tmp_path / "taken", tokens=one.tokens)


def test_the_records_alone_come_back_without_links(one: Made, tmp_path: Path, empty: Callable[[str], Engine]) -> None:
    target = empty("sqlite")
    done = restore(one.records, engine=target, data_dir=tmp_path / "back")
    assert not done.with_tokens
    assert contents(target)["survey_token"] == []


def test_a_backup_is_a_tar_that_anybody_can_open(one: Made) -> None:
    with tarfile.open(one.records) as tar:
        names = tar.getnames()
        assert names[-1] == "manifest.json"
        assert "tables/office.jsonl.gz" in names
    assert one.records.stat().st_mode & 0o077 == 0


def _rewritten(path: Path, change: Callable[[dict[str, Any]], None], target: Path) -> Path:
    """The same archive with another manifest, properly sealed."""
    with Reader(path) as reader, archive.writing(target) as stream:
        writer = archive.Writer(stream)
        for part in reader.manifest["parts"]:
            about = {key: value for key, value in part.items() if key not in ("name", "bytes", "sha256")}
            writer.add(part["name"], reader.open(part), **about)
        manifest = {key: value for key, value in reader.manifest.items() if key not in ("parts", "format")}
        change(manifest)
        writer.finish(manifest)
    return target


def test_a_newer_schema_is_refused(small: World, tmp_path: Path, empty: Callable[[str], Engine]) -> None:
    made = make(small.engine, tmp_path / "backups")
    newer = _rewritten(made.records, lambda manifest: manifest.update(schema="9999"), tmp_path / "newer.tar")
    with pytest.raises(NotPossible, match="newer"):
        restore(newer, engine=empty("sqlite"), data_dir=tmp_path / "back")


def test_an_older_schema_is_restored_and_then_migrated(data_dir: Path, tmp_path: Path, empty: Callable[[str], Engine]) -> None:
    """A backup of the version before, made by reading what the database has, not what the program would have."""
    from evalplat.kernel import schema

    load_tables()
    source = empty("sqlite")
    schema.upgrade(source, "0009")
    with source.begin() as connection:
        connection.execute(sa.text("insert into office (id, code, name, short_name, document_mark, document_series, contact, settings) "
                                   "values (7, 'tz', '编办', '编办', '文件', '编办发', '', '{\"b\": 1.10, \"a\": null}')"))
    made = make(source, tmp_path / "backups")
    assert manifest_of(made.records)["schema"] == "0009"
    target = empty("sqlite")
    schema.upgrade(target)  # an empty database of another version makes room
    done = restore(made.records, engine=target, data_dir=tmp_path / "back", tokens=made.tokens)
    assert schema.current(target) == schema.newest()
    assert done.migrated == (schema.newest() != "0009")
    with target.connect() as connection:
        assert connection.execute(sa.text("select id, settings from office")).all() == [(7, '{"b": 1.10, "a": null}')]


def test_the_drill_sees_what_was_changed_behind_the_back(full: World, tmp_path: Path) -> None:
    """A backup of a database in which somebody wrote is whole as a file, and still does not prove itself."""
    if full.engine.dialect.name != "sqlite":
        pytest.skip("one database is enough for this")
    path = full.engine.url.database
    assert path
    with sqlite3.connect(path) as connection:
        connection.execute("update survey_tally set n = n + 1 where question = '*' and option = 'n' and evidence = 'B'")
        connection.execute("update result_version set total = total + 1")
        connection.execute("update audit_event set data = replace(data, 'jiaotong', 'x') where event = 'unit.added'")
    with transaction(full.engine, write=False) as session:
        stored = session.exec(select(StoredFile)).first()
        assert stored is not None
    lost = backup.path_of(stored.sha256)
    shutil.move(lost, tmp_path / "lost")
    made = make(full.engine, tmp_path / "backups")
    assert made.missing == (stored.sha256,)
    wrong = {line.what for line in drill(made.records) if not line.well}
    assert wrong == {"audit events", "results", "documents", "files", "tallies"}


def test_only_the_newest_are_kept(small: World, tmp_path: Path) -> None:
    where = tmp_path / "backups"
    for day in range(1, 6):
        make(small.engine, where, stamp=f"2026090{day}T000000Z")
    assert len(backup.prune(where, keep=2)) == 6
    assert [path.name[9:17] for path in sorted(where.glob("*.tar"))] == ["20260904", "20260905"]
    assert [path.name[9:17] for path in sorted((where / "tokens").glob("*.tar"))] == ["20260904", "20260905"]
    newest = backup.latest(where)
    assert newest is not None
    assert "20260905" in newest.name
    assert backup.tokens_beside(newest) is not None


def test_a_full_disk_leaves_no_half_file(small: World, tmp_path: Path) -> None:
    target = tmp_path / "here.tar"
    with pytest.raises(OSError, match="full"), archive.writing(target) as stream:  # noqa: PT012 - half of it is written
        stream.write(b"half")
        raise OSError("full")
    assert list(tmp_path.glob("*here*")) == []


def test_two_offices_units_come_back(small: World, tmp_path: Path, empty: Callable[[str], Engine]) -> None:
    """Rows that point to rows of their own table: a parent may come after its child."""
    with small.acting("section") as work:
        first = work.session.exec(select(Unit).order_by(Unit.id)).first()  # type: ignore[arg-type]
        last = people.add_unit(work, code="parent", name="上级", short_name="上级", category="gov_econ")
        assert first is not None
        first.parent_id = last.id
        work.session.add(first)
    made = make(small.engine, tmp_path / "backups")
    target = empty("sqlite")
    restore(made.records, engine=target, data_dir=tmp_path / "back")
    assert contents(target)["unit"] == contents(small.engine)["unit"]


