"""Working without network: the service worker, its page, and who may send what waits on this phone."""

import hashlib
import hmac

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from cp_circles.web.assets import asset
from cp_circles.web.csrf import csrf_token
from cp_circles.web.doors import PUBLIC, SIGNED_IN, Door
from cp_circles.web.i18n import LOCALES
from cp_circles.web.identity import is_signed_in, signed_in

bp = Blueprint("offline", __name__)
DOORS = (
    Door("offline.worker", PUBLIC, "platform"),
    Door("offline.icon", PUBLIC, "platform"),
    Door("offline.shell", PUBLIC, "own"),
    Door("offline.me", SIGNED_IN, "own"),
)


def person_key() -> str:
    """A name for the signed-in person that says nothing about them; empty for a visitor."""
    if not is_signed_in() or signed_in().is_seeing:
        return ""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"queue:{signed_in().person_id}".encode(), hashlib.sha256).hexdigest()[:24]


@bp.get("/sw.js")
def worker() -> ResponseReturnValue:
    """The service worker: two of our own scripts, under an address that covers the whole site."""
    parts = ", ".join(f'"{asset(name)}"' for name in ("js/outbox.js", "js/worker.js"))
    answer = Response(f"importScripts({parts});\n", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/favicon.ico")
def icon() -> ResponseReturnValue:
    """The icon, for what is no page of ours and so cannot name it."""
    return redirect(asset("favicon.svg"))


@bp.get("/offline")
def shell() -> ResponseReturnValue:
    """The page that opens without network: what waits on this phone. It holds nothing of anybody."""
    wanted = request.args.get("lang", "")
    if wanted not in LOCALES:
        return render_template("offline/shell.html")
    with force_locale(wanted):
        return render_template("offline/shell.html", locale=wanted)


@bp.get("/offline/me")
def me() -> ResponseReturnValue:
    """Who is signed in, as the queue knows people, and the token that its forms need now."""
    return jsonify(person=person_key(), csrf=csrf_token())
