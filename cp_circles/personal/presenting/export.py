"""The file with all data about one person: JSON for machines, a page in each language for people."""

import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from cp_circles.people.models import Role
from cp_circles.personal.gathering import Part
from cp_circles.personal.presenting.words import COLUMNS, OTHER, TABLES
from cp_circles.web.history import act_text
from cp_circles.web.i18n import LOCALES, enum_label, translate

DATED = (1980, 1, 1, 0, 0, 0)
MOST_SIGNS = 300
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
LANGUAGES = {"zh_Hans": "中文", "en": "English"}
STYLE = Markup(
    "<style>"
    "body{font:16px/1.5 system-ui,'Noto Sans SC',sans-serif;max-width:70rem;margin:1rem auto;padding:0 1rem}"
    "section{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0 2rem}h2{font-size:1.1rem}"
    "th,td{border:1px solid #999;padding:.25rem .5rem;text-align:left;overflow-wrap:anywhere}"
    "</style>"
)
"""The looks of the pages: they stand alone, outside the application and its content policy."""


def zipped(parts: Sequence[Part], *, name: str, now: datetime, zone: tzinfo) -> bytes:
    """The ZIP file: data.json, and index.<language>.html for each language."""
    made = now.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    content = {"made_at": now.isoformat(), "parts": [part.__dict__ for part in parts]}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        _write(file, "data.json", json.dumps(content, ensure_ascii=False, indent=1))
        for locale in LOCALES:
            with force_locale(locale):
                _write(file, f"index.{locale.split('_')[0]}.html", _page(parts, name, made, locale))
    return stream.getvalue()


def _write(file: zipfile.ZipFile, name: str, text: str) -> None:
    """Every file with the same date, so that the same data give the same bytes."""
    entry = zipfile.ZipInfo(name, DATED)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    file.writestr(entry, text.encode())


def _page(parts: Sequence[Part], name: str, made: str, locale: str) -> str:
    template = current_app.jinja_env.get_template("personal/export_file.html")
    sections = [_section(part) for part in parts]
    return template.render(
        sections=sections, name=name, made=made, lang=locale.replace("_", "-"), style=STYLE
    )


def _section(part: Part) -> dict[str, Any]:
    """A part as a heading, column names and rows of texts; columns without a word stay in the JSON file."""
    shown = [column for column in part.rows[0] if column in COLUMNS]
    return {
        "title": translate(TABLES.get(part.table, OTHER)),
        "note": "" if part.table in TABLES else part.table,
        "count": len(part.rows),
        "heads": [_(COLUMNS[column]) for column in shown],
        "rows": [[_text(column, row[column], row) for column in shown] for row in part.rows] if shown else [],
    }


def _text(column: str, value: Any, row: dict[str, Any]) -> str:
    """One value in the reader's words."""
    if value is None or value == "":
        return "–"
    if column == "verb":
        return act_text(str(value))
    if column == "role":
        return enum_label(Role(value))
    if column in {"scope_kind", "state"}:
        return enum_label(str(value))
    if column in {"kind", "subject", "body"} and isinstance(row.get("values"), dict):
        return translate(str(value), row["values"])
    text = str(value)
    if MOMENT.match(text):
        return text.replace("T", " ")[:16]
    if column == "locale":
        return LANGUAGES.get(text, text)
    return text if len(text) <= MOST_SIGNS else text[:MOST_SIGNS] + "…"
