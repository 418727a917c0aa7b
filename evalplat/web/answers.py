"""Answers that are no page: a file to save, with a name in any language."""

from __future__ import annotations

from urllib.parse import quote

from fastapi.responses import Response

from evalplat.files.store import read
from evalplat.files.tables import StoredFile


def download(data: bytes, name: str, *, media_type: str, inline: bool = False) -> Response:
    """A file; the foreign name goes out encoded, so that it cannot break the header."""
    ending = name.rpartition(".")[2] if "." in name else "bin"
    kind = "inline" if inline else "attachment"
    plain = "".join(c for c in ending if c.isascii() and c.isalnum())[:8]
    header = f"{kind}; filename=\"file.{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=media_type, headers={"content-disposition": header, "x-content-type-options": "nosniff"})


def stored(file: StoredFile) -> Response:
    """A file that somebody handed in: always to be saved, never shown inside our pages."""
    return download(read(file), file.name, media_type=file.media_type)
