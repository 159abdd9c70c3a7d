"""The file with all data about one person: gathered without a write transaction, then kept in one."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from cp_circles.jobs.kinds import Report, Tools
from cp_circles.people.queries import person_by_id
from cp_circles.personal.gathering import gather
from cp_circles.personal.models import DataExport
from cp_circles.personal.presenting.export import zipped
from cp_circles.personal.services import keep_export


def make_export(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """Make one file; a second run finds it ready, and one of a person erased meanwhile is not made."""
    with tools.sessions.reading() as look:
        row = look.get(DataExport, payload["export"])
        if row is None or row.ready_at is not None:
            return None
        name = person_by_id(look, row.person_id).name
        zone = ZoneInfo(tools.config.time_zone)
        content = zipped(gather(look, row.person_id), name=name, now=tools.now(), zone=zone)
    with tools.sessions.writing() as session, session.begin():
        kept = keep_export(session, export_id=payload["export"], content=content, now=tools.now())
        return {"size": len(content)} if kept is not None else None
