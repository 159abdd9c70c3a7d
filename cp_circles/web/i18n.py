"""Two languages: which one a reader gets, and stored messages set in it."""

import enum
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, force_locale, get_locale, gettext, lazy_gettext

from cp_circles.rulesets.schema import Names
from cp_circles.web.identity import is_signed_in, signed_in
from cp_circles.web.session import settings

LOCALES = {"zh_Hans": "中文", "en": "English"}
COOKIE = "cp_locale"
ENUM_LABELS: dict[enum.Enum, str] = {}
STORED_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Values(dict[str, Any]):
    """The values of a stored message; one that is missing shows as an ellipsis."""

    def __missing__(self, name: str) -> str:
        return "…"


def init_app(app: Flask) -> None:
    """Set up the catalogues and the choice of language."""
    config = app.extensions["cp_config"]
    Babel(
        app,
        default_locale=config.default_locale,
        default_timezone=config.time_zone,
        default_translation_directories=str(config.build_dir / "translations"),
        locale_selector=choose_locale,
    )


def choose_locale() -> str:
    """The reader's language: chosen in this browser, kept with the person, wished by it, or the default."""
    if not has_request_context():
        return "zh_Hans"
    if "locale" not in g:
        g.locale = _chosen()
    return str(g.locale)


def _chosen() -> str:
    candidates = [session.get("locale"), request.cookies.get(COOKIE)]
    if is_signed_in():
        candidates.insert(1, signed_in().locale)
    candidates.append(_wished())
    return next((each for each in candidates if each in LOCALES), settings().default_locale)


def _wished() -> str | None:
    """English if the browser names it before every other language; everybody else gets the default."""
    first = next(iter(request.accept_languages.values()), "")
    return "en" if first.lower().split("-")[0] == "en" else None


def locale_name() -> str:
    """The name of the reader's language: zh_Hans or en."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh_Hans"


def is_chinese() -> bool:
    """True for a reader of Chinese."""
    return locale_name() == "zh_Hans"


def translate(msgid: str, values: Mapping[str, Any] | None = None) -> str:
    """A stored message in the reader's language, its values set in."""
    text = gettext(msgid) if msgid else ""
    if not values:
        return str(text)
    return str(text) % _Values({name: _shown(value) for name, value in values.items()})


def translate_for(locale: str, msgid: str, values: Mapping[str, Any] | None = None) -> str:
    """A stored message in the recipient's language, for mails and exports."""
    with force_locale(locale if locale in LOCALES else "zh_Hans"):
        return translate(msgid, values)


def register_labels(labels: Mapping[Any, str]) -> None:
    """Give enum members a message id of their own, where their value does not read as one."""
    ENUM_LABELS.update(labels)


def enum_label(value: enum.Enum | str | None) -> str:
    """An enum member in the reader's words; its message id is its value with spaces, unless registered."""
    if value is None:
        return ""
    if isinstance(value, enum.Enum):
        return str(gettext(ENUM_LABELS.get(value, str(value.value).replace("_", " "))))
    return str(gettext(value.replace("_", " ")))


def label(thing: Any) -> str:
    """The name of a region, company or ruleset part in the reader's language."""
    return "" if thing is None else str(thing.label(locale_name()))


def day_text(day: date) -> str:
    """A day as the reader writes it."""
    return str(format_date(day, format="y年M月d日" if is_chinese() else "d MMM y", locale=locale_name()))


def _shown(value: Any) -> Any:
    if isinstance(value, Names):
        return value.in_(locale_name())
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str) and STORED_DAY.fullmatch(value):
        return _stored_day(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day_text(value)
    return enum_label(value) if isinstance(value, enum.Enum) else value


def _stored_day(text: str) -> str:
    """A day that JSON keeps as text; any other text stays as it is."""
    try:
        return day_text(date.fromisoformat(text))
    except ValueError:
        return text


__all__ = ["LOCALES", "choose_locale", "day_text", "enum_label", "label", "lazy_gettext", "translate"]
