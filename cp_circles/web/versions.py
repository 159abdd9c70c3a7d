"""Two people on one record: the later save is shown both texts and can be sent again."""

from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import Stale
from cp_circles.web.forms import BaseForm


@dataclass(frozen=True)
class Difference:
    """One field that both changed: its label, what is stored, what was typed."""

    name: str
    label: str
    stored: str
    typed: str


def differences(form: BaseForm, current: dict[str, Any]) -> list[Difference]:
    """The fields whose stored value differs from what was typed, in the form's order."""
    found = []
    for field in form:
        if field.name in current and field.name not in {"version", "csrf_token"}:
            stored, typed = _text(current[field.name]), _text(field.data)
            if stored != typed:
                found.append(Difference(field.name, str(field.label.text), stored, typed))
    return found


def show_stale(form: BaseForm, stale: Stale, **context: Any) -> ResponseReturnValue:
    """The 409 page with both texts and the form, filled with what was typed and set on the stored version.

    `stale.current` must hold `version`; `context` is handed to the template (`back_url`, `action`).
    """
    if "version" in form._fields and "version" in stale.current:
        field = form._fields["version"]
        field.data, field.raw_data = str(stale.current["version"]), None
    found = differences(form, stale.current)
    page = render_template(
        "people/stale.html",
        form=form,
        stored={each.name: each.stored for each in found},
        typed={each.name: each.typed for each in found},
        labels={each.name: each.label for each in found},
        **context,
    )
    response = make_response(page)
    response.status_code = 409
    return response


def _text(value: Any) -> str:
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
