"""Campaign + texts → the notice as a document."""

# All zh: printed
from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import col, select

from evalplat.campaigns import modes
from evalplat.campaigns.days import days
from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign, Evaluation, Team
from evalplat.campaigns.teams import members_of
from evalplat.campaigns.windows import KINDS, window_of
from evalplat.definitions.indicators import IndicatorSystem, Leaf
from evalplat.documents import parts
from evalplat.documents.numbering_format import clause
from evalplat.documents.views import NoticeView
from evalplat.kernel.formats import full_date, local
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office, Unit
from evalplat.people.unit_order import by_unit_order
from evalplat.scores.rule_words import rule_lines

from .tables import Notice

WINDOWS = {"assessment": ("部门自评", "各被评估部门"), "survey": ("社会调查", "编办组织"), "review": ("实地评估", "各评估组")}
KINDS_IN_WORDS = {"comprehensive": "综合评估", "thematic": "专项评估", "follow_through": "跟踪问效"}
LIGHT_LINE = "附件1中列为“轻评”的单位，自评并接受社会调查，不安排实地核查，结果不与全面评估的单位一并排名。"
LEVEL = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、]\s*)")
DELIVERABLES = ("自评报告", "机构编制评估调查统计表", "自评分表及佐证材料", "自查问题清单")


def notice_view(work: Work, campaign: Campaign, notice: Notice) -> NoticeView:
    """Everything that the notice prints; documents are Chinese."""
    with speaking("zh"):
        return _view(work, campaign, notice)


def _view(work: Work, campaign: Campaign, notice: Notice) -> NoticeView:
    office = work.session.get_one(Office, work.office_id)
    system = system_of(work, campaign)
    units = _units(work, campaign)
    contact = parts.Contact(person=notice.contact_person, phone=notice.contact_phone)
    closes = window_of(work, campaign, "assessment")
    submit_by = local(closes.closes_at if closes else work.now).date()
    return NoticeView(
        head=parts.OfficialHead(office_name=office.document_mark, doc_number=None, draft=True),
        title=f"关于开展{campaign.title}的通知", addressee="各被评估部门、单位", signed_by=office.name, signed_on=None,
        imprint=parts.Imprint(printed_by=office.name, printed_on=None),
        stamp=parts.AuditStamp(made_at=work.now), campaign=campaign.title, kind=_kind(campaign),
        basis=_lines(campaign.basis), purpose=notice.purpose, units=tuple(unit.name for _, unit in units),
        census_date=campaign.census_date, period=campaign.scope, system_name=str(system.title), system_version=system.version,
        system_hash=system.hash, indicators=tuple(_indicator(system, leaf) for leaf in system.leaves),
        windows=_windows(work, campaign), teams=_teams(work, campaign, units), submit_by=submit_by,
        deliverables=DELIVERABLES, outline=_levels(notice.outline),
        requirements=_levels(notice.requirements) + ((LIGHT_LINE,) if any(row.mode == modes.LIGHT for row, _ in units) else ()),
        contact=contact, deemed_days=days(campaign, "notice_deemed"), receipt=None)


def _kind(campaign: Campaign) -> str:
    """The kind in words; a follow-through names its approved matter with the document."""
    words = KINDS_IN_WORDS.get(campaign.kind, campaign.kind)
    if campaign.kind != modes.FOLLOW_THROUGH:
        return words
    matter = modes.matter_of(campaign)
    day = f"，{full_date(matter.day)}" if matter.day else ""
    return f"{words}，针对“{matter.text}”（{matter.document}{day}）"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _levels(text: str) -> tuple[str, ...]:
    """Lines without the numbers that people type before them: the document numbers them itself."""
    return tuple(LEVEL.sub("", line) for line in _lines(text))


def _units(work: Work, campaign: Campaign) -> list[tuple[Evaluation, Unit]]:
    query = (select(Evaluation, Unit).join(Unit, col(Unit.id) == col(Evaluation.unit_id))
             .where(Evaluation.campaign_id == campaign.id).order_by(*by_unit_order(work)))
    return list(work.session.exec(query))


def _indicator(system: IndicatorSystem, leaf: Leaf) -> parts.IndicatorLine:
    level2 = system.node(leaf.parent)
    level1 = system.node(level2.parent) if level2.parent else level2
    return parts.IndicatorLine(code=leaf.code, level1=str(level1.title), level2=str(level2.title), title=str(leaf.title),
                               points=Decimal(leaf.points.numerator) / Decimal(leaf.points.denominator),
                               dimension=leaf.dimension, rule="；".join(clause(line) for line in rule_lines(system, leaf)))


def _windows(work: Work, campaign: Campaign) -> tuple[parts.Window, ...]:
    found = []
    for kind in KINDS:
        row = window_of(work, campaign, kind)
        if row:
            name, who = WINDOWS[kind]
            found.append(parts.Window(name=name, opens_on=_day(row.opens_at), closes_on=_day(row.closes_at), who=who))
    return tuple(found)


def _day(moment: datetime) -> date:
    return local(moment).date()


def _teams(work: Work, campaign: Campaign, units: list[tuple[Evaluation, Unit]]) -> tuple[parts.Team, ...]:
    teams = work.session.exec(select(Team).where(Team.campaign_id == campaign.id).order_by(col(Team.code)))
    found = []
    for team in teams:
        people = [user.name for user in members_of(work, team)]
        own = [(unit.short_name, evaluation.mode) for evaluation, unit in units if evaluation.team_id == team.id]
        found.append(parts.Team(name=team.name, lead=people[0], members=tuple(people[1:]), units=tuple(name for name, _ in own),
                                light=tuple(name for name, mode in own if mode == modes.LIGHT)))
    return tuple(found)
