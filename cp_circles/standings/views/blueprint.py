"""The blueprint of the room."""

from flask import Blueprint

bp = Blueprint("standings", __name__, url_prefix="/judging")
