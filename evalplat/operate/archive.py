"""One archive file: a tar of parts, the manifest last, and behind it a seal over every byte before. Whatever was cut off or
changed anywhere, the seal does not fit, and nothing is read from the file."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self

FORMAT = 1
MANIFEST = "manifest.json"
MARK = b"evalplat-seal-1 "
TAIL = len(MARK) + 64 + 1
CHUNK = 1024 * 1024


class Damaged(Exception):
    """The file is no whole archive; the message says so in a sentence for operators."""


class _Sealed:
    """Passes bytes on and remembers their hash."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write and count in."""
        self.digest.update(data)
        return self.stream.write(data)


class Writer:
    """Puts parts into an archive. ``parts`` goes into the manifest."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._sealed = _Sealed(stream)
        self._tar = tarfile.open(fileobj=self._sealed, mode="w|", format=tarfile.USTAR_FORMAT)  # type: ignore[call-overload]  # write is all that a stream needs  # noqa: SIM115 - closed by finish
        self.parts: list[dict[str, Any]] = []

    def add(self, name: str, data: IO[bytes], **about: Any) -> None:
        """Add a part; ``data`` stands at its start and can seek."""
        size = data.seek(0, io.SEEK_END)
        data.seek(0)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        counted = _Counted(data)
        self._tar.addfile(info, counted)  # type: ignore[arg-type]  # read is all that a part needs
        self.parts.append({"name": name, "bytes": size, "sha256": counted.digest.hexdigest(), **about})

    def finish(self, manifest: dict[str, Any]) -> str:
        """The manifest, the end of the tar, the seal; gives the seal."""
        text = json.dumps({"format": FORMAT, **manifest, "parts": self.parts}, ensure_ascii=False, sort_keys=True, indent=1)
        self.add(MANIFEST, io.BytesIO(text.encode()))
        self._tar.close()
        seal = self._sealed.digest.hexdigest()
        self._sealed.stream.write(MARK + seal.encode() + b"\n")
        return seal


class _Counted:
    """Reads on and remembers the hash."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and count in."""
        data = self.stream.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name whole and on the disk, or not at all; only its owner reads it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def check(path: Path) -> str:
    """The seal of a whole archive; ``Damaged`` if a single byte is missing or another one."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise Damaged(f"{path}: there is no such file.") from None
    if size <= TAIL:
        raise Damaged(f"{path}: this is no backup, or next to nothing of one.")
    digest, left = hashlib.sha256(), size - TAIL
    with path.open("rb") as stream:
        while left and (data := stream.read(min(CHUNK, left))):
            digest.update(data)
            left -= len(data)
        tail = stream.read(TAIL + 1)
    if tail != MARK + digest.hexdigest().encode() + b"\n":
        raise Damaged(f"{path}: the backup was cut short or changed: its seal does not fit. Nothing was read from it; take another one.")
    return digest.hexdigest()


class Reader:
    """Reads the parts of an archive whose seal fits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seal = check(path)
        self._tar = tarfile.open(path, mode="r:")  # noqa: SIM115 - closed by close
        self._members = {member.name: member for member in self._tar.getmembers()}
        self.manifest: dict[str, Any] = json.loads(self._bytes(MANIFEST))
        if self.manifest["format"] != FORMAT:
            self._tar.close()
            raise Damaged(f"{path}: it was written by a newer program (format {self.manifest['format']}). Use that one.")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tar.close()

    def parts(self, what: str) -> list[dict[str, Any]]:
        """The parts of one sort: ``table``, ``file``, ``key``, ``definition``."""
        return [part for part in self.manifest["parts"] if part.get("what") == what]

    def open(self, part: dict[str, Any]) -> IO[bytes]:
        """The bytes of a part, as a stream."""
        stream = self._tar.extractfile(self._members[part["name"]])
        assert stream is not None
        return stream

    def read(self, part: dict[str, Any]) -> bytes:
        """The bytes of a part, their hash compared."""
        data = self._bytes(part["name"])
        if hashlib.sha256(data).hexdigest() != part["sha256"]:
            raise Damaged(f"{self.path}: {part['name']} is not what the manifest says.")
        return data

    def _bytes(self, name: str) -> bytes:
        stream = self._tar.extractfile(self._members[name])
        assert stream is not None
        return stream.read()
