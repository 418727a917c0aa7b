"""The survey's pure rules: states, secrets that are stored as hashes alone, words that must not be kept, the Merkle root."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 8
RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
OPEN_GROUPS = ("citizen", "recipient")
"""Groups that a poster may ask: everybody who walks in belongs to them."""

FREEZE = "surveys.freeze"
"""The kind of job that recounts and freezes."""

WHOLE = "*"
"""The "question" under which tallies count whole answers: all (``n``), those that count (``valid``), flags (``flag:…``)."""


class WaveState(StrEnum):
    """A wave waits, takes answers, is over, is frozen. It never goes back."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    FROZEN = "frozen"


class Evidence(StrEnum):
    """What stands behind an answer: A a one-time link; B an open link; C an open link, again from the same browser."""

    TOKEN = "A"  # noqa: S105 - a grade, not a secret
    OPEN = "B"
    REPEATED = "C"


def new_code() -> str:
    """A short code for an open link: typed from a poster, so without letters that look alike."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_secret() -> str:
    """128 random bits as text."""
    return secrets.token_urlsafe(16)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def ballot_of(token: str, key: bytes) -> str:
    """The ballot that stands for a token: nobody finds one from the other without the server's key and the token itself."""
    return hmac.new(key, b"ballot:" + token.encode(), hashlib.sha256).hexdigest()


def receipt_of(submission: str, key: bytes) -> str:
    """The receipt of a submission, always the same one: 12 letters in three groups."""
    number = int.from_bytes(hmac.new(key, b"receipt:" + submission.encode(), hashlib.sha256).digest()[:12])
    letters = []
    for _ in range(12):
        number, rest = divmod(number, len(RECEIPT_ALPHABET))
        letters.append(RECEIPT_ALPHABET[rest])
    text = "".join(letters)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


_PERSONAL = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"),
    re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9](?:[\s-]?\d){9}(?!\d)"),
    re.compile(r"(?<!\d)0\d{2,3}[\s-]?\d{7,8}(?!\d)"),
    re.compile(r"(?<!\d)\d{7,}(?!\d)"),
    re.compile(r"(?<=微信)\s*(?:号|[:：])*\s*[A-Za-z][\w-]{5,19}|(?<=[Qq][Qq])\s*[:：]?\s*\d{5,}"),  # zh: read
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９－＠．", "0123456789-@.")  # zh: read


def redact(text: str) -> str:
    """A free answer without telephone, identity, card numbers and mail addresses, which nobody asked for."""
    found = text.translate(_FULL_WIDTH)
    for pattern in _PERSONAL:
        found = pattern.sub("［…］", found)  # zh: read
    return found


def merkle_root(leaves: Iterable[bytes]) -> str:
    """The root over the sorted hashes of ``leaves``; an odd one goes up as it is. Of nothing: the hash of nothing."""
    level = sorted(hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves)
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        paired = [hashlib.sha256(b"\1" + left + right).digest()
                  for left, right in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[2 * len(paired):]
    return level[0].hex()


def open_weight(setting: object) -> Fraction:
    """The weight of an open answer beside one from a one-time link, between 0 and 1."""
    try:
        weight = Fraction(Decimal(str(setting)))
    except (InvalidOperation, ValueError, OverflowError):
        return Fraction(0)
    return min(max(weight, Fraction(0)), Fraction(1))


def weight_beside(group: str, tokens: int, weight: Fraction) -> Fraction:
    """What an open answer weighs: ``weight`` beside valid answers by one-time links; in full where there are none, and
    for citizens, who have no other channel."""
    return weight if tokens and group != "citizen" else Fraction(1)


def weighted(parts: Sequence[tuple[Fraction | None, int, Fraction]]) -> tuple[Fraction | None, int]:
    """(mean, number of answers that count) over parts of (mean, n, weight). A weight counts answers, rounded down."""
    counted = [(mean, n, weight) for mean, n, weight in parts if mean is not None and n and weight]
    total = sum((n * weight for _, n, weight in counted), Fraction(0))
    if not total:
        return None, 0
    return sum((mean * n * weight for mean, n, weight in counted), Fraction(0)) / total, int(total)
