"""What the OpenAPI schema says of every door alike: how it fails."""

from __future__ import annotations

from typing import Any

from retention.common.api_errors import CONTENT_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What is wrong and how to mend it (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "mend"],
    "properties": {
        "type": {"type": "string", "examples": ["about:blank"]},
        "title": {"type": "string", "description": "The words of the status.", "examples": ["Bad Request"]},
        "status": {"type": "integer", "examples": [400]},
        "detail": {"type": "string", "description": "What is wrong, for a person."},
        "code": {"type": "string", "description": "What is wrong, for a program: stable.", "examples": ["invalid"]},
        "mend": {"type": "string", "description": "What to do about it."},
        "errors": {"type": "object", "description": "Fields that can’t be accepted, each with its reasons."},
    },
}
ALWAYS = {
    "401": "No key and no session, or one that is unknown here, expired or revoked.",
    "403": "The caller may not do this.",
    "429": "The key was used too often; wait for the seconds in Retry-After.",
}
ONCE = {
    "409": "A request with this Idempotency-Key is still being worked on.",
    "413": "More rows or bytes than one request may bring.",
    "422": "This Idempotency-Key came with another request before.",
    "503": "Nothing was done; send the same again after the seconds in Retry-After.",
}


def add_problems(result: dict[str, Any], generator: object, request: object, public: bool) -> dict[str, Any]:
    """A hook of the schema generator: every operation under /api/v1/ names the problems it may answer with."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        if not path.startswith("/api/v1/"):
            continue
        for operation in operations.values():
            for status, words in _problems_of(operation).items():
                operation["responses"].setdefault(status, _answer(words))
    return result


def _problems_of(operation: dict[str, Any]) -> dict[str, str]:
    parameters = {(one["in"], one["name"]) for one in operation.get("parameters", ())}
    places = {place for place, _name in parameters}
    found = dict(ALWAYS)
    if "query" in places or "requestBody" in operation:
        found["400"] = "Something that was sent can’t be read or accepted."
    if "path" in places or ("query", "cursor") in parameters:
        found["404"] = "There is no such thing here; what isn’t yours is answered the same way."
    if ("header", "Idempotency-Key") in parameters:
        found |= ONCE
    return found


def _answer(words: str) -> dict[str, Any]:
    return {"description": words, "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
