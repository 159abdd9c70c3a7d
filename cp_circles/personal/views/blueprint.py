"""The room's blueprint."""

from flask import Blueprint

bp = Blueprint("personal", __name__)
