"""The pack for a company's formal audit: results chosen, looked at, handed out as Word and Excel."""

import hashlib
import io

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company
from cp_circles.results import documenting
from cp_circles.results.documents.adding import sums_of
from cp_circles.results.documents.pack import Pack, pack_of
from cp_circles.results.documents.templates import template_with
from cp_circles.results.documents.word import word_of
from cp_circles.results.documents.workbook import workbook_of
from cp_circles.results.models import Result
from cp_circles.results.photographs import photos_of
from cp_circles.results.presenting import PageWords
from cp_circles.results.views.blueprint import bp, company_of, storage
from cp_circles.web.downloads import send_content
from cp_circles.web.i18n import label, locale_name
from cp_circles.web.session import db_session

PACK = "/company/<int:company_id>/audit-pack"
OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
}


@bp.get(PACK)
def show_pack(company_id: int) -> ResponseReturnValue:
    """Choose frozen results, and see what the pack of them holds."""
    company = company_of(company_id)
    offered = documenting.frozen_of_company(db_session(), company.id)
    chosen = _chosen(list(offered))
    words = PageWords(locale_name())
    pack = _pack(company, chosen, words) if chosen else None
    return render_template(
        "results/show_pack.html",
        company=company,
        offered=offered,
        chosen={result.id for result in chosen},
        pack=pack,
        sums=sums_of(pack.lines) if pack else None,
        ids=[result.id for result in chosen],
    )


@bp.get(f"{PACK}/file.<kind>")
def download_pack(company_id: int, kind: str) -> ResponseReturnValue:
    """The pack of the chosen results as Word or Excel."""
    company = company_of(company_id)
    chosen = _chosen(list(documenting.frozen_of_company(db_session(), company.id)))
    if kind not in KINDS or not chosen:
        raise NotFound
    words = PageWords(locale_name())
    pack = _pack(company, chosen, words)
    if kind == "xlsx":
        content = workbook_of(pack, words)
    else:
        photos = photos_of(db_session(), storage(), pack.content)
        content = word_of(pack.content, template_with(["all"]), photos)
    return send_content(
        io.BytesIO(content),
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=KINDS[kind],
        name=f"audit-pack-{company.id}.{kind}",
    )


def _chosen(offered: list[Result]) -> list[Result]:
    wanted = set(request.args.getlist("result"))
    return [result for result in offered if str(result.id) in wanted]


def _pack(company: Company, chosen: list[Result], words: PageWords) -> Pack:
    packages = [(result.package or {}, result.sha256 or "") for result in chosen]
    return pack_of(label(company), packages, documenting.audit_method(db_session()), words)
