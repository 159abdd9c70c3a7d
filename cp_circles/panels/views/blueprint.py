"""The blueprint of the room."""

from flask import Blueprint

bp = Blueprint("panels", __name__, url_prefix="/judging")
