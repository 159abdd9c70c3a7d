"""The drawing of blind copies: pages are rendered without a write transaction, then kept in one."""

from collections.abc import Mapping
from typing import Any

from cp_circles.files.storage import LocalStorage
from cp_circles.jobs.kinds import Report, Tools
from cp_circles.results.queries import result_by_id
from cp_circles.results.services import draw_pages, keep_pages


def draw_blind_copy(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """Draw the pages of one result; a second run finds the copy ready and keeps nothing."""
    storage = LocalStorage(tools.config.evidence_folder)
    with tools.sessions.reading() as look:
        result = result_by_id(look, payload["result"])
        if result.blind_ready_at is not None:
            return {"pages": len(result.blind_pages)}
        drawn = draw_pages(look, storage, result=result, progress=tools.progress)
    with tools.sessions.writing() as session, session.begin():
        result = result_by_id(session, payload["result"])
        return {"pages": keep_pages(session, storage, result=result, drawn=drawn, now=tools.now())}
