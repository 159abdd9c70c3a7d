"""One token per sign-in, required on every unsafe request, whether or not the view has a form class."""

import hmac
import secrets
from typing import Any

from flask import request, session
from wtforms.csrf.core import CSRF

from cp_circles.errors import NotAllowed, msg
from cp_circles.web.session import SAFE_METHODS

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"


class FormTooOld(NotAllowed):
    """The page that sent the form belongs to an earlier sign-in."""

    msgid = msg("This page was open for too long, or came from elsewhere. Please send it again.")


def csrf_token() -> str:
    """The token of this sign-in, for forms and scripts."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def is_own_form() -> bool:
    """True if the request is safe, or carries this sign-in's token."""
    if request.method in SAFE_METHODS:
        return True
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    return bool(given) and hmac.compare_digest(given.encode(), csrf_token().encode())


class SignInCsrf(CSRF):
    """Puts the sign-in's token into a WTForms form."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        """The token that the page carries."""
        return csrf_token()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        """Nothing left to check: no unsafe request reaches a view without the token."""
