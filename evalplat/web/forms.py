"""What was posted, as text: read once, checked against an input model, kept for showing again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from evalplat.kernel.i18n import N_, gettext

Model = TypeVar("Model", bound=BaseModel)

MESSAGES: dict[str, str] = {
    "missing": N_("Fill this in."),
    "string_too_short": N_("Fill this in."),
    "string_too_long": N_("This is too long: at most {max_length} characters."),
    "int_parsing": N_("Enter a whole number."), "int_type": N_("Enter a whole number."),
    "int_from_float": N_("Enter a whole number."),
    "decimal_parsing": N_("Enter a number."), "float_parsing": N_("Enter a number."),
    "decimal_max_places": N_("At most {decimal_places} decimals."),
    "greater_than_equal": N_("Enter {ge} or more."), "less_than_equal": N_("Enter {le} or less."),
    "greater_than": N_("Enter more than {gt}."),
    "date_parsing": N_("Enter a date, for example 2026-11-24."), "date_from_datetime_parsing": N_("Enter a date, for example 2026-11-24."),
    "enum": N_("Choose one of the options."), "literal_error": N_("Choose one of the options."),
    "string_pattern_mismatch": N_("This does not have the expected form."),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A posted file: its foreign name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """All posted fields in order; a name may come several times."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, Upload], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The last value of a field."""
        return next((value for key, value in reversed(self.fields) if key == name), default)

    def list(self, name: str) -> list[str]:
        """Every value of a field."""
        return [value for key, value in self.fields if key == name]

    def multi(self) -> dict[str, list[str]]:
        """Name → values."""
        found: dict[str, list[str]] = {}
        for key, value in self.fields:
            found.setdefault(key, []).append(value)
        return found

    def starting(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Fields whose name begins with ``prefix``, without it."""
        return ((key[len(prefix):], value) for key, value in self.fields if key.startswith(prefix))

    def file(self, name: str) -> Upload | None:
        """A posted file, if one was chosen."""
        return next((upload for key, upload in self.files if key == name and upload.name), None)

    def values(self) -> dict[str, str]:
        """Name → last value: what the page shows again."""
        return dict(self.fields)


@dataclass(frozen=True, slots=True)
class Checked(Generic[Model]):
    """The parsed model, or the errors by field with what was typed."""

    model: Model | None
    errors: dict[str, str] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)


def parse(model: type[Model], posted: Posted) -> Checked[Model]:
    """Check posted text against an input model. List fields take every value of their name."""
    data: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if getattr(info.annotation, "__origin__", None) in (list, tuple):
            data[name] = posted.list(name)
        elif any(key == name for key, _ in posted.fields):
            data[name] = posted.get(name).strip()
    data = {name: value for name, value in data.items() if value != "" or model.model_fields[name].annotation is str}
    try:
        return Checked(model.model_validate(data), {}, posted.values())
    except ValidationError as error:
        return Checked(None, _messages(error), posted.values())


def _messages(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"]) or "form"
        message = MESSAGES.get(item["type"])
        if message is None:
            message = str(item["msg"]).removeprefix("Value error, ") if item["type"] == "value_error" else N_("This entry is not valid.")
        found.setdefault(name, gettext(message, **item.get("ctx", {})) if message in MESSAGES.values() else gettext(message))
    return found
