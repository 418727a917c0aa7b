"""Column types that keep what the databases would lose: time zones and exact points."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

HUNDRED = Decimal(100)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with a time zone, stored as UTC without one (SQLite keeps none)."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a moment without a time zone, store the rest as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give it back in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class Points(TypeDecorator[Decimal]):
    """Points with two decimals, stored as whole hundredths (SQLite would make a float of a decimal)."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Refuse more than two decimals: rounding is the indicator file's business."""
        if value is None:
            return None
        scaled = Decimal(value) * HUNDRED
        if scaled != scaled.to_integral_value():
            raise ValueError(f"points have two decimals: {value}")
        return int(scaled)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Give back an exact decimal with two places."""
        return None if value is None else (Decimal(value) / HUNDRED).quantize(Decimal("0.01"))
