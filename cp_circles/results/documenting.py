"""Documents of results and templates of companies, as they are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from cp_circles.db.models import Job
from cp_circles.editions.queries import newest_packs
from cp_circles.errors import NotFound
from cp_circles.organisations.models import Company
from cp_circles.projects.models import Project
from cp_circles.results.canonical import sha256_of
from cp_circles.results.models import ReportTemplate, Result, ResultDocument, ResultState
from cp_circles.results.queries import package_of
from cp_circles.rulesets.schema import Method

DOCUMENT = "results.document"
WORD, PDF = "word", "pdf"
KINDS = (WORD, PDF)
WRITTEN_AS = 3
AUDIT_PHASES = 7


@dataclass(frozen=True)
class DocumentState:
    """One document of a result: written, being written by a job, or not asked for yet."""

    kind: str
    written: ResultDocument | None
    job: Job | None


def document_key(
    session: Session, result: Result, kind: str, locale: str, package: Mapping[str, Any] | None = None
) -> str:
    """What a document is written from, as one hash: package, state, kind, language, template, our version."""
    content = package if package is not None else package_of(session, result)
    template = template_in_use(session, result.project.company_id, content["project"]["method"]["key"])
    by = template.sha256 if template is not None and kind == WORD else "standard"
    parts = (str(WRITTEN_AS), kind, locale, result.state.value, by, sha256_of(content))
    return sha256(":".join(parts).encode()).hexdigest()


def job_key(key: str) -> str:
    """The key of the job that writes the document of that key."""
    return f"{DOCUMENT}:{key}"


def document_by_key(session: Session, key: str) -> ResultDocument | None:
    """The written document of that key."""
    return session.scalar(sa.select(ResultDocument).where(ResultDocument.key == key))


def documents_of(session: Session, result: Result, locale: str) -> list[DocumentState]:
    """How far the Word and the PDF of a result are, for what it holds now."""
    package = package_of(session, result)
    keys = {kind: document_key(session, result, kind, locale, package) for kind in KINDS}
    rows = session.scalars(sa.select(ResultDocument).where(ResultDocument.key.in_(keys.values())))
    written = {row.key: row for row in rows}
    wanted = [job_key(key) for key in keys.values()]
    jobs = {job.key: job for job in session.scalars(sa.select(Job).where(Job.key.in_(wanted)))}
    return [
        DocumentState(kind, written.get(key), None if key in written else jobs.get(job_key(key)))
        for kind, key in keys.items()
    ]


def template_in_use(session: Session, company_id: int, method_key: str) -> ReportTemplate | None:
    """The company's own template for a method; None where the standard one holds."""
    return session.scalar(
        sa.select(ReportTemplate)
        .where(
            ReportTemplate.company_id == company_id,
            ReportTemplate.method_key == method_key,
            ReportTemplate.used_from.is_not(None),
            ReportTemplate.ended_at.is_(None),
        )
        .order_by(ReportTemplate.id.desc())
        .limit(1)
    )


def templates_of(session: Session, company_id: int) -> Sequence[ReportTemplate]:
    """Every template that a company sent, the newest first."""
    return session.scalars(
        sa.select(ReportTemplate)
        .where(ReportTemplate.company_id == company_id)
        .order_by(ReportTemplate.id.desc())
    ).all()


def template_by_id(session: Session, company_id: int, template_id: int) -> ReportTemplate:
    """A template of this company; NotFound if it is another's."""
    found = session.get(ReportTemplate, template_id)
    if found is None or found.company_id != company_id:
        raise NotFound
    return found


def company_of(session: Session, template: ReportTemplate) -> Company:
    """The company whose template it is."""
    return session.get_one(Company, template.company_id)


def method_of_key(session: Session, method_key: str) -> Method:
    """The newest edition of a method; NotFound if there is none."""
    found = next((one for one in newest_packs(session, Method) if one.key == method_key), None)
    if found is None:
        raise NotFound
    return found


def audit_method(session: Session) -> Method:
    """The method whose phases are the seven of the formal audit; NotFound where none is shipped."""
    found = next((one for one in newest_packs(session, Method) if len(one.phases) == AUDIT_PHASES), None)
    if found is None:
        raise NotFound
    return found


def frozen_of_company(session: Session, company_id: int) -> Sequence[Result]:
    """The frozen results of a company in the order of their freezing, with their packages: one statement."""
    return session.scalars(
        sa.select(Result)
        .join(Result.project)
        .options(joinedload(Result.project).joinedload(Project.circle))
        .where(Project.company_id == company_id, Result.state == ResultState.FROZEN)
        .order_by(Result.frozen_at, Result.id)
    ).all()


def methods_frozen(session: Session, company_id: int) -> frozenset[str]:
    """The methods of which the company has a frozen result, so that a template of them can be previewed."""
    rows = frozen_of_company(session, company_id)
    return frozenset(row.package["project"]["method"]["key"] for row in rows if row.package)


def sample_of_method(session: Session, company_id: int, method_key: str) -> Result | None:
    """The newest frozen result of the company by that method: what a preview of a template shows."""
    rows = reversed(frozen_of_company(session, company_id))
    return next((one for one in rows if (one.package or {})["project"]["method"]["key"] == method_key), None)
