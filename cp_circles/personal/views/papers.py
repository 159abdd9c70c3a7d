"""Consents of a company's people: who has agreed, and papers of workers without an account."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.errors import NotFound
from cp_circles.files.kinds import FileRefused
from cp_circles.files.naming import safe_name
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.organisations.models import Company
from cp_circles.people.queries import employment_at, people_of_company
from cp_circles.personal import services
from cp_circles.personal.forms import PaperForm, WorkerErasureForm
from cp_circles.personal.models import Consent
from cp_circles.personal.queries.consents import (
    consent_by_id,
    consents_of,
    current_notice,
    standing_consent,
    standing_of_people,
)
from cp_circles.personal.queries.duties import duties_of
from cp_circles.personal.queries.papers import papers_collected_by, papers_of_people_gone
from cp_circles.personal.views.blueprint import bp
from cp_circles.web.access import current_actor, signed_in
from cp_circles.web.downloads import send_content
from cp_circles.web.i18n import locale_name
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import clock, db_session, now, settings
from cp_circles.web.uploads import read_upload
from cp_circles.workforce.rules import can_keep_staff

PAGE = "/companies/<int:company_id>/consents"


@bp.get(PAGE)
def consents_of_company(company_id: int) -> ResponseReturnValue:
    """Who of the company's people has agreed to the notice in force."""
    company, session, text = _company(company_id), db_session(), request.args.get("q", "").strip()
    edition, _notice = current_notice(session)
    found = people_of_company(session, company_id, text=text, number=requested_page())
    standing = standing_of_people(session, [row.person_id for row in found.rows], edition.id)
    rows = [(row, standing.get(row.person_id)) for row in found.rows]
    return render_template(
        "personal/consents_of_company.html",
        company=company,
        edition=edition,
        page=listed(found, rows),
        text=text,
        gone=papers_of_people_gone(session, company_id),
    )


@bp.get(f"{PAGE}/<int:person_id>")
def paper_consent(company_id: int, person_id: int) -> ResponseReturnValue:
    """The consents of one worker, the text to print, and the form for the scan."""
    return _page(_company(company_id), person_id, PaperForm(None))


def _page(company: Company, person_id: int, form: PaperForm, erasing: WorkerErasureForm | None = None) -> str:
    session = db_session()
    employment = employment_at(session, person_id, company.id)
    if employment is None:
        raise NotFound
    edition, notice = current_notice(session)
    return render_template(
        "personal/paper_consent.html",
        company=company,
        employment=employment,
        person=employment.person,
        edition=edition,
        notice=notice,
        locale_name=locale_name(),
        standing=standing_consent(session, person_id, edition.id),
        consents=consents_of(session, person_id),
        collected=papers_collected_by(session, company.id, person_id=person_id),
        form=form,
        erasing=erasing or WorkerErasureForm(None),
        duties=[] if employment.person.password_hash else duties_of(session, person_id=person_id, now=now()),
    )


@bp.post(f"{PAGE}/<int:person_id>")
def record_consent(company_id: int, person_id: int) -> ResponseReturnValue:
    """Keep the signed paper."""
    company, form = _company(company_id), PaperForm()

    def act() -> ResponseReturnValue:
        upload = read_upload(form.scan.first, field="scan")
        try:
            blob = store_blob(db_session(), _storage(), upload.content, upload.name, now())
        except FileRefused as refusal:
            refusal.field = "scan"
            raise
        services.record_paper_consent(
            db_session(),
            actor=current_actor(),
            company=company,
            person_id=person_id,
            scan=blob,
            name=upload.name,
            now=now(),
        )
        flash(_("The consent is recorded."), "success")
        return redirect(url_for("personal.consents_of_company", company_id=company_id), 303)

    return form.answer(act, lambda: _page(company, person_id, form))


@bp.post(f"{PAGE}/<int:person_id>/erasure")
def erase_worker(company_id: int, person_id: int) -> ResponseReturnValue:
    """Erase a worker without an account who asked for it in writing."""
    company, form = _company(company_id), WorkerErasureForm()

    def act() -> ResponseReturnValue:
        services.erase_worker(
            db_session(),
            actor=current_actor(),
            company=company,
            person_id=person_id,
            reason=form.reason.data or "",
            zone=clock().zone,
            now=now(),
        )
        flash(_("The personal data are erased; records keep a number that means nobody."), "success")
        return redirect(url_for("personal.consents_of_company", company_id=company_id), 303)

    return form.answer(act, lambda: _page(company, person_id, PaperForm(None), form))


@bp.get(f"{PAGE}/<int:person_id>/<int:consent_id>")
def consent_scan(company_id: int, person_id: int, consent_id: int) -> Response:
    """The scan of a signed paper, for the department of the company that collected it."""
    _company(company_id)
    if consent_id not in papers_collected_by(db_session(), company_id, person_id=person_id):
        raise NotFound
    return _scan(consent_by_id(db_session(), consent_id))


@bp.get("/account/consent/<int:consent_id>/paper")
def own_paper(consent_id: int) -> Response:
    """The scan of the paper that the reader signed."""
    row = consent_by_id(db_session(), consent_id)
    if row.person_id != signed_in().person_id:
        raise NotFound
    return _scan(row)


def _scan(row: Consent) -> Response:
    if row.scan_sha256 is None:
        raise NotFound
    blob = blob_by_hash(db_session(), row.scan_sha256)
    name = safe_name(row.scan_name, blob.media_type)
    content = open_blob(_storage(), blob)
    return send_content(content, sha256=blob.sha256, media_type=blob.media_type, name=name)


def _company(company_id: int) -> Company:
    company = db_session().get(Company, company_id)
    if company is None or not can_keep_staff(current_actor(), company_id):
        raise NotFound
    return company


def _storage() -> LocalStorage:
    return LocalStorage(settings().evidence_folder)
