"""Reads back from a PDF what it says of the records it was made from, so that `audit verify` can compare."""

import io
import re
from dataclasses import dataclass

_KEY = re.compile(r"(?P<name>audit-head|result-hash|result-version|document-number)=(?P<value>[^,;\s]+)")


@dataclass(frozen=True, kw_only=True)
class ReadStamp:
    """What the metadata says; None where the document has no such thing."""

    audit_head: str | None
    result_hash: str | None
    result_version: int | None
    document_number: str | None


def read_stamp(pdf: bytes) -> ReadStamp:
    """The stamp in the PDF's keywords; raises ValueError for a file that is no readable PDF."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            keywords = str(document.docinfo.get("/Keywords", ""))
    except pikepdf.PdfError as error:
        raise ValueError("this is not a PDF that can be read") from error
    found = {match["name"]: match["value"] for match in _KEY.finditer(keywords)}
    version = found.get("result-version", "")
    return ReadStamp(
        audit_head=found.get("audit-head"),
        result_hash=found.get("result-hash"),
        result_version=int(version) if version.isdigit() else None,
        document_number=found.get("document-number"),
    )
