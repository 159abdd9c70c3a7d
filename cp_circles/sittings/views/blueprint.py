"""The blueprint of the room."""

from flask import Blueprint

bp = Blueprint("sittings", __name__, url_prefix="/sittings")
