"""What every template may use: strict names, filters, the frame's values."""

from typing import Any

from flask import Flask, current_app, g, get_flashed_messages, request, session, url_for
from flask_babel import gettext as _
from jinja2 import StrictUndefined
from sqlalchemy.exc import SQLAlchemyError

from cp_circles.errors import msg
from cp_circles.notices.queries import open_task_count
from cp_circles.people.rules import NavItem, main_role, nav_items
from cp_circles.web import held
from cp_circles.web.access import current_actor, is_signed_in, signed_in
from cp_circles.web.assets import asset
from cp_circles.web.csrf import FIELD, csrf_token
from cp_circles.web.doors import doors
from cp_circles.web.formats import FILTERS, datetime_text
from cp_circles.web.i18n import LOCALES, enum_label, label, locale_name, translate
from cp_circles.web.offline import person_key
from cp_circles.web.paging import address_with, sort_url
from cp_circles.web.session import clock, looking, now, settings, today

VERSION = "0.1.0"
ACCOUNT_LINKS = (
    ("people.my_account", msg("My account")),
    ("notices.list_tasks", msg("My tasks")),
    ("announcements.list_announcements", msg("Announcements")),
    ("notices.list_mails", msg("Mails")),
    ("notices.edit_wishes", msg("Notification settings")),
    ("personal.calendar", msg("My calendar")),
    ("personal.data", msg("My data")),
)

COUNTED = "homes.home"
OWN_PAGES = frozenset({"people.my_account", "people.confirm_password"})
BELONGS_TO = {"homes.project_overview": "projects"}
JUDGING = dict.fromkeys(("quotas", "panels", "scoring", "standings", "objections"), "judging")
LIES_IN = {
    "tools": "projects",
    "savings": "projects",
    "metering": "projects",
    "results": "projects",
    "chartbook": "leaderboards",
}


def init_app(app: Flask) -> None:
    """Make templates strict, and give them the house's filters and globals."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS, label=label, enum_label=enum_label, translate=translate)
    app.jinja_env.globals.update(
        asset=asset, address_with=address_with, sort_url=sort_url, translate=translate, enum_label=enum_label
    )
    app.context_processor(frame_values)


def frame_values() -> dict[str, Any]:
    """The values of the frame around every page."""
    return {
        "locale": locale_name(),
        "locales": LOCALES,
        "theme": session.get("theme", ""),
        "nav": _nav(),
        "account": _account(),
        "csrf_name": FIELD,
        "csrf_value": csrf_token(),
        "csrf_token": csrf_token,
        "path": request.full_path.rstrip("?") if request.method == "GET" else held.page_of_form(),
        "demo_clock": datetime_text(now()) if clock().is_demo else None,
        "is_demo": settings().app_env == "demo",
        "version": VERSION,
        "app_version": VERSION,
        "messages": get_flashed_messages(with_categories=True),
        "held_notice": held.notice(),
        "home_url": "/",
        "search_url": "/search" if "searching.search" in doors() else None,
        "sign_in_url": url_for("people.sign_in"),
        "sign_out_url": url_for("people.sign_out"),
        "language_url": url_for("web.switch_language"),
        "theme_url": url_for("web.switch_theme"),
        "person_key": person_key(),
        "seeing": _seeing(),
        "today": today(),
    }


def _nav() -> list[dict[str, Any]]:
    items = [item for item in nav_items(current_actor()) if _is_page(item.endpoint)]
    rooms = frozenset(_room_of(item.endpoint) for item in items)
    return [_shown(item, rooms) for item in items]


def _is_page(endpoint: str) -> bool:
    """True if the room is wired, the page needs nothing in its address, and its door opens to the reader."""
    door = doors().get(endpoint)
    if door is None or not door.is_open_to(signed_in=is_signed_in(), actor=current_actor()):
        return False
    return all(not rule.arguments for rule in current_app.url_map.iter_rules(endpoint))


def _shown(item: NavItem, rooms: frozenset[str]) -> dict[str, Any]:
    return {
        "label": _(item.msgid),
        "url": url_for(item.endpoint),
        "icon": item.icon,
        "current": _is_current(item.endpoint, rooms),
        "count": _open_tasks() if item.endpoint == COUNTED else 0,
    }


def _open_tasks() -> int:
    """How many tasks wait for the reader: one statement a request; none where the database is the trouble."""
    if "open_tasks" not in g:
        try:
            with looking() as session:
                g.open_tasks = open_task_count(session, current_actor())
        except SQLAlchemyError:
            g.open_tasks = 0
    return int(g.open_tasks)


def _is_current(endpoint: str, rooms: frozenset[str]) -> bool:
    """True if the page belongs to this entry; pages of one's own account belong to none."""
    if request.endpoint == endpoint:
        return True
    if request.endpoint in OWN_PAGES:
        return False
    page = BELONGS_TO.get(request.endpoint or "", _room_of(request.endpoint or ""))
    room = _room_of(endpoint)
    return room != "homes" and room == (page if page in rooms else LIES_IN.get(page, page))


def _room_of(endpoint: str) -> str:
    """The room of an endpoint; those into which judging is divided are one to the reader."""
    room = endpoint.split(".")[0]
    return JUDGING.get(room, room)


def _seeing() -> dict[str, Any] | None:
    """Whom an administrator reads as, until when, and where it is ended."""
    if not is_signed_in() or not signed_in().is_seeing:
        return None
    until = datetime_text(signed_in().seeing_until).split(" ")[-1]
    return {"name": signed_in().name, "until": until, "url": url_for("people.end_seeing")}


def _account() -> dict[str, Any] | None:
    if not is_signed_in():
        return None
    role = main_role(current_actor())
    links = [(_(text), url_for(name)) for name, text in ACCOUNT_LINKS if _is_page(name)]
    return {"name": signed_in().name, "role": enum_label(role) if role else None, "links": links}
