"""Pages of trust: published heads, the check of a receipt, one's own receipts, the audit of a round."""

from collections.abc import Iterator
from typing import IO

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.judging.queries.rounds import organised_round
from cp_circles.people.models import Role
from cp_circles.trust import export, queries
from cp_circles.trust.receipts import code_from
from cp_circles.web.access import current_actor
from cp_circles.web.history import act_text
from cp_circles.web.paging import listed, requested_page
from cp_circles.web.session import db_session, now

PORTION = 65_536
bp = Blueprint("trust", __name__, url_prefix="/trust")


@bp.get("/")
def list_heads() -> ResponseReturnValue:
    """The published heads of the event chains, newest first."""
    found = queries.heads(db_session(), number=requested_page())
    return render_template("trust/list_heads.html", page=listed(found), receipt="")


@bp.get("/check")
def check_receipt() -> ResponseReturnValue:
    """Whether a receipt stands in its chain as it was given."""
    text = request.args.get("receipt", "").strip()[:200]
    code = code_from(text)
    return render_template(
        "trust/check_receipt.html",
        receipt=text,
        code=code,
        found=queries.checked(db_session(), code) if code else None,
        act_text=act_text,
    )


@bp.get("/verify_audit.py")
def verifier() -> ResponseReturnValue:
    """The stand-alone script that checks an audit file."""
    headers = {"Content-Disposition": "attachment; filename=verify_audit.py"}
    return Response(export.verifier(), mimetype="text/x-python", headers=headers)


@bp.get("/receipts")
def my_receipts() -> ResponseReturnValue:
    """The reader's receipts: sheets handed in as a judge, entries of the own circles and company."""
    actor, session = current_actor(), db_session()
    asked = request.args.get("of") or ("sheets" if actor.holds_any(Role.JUDGE) else "entries")
    read = queries.sheet_receipts if asked == "sheets" else queries.entry_receipts
    page = listed(read(session, actor=actor, number=requested_page()))
    return render_template("trust/my_receipts.html", page=page, sheets=asked == "sheets")


@bp.get("/rounds/<int:round_id>/audit.zip")
def download_audit(round_id: int) -> ResponseReturnValue:
    """The audit of a round whose list is published, as one file."""
    round_ = organised_round(db_session(), actor=current_actor(), round_id=round_id)
    if round_.published_at is None:
        raise NotFound
    content = export.packed(export.audit_files(db_session(), round_, now=now()))
    headers = {"Content-Disposition": f"attachment; filename=audit-round-{round_.id}.zip"}
    return Response(_portions(content), mimetype="application/zip", headers=headers)


def _portions(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while portion := content.read(PORTION):
            yield portion
