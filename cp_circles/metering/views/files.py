"""Files of readings: choose, see what they would do, correct what the columns mean, store by a job."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from cp_circles.db.models import Job, JobState
from cp_circles.errors import Invalid, NotFound
from cp_circles.files.naming import safe_name
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.metering import services
from cp_circles.metering.forms.files import ROLE_NAMES, StoreForm
from cp_circles.metering.forms.meters import ImportForm
from cp_circles.metering.layouts import Layout, checked
from cp_circles.metering.services import filing, previewing
from cp_circles.metering.services.previewing import Preview
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.metering.views.blueprint import bp, company_of, storage
from cp_circles.organisations.models import Company
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.i18n import translate
from cp_circles.web.paging import page_of, paginate
from cp_circles.web.session import db_session, now
from cp_circles.web.uploads import read_upload

MOST_LISTED = 500
ERRORS_A_PAGE = 100


@dataclass(frozen=True)
class Held:
    """An uploaded file between its upload and its storing; a large one is read by a job."""

    token: str
    company: Company
    name: str
    sha256: str
    large: bool


@bp.get("/company/<int:company_id>/files")
def list_files(company_id: int) -> ResponseReturnValue:
    """The files of readings so far: who sent which, when, and what became of its rows."""
    company = company_of(company_id)
    page = paginate(db_session(), filing.files_of(company.id))
    return render_template("metering/list_files.html", company=company, page=page)


@bp.get("/company/<int:company_id>/import")
def choose_file(company_id: int) -> ResponseReturnValue:
    """The page that takes a file of readings."""
    return _choose_page(company_of(company_id), ImportForm())


def _choose_page(company: Company, form: ImportForm) -> str:
    return render_template("metering/import_readings.html", company=company, form=form)


@bp.post("/company/<int:company_id>/import")
def import_readings(company_id: int) -> ResponseReturnValue:
    """Keep an uploaded file and show what it would do."""
    company, form = company_of(company_id), ImportForm()

    def act() -> ResponseReturnValue:
        upload = read_upload(form.file.first)
        large = previewing.is_large(upload.content)
        if not large:
            sheets = sheets_of_file(upload.content)
            services.layout_for(db_session(), company=company, sheets=sheets, now=now())
        blob = store_blob(db_session(), storage(), upload.content, upload.name, now())
        facts = {
            "person": current_actor().person_id,
            "company": company.id,
            "sha256": blob.sha256,
            "name": upload.name,
            "large": large,
            "at": now().isoformat(),
        }
        token = str(_signer().dumps(facts))
        if large:
            _order(token, company.id, blob.sha256)
        return redirect(url_for("metering.preview_file", token=token), 303)

    return form.answer(act, lambda: _choose_page(company, form))


def _order(token: str, company_id: int, sha256: str, again: str = "") -> None:
    """Have a job read a large file, once more where its columns were corrected."""
    facts: dict[str, Any] = {"company_id": company_id, "sha256": sha256, "token": token, "again": again}
    previewing.order_preview(db_session(), actor=current_actor(), now=now(), **facts)


@bp.get("/import/<token>")
def preview_file(token: str) -> ResponseReturnValue:
    """What the file would do: how its columns were understood, its first rows, and everything wrong."""
    held, form = _held(token), StoreForm()
    found = _found(held)
    if not isinstance(found, Preview):
        return _reading_page(held, found)
    form.show(Layout.from_json(found.layout))
    form.send_key.data = secrets.token_hex(16)
    return _preview_page(held, found, form)


@bp.post("/import/<token>")
def store_file(token: str) -> ResponseReturnValue:
    """Keep what the columns mean, and look again or order the file to be stored."""
    held, form = _held(token), StoreForm()
    found = _found(held)
    if not isinstance(found, Preview):
        return redirect(url_for("metering.preview_file", token=token), 303)
    if not form.validate():
        return _preview_page(held, found, form), 422
    layout = form.layout(Layout.from_json(found.layout), request.form)
    try:
        layout = checked(layout)
    except Invalid as refusal:
        return _refused(held, replace(found, layout=layout.as_json()), form, refusal)
    common: dict[str, Any] = {"actor": current_actor(), "now": now()}
    services.keep_layout(db_session(), company=held.company, hashed=found.headings, layout=layout, **common)
    key = f"{held.sha256[:16]}:{(form.send_key.data or '')[:40]}"
    if form.act.data != "store":
        if held.large:
            _order(token, held.company.id, held.sha256, (form.send_key.data or "")[:32])
        return redirect(url_for("metering.preview_file", token=token), 303)
    order = filing.Order(
        held.company.id,
        held.name,
        held.sha256,
        layout.as_json(),
        bool(form.good_rows_only.data),
        form.changed.data,
        (form.reason.data or "").strip() or held.name,
    )
    job = filing.order_file(db_session(), order=order, send_key=key, **common)
    return redirect(url_for("metering.show_file", job_id=job.id), 303)


def _refused(held: Held, found: Preview, form: StoreForm, refusal: Invalid) -> ResponseReturnValue:
    values = dict(refusal.values)
    if "role" in values:
        values["role"] = str(ROLE_NAMES.get(values["role"], values["role"]))
    form.form_errors.append(translate(refusal.msgid, values))
    return _preview_page(held, replace(found, report=None, first=(), refused=None), form), 422


@bp.get("/files/<int:job_id>")
def show_file(job_id: int) -> ResponseReturnValue:
    """How far a file has come, or its report."""
    job = filing.file_seen_by(db_session(), current_actor(), job_id)
    report = job.report if job.report and "counts" in job.report else None
    return render_template(
        "metering/show_file.html",
        job=job,
        company=company_of(job.payload["company_id"]),
        report=report,
        page=page_of(report["errors"] if report else [], per_page=ERRORS_A_PAGE),
        waits=job.state in (JobState.WAITING, JobState.RUNNING) and report is None,
    )


@bp.get("/files/<int:job_id>/original")
def download_file(job_id: int) -> ResponseReturnValue:
    """The file itself, as it was sent."""
    job = filing.file_seen_by(db_session(), current_actor(), job_id)
    blob = blob_by_hash(db_session(), job.payload["sha256"])
    return send_content(
        open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=safe_name(job.payload["name"], blob.media_type),
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="readings")


def _held(token: str) -> Held:
    """The file behind a token; NotFound for another person's or a forged one."""
    try:
        facts: dict[str, Any] = _signer().loads(token)
    except BadSignature as error:
        raise NotFound from error
    if facts["person"] != current_actor().person_id:
        raise NotFound
    return Held(token, company_of(facts["company"]), facts["name"], facts["sha256"], bool(facts.get("large")))


def _found(held: Held) -> Preview | Job:
    """What the file would do, or the job that still reads it or could not."""
    if not held.large:
        with storage().open(held.sha256) as stream:
            content = stream.read()
        common: dict[str, Any] = {"actor": current_actor(), "company": held.company, "now": now()}
        return previewing.preview_of(db_session(), content=content, **common)
    job = previewing.preview_job(db_session(), actor=current_actor(), token=held.token)
    if job is None:
        raise NotFound
    return Preview(**job.report["preview"]) if job.report and "preview" in job.report else job


def _reading_page(held: Held, job: Job) -> str:
    """How far the reading of a large file has come, or why it could not be read."""
    report = job.report or {}
    return render_template(
        "metering/read_large.html",
        held=held,
        job=job,
        refused=translate(*report["refused"]) if "refused" in report else report.get("fault", "–"),
        waits=job.state in (JobState.WAITING, JobState.RUNNING),
    )


def _preview_page(held: Held, found: Preview, form: StoreForm) -> str:
    """The page of one file before it is stored."""
    if found.refused is not None and not form.form_errors:
        form.form_errors.append(translate(*found.refused))
    layout = Layout.from_json(found.layout)
    columns = zip(found.columns, layout.roles, range(len(found.columns)), strict=True)
    return render_template(
        "metering/preview_file.html",
        held=held,
        form=form,
        report=found.report,
        first=found.first,
        columns=[(heading, role, examples, place) for (heading, examples), role, place in columns],
        heading_row=layout.heading_row,
        roles=ROLE_NAMES,
        most=MOST_LISTED,
    )
