"""What a page asks first: its round, as far as the reader may see it, and the reason that was sent."""

from flask import flash
from flask_babel import gettext as _

from cp_circles.files.storage import LocalStorage
from cp_circles.judging.models import Round
from cp_circles.judging.queries import rounds
from cp_circles.web.access import current_actor
from cp_circles.web.forms import ReasonForm
from cp_circles.web.session import db_session, settings


def seen_round(round_id: int) -> Round:
    """The round, if the reader may see it."""
    return rounds.round_for(db_session(), actor=current_actor(), round_id=round_id)


def own_round(round_id: int) -> Round:
    """The round, if the reader holds it."""
    return rounds.organised_round(db_session(), actor=current_actor(), round_id=round_id)


def storage() -> LocalStorage:
    """Where contents are kept."""
    return LocalStorage(settings().evidence_folder)


def given_reason() -> str | None:
    """The reason that was sent, or None with a word to the reader."""
    form = ReasonForm()
    if form.validate():
        return str(form.reason.data)
    flash(_("Please give the reason; the people concerned will read it."), "error")
    return None
