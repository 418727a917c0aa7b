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

REFUSALS = {"400": "bad cursor", "401": "no token in force", "403": "not within the token's scopes or the person's role",
            "404": "not there, or not for this person", "409": "not possible now", "429": "too many calls"}
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
    """Path parameters, which the gate reads, and the refusals, which are the same everywhere."""
    known = {parameter["name"] for parameter in call.get("parameters", [])}
    call["parameters"] = [
        *({"name": name, "in": "path", "required": True, "description": PATH_WORDS[name], "schema": {"type": "string"}}
          for name in re.findall(r"{(\w+)}", route.path) if name not in known), *call.get("parameters", [])]
    call["responses"].pop("422", None)
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, text in REFUSALS.items():
        call["responses"][status] = {"description": text, "content": problem}
    call["x-scope"] = scope_of(route)


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
