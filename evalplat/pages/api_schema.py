"""The description of the interface, for machines (OpenAPI) and for people: read off the routes themselves."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from evalplat import __version__
from evalplat.access.tokens import SCOPES
from evalplat.kernel.i18n import N_, gettext

from .api_models import Problem

REFUSALS = {401: "no token in force", 403: "not within the token's scopes or the person's role", 405: "it only reads",
            429: "too many calls"}
WITH_PLACE = {404: "not there, or not for this person"}
WITH_QUERY = {400: "bad cursor, or a value that cannot be"}
WITH_FILE = {409: "the PDF is still being made"}
"""Beside those of every call: where the address names something, where there is a query, where a file is sent."""
WORD = r"^[a-z0-9][a-z0-9-]*$"
"""What every code in an address is made of."""
PATH_WORDS = {"campaign": N_("Short name of the evaluation."), "unit": N_("Short name of the department."),
              "code": N_("Code of the document.")}


def scope_of(route: APIRoute) -> str:
    """Which scope a token needs for a call."""
    return next(call.evalplat_scope for call in _calls(route.dependant) if hasattr(call, "evalplat_scope"))


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    yield from chain.from_iterable(_calls(child) for child in dependant.dependencies)


def routes_of(router: APIRouter) -> list[APIRoute]:
    """The calls, in the order in which they are described."""
    return sorted((route for route in router.routes if isinstance(route, APIRoute)), key=lambda route: route.path)


TAG = {"description": "Of what was given out.", "required": True, "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'}}
TAG_SENT = {"name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
            "description": N_("The ETag of an answer that is here already.")}
PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
HEADERS = {
    401: {"WWW-Authenticate": {"description": "The kind of token.", "required": True, "schema": {"type": "string", "const": "Bearer"}}},
    405: {"Allow": {"description": "What it answers.", "required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "In so many seconds.", "required": True, "schema": {"type": "integer", "minimum": 1}}},
}
_made: dict[str, dict[str, Any]] = {}


def _described(router: APIRouter) -> dict[str, Any]:
    """Made once a process: the routes do not change."""
    if router.prefix not in _made:
        _made[router.prefix] = _describe(routes_of(router))
    return _made[router.prefix]


def _describe(routes: list[APIRoute]) -> dict[str, Any]:
    found = get_openapi(title="evalplat", version=__version__, openapi_version="3.1.0", routes=routes,
                        description="Reads what the token's person may read on the pages. Every answer has an ETag.")
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema()
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    found["security"] = [{"token": []}]
    for route in routes:
        _complete(found["paths"][route.path]["get"], route)
    return found


def _complete(call: dict[str, Any], route: APIRoute) -> None:
    """What the gate reads and answers for every call: the address, the tag, the refusals."""
    call["parameters"] = [
        *({"name": name, "in": "path", "required": True, "description": PATH_WORDS[name],
           "schema": {"type": "string", "pattern": WORD, "maxLength": 60}} for name in re.findall(r"{(\w+)}", route.path)),
        *(one for one in call.get("parameters", []) if one["in"] != "path"), TAG_SENT]
    call["responses"].pop("422", None)
    call["responses"]["200"] |= {"headers": {"ETag": TAG}}
    call["responses"]["304"] = {"description": "unchanged; no body", "headers": {"ETag": TAG}}
    for status, text in _refusals(route).items():
        call["responses"][str(status)] = {"description": text, "content": PROBLEM, "headers": HEADERS.get(status, {})}
    call["x-scope"] = scope_of(route)


def _refusals(route: APIRoute) -> dict[int, str]:
    asked = (WITH_PLACE if "{" in route.path else {}) | (WITH_QUERY if route.dependant.query_params else {})
    return dict(sorted((REFUSALS | asked | (WITH_FILE if route.path.endswith(".pdf") else {})).items()))


def description(router: APIRouter) -> dict[str, Any]:
    """The OpenAPI document."""
    return copy.deepcopy(_described(router))


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter or field of an answer."""

    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CallView:
    """One call as people read it."""

    path: str
    title: str
    scope: str
    asks: tuple[Field, ...]
    gives: tuple[Field, ...]


def calls_for_people(router: APIRouter) -> list[CallView]:
    """The same description, opened."""
    found = _described(router)
    schemas = found["components"]["schemas"]
    return [_view(path, body["get"], schemas) for path, body in found["paths"].items()]


def _view(path: str, call: dict[str, Any], schemas: dict[str, Any]) -> CallView:
    asks = tuple(Field(one["name"], one["in"], _words(one)) for one in call["parameters"])
    content = call["responses"]["200"].get("content", {})
    answer = content.get("application/json", {}).get("schema", {})
    gives = tuple(_fields(answer, schemas)) if answer else (Field("PDF", "application/pdf", ""),)
    title, scope = call["summary"], SCOPES[call["x-scope"]]
    return CallView(path, gettext(title), gettext(scope), asks, gives)


def _fields(schema: dict[str, Any], schemas: dict[str, Any], prefix: str = "") -> Iterator[Field]:
    schema = _resolved(schema, schemas)
    for name, one in schema.get("properties", {}).items():
        items = one.get("items")
        inner = _resolved(items, schemas) if items else {}
        yield Field(prefix + name, _kind(one), _words(one))
        if inner.get("properties"):
            yield from _fields(inner, schemas, f"{prefix}{name}[].")


def _words(one: dict[str, Any]) -> str:
    text = one.get("description", "")
    return gettext(text) if text else ""


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    found: dict[str, Any] = schemas[reference.rpartition("/")[2]] if reference else schema
    return found


def _kind(schema: dict[str, Any]) -> str:
    kinds = [one.get("format") or one.get("type", "") for one in schema.get("anyOf", [schema])]
    return " | ".join(dict.fromkeys(kind for kind in kinds if kind))
