"""Giving numbers: the series' row is locked, so two people never get the same one; a number is never given back."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from evalplat.kernel.work import Work
from evalplat.people.tables import Office

from .numbering_format import doc_number, report_series
from .tables import DocumentSeries


def next_number(work: Work, *, internal: bool = False) -> str:
    """The office's next number of this year: 滕编办发〔2026〕5号; of reports that stay inside: 滕编评报〔2026〕5号."""
    office = work.session.get_one(Office, work.office_id)
    year = work.today.year
    series = report_series(office.document_series) if internal else office.document_series
    query = select(DocumentSeries).where(DocumentSeries.office_id == work.office_id,
                                         DocumentSeries.series == series, DocumentSeries.year == year)
    row = work.session.exec(query.with_for_update()).one_or_none()
    if row is None:
        _begin(work, series, year)
        row = work.session.exec(query.with_for_update()).one()
    row.last += 1
    work.session.add(row)
    work.session.flush()
    return doc_number(series, year, serial=row.last)


def _begin(work: Work, series: str, year: int) -> None:
    """The first number of a year: of two who begin the series at once, the second takes the first one's row."""
    try:
        with work.session.begin_nested():
            work.session.add(DocumentSeries(office_id=work.office_id, series=series, year=year))
    except IntegrityError:
        return
