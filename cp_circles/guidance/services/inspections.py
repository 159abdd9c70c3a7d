"""Inspections by a checklist, and findings closed with what shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from cp_circles.circles.dates import SHANGHAI, local_date
from cp_circles.circles.services import telling
from cp_circles.editions.models import Edition
from cp_circles.editions.queries import pack_of
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, msg
from cp_circles.files.models import Blob
from cp_circles.files.naming import safe_name
from cp_circles.guidance import rules
from cp_circles.guidance.models import Finding, Inspection, Verdict
from cp_circles.guidance.services import guards
from cp_circles.guidance.services.visits import NOT_CIRCLE, task_for_leader_about
from cp_circles.notices.services import finish_tasks
from cp_circles.organisations.models import Company
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.rulesets.schema import DutySheet

CLOSE = msg("Close the finding of the inspection of %(name)s")
SUBJECT = msg("Findings at the circle %(name)s")
BODY = msg("An inspection of the circle %(name)s left %(count)s findings to put right; each has its day.")


@dataclass(frozen=True)
class Seen:
    """What an inspection saw at one item; a finding says what is to be put right, by when, at which step."""

    verdict: Verdict
    text: str = ""
    due_on: date | None = None
    step_key: str = ""


def log_inspection(
    session: Session,
    *,
    actor: Actor,
    company: Company,
    edition: Edition,
    circle_id: int | None,
    held_on: date,
    seen: Mapping[str, Seen],
    project_id: int | None = None,
    step_key: str = "",
    note: str = "",
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Inspection:
    """Write down an inspection; each finding becomes a task of the circle's leader with its day.

    A finding stands at its own step of the project, else at the one inspected as a whole.
    """
    guards.require_writer(actor, company.id)
    circle = guards.circle_of_company(session, company.id, circle_id)
    project = guards.project_of_circle(session, circle, project_id)
    guards.past(held_on, local_date(now, zone))
    sheet = pack_of(edition, DutySheet)
    if set(seen) != {item.key for item in sheet.items}:
        raise Invalid(msg("Give a verdict on every item of the checklist."), field="items")
    _require_steps(project, {step_key, *(one.step_key for one in seen.values())} - {""})
    inspection = Inspection(
        company_id=company.id,
        circle=circle,
        project=project,
        edition_id=edition.id,
        held_on=held_on,
        inspector_id=actor.person_id,
        verdicts={key: one.verdict.value for key, one in seen.items()},
        note=note.strip(),
        created_at=now,
    )
    inspection.findings = [
        _finding(key, one, held_on, step_key) for key, one in seen.items() if one.verdict is Verdict.FINDING
    ]
    session.add(inspection)
    session.flush()
    for finding in inspection.findings:
        task_for_leader_about(session, circle, finding, CLOSE, finding.due_on, now)
    if inspection.findings:
        telling.mail_leader(
            session,
            circle,
            subject=SUBJECT,
            body=BODY,
            now=now,
            count=str(len(inspection.findings)),
            url=f"/guidance/circles/{circle.id}",
        )
    after = {"held_on": held_on.isoformat(), "findings": [one.item_key for one in inspection.findings]}
    guards.note(session, actor, inspection, company.id, "log_inspection", now, after=after)
    return inspection


def close_finding(
    session: Session,
    *,
    actor: Actor,
    finding: Finding,
    note: str,
    evidence: tuple[Blob, str] | None,
    zone: tzinfo = SHANGHAI,
    now: datetime,
) -> Finding:
    """Close a finding with a note and a file that shows it; the task is done with it."""
    circle = finding.inspection.circle
    if not rules.can_see_circle_file(actor, circle):
        raise NotFound
    if not rules.can_settle(actor, circle):
        raise NotAllowed(NOT_CIRCLE)
    if finding.closed_on is not None:
        raise DomainError(msg("This finding is closed already."))
    if evidence is None:
        raise Invalid(msg("Add a photo or file that shows that it is put right."), field="file")
    finding.closing_note = guards.written(note, "reason")
    blob, name = evidence
    finding.sha256, finding.filename = blob.sha256, safe_name(name, blob.media_type)[:160]
    finding.closed_on, finding.closed_by_id = local_date(now, zone), actor.person_id
    session.flush()
    finish_tasks(session, subject=finding, now=now)
    company_id = finding.inspection.company_id
    guards.note(
        session, actor, finding.inspection, company_id, "close_finding", now, reason=finding.closing_note
    )
    return finding


def _require_steps(project: Project | None, named: set[str]) -> None:
    if not named:
        return
    if project is None:
        raise Invalid(msg("Name the project before one of its steps."), field="place")
    if not named <= {row.key for row in project.steps}:
        raise Invalid(msg("Choose a step of the project inspected."), field="place")


def _finding(key: str, one: Seen, held_on: date, step_key: str) -> Finding:
    if one.due_on is None:
        raise Invalid(msg("Give every finding a day by which it is put right."), field="items")
    if one.due_on < held_on:
        raise Invalid(guards.TOO_EARLY, field="items")
    text = guards.written(one.text, "items")
    return Finding(item_key=key, step_key=one.step_key or step_key, text=text, due_on=one.due_on)
