"""Small doors of the house itself: language, look, and the answer to 'are you there'."""

import sqlalchemy as sa
from flask import Blueprint, jsonify, redirect, request, session
from flask.typing import ResponseReturnValue

from cp_circles.people import services
from cp_circles.web.access import current_actor, is_signed_in
from cp_circles.web.doors import PUBLIC, Door
from cp_circles.web.held import is_local_path
from cp_circles.web.i18n import COOKIE, LOCALES
from cp_circles.web.session import db_session, now, settings

bp = Blueprint("web", __name__)
DOORS = (
    Door("web.switch_language", PUBLIC, "own", visitors_need_none=True),
    Door("web.switch_theme", PUBLIC, "own", visitors_need_none=True),
    Door("web.health", PUBLIC, "platform"),
)
YEAR = 365 * 24 * 3600


def local_next(default: str = "/") -> str:
    """The path to return to, if it lies inside the application."""
    wanted = request.values.get("next", "")
    return wanted if is_local_path(wanted) else default


@bp.post("/language")
def switch_language() -> ResponseReturnValue:
    """Change the language of this browser, and of the signed-in person."""
    locale = request.form.get("locale", "")
    answer = redirect(local_next(), 303)
    if locale in LOCALES:
        session["locale"] = locale
        answer.set_cookie(COOKIE, locale, max_age=YEAR, samesite="Lax", secure=settings().https)
        if is_signed_in():
            services.choose_language(db_session(), actor=current_actor(), locale=locale, now=now())
    return answer


@bp.post("/theme")
def switch_theme() -> ResponseReturnValue:
    """Change between light and dark in this browser."""
    theme = request.form.get("theme", "")
    if theme in {"light", "dark", ""}:
        session["theme"] = theme
    return redirect(local_next(), 303)


@bp.get("/health")
def health() -> ResponseReturnValue:
    """Say that the process answers and reaches its database."""
    db_session().execute(sa.text("SELECT 1"))
    return jsonify(status="ok")
