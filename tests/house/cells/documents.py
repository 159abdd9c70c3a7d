"""Cells of documents: Word and PDF of a result, templates of a company, the pack for its formal audit."""

from typing import Any

from cp_circles.files.services import store_blob
from cp_circles.results import documenting
from cp_circles.results.documents.templates import standard_template
from cp_circles.results.models import ReportTemplate, ResultDocument
from tests.conftest import NOW
from tests.house.cells.addresses import of_company, of_result
from tests.house.cells.cell import rows
from tests.house.cells.readers import DEPARTMENT, KEEPS, SEES_WORK
from tests.house.world import Side


def of_kind(side: Side) -> dict[str, Any]:
    """The PDF of the frozen result."""
    return of_result(side) | {"kind": documenting.PDF}


def of_written(side: Side) -> dict[str, Any]:
    """The PDF of the frozen result, which is written already."""
    session, result = side.session, side.free_result
    key = documenting.document_key(session, result, documenting.PDF, "zh_Hans")
    if documenting.document_by_key(session, key) is None:
        facts = {"kind": documenting.PDF, "locale": "zh_Hans", "sha256": side.evidence_version.sha256}
        session.add(ResultDocument(key=key, result_id=result.id, made_at=NOW, **facts))
        session.commit()
    return of_kind(side)


def of_method(side: Side) -> dict[str, Any]:
    """The method of the frozen result."""
    return of_company(side) | {"method": side.free_result.package["project"]["method"]["key"]}


def of_template(side: Side) -> dict[str, Any]:
    """A template that the company sent for the method of its frozen result."""
    method = side.free_result.package["project"]["method"]["key"]
    file = store_blob(side.session, side.storage, standard_template([]), "a.docx", NOW)
    facts = {"method_key": method, "filename": f"模板 {side.secret}.docx", "sha256": file.sha256}
    template = ReportTemplate(company_id=side.company.id, sent_at=NOW, **facts)
    side.session.add(template)
    side.session.commit()
    return of_company(side) | {"template_id": template.id}


def of_pack(side: Side) -> dict[str, Any]:
    """The pack of the frozen result."""
    return of_company(side) | {"result": side.free_result.id}


ROWS = {
    **rows("results: show_documents", may=SEES_WORK, args=of_result),
    **rows("results: order_document", may=SEES_WORK, args=of_kind),
    **rows("results: download_document", may=SEES_WORK, args=of_written),
    **rows("results: list_templates", may=KEEPS, args=of_company, shows="secret"),
    **rows("results: send_template", may=DEPARTMENT, args=of_company),
    **rows("results: standard_template_file", may=KEEPS, args=of_method),
    **rows("results: preview_template", may=KEEPS, args=of_template),
    **rows("results: use_template end_template", may=DEPARTMENT, args=of_template),
    **rows("results: show_pack", may=KEEPS, args=of_pack),
    **rows("results: download_pack", may=KEEPS, args=lambda side: of_pack(side) | {"kind": "xlsx"}),
}
