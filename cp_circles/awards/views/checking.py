"""Pages for everybody: the check of a certificate, its QR code, and the certificate as a file."""

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from cp_circles.awards import presenting, printing, queries, services
from cp_circles.awards.views.blueprint import award_behind, bp
from cp_circles.errors import NotFound
from cp_circles.web.forms import SearchForm
from cp_circles.web.session import db_session


@bp.get("/check")
def check() -> ResponseReturnValue:
    """Check a certificate by its number."""
    form = SearchForm()
    number = (form.q.data or "").strip()
    award = queries.award_by_number(db_session(), number) if number else None
    return render_template("awards/check.html", number=number, award=award, form=form)


@bp.get("/check/<public_key>")
def show_certificate(public_key: str) -> ResponseReturnValue:
    """The certificate behind a QR code: valid, or revoked with date and reason."""
    award = award_behind(public_key)
    return render_template(
        "awards/show_certificate.html",
        award=award,
        intact=services.printed_hash(award) == award.sha256,
    )


@bp.get("/check/<public_key>/qr.svg")
def qr_code(public_key: str) -> ResponseReturnValue:
    """The QR code that leads to the check page."""
    award = award_behind(public_key)
    address = url_for("awards.show_certificate", public_key=award.public_key, _external=True)
    return Response(printing.qr_svg(address), mimetype="image/svg+xml")


@bp.get("/check/<public_key>/certificate.pdf")
def certificate_file(public_key: str) -> ResponseReturnValue:
    """One certificate as a PDF, in the reader's language; none for an award that was revoked."""
    award = award_behind(public_key)
    if award.revoked_at is not None:
        raise NotFound
    content = printing.certificates_pdf(
        [presenting.certificate_of(award)],
        title=award.number,
        language="zh" if presenting.in_chinese() else "en",
    )
    headers = {"Content-Disposition": f"attachment; filename={award.number}.pdf"}
    return Response(content, mimetype="application/pdf", headers=headers)
