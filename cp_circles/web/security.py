"""Headers on every answer: what a page may load, be framed by and keep; the bound of ids in addresses."""

from typing import Any

from flask import Flask, Response, g, make_response, request, session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from cp_circles.web.access import is_signed_in
from cp_circles.web.plain import PlainPart, PlainRequest

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
LARGEST_ID = 2**31 - 1
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMED = HEADERS | {
    "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors *"),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
del FRAMED["X-Frame-Options"]


class RowId(IntegerConverter):
    """A number in an address that a row can have; a larger one leads nowhere."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"max": LARGEST_ID} | options)


def init_app(app: Flask) -> None:
    """Believe the proxies that are configured, bound what addresses and fields hold, and set the headers."""
    app.url_map.converters |= {"int": RowId, "default": PlainPart, "string": PlainPart}
    app.request_class = PlainRequest
    config = app.extensions["cp_config"]
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.after_request(_add_headers)


def framed_anywhere(body: Response | str) -> Response:
    """An answer that any site may frame: it leaves no cookie and forgets the visitor's session."""
    g.may_be_framed = True
    session.clear()
    session.modified = False
    return make_response(body)


def _add_headers(response: Response) -> Response:
    for name, value in (FRAMED if g.get("may_be_framed") else HEADERS).items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if is_signed_in() or response.status_code >= 400:
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.add("Vary", "Cookie, Accept-Language")
    return response
