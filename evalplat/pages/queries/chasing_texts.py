"""The texts that chase: one for each unit, in official Chinese, to be copied into whatever carries messages here."""

# All zh: drafted
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from evalplat.campaigns.tables import Campaign
from evalplat.documents.actions import view_of
from evalplat.documents.queries import latest
from evalplat.kernel.formats import full_date
from evalplat.kernel.i18n import speaking
from evalplat.kernel.work import Work
from evalplat.people.tables import Office

from .chasing import ChaseRow, rows_of


@dataclass(frozen=True, slots=True)
class Message:
    """A text for one unit."""

    unit_code: str
    unit: str
    text: str
    lines: int


def messages(work: Work, campaign: Campaign, rows: Sequence[ChaseRow], *, within: int) -> list[Message]:
    """One text a unit about what the department itself owes; what the team or the office owes is left out."""
    wanted = {(row.unit_code, row.href, row.due_at) for row in rows if row.side == "unit"}
    with speaking("zh"):
        spoken = sorted((row for row in rows_of(work, campaign, within=within)
                         if row.side == "unit" and (row.unit_code, row.href, row.due_at) in wanted), key=lambda row: row.unit_code)
        close = _close(work, campaign)
        return [_message(work, campaign, list(group), close) for _, group in groupby(spoken, key=lambda row: row.unit_code)]


def _message(work: Work, campaign: Campaign, rows: list[ChaseRow], close: str) -> Message:
    lines = [f"{number}. {row.what}：{_when(row)}。办理网址：{_address(work, row.href)}" for number, row in enumerate(rows, 1)]
    late = any(row.late for row in rows)
    opening = f"您好！在{campaign.title}中，贵单位有以下{len(rows)}项工作{'尚未办理' if late else '即将到期'}："
    ask = "请尽快办理；确有困难的，请及时与我办联系。" if late else "请在截止日期前办理；确需延期的，请在截止日期前提出申请。"
    text = "\n".join([f"{rows[0].unit_name}：", opening, *lines, ask, close])
    return Message(rows[0].unit_code, rows[0].unit_name, text, 2 * text.count("\n"))


def _when(row: ChaseRow) -> str:
    day = full_date(row.due_at)
    if row.late:
        return f"截止日期为{day}，已逾期{max(row.days, 0)}个工作日" if row.days > 0 else f"截止日期为{day}，已逾期"
    return f"截止日期为{day}，还有{-row.days}个工作日" if row.days else f"截止日期为今天（{day}）24时"


def _address(work: Work, href: str) -> str:
    return f"{work.settings.public_url}{href}"


def _close(work: Work, campaign: Campaign) -> str:
    office = work.session.get_one(Office, work.office_id)
    notice = latest(work.session, "notice", campaign=campaign)
    contact = view_of(notice).contact if notice else None
    whom = [f"联系人：{contact.person}，电话：{contact.phone}。"] if contact else []
    return "\n".join([*whom, office.name, full_date(work.today)])
