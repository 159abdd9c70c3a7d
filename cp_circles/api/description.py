"""The interface described in OpenAPI 3.1, for programmers of a plant's own system."""

from typing import Any

from cp_circles.api.rows import MOST_ROWS
from cp_circles.metering.services import REQUESTS_A_MINUTE

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date", "examples": ["2026-08-31"]}
EXACT: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["93612.5"]}
SENT: Schema = {"type": ["string", "number"], "description": "A decimal; as a string it stays exact."}
NUMBER: Schema = {"type": "integer", "minimum": 0}


def thing(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    """A closed object whose fields are all required, but those named."""
    required = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def rows_of(schema: str) -> Schema:
    """A list of a named schema."""
    return {"type": "array", "items": named(schema)}


def named(schema: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{schema}"}


MESSAGES = thing({"zh": TEXT, "en": TEXT})
READING = thing(
    {
        "meter": {**TEXT, "maxLength": 40, "description": "The meter's key, as GET /meters lists it."},
        "key": {
            **TEXT,
            "maxLength": 100,
            "description": "Your own key of this reading. Sent again, it stores nothing new.",
        },
        "unit": {**TEXT, "description": "If given, it must be the meter's unit; nothing is converted."},
        "note": {**TEXT, "maxLength": 500},
        "quantity": {**SENT, "description": "Meters of kind period: what was used."},
        "starts_on": DAY,
        "ends_on": DAY,
        "shown": {**SENT, "description": "Meters of kind register: what the counter shows."},
        "read_on": DAY,
        "turned_over": {"type": "boolean", "description": "The counter passed its last digit."},
        "old_final": {**SENT, "description": "The counter was replaced: what the old one showed last."},
        "new_start": {**SENT, "description": "The counter was replaced: where the new one began."},
    },
    (
        "unit",
        "note",
        "quantity",
        "starts_on",
        "ends_on",
        "shown",
        "read_on",
        "turned_over",
        "old_final",
        "new_start",
    ),
)
LAST = thing({"starts_on": DAY, "ends_on": DAY, "quantity": EXACT, "shown": {"type": ["string", "null"]}})
METER = thing(
    {
        "key": TEXT,
        "name": TEXT,
        "boundary": TEXT,
        "indicator": TEXT,
        "unit": TEXT,
        "kind": {"type": "string", "enum": ["period", "register"]},
        "last": {"anyOf": [named("Last"), {"type": "null"}]},
    }
)
ROW = thing(
    {
        "row": {"type": "integer", "minimum": 1},
        "status": {"type": "string", "enum": ["stored", "repeated", "refused", "not_stored"]},
        "key": TEXT,
        "reading": NUMBER,
        "quantity": EXACT,
        "error": named("Told"),
        "warnings": rows_of("Told"),
    },
    ("reading", "quantity", "error", "warnings"),
)
PROBLEM = thing(
    {
        "type": TEXT,
        "status": {"type": "integer"},
        "title": TEXT,
        "detail": TEXT,
        "messages": MESSAGES,
        "reference": {**TEXT, "description": "The number by which the operator finds the request."},
        "field": TEXT,
        "rows": rows_of("Row"),
    },
    ("field", "rows"),
)
SCHEMAS: Schema = {
    "Reading": READING,
    "Sending": thing(
        {
            "readings": {**rows_of("Reading"), "minItems": 1, "maxItems": MOST_ROWS},
            "good_rows_only": {"type": "boolean", "default": False},
        },
        ("good_rows_only",),
    ),
    "Last": LAST,
    "Meter": METER,
    "Meters": thing({"meters": rows_of("Meter")}),
    "Told": thing({"field": TEXT, "detail": TEXT, "messages": MESSAGES}),
    "Row": ROW,
    "Report": thing({"stored": NUMBER, "repeated": NUMBER, "refused": NUMBER, "rows": rows_of("Row")}),
    "Problem": PROBLEM,
}
PROBLEMS = {
    "400": "The body is no JSON.",
    "401": "No token, or one that is unknown or revoked.",
    "413": "The body is too large.",
    "415": "The body is not application/json.",
    "422": "The body or a row cannot be used; nothing is stored.",
    "429": f"More than {REQUESTS_A_MINUTE} requests in a minute; Retry-After says when.",
}


def answers(schema: str, *codes: str) -> Schema:
    """The answers of an act: the good one, and the problems that it can meet."""
    good = {"description": "Done.", "content": {"application/json": {"schema": named(schema)}}}
    content = {"application/problem+json": {"schema": named("Problem")}}
    return {"200": good, **{code: {"description": PROBLEMS[code], "content": content} for code in codes}}


def description(address: str) -> Schema:
    """The document, for a server at this address."""
    body = {"required": True, "content": {"application/json": {"schema": named("Sending")}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CP Circles: readings of meters",
            "version": "1",
            "description": "Sentences come in Chinese and English; Accept-Language chooses `detail`.",
        },
        "servers": [{"url": f"{address}/api/v1"}],
        "security": [{"token": []}],
        "paths": {
            "/meters": {
                "get": {
                    "operationId": "list_meters",
                    "summary": "The company's meters in use, each with its last reading.",
                    "responses": answers("Meters", "401", "429"),
                }
            },
            "/readings": {
                "post": {
                    "operationId": "post_readings",
                    "summary": "Store readings: all or nothing, unless good_rows_only is true.",
                    "requestBody": body,
                    "responses": answers("Report", *PROBLEMS),
                }
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
