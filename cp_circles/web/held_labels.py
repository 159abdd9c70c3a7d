"""The fields of a held form under the labels that its page shows, found by the form that has these fields."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from werkzeug.exceptions import HTTPException
from wtforms import FieldList, FormField, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField

from cp_circles.web.forms import BaseForm

HIDDEN = frozenset({"next", "version"})


@dataclass(frozen=True)
class HeldField:
    """One kept value; `choice` is the text of a choice whose value is a code, `label` empty if unknown."""

    name: str
    value: str
    label: str = ""
    choice: str | None = None
    is_shown: bool = True


def labelled(path: str, fields: Sequence[Sequence[str]]) -> list[HeldField]:
    """The kept fields of a form that was sent to a path, each with the label of its page."""
    names = {name.partition("-")[0] for name, _ in fields}
    form = _form_of(_room_of(path), names - HIDDEN)
    return [_held(form, name, value) for name, value in fields]


def _held(form: type[BaseForm] | None, name: str, value: str) -> HeldField:
    parts = name.split("-")
    unbound = getattr(form, parts[0], None) if form is not None else None
    if parts[0] in HIDDEN or (unbound is not None and issubclass(unbound.field_class, HiddenField)):
        return HeldField(name, value, is_shown=False)
    if unbound is None:
        return HeldField(name, value)
    label, inner = _label(unbound), unbound
    for part in parts[1:]:
        if part.isdecimal() and len(part) < 10 and issubclass(inner.field_class, FieldList):
            inner, label = _argument(inner, 0, "unbound_field"), f"{label} {int(part) + 1}".strip()
        elif issubclass(inner.field_class, FormField):
            inner = getattr(_argument(inner, 0, "form_class"), part, None)
            label = f"{label}: {_label(inner)}" if inner is not None else label
        if not isinstance(inner, UnboundField):
            return HeldField(name, value, label)
    return HeldField(name, value, label, _choice(inner, value))


def _label(unbound: UnboundField[Any]) -> str:
    """The label as the class declares it, in the reader's language."""
    if issubclass(unbound.field_class, FieldList | FormField):
        return str(unbound.args[1] if len(unbound.args) > 1 else unbound.kwargs.get("label") or "")
    return str(unbound.args[0] if unbound.args else unbound.kwargs.get("label") or "")


def _argument(unbound: UnboundField[Any], place: int, name: str) -> Any:
    return unbound.args[place] if len(unbound.args) > place else unbound.kwargs.get(name)


def _choice(unbound: UnboundField[Any], value: str) -> str | None:
    """The text of a choice where the class itself names the choices."""
    if not issubclass(unbound.field_class, SelectField):
        return None
    given = unbound.kwargs.get("choices")
    choices = given() if callable(given) else given
    for choice in choices or []:
        code, text = (choice.value, choice.label) if isinstance(choice, SelectChoice) else choice[:2]
        if str(code) == value:
            return str(text)
    return None


def _room_of(path: str) -> str:
    """The room whose page takes what is sent to this path; "" for none."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return ""
    return str(endpoint).partition(".")[0]


def _form_of(room: str, names: set[str]) -> type[BaseForm] | None:
    """The form of the room with the fewest fields among those that have all these fields."""
    try:
        importlib.import_module(f"cp_circles.{room}.forms")
    except ModuleNotFoundError:
        return None
    fitting = [form for form in _forms(BaseForm) if names <= form.field_names()]
    own = [form for form in fitting if form.__module__.startswith(f"cp_circles.{room}.")]
    chosen = own or fitting
    return min(chosen, key=lambda form: len(form.field_names()), default=None)


def _forms(form: type[BaseForm]) -> Iterator[type[BaseForm]]:
    for each in form.__subclasses__():
        yield each
        yield from _forms(each)
