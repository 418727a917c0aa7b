"""Taking files in and giving them out. The type is read from the bytes; the name is cleaned and only ever shown."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from pathlib import Path

from evalplat.kernel.errors import Invalid
from evalplat.kernel.i18n import N_
from evalplat.kernel.settings import settings
from evalplat.kernel.work import Work

from .tables import StoredFile

ALLOWED = {
    "pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain", "csv": "text/csv",
}
SIGNATURES = {"pdf": (b"%PDF-",), "png": (b"\x89PNG\r\n\x1a\n",), "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",),
              "docx": (b"PK\x03\x04",), "xlsx": (b"PK\x03\x04",)}
TEXT = {"txt", "csv"}


def clean_name(name: str) -> str:
    """A name that is safe to show and to offer for saving: no folders, no control or direction signs, ≤ 120 characters."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:100]}{dot}{ending[:12]}" if dot else name[:100] or "file"


def kind_of(name: str, data: bytes) -> str | None:
    """The ending, if it is allowed and the bytes agree with it."""
    ending = name.rpartition(".")[2].lower()
    if ending not in ALLOWED:
        return None
    if ending in TEXT:
        return ending if b"\x00" not in data else None
    return ending if data.startswith(SIGNATURES[ending]) else None


def keep(work: Work, name: str, data: bytes, *, purpose: str, evaluation_id: int | None = None,
         field: str = "file") -> StoredFile:
    """Check and store an upload. Raises ``Invalid`` for ``field`` when it is empty, too big or of a wrong kind."""
    limit = settings().upload_max_mb
    if not data:
        raise Invalid({field: N_("The file is empty. Choose another one.")})
    if len(data) > limit * 1024 * 1024:
        raise Invalid({field: N_("The file is too big. Make it smaller, or split it.")})
    name = clean_name(name)
    ending = kind_of(name, data)
    if ending is None:
        raise Invalid({field: N_("This kind of file is not taken. Use PDF, Word (docx), Excel (xlsx), PNG, JPEG, TXT or CSV.")})
    return put(work, name, data, media_type=ALLOWED[ending], purpose=purpose, evaluation_id=evaluation_id)


def put(work: Work, name: str, data: bytes, *, media_type: str, purpose: str,
        evaluation_id: int | None = None) -> StoredFile:
    """Store bytes that the program itself made (or checked) and their row."""
    digest = hashlib.sha256(data).hexdigest()
    _write(path_of(digest), data)
    row = StoredFile(office_id=work.office_id, evaluation_id=evaluation_id, code=secrets.token_hex(8), sha256=digest,
                     size=len(data), media_type=media_type, name=name, purpose=purpose,
                     created_by=work.actor.user_id, created_at=work.now)
    work.add(row)
    return row


def read(file: StoredFile) -> bytes:
    """The bytes; a damaged file is an error, not a wrong document."""
    data = path_of(file.sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise OSError(f"stored file {file.code} does not match its hash")
    return data


def path_of(digest: str) -> Path:
    """Where the bytes of this hash lie."""
    return settings().files_dir / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{secrets.token_hex(4)}")
    with partial.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
