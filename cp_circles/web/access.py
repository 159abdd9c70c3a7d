"""Who is at the door, as views ask: the actor, the person, the recent password that signing needs."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cp_circles.web.held import hold_form, page_of_form
from cp_circles.web.identity import (
    SignedIn,
    begin_sign_in,
    current_actor,
    end_sign_in,
    has_recent_password,
    is_signed_in,
    signed_in,
)


def require_recent_password(back_to: str | None = None) -> Response | None:
    """None if the password is recent; else the answer that asks for it and comes back with the form.

    Use: `if ask := require_recent_password(): return ask`. `back_to` is a path inside the application,
    by default the page that carried the form; what was typed is kept and shown there again.
    """
    if has_recent_password():
        return None
    flash(_("Signing needs your password once more."), "info")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else page_of_form()
    answer = redirect(url_for("people.confirm_password", next=back_to or wanted), 303)
    return answer if request.method == "GET" else hold_form(answer, page=back_to)


__all__ = [
    "SignedIn",
    "begin_sign_in",
    "current_actor",
    "end_sign_in",
    "has_recent_password",
    "is_signed_in",
    "require_recent_password",
    "signed_in",
]
