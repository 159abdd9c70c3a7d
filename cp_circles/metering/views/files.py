"""Files of readings."""

from flask import render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import Invalid
from cp_circles.metering import services
from cp_circles.metering.forms import ImportForm
from cp_circles.metering.sheets import rows_of_file
from cp_circles.metering.views.blueprint import bp, company_of
from cp_circles.web.access import current_actor
from cp_circles.web.session import db_session, now
from cp_circles.web.uploads import read_upload


@bp.get("/company/<int:company_id>/import")
def choose_file(company_id: int) -> ResponseReturnValue:
    """The page that takes a file of readings."""
    return render_template(
        "metering/import_readings.html", company=company_of(company_id), form=ImportForm(), report=None
    )


@bp.post("/company/<int:company_id>/import")
def import_readings(company_id: int) -> ResponseReturnValue:
    """Store a file of readings, or say row by row why not."""
    company, form = company_of(company_id), ImportForm()
    report = None
    if form.validate():
        try:
            upload = read_upload(form.file.first)
            report = services.import_readings(
                db_session(),
                actor=current_actor(),
                company=company,
                rows=rows_of_file(upload.name, upload.content),
                good_rows_only=form.good_rows_only.data,
                now=now(),
            )
        except Invalid as refusal:
            form.fill_from(refusal)
    page = render_template("metering/import_readings.html", company=company, form=form, report=report)
    return page, 200 if report and (report.is_clean or report.stored) else 422
