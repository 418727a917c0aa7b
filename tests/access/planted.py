"""Marks in rows that do not belong to a reader: a whole office beside the demonstration's, and every department's own words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text
from sqlmodel import select

from evalplat.campaigns import drafts, setup
from evalplat.demo.cast import PASSWORD
from evalplat.kernel.work import SystemActor, Work
from evalplat.people import actions as people
from evalplat.people.roles import Role
from evalplat.people.tables import Unit, User

OTHER_OFFICE = "外单位密语"
"""Stands in every row of the other office; nobody of the demonstration may ever read it."""
OWN_WORDS: dict[str, tuple[str, ...]] = {
    "finding": ("title", "description", "evidence", "answer"), "assessment_entry": ("text",), "assessment_claim": ("reason",),
    "assessment_dispute": ("reason",), "adjustment_proposal": ("reason", "statement"), "review_record": ("content",),
    "review_rating": ("note",), "review_check": ("note",), "review_figure": ("reason",), "desk_check": ("text",),
    "chasing_call": ("said",), "survey_text": ("text",), "feedback_letter": ("achievements", "advice"),
    "rectification": ("requirement", "measures", "steps", "report"), "finding_route": ("requirement",),
    "objection": ("refusal_text", "extension_reason"), "extension": ("reason",), "establishment_advice": ("text",),
    "recusal_request": ("reason",), "moderation_outcome": ("reason",), "look_back_check": ("note",),
}
"""Prose that a department and those who evaluate it wrote; no other department may read it."""
SHORTEST = 8
"""Shorter entries are numbers and codes, which a mark would spoil."""


def mark_of(unit: str) -> str:
    """What stands at the end of a department's own words."""
    return f"〔密{unit}〕"


def another_office(work: Work, today: date) -> None:
    """An office that has nothing to do with the demonstration."""
    office = people.set_up_office(work, code="other", name=OTHER_OFFICE, short_name=OTHER_OFFICE, document_mark=OTHER_OFFICE,
                                  document_series=OTHER_OFFICE)
    work.actor = SystemActor(office.id or 0)
    people.add_unit(work, code="shuiwu", name=f"{OTHER_OFFICE}水务局", short_name=OTHER_OFFICE, category="gov")
    people.add_user(work, login="other-head", name=OTHER_OFFICE, post=OTHER_OFFICE, roles=[(Role.DIRECTOR, None)], password=PASSWORD,
                    must_change=False)
    setup.draft_campaign(work, code="2026", title=OTHER_OFFICE, year=today.year, census_date=today, basis=OTHER_OFFICE,
                         scope=OTHER_OFFICE, system_file="tengzhou-2026.yaml", survey_files=["citizen.yaml"])


def drafts_of_both(work: Work) -> None:
    """An indicator system that each office began to write, so that the pages of drafts have something to show and to hide."""
    for login, title in (("li", "本市指标体系"), ("other-head", OTHER_OFFICE)):
        writer = work.session.exec(select(User).where(User.login == login)).one()
        work.actor = SystemActor(writer.office_id, user_id=writer.id)
        drafts.start(work, source="tengzhou-2026.yaml", title=title)


def mark_own_words(work: Work) -> int:
    """Put each department's mark at the end of its own words; how many rows."""
    of_unit = "(select u.code from evaluation e join unit u on u.id = e.unit_id where e.id = {table}.evaluation_id)"
    marked = 0
    for table, columns in OWN_WORDS.items():
        for column in columns:
            answer = work.session.connection().execute(text(
                f"update {table} set {column} = {column} || '〔密' || {of_unit.format(table=table)} || '〕' where evaluation_id is not null"
                f" and length({column}) > {SHORTEST} and {column} not like '{{%' and {column} not like '[%'"))
            marked += answer.rowcount
    return marked


def forbidden_to(who: str, units: Iterable[str]) -> tuple[str, ...]:
    """The marks that somebody may never read: those of other departments for a department's people, all of them for strangers and
    administrators."""
    own = who.partition("-")[2]
    if not own and who not in ("", "sysadmin", "secadmin", "auditadmin"):
        return (OTHER_OFFICE,)
    return (OTHER_OFFICE, *(mark_of(unit) for unit in units if unit != own))


def units_of(work: Work) -> list[str]:
    """Codes of all departments of the demonstration."""
    return sorted(set(work.session.exec(select(Unit.code))))
