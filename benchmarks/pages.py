"""Server time and number of queries of the pages that are used most, on a database of a whole city.

    evalplat demo --run-through --units 80 --out /tmp/city
    python benchmarks/pages.py /tmp/city

The floor in the same run is the health page: routing, session and one query. The limit is 150 ms at the median; exit code 1
says that a page is over it. A page with more than ``MOST`` queries probably asks once a row.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, event
from sqlmodel import col, select
from starlette.testclient import TestClient

LIMIT_MS, MOST, TIMES = 150.0, 60, 15
PAGES: tuple[tuple[str, str, str], ...] = (
    ("nobody", "/healthz", "floor: health"),
    ("li", "/", "home of the section"),
    ("zhou", "/", "home of the director"),
    ("head-{unit}", "/", "home of a department"),
    ("li", "/c", "campaigns"),
    ("li", "/c/{campaign}", "a campaign's departments"),
    ("li", "/c/{campaign}/units.xlsx", "the same as a workbook"),
    ("li", "/c/{campaign}/plan", "its plan"),
    ("li", "/c/{campaign}/notice", "its notice"),
    ("li", "/c/{campaign}/surveys", "its surveys"),
    ("li", "/c/{campaign}/summary", "its summary"),
    ("li", "/c/{campaign}/follow-up", "its follow-up"),
    ("li", "/c/{campaign}/moderation", "moderation"),
    ("li", "/c/{campaign}/chasing", "chasing"),
    ("li", "/c/{campaign}/results", "results"),
    ("zhou", "/board", "the director's board"),
    ("li", "/board/section", "the section's board"),
    ("li", "/board/staffing", "staffing board"),
    ("li", "/plans", "coverage"),
    ("li", "/follow-up", "ledger of the office"),
    ("li", "/c/{campaign}/u/{unit}", "a department's file"),
    ("head-{unit}", "/c/{campaign}/u/{unit}", "the department reads it"),
    ("wang", "/c/{campaign}/u/{unit}/assessment", "self-assessment"),
    ("wang", "/c/{campaign}/u/{unit}/review", "review"),
    ("li", "/c/{campaign}/u/{unit}/report", "report"),
    ("head-{unit}", "/c/{campaign}/u/{unit}/feedback", "feedback"),
    ("li", "/c/{campaign}/u/{unit}/objection", "objection"),
    ("head-{unit}", "/c/{campaign}/u/{unit}/follow-up", "rectification"),
    ("li", "/findings", "findings"),
    ("li", "/documents", "documents"),
    ("sysadmin", "/people", "people"),
    ("auditadmin", "/audit", "audit log"),
)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Every statement that runs inside."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def measure(client: TestClient, engine: Engine, path: str) -> tuple[int, float, int, int]:
    """Status, median in ms, statements, bytes."""
    client.get(path)
    with counted(engine) as statements:
        answer = client.get(path)
    times = []
    for _ in range(TIMES):
        began = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - began) * 1000)
    selects = sum(text.lstrip()[:6].upper() == "SELECT" for text in statements)
    return answer.status_code, statistics.median(times), selects, len(answer.content)


def main(folder: Path) -> int:
    """Measure every page and print the table."""
    os.environ.setdefault("EVALPLAT_DATA_DIR", str(folder / "data"))
    from evalplat.app import create_app
    from evalplat.audit.tables import AuditEvent
    from evalplat.campaigns.tables import Campaign, Evaluation
    from evalplat.demo.cast import PASSWORD
    from evalplat.kernel import clock
    from evalplat.kernel.db import make_engine, transaction
    from evalplat.kernel.garbage import collect_seldom
    from evalplat.kernel.settings import settings
    from evalplat.people.tables import Unit

    collect_seldom()  # as the server does
    engine = make_engine(settings().url)
    with transaction(engine, write=False) as session:
        at: datetime = session.exec(select(AuditEvent.at).order_by(col(AuditEvent.seq).desc())).first() + timedelta(days=1)  # type: ignore[operator]
        campaign = session.exec(select(Campaign).order_by(col(Campaign.id))).first()
        assert campaign is not None
        unit = session.exec(select(Unit.code).join(Evaluation, col(Evaluation.unit_id) == col(Unit.id))
                            .where(Evaluation.campaign_id == campaign.id).order_by(col(Evaluation.id))).first()
    console = Console(width=130)
    table = Table("Page", "Who", "Status", "Median ms", "Queries", "kB", title=f"{settings().url}")
    over = 0
    for who, path, title in PAGES:
        login, address = (text.format(campaign=campaign.code, unit=unit) for text in (who, path))
        with clock.at(at), TestClient(create_app(engine), follow_redirects=False) as client:
            if login != "nobody":
                signed = client.post("/sign-in", data={"login": login, "password": PASSWORD, "next": "/"})
                assert signed.status_code == 303, f"{login}: {signed.status_code}"
            status, median, queries, size = measure(client, engine, address)
        bad = status == 200 and (median > LIMIT_MS or queries > MOST)
        over += bad
        table.add_row(title, login, str(status), f"{median:.1f}", str(queries), f"{size / 1000:.0f}", style="red" if bad else "")
    console.print(table)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
