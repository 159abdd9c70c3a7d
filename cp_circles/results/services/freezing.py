"""From the draft of a result to its frozen, hashed package, and back out of the contest."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.db.events import record_event
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale, msg
from cp_circles.notices.services import finish_tasks
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.projects.rules import can_see_project
from cp_circles.results import queries, rules
from cp_circles.results.canonical import sha256_of
from cp_circles.results.masking import blind, mask_for, names_to_mask, people_named
from cp_circles.results.models import Result, ResultState
from cp_circles.results.package import gather_package
from cp_circles.results.services.blind_copy import order_blind_copy

TITLE_MAX = 200
TEXT_MAX = 8000


def draft_result(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    title: str = "",
    summary: str = "",
    intangible: str = "",
    now: datetime,
) -> Result:
    """Begin the result of a completed project; one lives at a time."""
    if not can_see_project(actor, project):
        raise NotFound
    if not rules.can_draft_result(actor, project):
        raise NotAllowed(msg("Only members of the circle write its result."))
    if project.state not in rules.FINISHED:
        raise DomainError(msg("A result is made from a completed project."))
    if queries.live_result_of(session, project.id) is not None:
        raise DomainError(msg("This project has a result already."))
    result = Result(project=project, key=secrets.token_hex(16), title="", created_at=now)
    _write(result, title or project.title, summary, intangible)
    session.add(result)
    session.flush()
    _note(session, actor, result, "results.draft_result", now)
    return result


def edit_result(
    session: Session,
    *,
    actor: Actor,
    result: Result,
    version: int,
    title: str,
    summary: str,
    intangible: str,
    now: datetime,
) -> Result:
    """Save the texts of a draft; Stale with the stored ones if somebody saved it meanwhile."""
    _require_writer(actor, result)
    before = _texts(result)
    if result.version != version:
        raise Stale(current=before | {"version": result.version})
    _write(result, title, summary, intangible)
    result.version += 1
    session.flush()
    after = _texts(result)
    changed = [name for name in after if before[name] != after[name]]
    _note(
        session,
        actor,
        result,
        "results.edit_result",
        now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return result


def freeze_result(session: Session, *, actor: Actor, result: Result, version: int, now: datetime) -> Result:
    """Freeze the package with its hash and its masked twin at once, and order the page images of the copy."""
    _require_writer(actor, result)
    if result.version != version:
        raise Stale(current=_texts(result) | {"version": result.version})
    if not result.summary.strip():
        raise Invalid(msg("Write a summary of the result before you freeze it."), field="summary")
    package = gather_package(session, result)
    result.package = package
    result.sha256 = sha256_of(package)
    result.blind_package = blinded(session, result.project, package)
    result.state = ResultState.FROZEN
    result.frozen_at = now
    result.frozen_by_id = actor.person_id
    result.version += 1
    session.flush()
    order_blind_copy(session, result=result, now=now)
    _note(session, actor, result, "results.freeze_result", now, after={"sha256": result.sha256})
    return result


def withdraw_result(session: Session, *, actor: Actor, result: Result, reason: str, now: datetime) -> Result:
    """Take a draft or frozen result back; while it is entered, the entry is withdrawn first."""
    if not rules.can_see_result(actor, result):
        raise NotFound
    if not rules.can_draft_result(actor, result.project):
        raise NotAllowed(msg("Only members of the circle withdraw its result."))
    if result.state not in rules.LIVE:
        raise DomainError(msg("This result is %(state)s already."), state=result.state)
    if queries.is_entered(session, result.id):
        raise DomainError(msg("This result is entered for judging; withdraw the entry first."))
    _end(session, actor, result, ResultState.WITHDRAWN, "results.withdraw_result", reason, now)
    return result


def revoke_result(
    session: Session, *, actor: Actor, result: Result, reason: str, entered: bool = False, now: datetime
) -> Result:
    """Declare a frozen result void, with the reason that its circle reads."""
    if not rules.can_see_result(actor, result, entered=entered):
        raise NotFound
    if not rules.can_revoke_result(actor, result, entered=entered):
        raise NotAllowed(msg("Only the department, or an official above, revokes a result."))
    if not rules.is_frozen(result):
        raise DomainError(msg("Only a frozen result can be revoked."))
    _end(session, actor, result, ResultState.REVOKED, "results.revoke_result", reason, now)
    return result


def blinded(session: Session, project: Project, package: dict[str, Any]) -> dict[str, Any]:
    """The blind twin of a package."""
    departments = queries.department_names(session, project.company_id)
    mask = mask_for(names_to_mask(project, departments, people_named(package)))
    return blind(package, mask)


def _write(result: Result, title: str, summary: str, intangible: str) -> None:
    if not title.strip() or len(title.strip()) > TITLE_MAX:
        raise Invalid(
            msg("Give the result a title of at most %(limit)s characters."), field="title", limit=TITLE_MAX
        )
    for name, text in (("summary", summary), ("intangible", intangible)):
        if len(text) > TEXT_MAX:
            raise Invalid(msg("At most %(limit)s characters."), field=name, limit=TEXT_MAX)
    result.title, result.summary, result.intangible = title.strip(), summary.strip(), intangible.strip()


def _texts(result: Result) -> dict[str, Any]:
    return {"title": result.title, "summary": result.summary, "intangible": result.intangible}


def _require_writer(actor: Actor, result: Result) -> None:
    if not rules.can_see_result(actor, result):
        raise NotFound
    if not rules.can_draft_result(actor, result.project):
        raise NotAllowed(msg("Only members of the circle write its result."))
    if not rules.is_editable(result):
        raise DomainError(msg("A frozen result never changes."))


def _end(
    session: Session, actor: Actor, result: Result, state: ResultState, verb: str, reason: str, now: datetime
) -> None:
    if not reason.strip():
        raise Invalid(msg("Say why: the people concerned will read it."), field="reason")
    result.state = state
    result.state_reason = reason.strip()
    result.ended_at = now
    result.version += 1
    session.flush()
    _note(session, actor, result, verb, now, reason=reason.strip())
    finish_tasks(session, subject=result, now=now)


def _note(session: Session, actor: Actor, result: Result, verb: str, now: datetime, **more: Any) -> None:
    record_event(
        session, actor=actor, verb=verb, subject=result, company_id=result.project.company_id, at=now, **more
    )
