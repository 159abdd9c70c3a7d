"""The blueprint of judging, and what its pages share."""

from flask import Blueprint

bp = Blueprint("judging", __name__, url_prefix="/judging")
