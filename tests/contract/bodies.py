"""Form bodies as Stripe writes them: `lines[0][price][currency]=eur`, everything a string."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import HTTP
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from openapi_schema_validator import OAS30Validator

if TYPE_CHECKING:
    from tests.contract.spec import Spec

BOOLEANS = {"true": True, "false": False, "True": True, "False": False}


def decoded(body: str) -> dict[str, Any]:
    """Return what a bracketed body says, still as strings."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        *path, last = re.findall(r"[^\[\]]+|\[\]", name)
        place = root
        for part in path:
            place = place.setdefault(str(len(place)) if part == "[]" else part, {})
        place[str(len(place)) if last == "[]" else last] = value
    return {name: _with_lists(value) for name, value in root.items()}


def decoded_parts(body: bytes) -> dict[str, Any]:
    """Return what a multipart body says; of a file, its name, which stands for its content."""
    boundary = body.partition(b"\r\n")[0].removeprefix(b"--").decode()
    head = f'Content-Type: multipart/form-data; boundary="{boundary}"\r\n\r\n'
    whole = message_from_bytes(head.encode() + body, policy=HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): part.get_filename()
        or part.get_content().rstrip("\r\n")
        for part in whole.iter_parts()
    }


def coerced(spec: Spec, schema: dict[str, Any], value: Any) -> Any:
    """Return *value* with the numbers and booleans that *schema* expects in place of strings."""
    schema = spec.followed(schema)
    if "anyOf" in schema:
        for choice in schema["anyOf"]:
            tried = coerced(spec, choice, value)
            if OAS30Validator(choice, registry=spec.registry).is_valid(tried):
                return tried
        return value
    if isinstance(value, str):
        return _scalar(schema.get("type"), value)
    if isinstance(value, list) and schema.get("type") == "array":
        return [coerced(spec, schema["items"], each) for each in value]
    if isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        rest = other if isinstance(other, dict) else {}
        return {name: coerced(spec, known.get(name, rest), each) for name, each in value.items()}
    return value


def _scalar(type_: str | None, value: str) -> Any:
    if type_ == "integer" and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    if type_ == "number" and re.fullmatch(r"-?[0-9.]+", value):
        return float(value)
    if type_ == "boolean":
        return BOOLEANS.get(value, value)
    return value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    found = {name: _with_lists(each) for name, each in value.items()}
    if found and all(name.isdigit() for name in found):
        return [found[name] for name in sorted(found, key=int)]
    return found
