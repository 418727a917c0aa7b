"""Figures + chapters → the report to the commission as a document."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign
from evalplat.documents import parts
from evalplat.documents.views import SummaryView
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office

from . import queries, rules
from .tables import SummaryText

MARKS = {"sample_short": "样本不足", "sample_short_block": "社会评价样本不足，不参加排名"}
VETO = ("一票否决",)
MEASURES = {"评估人员": "人", "座谈会": "场", "访谈": "人次", "实地评估记录": "份"}
ZERO = Decimal("0.00")


def summary_view(work: Work, campaign: Campaign, text: SummaryText) -> SummaryView:
    """Everything that the report prints; documents are Chinese."""
    with speaking("zh"):
        return _view(work, campaign, text)


def _view(work: Work, campaign: Campaign, text: SummaryText) -> SummaryView:
    office = work.session.get_one(Office, work.office_id)
    found = queries.overview(work, campaign)
    snapshot = queries.snapshot_of(work, campaign)
    return SummaryView(
        head=parts.OfficialHead(office_name=office.document_mark, doc_number=None, draft=True),
        title=f"关于{campaign.title}情况的报告", addressee="市委机构编制委员会", signed_by=office.name, signed_on=None,
        imprint=parts.Imprint(printed_by=office.name, printed_on=None),
        stamp=parts.AuditStamp(made_at=work.now, result_hash=snapshot.hash if snapshot else None,
                               relaxed_rules=tuple(campaign.settings.get("relaxed_rules", []))),
        campaign=campaign.title, snapshot=f"{full_date(snapshot.made_at)}（{snapshot.hash[:16]}）" if snapshot else "",
        organisation=(_organisation(campaign, found),),
        participation=_counts(found.participation),
        overall=_lines(text.overall),
        distribution=tuple(parts.CountLine(label=label, count=count) for label, count in found.distribution),
        grades=_counts(found.grades, unit="家"), units=tuple(_unit(row) for row in _in_order(work, campaign, found.units)),
        mean_total=found.mean_total or ZERO, mean_x=found.mean_x or ZERO,
        mean_y=found.mean_y or ZERO,
        averages=tuple(parts.AverageLine(code=b.code, title=b.title, rate=b.rate, units=b.units) for b in found.blocks),
        achievements=_sections(text.achievements),
        findings=tuple(parts.FindingCount(category=f"{f.category} {f.title}", minor=f.minor, major=f.major, critical=f.critical,
                                          to_office=f.to_office, to_unit=f.to_unit, referred=f.referred) for f in found.findings),
        problems=_sections(text.problems), causes=_lines(text.causes),
        objections=_counts(found.objections), rectification=_counts(found.rectification),
        handling=_lines(text.handling),
        satisfaction=tuple(parts.SatisfactionLine(group=g.group, answered=g.valid, valid=g.valid, mean=g.mean,
                                                  mark="" if g.mean is not None else "样本不足") for g in found.satisfaction),
        advice=_sections(text.advice))


def _organisation(campaign: Campaign, found: queries.Overview) -> str:
    basis = "；".join(line.strip() for line in campaign.basis.splitlines() if line.strip())
    issued = full_date(campaign.issued_at) if campaign.issued_at else ""
    return (f"依据{basis or '机构编制管理有关规定'}，对{len(found.units)}家单位开展{campaign.title}，自{issued}印发通知，"
            f"按照部门自评、社会调查、实地评估、撰写报告、反馈结果、异议处理的步骤组织，{found.final}家单位的结果已经确定。")


def _counts(lines: Iterable[tuple[str, int]], *, unit: str = "") -> tuple[parts.CountLine, ...]:
    """``收到异议（家）`` is counted in 家; what has no such measure in its name is looked up."""
    found = []
    for label, count in lines:
        name, _, measure = label.removesuffix("）").partition("（")
        found.append(parts.CountLine(label=name, count=count, unit=measure or MEASURES.get(name, unit)))
    return tuple(found)


def _in_order(work: Work, campaign: Campaign, rows: Iterable[queries.UnitRow]) -> list[queries.UnitRow]:
    """Category by category as the system names them, and by rank within; without a rank, by code."""
    places = {title.in_language(): place for place, title in enumerate(system_of(work, campaign).categories.values())}
    return sorted(rows, key=lambda row: (places.get(row.category, len(places)), row.rank or 1000, row.code))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _sections(text: str) -> tuple[parts.Section, ...]:
    return tuple(parts.Section(heading=title, paragraphs=tuple(lines)) for title, lines in rules.sections(text))


def _unit(row: queries.UnitRow) -> parts.UnitLine:
    rank = f"{row.rank}/{row.of}" if row.rank is not None and row.of > 1 else None
    return parts.UnitLine(name=row.name, category=row.category, total=row.total, score_x=row.score_x, score_y=row.score_y,
                          grade=row.grade, rank=rank, findings=row.findings,
                          marks=tuple(MARKS[mark] for mark in row.marks if mark in MARKS) + (VETO if row.vetoed else ()), rates=row.rates)
