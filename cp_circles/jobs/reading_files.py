"""The jobs of files of readings: a large one is read for its preview; a checked one is stored in one go."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.models import Job
from cp_circles.errors import DomainError
from cp_circles.files.storage import LocalStorage
from cp_circles.jobs.kinds import Report, Tools
from cp_circles.metering.layouts import Layout
from cp_circles.metering.services import parse_file, store_file
from cp_circles.metering.services.filing import Order, as_json
from cp_circles.metering.services.previewing import preview_of, said
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.organisations.models import Company
from cp_circles.people.queries import actor_for


def run_file(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """Read the kept file, then store it in one transaction; a job that was done already gives its report."""
    order = Order.from_json(payload)
    with tools.sessions.reading() as look:
        job = _job(look, payload["key"])
        if job.report and "counts" in job.report:
            return job.report
        person_id = job.person_id or 0
        with LocalStorage(tools.config.evidence_folder).open(order.sha256) as stream:
            sheets = sheets_of_file(stream.read())
        parsed = parse_file(
            look,
            actor=actor_for(look, person_id, tools.now()),
            company=look.get_one(Company, order.company_id),
            sheets=sheets,
            layout=Layout.from_json(order.layout),
            now=tools.now(),
            progress=tools.progress,
        )
    with tools.sessions.writing() as session, session.begin():
        job = _job(session, payload["key"])
        report = store_file(
            session,
            actor=actor_for(session, person_id, tools.now()),
            company=session.get_one(Company, order.company_id),
            parsed=parsed,
            good_rows_only=order.good_rows_only,
            changed=order.changed,
            reason=order.reason,
            subject=job,
            now=tools.now(),
        )
        job.report = as_json(report)
        return job.report


def run_preview(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """Read a large file and keep what it would do; what refuses the whole file is the report."""
    with tools.sessions.reading() as look:
        job = _job(look, payload["key"])
        with LocalStorage(tools.config.evidence_folder).open(payload["sha256"]) as stream:
            content = stream.read()
        try:
            found = preview_of(
                look,
                actor=actor_for(look, job.person_id or 0, tools.now()),
                company=look.get_one(Company, payload["company_id"]),
                content=content,
                now=tools.now(),
                progress=tools.progress,
            )
        except DomainError as refusal:
            return {"refused": list(said(refusal))}
    return {"preview": found.as_json()}


def _job(session: Session, key: str) -> Job:
    return session.scalars(sa.select(Job).where(Job.key == key)).one()
