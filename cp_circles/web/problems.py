"""Refusals for programs: problem details (RFC 9457) with the sentence in both languages."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from cp_circles.web.i18n import translate_for

PATH = "/api/"
LANGUAGES = {"zh": "zh_Hans", "en": "en"}


def wants_problem() -> bool:
    """True for a request to the interface for programs."""
    return request.path.startswith(PATH)


def in_both(msgid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """A message in Chinese and English."""
    return {short: translate_for(locale, msgid, values) for short, locale in LANGUAGES.items()}


def chosen(messages: Mapping[str, str]) -> str:
    """The one of both that the program's Accept-Language asks for; Chinese unless it asks for English."""
    best = request.accept_languages.best_match(["zh", "en"], "zh")
    return messages[best or "zh"]


def problem(
    status: int, msgid: str, values: Mapping[str, Any], *, reference: str, field: str = "", **more: Any
) -> Response:
    """The answer; `more` are further members, such as the rows of a refused request."""
    messages = in_both(msgid, values)
    body: dict[str, Any] = {
        "type": "about:blank",
        "status": status,
        "title": messages["en"],
        "detail": chosen(messages),
        "messages": messages,
        "reference": reference,
        **more,
    }
    if field:
        body["field"] = field
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, mimetype="application/problem+json")
