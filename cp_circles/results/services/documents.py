"""The documents of results: ordered, written by a job, kept under the key of what they were written from."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.db.jobs import enqueue_job
from cp_circles.db.models import Job, JobState
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.files.queries import blob_by_hash, open_blob
from cp_circles.files.services import store_blob
from cp_circles.files.storage import Storage
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor
from cp_circles.results import documenting as asked
from cp_circles.results import rules
from cp_circles.results.documents.templates import check_template
from cp_circles.results.models import ReportTemplate, Result, ResultDocument

LOCALES = ("zh_Hans", "en")
NAMES = {asked.WORD: "report.docx", asked.PDF: "report.pdf"}
MOST_TEMPLATE_BYTES = 5_000_000


def order_document(
    session: Session, *, actor: Actor, result: Result, kind: str, locale: str, now: datetime
) -> Job | None:
    """Have a document written; None if it stands already. One that failed is tried again."""
    if not rules.can_see_result(actor, result) or kind not in asked.KINDS or locale not in LOCALES:
        raise NotFound
    key = asked.document_key(session, result, kind, locale)
    if asked.document_by_key(session, key) is not None:
        return None
    job = enqueue_job(
        session,
        kind=asked.DOCUMENT,
        key=asked.job_key(key),
        payload={"result": result.id, "kind": kind, "locale": locale},
        person_id=actor.person_id,
        now=now,
    )
    if job.state is not JobState.RUNNING:
        job.state, job.run_after, job.attempts = JobState.WAITING, now, 0
        session.flush()
    return job


def keep_document(
    session: Session,
    storage: Storage,
    *,
    result: Result,
    kind: str,
    locale: str,
    key: str,
    content: bytes,
    now: datetime,
) -> ResultDocument:
    """Keep a written document under its key; a second one of the same key is left."""
    standing = asked.document_by_key(session, key)
    if standing is not None:
        return standing
    blob = store_blob(session, storage, content, NAMES[kind], now)
    kept = ResultDocument(
        key=key, result_id=result.id, kind=kind, locale=locale, sha256=blob.sha256, made_at=now
    )
    session.add(kept)
    session.flush()
    return kept


def send_template(
    session: Session,
    storage: Storage,
    *,
    actor: Actor,
    company: Company,
    method_key: str,
    filename: str,
    content: bytes,
    now: datetime,
) -> ReportTemplate:
    """Keep a company's template after its placeholders were checked; it is not in use yet."""
    _require_department(actor, company)
    method = asked.method_of_key(session, method_key)
    check = check_template(content, [phase.key for phase in method.phases])
    if check.unknown:
        raise Invalid(
            msg("The template holds placeholders that do not exist: %(names)s"),
            field="file",
            names=", ".join(check.unknown),
        )
    if check.missing:
        raise Invalid(
            msg("The template lacks what every report must show: %(names)s"),
            field="file",
            names=", ".join(check.missing),
        )
    blob = store_blob(session, storage, content, filename, now, MOST_TEMPLATE_BYTES)
    sent = ReportTemplate(
        company_id=company.id,
        method_key=method_key,
        filename=filename[:200],
        sha256=blob.sha256,
        sent_at=now,
        sent_by_id=actor.person_id,
    )
    session.add(sent)
    session.flush()
    _note(session, actor, sent, "results.send_template", now, {"sha256": sent.sha256})
    return sent


def use_template(session: Session, *, actor: Actor, template: ReportTemplate, now: datetime) -> None:
    """Write the company's reports of the method by this template from now on; the one before ends."""
    _require_department(actor, asked.company_of(session, template))
    if template.used_from is not None:
        raise DomainError(msg("This template is in use, or was, already."))
    before = asked.template_in_use(session, template.company_id, template.method_key)
    if before is not None:
        before.ended_at = now
    template.used_from = now
    session.flush()
    _note(session, actor, template, "results.use_template", now, {"sha256": template.sha256})


def end_template(session: Session, *, actor: Actor, template: ReportTemplate, now: datetime) -> None:
    """Go back to the standard template; documents that were written stay as they are."""
    _require_department(actor, asked.company_of(session, template))
    if template.used_from is None or template.ended_at is not None:
        raise DomainError(msg("This template is not in use."))
    template.ended_at = now
    session.flush()
    _note(session, actor, template, "results.end_template", now, {})


def template_content(session: Session, storage: Storage, template: ReportTemplate) -> bytes:
    """The file of a company's template, checked against its hash."""
    with open_blob(storage, blob_by_hash(session, template.sha256)) as stream:
        content = stream.read()
    if sha256(content).hexdigest() != template.sha256:
        raise DomainError(msg("The stored template is damaged. Send it once more."))
    return content


def _require_department(actor: Actor, company: Company) -> None:
    if not (rules.can_see_documents_of(actor, company.id)):
        raise NotFound
    if not actor.heads_department_of(company.id):
        raise NotAllowed(msg("Only the company's department changes its templates."))


def _note(
    session: Session, actor: Actor, template: ReportTemplate, verb: str, now: datetime, after: dict[str, Any]
) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=template, company_id=template.company_id, at=now, after=after
    )
