"""The notice on personal data: read, agreed to, taken back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.personal import services
from cp_circles.personal.forms import AgreeForm
from cp_circles.personal.queries.consents import consents_of, current_notice, standing_consent
from cp_circles.personal.views.blueprint import bp
from cp_circles.web.access import current_actor, signed_in
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now
from cp_circles.web.switches import local_next


@bp.get("/account/consent")
def consent() -> ResponseReturnValue:
    """Show the notice, and what the reader has agreed to."""
    session, me = db_session(), signed_in().person_id
    edition, notice = current_notice(session)
    return render_template(
        "personal/consent.html",
        notice=notice,
        locale_name=locale_name(),
        edition=edition,
        standing=standing_consent(session, me, edition.id),
        earlier=consents_of(session, me),
        form=AgreeForm(None, edition=str(edition.id), next=local_next()),
        confirm=ConfirmForm(None),
    )


@bp.post("/account/consent")
def agree() -> ResponseReturnValue:
    """Agree, and go on to where the reader was going."""
    services.agree(db_session(), actor=current_actor(), edition_id=AgreeForm().edition_id, now=now())
    flash(_("Thank you. You have agreed to the use of your data."), "success")
    return redirect(local_next(), 303)


@bp.post("/account/consent/withdraw")
def withdraw_consent() -> ResponseReturnValue:
    """Take the consent back."""
    services.withdraw_consent(db_session(), actor=current_actor(), now=now())
    flash(_("Your consent is taken back."), "success")
    return redirect(url_for("personal.consent"), 303)
