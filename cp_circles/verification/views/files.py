"""The files of one claim: evidence, photos of the meters, bills; for its verifiers and invited outsiders."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.files.naming import may_be_shown, safe_name
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.savings import rules as savings_rules
from cp_circles.savings.models import Claim, Saving
from cp_circles.verification import claim_files, rules
from cp_circles.verification.views.blueprint import bp, indicator_names, storage
from cp_circles.web.access import current_actor
from cp_circles.web.downloads import send_content
from cp_circles.web.session import db_session

PAGE = "/savings/<int:saving_id>/files"


def _claim(saving_id: int) -> tuple[Saving, Claim]:
    """The saving and its standing claim, if the reader may see it."""
    saving = db_session().get(Saving, saving_id)
    if saving is None or savings_rules.is_imported(saving) or saving.claim is None:
        raise NotFound
    if not savings_rules.can_see_saving(current_actor(), saving):
        raise NotFound
    return saving, saving.claim


@bp.get(PAGE)
def list_claim_files(saving_id: int) -> ResponseReturnValue:
    """Everything on which the standing claim rests, with its files."""
    saving, claim = _claim(saving_id)
    session, actor = db_session(), current_actor()
    sees_money = rules.can_see_money_of(actor, saving)
    return render_template(
        "verification/claim_files.html",
        saving=saving,
        claim=claim,
        project=saving.project,
        sees_project=savings_rules.can_see_savings(actor, saving.project),
        names=indicator_names(saving.project.company_id),
        evidence=claim_files.evidence_of_claim(session, claim),
        readings=claim_files.readings_of_claim(session, saving),
        bills=claim_files.bills_of_claim(session, saving) if sees_money else None,
    )


@bp.get(f"{PAGE}/evidence/<int:version_id>")
def claim_evidence_file(saving_id: int, version_id: int) -> Response:
    """Hand out one piece of evidence that the claim froze."""
    _saving, claim = _claim(saving_id)
    rows = {row.id: row for row in claim_files.evidence_of_claim(db_session(), claim)}
    if version_id not in rows:
        raise NotFound
    return _sent(rows[version_id].sha256, rows[version_id].filename)


@bp.get(f"{PAGE}/photos/<int:reading_id>")
def claim_photo(saving_id: int, reading_id: int) -> Response:
    """Hand out the photo of a meter at one of the claim's readings."""
    saving, _ = _claim(saving_id)
    rows = {row.id: row for row in claim_files.readings_of_claim(db_session(), saving)}
    reading = rows.get(reading_id)
    if reading is None or reading.photo_sha256 is None:
        raise NotFound
    return _sent(reading.photo_sha256, reading.meter.name)


@bp.get(f"{PAGE}/bills/<int:bill_id>")
def claim_bill_file(saving_id: int, bill_id: int) -> Response:
    """Hand out the file of one of the claim's bills."""
    saving, _ = _claim(saving_id)
    if not rules.can_see_money_of(current_actor(), saving):
        raise NotFound
    rows = {row.id: row for row in claim_files.bills_of_claim(db_session(), saving)}
    bill = rows.get(bill_id)
    if bill is None or bill.sha256 is None:
        raise NotFound
    return _sent(bill.sha256, bill.file_name)


def _sent(sha256: str, name: str) -> Response:
    blob = blob_by_hash(db_session(), sha256)
    return send_content(
        open_blob(storage(), blob),
        sha256=blob.sha256,
        media_type=blob.media_type,
        name=safe_name(name, blob.media_type),
        shown=may_be_shown(blob.media_type),
    )
