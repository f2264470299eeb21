"""JSON Schema of an answers file, made from the answers themselves."""

from __future__ import annotations

from dataclasses import MISSING
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from wizard.secret import Secret

from .answers import DESTINATIONS, STEPS, answer_fields
from .drivers import SUPPORTED_PROTOCOLS
from .model import COLUMN_LIMITS

#: what :mod:`wizard.carrier.checks` asks for, as far as a schema can say it
_BOUNDS: dict[str, dict[str, Any]] = {
    "carrier_id": {"minLength": 2, "pattern": "^[-_0-9A-Za-z]+$"},
    "protocol": {"enum": [protocol.value for protocol in SUPPORTED_PROTOCOLS]},
    "host": {"minLength": 1},
    "port": {"minimum": 1, "maximum": 65_535},
    "codecs": {"minItems": 1},
    "dial_prefix": {"pattern": "^[0-9]{0,20}$"},
    "destinations": {"minItems": 1, "maxItems": 20},
    "backup_carrier": {"type": ["array", "string"]},
    "max_channels": {"minimum": 1},
    "calls_per_second": {"minimum": 1},
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def answers_schema(descriptions: dict[str, str]) -> dict[str, Any]:
    """The schema; ``descriptions`` (answer → text) come from :mod:`wizard.words`."""
    hints = {name: hint for kind in STEPS.values() for name, hint in get_type_hints(kind).items()}
    properties: dict[str, Any] = {}
    for _, answer in answer_fields():
        described = _described(hints[answer.name])
        described["description"] = descriptions[answer.name]
        if answer.default is not MISSING and answer.default is not None:
            described["default"] = _plain_default(answer.default)
        limit = COLUMN_LIMITS.get(answer.name)
        if limit is not None:
            described["maxLength"] = limit
        properties[answer.name] = described | _BOUNDS.get(answer.name, {})
    properties["destinations"]["items"]["examples"] = list(DESTINATIONS)
    return {
        "$schema": DIALECT,
        "title": "Carrier Wizard answers",
        "type": "object",
        "properties": properties,
        "required": ["carrier_id", "host", "auth"],
        "allOf": [
            {
                "if": {"properties": {"auth": {"enum": ["registration", "credentials"]}}, "required": ["auth"]},
                "then": {"required": ["username"]},
            }
        ],
        "additionalProperties": False,
    }


def _described(hint: Any) -> dict[str, Any]:
    if hint is Secret:
        return {"type": "string", "writeOnly": True}
    if hint is bool:
        return {"type": "boolean"}
    if hint is int:
        return {"type": "integer"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"type": "string", "enum": [str(member.value) for member in hint]}
    if hint is str:
        return {"type": "string"}
    arguments = get_args(hint)
    if get_origin(arguments[0]) is tuple:
        return {"type": "object", "additionalProperties": _described(get_args(arguments[0])[1])}
    if type(None) in arguments:
        inner = _described(next(kind for kind in arguments if kind is not type(None)))
        if "enum" not in inner:
            inner["type"] = [inner["type"], "null"]
        return inner
    return {"type": "array", "items": _described(arguments[0]), "uniqueItems": True}


def _plain_default(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_default(item) for item in value]
    return value.value if isinstance(value, Enum) else value
