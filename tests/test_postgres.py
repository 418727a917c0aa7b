"""The PostgreSQL of the tests is a real one, and every module has its own database."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import programs_of_machine, server_of_machine

pytestmark = pytest.mark.postgres


def test_it_is_a_real_server_with_utf8(postgres_url: str):
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
        assert int(connection.scalar(text("SHOW server_version_num"))) >= 150000
    engine.dispose()


def test_each_call_gives_another_empty_database(new_postgres_url):
    first, second = new_postgres_url(), new_postgres_url()
    assert first != second
    for url in (first, second):
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE here (id integer)"))
        engine.dispose()


@pytest.mark.skipif(programs_of_machine() is None, reason="this machine has no PostgreSQL of its own")
def test_the_machines_own_server_serves_as_well():

    folder = Path(tempfile.mkdtemp(prefix="evalplat-pg-"))
    folder.chmod(0o755)
    try:
        with server_of_machine(folder, bin_dir=programs_of_machine()) as server:
            engine = create_engine(server.create_database("own"))
            with engine.connect() as connection:
                assert connection.scalar(text("SELECT 1")) == 1
            engine.dispose()
    finally:
        shutil.rmtree(folder)
