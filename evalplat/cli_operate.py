"""What operators do on the command line: people, documents, the audit chain."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine
from sqlmodel import Session, select

from evalplat.audit import log
from evalplat.campaigns.tables import Campaign, Evaluation
from evalplat.documents import proof as documents
from evalplat.documents.queries import of_campaign
from evalplat.documents.stamps import read_stamp
from evalplat.documents.tables import Document
from evalplat.files.store import read
from evalplat.files.tables import StoredFile
from evalplat.kernel.db import transaction
from evalplat.kernel.errors import EvalError
from evalplat.kernel.work import SystemActor, working
from evalplat.people import actions
from evalplat.people.roles import UNIT_ROLES, Role
from evalplat.people.tables import Office, Unit, User
from evalplat.scores import proof as scores

FINE, FINDINGS, USAGE, TROUBLE = 0, 1, 2, 3


def _office(session: Session) -> Office | None:
    return session.exec(select(Office).order_by(Office.id)).first()  # type: ignore[arg-type]  # a column


def add(engine: Engine, console: Console, *, login: str, name: str, roles: list[str], unit: str) -> int:
    """Add somebody with roles and print the first password once."""
    unknown = [role for role in roles if role not in set(Role)]
    if unknown:
        console.print(f"Unknown role: {unknown[0]}. Known: {', '.join(Role)}", style="red")
        return USAGE
    with transaction(engine, write=False) as session:
        office = _office(session)
        body = session.exec(select(Unit).where(Unit.code == unit)).first() if unit else None
    if office is None or (unit and body is None):
        console.print("There is no office yet." if office is None else f"There is no unit {unit}.", style="red")
        return USAGE
    held = [(Role(role), body.id if body and Role(role) in UNIT_ROLES else None) for role in roles]
    try:
        with working(engine, SystemActor(office.id or 0)) as work:
            _, password = actions.add_user(work, login=login, name=name, roles=held)
    except EvalError as error:
        console.print("; ".join(getattr(error, "errors", {"": error.message}).values()), style="red")
        return FINDINGS
    console.print(f"{login} may sign in. First password (shown once): {password}")
    return FINE


def reset(engine: Engine, console: Console, *, login: str) -> int:
    """A new first password."""
    with transaction(engine, write=False) as session:
        user = session.exec(select(User).where(User.login == login.lower())).first()
    if user is None:
        console.print(f"There is nobody with the login {login}.", style="red")
        return USAGE
    with working(engine, SystemActor(user.office_id)) as work:
        password = actions.reset_password(work, work.session.get_one(User, user.id))
    console.print(f"New first password of {login} (shown once): {password}")
    return FINE


def write_documents(engine: Engine, console: Console, *, campaign: str, unit: str, kind: str, out: Path) -> int:
    """Write the PDFs of a campaign's issued documents."""
    with transaction(engine, write=False) as session:
        found = session.exec(select(Campaign).where(Campaign.code == campaign)).first()
        if found is None:
            console.print(f"There is no campaign {campaign}.", style="red")
            return USAGE
        rows = [row for row in of_campaign(session, found) if not kind or row.kind == kind]
        rows = [row for row in rows if not unit or _unit_code(session, row) == unit]
        out.mkdir(parents=True, exist_ok=True)
        for row in rows:
            path = out / f"{_unit_code(session, row) or found.code}-{row.code}.pdf"
            path.write_bytes(_pdf(session, row))
            console.print(str(path))
    console.print(f"{len(rows)} documents.")
    return FINE


def _pdf(session: Session, document: Document) -> bytes:
    if document.file_id is not None:
        return read(session.get_one(StoredFile, document.file_id))
    from evalplat.documents.actions import view_of
    from evalplat.documents.render import render_pdf

    return render_pdf(document.kind, view_of(document))


def _unit_code(session: Session, document: Document) -> str:
    if document.evaluation_id is None:
        return ""
    evaluation = session.get_one(Evaluation, document.evaluation_id)
    return session.get_one(Unit, evaluation.unit_id).code


def verify(engine: Engine, console: Console, *, against: Path | None) -> int:
    """Recompute every office's chain; with a document, look for its printed head."""
    with transaction(engine, write=False) as session:
        offices = list(session.exec(select(Office)))
        verdicts = [(office, log.verify(session, office.id or 0)) for office in offices]
        code = FINE
        for office, verdict in verdicts:
            if verdict.broken_seq is None:
                console.print(f"{office.code}: {verdict.links} events, the chain is whole. Head {verdict.head}")
            else:
                code = FINDINGS
                console.print(f"{office.code}: broken at event {verdict.broken_seq}: {verdict.reason}.", style="red")
            code = max(code, _records(session, console, office))
        return max(code, _against(session, console, offices, against)) if against else code


def _records(session: Session, console: Console, office: Office) -> int:
    """Results and documents must be what the chain says was frozen and issued."""
    number, code = office.id or 0, FINE
    for what, book in (("results", scores), ("documents", documents)):
        changed = book.changed(session, number)
        if changed:
            code = FINDINGS
            console.print(f"{office.code}: {what} that are not as they were recorded: {', '.join(changed)}.", style="red")
        else:
            console.print(f"{office.code}: {book.count(session, number)} {what} are as they were recorded.")
    return code


def _against(session: Session, console: Console, offices: list[Office], path: Path) -> int:
    stamp = read_stamp(path.read_bytes())
    if not stamp.audit_head:
        console.print(f"{path}: prints no head of the chain.", style="red")
        return FINDINGS
    if any(log.contains(session, office.id or 0, stamp.audit_head) for office in offices):
        console.print(f"{path}: its head is a link of the chain.")
        return _bytes(session, console, offices, path)
    console.print(f"{path}: its head is not in the chain.", style="red")
    return FINDINGS


def _bytes(session: Session, console: Console, offices: list[Office], path: Path) -> int:
    data = path.read_bytes()
    if any(documents.made_here(session, office.id or 0, data) for office in offices):
        console.print(f"{path}: byte for byte as it was issued.")
        return FINE
    console.print(f"{path}: not byte for byte as it was issued.", style="red")
    return FINDINGS
