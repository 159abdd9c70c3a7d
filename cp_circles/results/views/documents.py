"""The Word and PDF files of a result: ordered, watched while they are written, handed out."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.results import documenting, rules, services
from cp_circles.results.documents.figures import unrecorded
from cp_circles.results.queries import package_of
from cp_circles.results.views.blueprint import bp, result_of, storage
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now

SUFFIX = {documenting.WORD: "docx", documenting.PDF: "pdf"}


@bp.get("/<int:result_id>/documents")
def show_documents(result_id: int) -> ResponseReturnValue:
    """The documents of a result in the reader's language, and how far they are."""
    result, session = result_of(result_id), db_session()
    company = result.project.company
    return render_template(
        "results/show_documents.html",
        result=result,
        documents=documenting.documents_of(session, result, locale_name()),
        unrecorded=unrecorded(package_of(session, result)),
        is_draft=result.package is None,
        company=company,
        sees_templates=rules.can_see_documents_of(current_actor(), company.id),
        confirm=ConfirmForm(formdata=None),
    )


@bp.post("/<int:result_id>/documents/<kind>")
def order_document(result_id: int, kind: str) -> ResponseReturnValue:
    """Have a document written."""
    result = result_of(result_id)
    job = services.order_document(
        db_session(), actor=current_actor(), result=result, kind=kind, locale=locale_name(), now=now()
    )
    if job is not None:
        flash(_("The document is being written. You may leave this page and come back."))
    return redirect(url_for("results.show_documents", result_id=result.id), 303)


@bp.get("/<int:result_id>/documents/<kind>/file")
def download_document(result_id: int, kind: str) -> ResponseReturnValue:
    """The written document of what the result holds now."""
    result, session = result_of(result_id), db_session()
    states = documenting.documents_of(session, result, locale_name())
    found = next((state.written for state in states if state.kind == kind and state.written), None)
    if found is None:
        raise NotFound
    blob = blob_by_hash(session, found.sha256)
    name = f"result-{result.id}-{locale_name()}.{SUFFIX[kind]}"
    return send_content(open_blob(storage(), blob), sha256=blob.sha256, media_type=blob.media_type, name=name)
