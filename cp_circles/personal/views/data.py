"""One's own data: the file with all of them, and their erasure."""

import io

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.people.services import forget_attempt, note_attempt
from cp_circles.personal import services
from cp_circles.personal.forms import EraseForm
from cp_circles.personal.queries.duties import duties_of
from cp_circles.personal.views.blueprint import bp
from cp_circles.web import access, held
from cp_circles.web.access import current_actor, signed_in
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.session import clock, db_session, now, separate_session


@bp.get("/account/data")
def data() -> ResponseReturnValue:
    """What is kept about the reader, and how to have it or have it erased."""
    return render_template(
        "personal/data.html",
        exports=services.exports_of(db_session(), signed_in().person_id),
        moment=now(),
        confirm=ConfirmForm(None),
    )


@bp.post("/account/data")
def ask_export() -> ResponseReturnValue:
    """Have the file made."""
    services.ask_export(db_session(), actor=current_actor(), now=now())
    flash(_("The file is being made. You get a message when it is ready."), "success")
    return redirect(url_for("personal.data"), 303)


@bp.get("/account/data/<int:export_id>.zip")
def download_export(export_id: int) -> Response:
    """The finished file, for its owner only."""
    row = services.export_for(db_session(), actor=current_actor(), export_id=export_id, now=now())
    name = f"cp-circles-{row.asked_at.astimezone(clock().zone):%Y-%m-%d}.zip"
    content = io.BytesIO(row.content or b"")
    return send_content(content, sha256=row.sha256, media_type="application/zip", name=name)


@bp.get("/account/erasure")
def erasure() -> ResponseReturnValue:
    """What goes, what stays and why, and which duties stand in the way."""
    return _erasure_page(EraseForm(None))


def _erasure_page(form: EraseForm) -> str:
    duties = duties_of(db_session(), person_id=signed_in().person_id, now=now())
    return render_template("personal/erasure.html", form=form, duties=duties)


@bp.post("/account/erasure")
def erase() -> ResponseReturnValue:
    """Erase, once the password is right and no duty is open; the reader is signed out."""
    form, me = EraseForm(), signed_in()

    def act() -> ResponseReturnValue:
        with separate_session() as separate:
            address = request.remote_addr or "unknown"
            account = f"person:{me.person_id}"
            attempt = note_attempt(separate, account=account, address=address, now=now())
        services.erase_person(
            db_session(), actor=me.actor, password=form.password.data or "", zone=clock().zone, now=now()
        )
        forget_attempt(db_session(), attempt)
        answer = redirect("/", 303)
        held.drop(answer)
        access.end_sign_in()
        flash(_("Your personal data are erased, and you are signed out."), "success")
        return answer

    return form.answer(act, lambda: _erasure_page(form))
