"""Objects as the provider publishes them: what a schema requires, and what a test adds."""

from __future__ import annotations

from typing import Any

from tests.contract.spec import Spec

MADE_AT = 1_772_452_800  # 2 March 2026, 12:00 UTC
MOMENTS = ("created", "_at", "_on", "_date")
PLAIN = {"integer": 0, "number": 0.0, "boolean": False, "array": []}


def example(spec: Spec, name: str, **facts: Any) -> dict[str, Any]:
    """Return a valid object called *name*, such as `charge`, with *facts* in it."""
    made = {**_object(spec, spec.schemas[name]), **facts}
    spec.check_object(name, made)
    return made


def listed(*things: dict[str, Any]) -> dict[str, Any]:
    """Return a list as the provider writes one; it is its last page."""
    return {"object": "list", "data": list(things), "has_more": False, "url": "/v1"}


def refusal(type_: str, **facts: Any) -> dict[str, Any]:
    return {"error": {"type": type_, "message": "No.", **facts}}


def _object(spec: Spec, schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {name: _value(spec, name, properties[name]) for name in schema.get("required", [])}


def _value(spec: Spec, name: str, schema: dict[str, Any]) -> Any:
    schema = spec.followed(schema)
    if "anyOf" in schema and {"enum": [None]} not in schema["anyOf"]:
        return _value(spec, name, schema["anyOf"][0])
    if schema.get("nullable") or "anyOf" in schema:
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return _object(spec, schema)
    if schema["type"] == "string":
        return "eur" if name == "currency" else f"a_{name}"
    is_moment = schema["type"] == "integer" and name.endswith(MOMENTS)
    return MADE_AT if is_moment else PLAIN[schema["type"]]
