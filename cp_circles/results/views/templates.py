"""A company's own Word templates: sent, checked, previewed on a frozen result, taken into use."""

import hashlib
import io

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from cp_circles.editions.queries import newest_packs
from cp_circles.errors import NotFound
from cp_circles.files.naming import safe_name
from cp_circles.organisations.models import Company
from cp_circles.results import documenting, services
from cp_circles.results.documents.templates import NEEDED, PARTS, VALUES, standard_template
from cp_circles.results.forms import TemplateForm
from cp_circles.results.photographs import photos_of
from cp_circles.results.presenting import PageWords, composed, written
from cp_circles.results.views.blueprint import bp, company_of, storage
from cp_circles.rulesets.schema import Method
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.forms import ConfirmForm
from cp_circles.web.i18n import locale_name
from cp_circles.web.session import db_session, now
from cp_circles.web.uploads import read_upload

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEMPLATES = "/company/<int:company_id>/templates"


@bp.get(TEMPLATES)
def list_templates(company_id: int) -> ResponseReturnValue:
    """The standard templates, the company's own, and the list of placeholders."""
    return _templates_page(company_of(company_id), TemplateForm(formdata=None))


def _templates_page(company: Company, form: TemplateForm) -> str:
    session = db_session()
    methods = newest_packs(session, Method)
    form.offer(methods, locale_name())
    return render_template(
        "results/list_templates.html",
        company=company,
        methods={method.key: method for method in methods},
        sent=documenting.templates_of(session, company.id),
        shown=documenting.methods_frozen(session, company.id),
        form=form,
        confirm=ConfirmForm(formdata=None),
        values=VALUES,
        parts=PARTS,
        needed=NEEDED,
        may_change=current_actor().heads_department_of(company.id),
    )


@bp.post(TEMPLATES)
def send_template(company_id: int) -> ResponseReturnValue:
    """Check and keep a template; it is taken into use by an act of its own."""
    company, form = company_of(company_id), TemplateForm()
    form.offer(newest_packs(db_session(), Method), locale_name())

    def act() -> ResponseReturnValue:
        upload = read_upload(form.file.first, largest_mb=5)
        services.send_template(
            db_session(),
            storage(),
            actor=current_actor(),
            company=company,
            method_key=str(form.method.data),
            filename=upload.name,
            content=upload.content,
            now=now(),
        )
        flash(_("The template is checked and kept. Look at its preview, then take it into use."))
        return redirect(url_for("results.list_templates", company_id=company.id), 303)

    return form.answer(act, lambda: _templates_page(company, form))


@bp.get(f"{TEMPLATES}/<method>.docx")
def standard_template_file(company_id: int, method: str) -> ResponseReturnValue:
    """The standard template of a method, to begin an own one with."""
    company_of(company_id)
    found = documenting.method_of_key(db_session(), method)
    content = standard_template([phase.key for phase in found.phases])
    return _word(content, f"template-{found.key}.docx")


@bp.get(f"{TEMPLATES}/<int:template_id>/preview")
def preview_template(company_id: int, template_id: int) -> ResponseReturnValue:
    """The newest frozen result of the method, written by this template."""
    company, session = company_of(company_id), db_session()
    template = documenting.template_by_id(session, company.id, template_id)
    sample = documenting.sample_of_method(session, company.id, template.method_key)
    if sample is None or sample.package is None:
        raise NotFound
    content = composed(sample, sample.package, PageWords(locale_name()))
    own = services.template_content(session, storage(), template)
    photos = photos_of(session, storage(), content)
    finished = written(documenting.WORD, content, sample.package, own, photos)
    return _word(finished, f"preview-{template.id}.docx")


@bp.post(f"{TEMPLATES}/<int:template_id>/use")
def use_template(company_id: int, template_id: int) -> ResponseReturnValue:
    """Write reports by this template from now on."""
    template = documenting.template_by_id(db_session(), company_of(company_id).id, template_id)
    services.use_template(db_session(), actor=current_actor(), template=template, now=now())
    flash(_("Reports of this method are written by your template from now on."))
    return redirect(url_for("results.list_templates", company_id=company_id), 303)


@bp.post(f"{TEMPLATES}/<int:template_id>/end")
def end_template(company_id: int, template_id: int) -> ResponseReturnValue:
    """Go back to the standard template."""
    template = documenting.template_by_id(db_session(), company_of(company_id).id, template_id)
    services.end_template(db_session(), actor=current_actor(), template=template, now=now())
    flash(_("Reports of this method are written by the standard template again."))
    return redirect(url_for("results.list_templates", company_id=company_id), 303)


def _word(content: bytes, name: str) -> ResponseReturnValue:
    sha256 = hashlib.sha256(content).hexdigest()
    return send_content(io.BytesIO(content), sha256=sha256, media_type=DOCX, name=safe_name(name, DOCX))
