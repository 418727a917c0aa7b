"""Figures + chapters → the report to the commission as a document, or its interim form."""

# All zh: printed
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from evalplat.campaigns.definitions import system_of
from evalplat.campaigns.tables import Campaign
from evalplat.documents import parts, parts_summary
from evalplat.documents.views import SummaryView
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import gettext, speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office

from . import queries, rules
from .queries import Counts, FindingCount, GroupRow, Overview
from .queries_compare import comparison
from .queries_draft import drafts, values_of
from .rules_books import UnitRow
from .rules_compare import Comparison, Line
from .rules_draft import CHAPTERS, fill
from .rules_words import DECISIONS, SUBJECTS
from .tables import Snapshot, SummaryText

MARKS = {"sample_short": "样本不足", "sample_short_block": "社会评价样本不足，不参加排名", "light": "轻评，不参加排名"}
VETO = ("一票否决",)
ZERO = Decimal("0.00")
MOST_CHANGED = 5


def summary_view(work: Work, campaign: Campaign, text: SummaryText, *, interim: bool = False) -> SummaryView:
    """Everything that the report prints; documents are Chinese, and nothing in them tells of a referral but one number."""
    with speaking("zh"):
        found = queries.overview(work, campaign, referrals=False)
        compared = None if interim else comparison(work, campaign, found.units)
        return _view(work, campaign, text, found=found, compared=compared, interim=interim)


def chapters(text: SummaryText, found: Overview, compared: Comparison | None, *, draft: bool = False) -> dict[str, str]:
    """The chapters with their numbers; ``draft``: what nobody has written yet stands as it was drafted."""
    values = values_of(found, compared)
    first = drafts(found, compared) if draft else {}
    return {name: fill(getattr(text, name) or first.get(name, ""), values) for name in CHAPTERS}


def _view(work: Work, campaign: Campaign, text: SummaryText, *, found: Overview, compared: Comparison | None,
          interim: bool) -> SummaryView:
    office = work.session.get_one(Office, work.office_id)
    snapshot = queries.snapshot_of(work, campaign)
    written = chapters(text, found, compared, draft=interim)
    ties = None if interim else ties_of(found.units)
    return SummaryView(
        head=parts.OfficialHead(office_name=office.document_mark, doc_number=None, draft=True),
        title=f"关于{campaign.title}情况的报告" + ("（中期）" if interim else ""), addressee="市委机构编制委员会", signed_by=office.name,
        signed_on=None, imprint=parts.Imprint(printed_by=office.name, printed_on=None),
        stamp=parts.AuditStamp(made_at=work.now, result_hash=snapshot.hash if snapshot else None,
                               relaxed_rules=tuple(campaign.settings.get("relaxed_rules", []))),
        campaign=campaign.title, snapshot=stamp_of(snapshot) if snapshot else f"{full_date(work.now)}（未定稿，随时变动）",
        organisation=(_organisation(campaign, found), *_lines(written["organisation"])), participation=_counts(found.participation),
        overall=_lines(written["overall"]), distribution=_bare(found.distribution), grades=_counts(found.grades, unit="家"),
        units=tuple(_unit(row, found, compared, ties=ties) for row in _in_order(work, campaign, found.units)),
        mean_total=found.mean_total or ZERO, mean_x=found.mean_x or ZERO, mean_y=found.mean_y or ZERO,
        averages=_averages(found, compared), achievements=_sections(written["achievements"]),
        findings=tuple(_finding(f, f"{f.category} {f.title}") for f in found.findings), problems=_sections(written["problems"]),
        causes=_lines(written["causes"]), objections=_counts(found.objections), rectification=_counts(found.rectification),
        handling=_lines(written["handling"]), handling_parts=_sections(written["handling"]),
        satisfaction=tuple(_group(row) for row in found.satisfaction),
        advice=_sections(written["advice"]), interim=_interim(found) if interim else "",
        missing=tuple(row.name for row in found.missing) if interim else (),
        categories=tuple(parts_summary.CategoryLine(
            title=c.title, units=int(c.units), mean=c.mean, mean_x=c.mean_x, mean_y=c.mean_y, least=c.least, most=c.most)
            for c in found.categories),
        compare=_compare(compared) if compared and compared.same else None,
        families=tuple(_finding(f, f.title) for f in found.families), cases=_lines(written["cases"]),
        feedback=_counts(found.feedback), closing_rate=found.closing_rate, studies=_counts(found.advice, unit="条"),
        net_posts=None if found.net_posts is None else int(found.net_posts),
        referrals=int(found.referrals), ledger=_ledger(found), contested=_contested(found),
        handled_on=full_date(snapshot.handled_at if snapshot and snapshot.handled_at else work.now))


def stamp_of(snapshot: Snapshot) -> str:
    """How a snapshot is named on paper and in files."""
    return f"{full_date(snapshot.made_at)}（{snapshot.hash[:16]}）"


def _interim(found: Overview) -> str:
    return f"中期情况，{len(found.units)}家单位中{found.final}家结果已经确定，数据仍会变动，不列位次，不作为正式结果"


def _organisation(campaign: Campaign, found: Overview) -> str:
    basis = "；".join(line.strip() for line in campaign.basis.splitlines() if line.strip())
    issued = f"自{full_date(campaign.issued_at)}印发通知，" if campaign.issued_at else ""
    scope = f"，范围为{campaign.scope}" if campaign.scope else ""
    return (f"依据{basis or '机构编制管理有关规定'}，对{len(found.units)}家单位开展{campaign.title}{scope}，{issued}"
            f"按照部门自评、社会调查、实地评估、撰写报告、反馈结果、异议处理的步骤组织，{found.final}家单位的结果已经确定。")


def _counts(lines: Counts, *, unit: str = "") -> tuple[parts.CountLine, ...]:
    """``收到异议（件）`` is counted in 件."""
    found = []
    for label, count in lines:
        name, _, measure = label.removesuffix("）").partition("（")
        found.append(parts.CountLine(label=name, count=int(count), unit=measure or unit))
    return tuple(found)


def _bare(lines: Counts) -> tuple[parts.CountLine, ...]:
    return tuple(parts.CountLine(label=label, count=int(count)) for label, count in lines)


def _averages(found: Overview, compared: Comparison | None) -> tuple[parts.AverageLine, ...]:
    return tuple(parts.AverageLine(code=b.code, title=b.title, rate=b.rate, units=int(b.units)) for b in found.blocks)


def _in_order(work: Work, campaign: Campaign, rows: Iterable[UnitRow]) -> list[UnitRow]:
    """Category by category as the system names them, and by rank within; without a rank, by code."""
    places = {key: place for place, key in enumerate(system_of(work, campaign).categories)}
    return sorted(rows, key=lambda row: (places.get(row.category, len(places)), row.rank or 1000, row.code))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _sections(text: str) -> tuple[parts.Section, ...]:
    return tuple(parts.Section(heading=title, paragraphs=tuple(lines)) for title, lines in rules.sections(text))


def rank_text(row: UnitRow, ties: Mapping[tuple[str, int | None], int]) -> str | None:
    """``2/16（并列3）``: the place, of how many, and how many share it; alone in a category there is none. ``2—4/16（差异不显著）``:
    a group of places that the surveys do not tell apart."""
    if row.rank is None or row.of < 2:
        return None
    if row.last is not None and row.last > row.rank:
        return f"{row.rank}—{row.last}/{row.of}（差异不显著）"
    return f"{row.rank}/{row.of}" + (f"（并列{ties[row.category, row.rank]}）" if row.tied else "")


def ties_of(units: Iterable[UnitRow]) -> Counter[tuple[str, int | None]]:
    """(category, rank) → how many share it."""
    return Counter((row.category, row.rank) for row in units)


def _unit(row: UnitRow, found: Overview, compared: Comparison | None, *,
          ties: Mapping[tuple[str, int | None], int] | None) -> parts.UnitLine:
    marks = tuple(MARKS[mark] for mark in row.marks if mark in MARKS) + (VETO if row.vetoed else ())
    marks += () if row.counted else ("未定稿",) if not row.side else ("未参加",)
    known = row.counted
    return parts.UnitLine(
        name=row.name, category=found.names.categories.get(row.category, row.category), total=row.total if known else None,
        score_x=row.score_x if known else None, score_y=row.score_y if known else None,
        grade=found.names.grades.get(row.grade or "") if known else None, rank=None if ties is None else rank_text(row, ties),
        previous=compared.units.get(row.code) if compared else None, findings=row.findings, marks=marks,
        rates=tuple(row.rates.get(block.code) for block in found.blocks))


def _finding(row: FindingCount, title: str) -> parts.FindingCount:
    return parts.FindingCount(category=title, minor=int(row.minor), major=int(row.major), critical=int(row.critical),
                              to_office=int(row.to_office), to_unit=int(row.to_unit), referred=int(row.referred))


def _group(row: GroupRow) -> parts.SatisfactionLine:
    interval = f"{row.low}—{row.high}" if row.low is not None else ""
    return parts.SatisfactionLine(group=row.group, answered=int(row.answered), valid=int(row.valid), mean=row.mean, interval=interval,
                                  mark="" if row.mean is not None else "样本不足")


def _compare(found: Comparison) -> parts_summary.ComparePart:
    changed = sorted((line for line in found.leaves if line.change), key=lambda line: line.change or ZERO)
    return parts_summary.ComparePart(
        title=found.title, same=len(found.same), new=found.new, left=found.left, versions=_versions(found),
        lines=tuple(_compared(line) for line in found.lines), blocks=tuple(_compared(line) for line in found.blocks),
        better=tuple(_compared(line) for line in changed[::-1][:MOST_CHANGED] if (line.change or ZERO) > 0),
        worse=tuple(_compared(line) for line in changed[:MOST_CHANGED] if (line.change or ZERO) < 0))


def _versions(found: Comparison) -> str:
    if found.same_system:
        return f"两次评估使用同一指标体系（{found.version_now}）。"
    said = f"指标体系由{found.version_before}调整为{found.version_now}"
    for codes, verb in ((found.added, "新增"), (found.dropped, "取消"), (found.redefined, "调整口径或者分值")):
        if codes:
            said += f"，{verb}{len(codes)}项（{'、'.join(codes[:8])}{'等' if len(codes) > 8 else ''}）"
    return said + "；只比较两次都有的指标，按得分率比较。"


def _compared(line: Line) -> parts_summary.CompareLine:
    return parts_summary.CompareLine(code=line.code, title=line.title, now=line.now, before=line.before, change=line.change, n=line.n,
                                     redefined=line.redefined)


def _ledger(found: Overview) -> tuple[parts_summary.LedgerLine, ...]:
    severities = {"minor": "一般", "major": "较重", "critical": "严重"}
    return tuple(parts_summary.LedgerLine(
        number=row.number, unit=found.names.units.get(row.unit, row.unit), title=row.title, severity=severities.get(row.severity, ""),
        state=gettext(row.state_label), due=row.due, closed=row.closed, overdue=row.overdue) for row in found.books.items)


def _contested(found: Overview) -> tuple[parts_summary.ContestedLine, ...]:
    papers = {(row.unit, row.attempt): row for row in found.books.objections}
    lines = []
    for row in found.books.contested:
        paper = papers.get((row.unit, row.attempt))
        refused = paper is not None and paper.refused
        lines.append(parts_summary.ContestedLine(
            unit=found.names.units.get(row.unit, row.unit), what=f"{gettext(SUBJECTS.get(row.subject, row.subject))} {row.code}".strip(),
            decision="不予受理" if refused else gettext(DECISIONS.get(row.decision, row.decision)),
            document=paper.document if paper else ""))
    return tuple(lines)
