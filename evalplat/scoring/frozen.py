"""A frozen result as one ZIP: the indicator file, what was measured, the result and their hashes, to be recomputed anywhere.

The file is foreign when it is read: its size, names, packing and hashes are checked before anything in it is believed.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .measurement_json import Unreadable, measurements_json, read_json, read_measurements_json
from .model import Measurements, Options

FORMAT = "evalplat frozen result 1"
MANIFEST, SYSTEM, MEASUREMENTS, RESULT = "manifest.json", "system.yaml", "measurements.json", "result.json"
PARTS = (SYSTEM, MEASUREMENTS, RESULT)
MODES = ("full", "light")
MOST_BYTES = 20_000_000
MOST_MANIFEST = 20_000
_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_KEYS = {"format", "engine", "mode", "result", "parts", "about"}


class NotFrozen(ValueError):
    """This is no frozen result; the message says why, in a sentence."""


class Damaged(ValueError):
    """It was a frozen result, but something in it was changed, added or lost; the message says what."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """``result`` is its canonical JSON; ``mode`` is full or light; ``about`` names campaign, unit and version for people."""

    system: str
    measurements: Measurements
    options: Options
    result: bytes
    engine: str
    mode: str = "full"
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """The name of the result: what the documents print."""
        return hashlib.sha256(self.result).hexdigest()


def frozen_bytes(frozen: Frozen) -> bytes:
    """The ZIP: the same content gives the same bytes, on every machine and day."""
    parts = {SYSTEM: frozen.system.encode(), MEASUREMENTS: measurements_json(frozen.measurements, frozen.options),
             RESULT: frozen.result}
    manifest = {"format": FORMAT, "engine": frozen.engine, "mode": frozen.mode, "result": frozen.hash,
                "about": dict(frozen.about),
                "parts": {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()}}
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in {MANIFEST: text, **parts}.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.create_system, info.external_attr = 3, _PLAIN_FILE
            archive.writestr(info, data)
    return made.getvalue()


def read_frozen(data: bytes) -> Frozen:
    """What the ZIP holds; NotFrozen or Damaged if it is anything else than what ``frozen_bytes`` made."""
    if len(data) > MOST_BYTES:
        raise NotFrozen("The file is too large to be a frozen result.")
    parts = _unpacked(data)
    manifest = _manifest(parts[MANIFEST])
    for name in PARTS:
        if hashlib.sha256(parts[name]).hexdigest() != manifest["parts"][name]:
            raise Damaged(f"{name} is not what manifest.json says: it was changed after the result was frozen.")
    if manifest["result"] != manifest["parts"][RESULT]:
        raise Damaged("manifest.json names another result than the one in the file.")
    try:
        measurements, options = read_measurements_json(parts[MEASUREMENTS])
        system = parts[SYSTEM].decode("utf-8")
    except Unreadable as error:
        raise Damaged(f"{MEASUREMENTS} cannot be read. {error}") from error
    except UnicodeDecodeError as error:
        raise Damaged(f"{SYSTEM} is not UTF-8.") from error
    return Frozen(system, measurements, options, parts[RESULT], manifest["engine"], manifest["mode"], manifest["about"])


def _unpacked(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _check_names([member.filename for member in members])
            return {member.filename: _one(archive, member) for member in members}
    except (NotFrozen, Damaged):
        raise
    except (zipfile.BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise NotFrozen("This is not a ZIP file that can be read.") from error


def _check_names(names: list[str]) -> None:
    if MANIFEST not in names:
        raise NotFrozen("There is no manifest.json in it: this is not a frozen result.")
    if strange := [name for name in names if name not in (MANIFEST, *PARTS)]:
        raise Damaged(f"There is something else in it: {strange[0][:60]!a}.")
    if len(set(names)) != len(names):
        raise Damaged("The same name stands twice in it.")
    if gone := [name for name in PARTS if name not in names]:
        raise Damaged(f"{gone[0]} is not in it.")


def _one(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    most = MOST_MANIFEST if member.filename == MANIFEST else MOST_BYTES
    if member.flag_bits & 0x1:
        raise Damaged(f"{member.filename} is encrypted.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Damaged(f"{member.filename} is packed in a way that a frozen result never is.")
    with archive.open(member) as part:
        found = part.read(most + 1) if member.file_size <= most else b""
    if member.file_size > most or len(found) > most:
        raise Damaged(f"{member.filename} is too large.")
    return found


def _manifest(data: bytes) -> dict[str, Any]:
    try:
        found = read_json(data)
    except Unreadable as error:
        raise NotFrozen(f"{MANIFEST} cannot be read. {error}") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotFrozen(f'{MANIFEST} does not say "{FORMAT}": this program cannot read it.')
    parts, about = found.get("parts"), found.get("about")
    texts = [found.get("engine"), found.get("mode"), found.get("result")]
    if (set(found) != _KEYS or not isinstance(parts, dict) or set(parts) != set(PARTS) or not isinstance(about, dict)
            or not all(isinstance(text, str) for text in (*texts, *parts.values(), *about.values()))):
        raise Damaged(f"{MANIFEST} does not hold what it must.")
    if found["mode"] not in MODES:
        raise Damaged(f"{MANIFEST} names an unknown way to evaluate.")
    return found
