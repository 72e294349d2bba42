"""Stripe's published OpenAPI document, as a judge of what we ask and of what we pretend.

No server and no network: a call is checked in about a millisecond. Objects in a request are
closed, so that a misspelt parameter three levels down is refused here and not ignored there.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from tests.contract.bodies import coerced, decoded, decoded_parts

PUBLISHED = Path(__file__).parent / "published" / "spec3.json.xz"
SHA256 = "f0e0fc8fffbffda45bf5f3df59846443c1d47a3cfcbfae232eedf4743124ebee"
FORM = "application/x-www-form-urlencoded"
MOST_SAID = 4  # complaints in one message

Schema = dict[str, Any]


class ContractError(AssertionError):
    """The published document does not allow this."""


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    operation: Schema


@cache
def published() -> Spec:
    document = lzma.decompress(PUBLISHED.read_bytes())
    assert sha256(document).hexdigest() == SHA256, "Not the document that NOTICE names."
    return Spec(json.loads(document))


class Spec:
    def __init__(self, document: Schema) -> None:
        schemas = document["components"]["schemas"]
        document["components"]["schemas"] = {name: _nullable(it) for name, it in schemas.items()}
        self.schemas: Schema = document["components"]["schemas"]
        self.version: str = document["info"]["version"]
        resource = Resource.from_contents(document, default_specification=DRAFT4)
        self.registry = Registry().with_resource("urn:stripe", resource)
        # Routes with fewer parameters first: /v1/charges/search is not a charge named “search”.
        self.routes = sorted(
            _routes(document["paths"]), key=lambda route: route.template.count("{")
        )

    def operation(self, method: str, path: str) -> Route:
        for route in self.routes:
            if route.method == method.lower() and route.pattern.fullmatch(path):
                return route
        raise ContractError(f"Stripe {self.version} has no {method.upper()} {path}")

    def check_request(
        self, method: str, url: str, body: str | bytes | None
    ) -> tuple[Route, Schema]:
        """Return the route and its decoded parameters, if the document allows them."""
        parts = urlsplit(url)
        route = self.operation(method, parts.path)
        schema = _asked_of(route)
        said = decoded_parts(body) if isinstance(body, bytes) else decoded(body or parts.query)
        params = coerced(self, schema, said)
        self._judge(schema, params, f"{method.upper()} {route.template}")
        return route, params

    def check_object(self, name: str, shown: Any) -> None:
        """Refuse *shown* unless it is what the document calls *name*, such as `charge`."""
        self._judge({"$ref": f"urn:stripe#/components/schemas/{name}"}, shown, name)

    def check_answer(self, route: Route, status: int, shown: Any) -> None:
        responses = route.operation["responses"]
        answer = responses.get(str(status)) or responses["default"]
        schema = _absolute(answer["content"]["application/json"]["schema"])
        self._judge(schema, shown, f"answer to {route.template}")

    def event_types(self) -> set[str]:
        """Every type of event that an endpoint can subscribe to."""
        route = self.operation("post", "/v1/webhook_endpoints")
        asked = _asked_of(route)["properties"]["enabled_events"]
        return set(asked["items"]["enum"])

    def followed(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].rpartition("/")[2]]
        return schema

    def _judge(self, schema: Schema, shown: Any, what: str) -> None:
        found = OAS30Validator(schema, registry=self.registry).iter_errors(shown)
        wrong = sorted(found, key=lambda error: list(map(str, error.absolute_path)))
        if wrong:
            said = [f"{_place(error)}: {error.message[:200]}" for error in wrong[:MOST_SAID]]
            raise ContractError(f"{what}: {'; '.join(said)}")


def closed(schema: Any) -> Any:
    """Return *schema* with every object that lists its properties closed to others."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(value) for name, value in schema.items()}
    if shut.get("type") == "object" and "properties" in shut:
        shut.setdefault("additionalProperties", False)
    return shut


def _asked_of(route: Route) -> Schema:
    """The schema of what a request may say: its body, or its query."""
    if route.method == "post":
        content: Mapping[str, Schema] = route.operation.get("requestBody", {}).get("content", {})
        body = content.get(FORM) or next(iter(content.values()), {})
        found: Schema = closed(body.get("schema", {"type": "object"}))
        return found
    query = [each for each in route.operation.get("parameters", []) if each["in"] == "query"]
    required = [each["name"] for each in query if each.get("required")]
    properties = {each["name"]: each["schema"] for each in query}
    schema = closed({"type": "object", "properties": properties})
    return {**schema, "required": required} if required else schema


def _routes(paths: Schema) -> list[Route]:
    return [
        Route(method, template, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", template)), operation)
        for template, methods in paths.items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and "responses" in operation
    ]


def _nullable(schema: Any) -> Any:
    """The document writes `nullable` beside anyOf, enum and $ref, where validators overlook it."""
    if isinstance(schema, list):
        return [_nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: _nullable(value) for name, value in schema.items()}
    if kept.get("nullable") is True and kept.keys() & {"anyOf", "enum", "$ref"}:
        del kept["nullable"]
        return {"anyOf": [kept, {"enum": [None]}]}
    return kept


def _absolute(schema: Any) -> Any:
    """Answers stand outside the components: let their references find the document."""
    if isinstance(schema, list):
        return [_absolute(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: f"urn:stripe{value}" if name == "$ref" else _absolute(value)
        for name, value in schema.items()
    }


def _place(error: Any) -> str:
    return ".".join(map(str, error.absolute_path)) or "(all of it)"
