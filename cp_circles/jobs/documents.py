"""The writing of documents: composed without a write transaction, then kept in one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from cp_circles.files.storage import LocalStorage
from cp_circles.jobs.kinds import Report, Tools
from cp_circles.results import documenting as asked
from cp_circles.results.photographs import photos_of
from cp_circles.results.presenting import PageWords, composed, written
from cp_circles.results.queries import package_of, result_by_id
from cp_circles.results.services import keep_document, template_content

STEPS = 3


def write_document(tools: Tools, payload: Mapping[str, Any]) -> Report:
    """Write one document of a result; a second run finds it written and keeps nothing."""
    storage, kind, locale = LocalStorage(tools.config.evidence_folder), payload["kind"], payload["locale"]
    with tools.sessions.reading() as look, force_locale(locale):
        result = result_by_id(look, payload["result"])
        package = package_of(look, result)
        key = asked.document_key(look, result, kind, locale, package)
        if asked.document_by_key(look, key) is not None:
            return {"key": key}
        content = composed(result, package, PageWords(locale))
        tools.progress(1, STEPS)
        method_key = package["project"]["method"]["key"]
        own = asked.template_in_use(look, result.project.company_id, method_key)
        template = template_content(look, storage, own) if own is not None else None
        photos = photos_of(look, storage, content)
        finished = written(kind, content, package, template, photos)
        tools.progress(2, STEPS)
    with tools.sessions.writing() as session, session.begin():
        keep_document(
            session,
            storage,
            result=result_by_id(session, payload["result"]),
            kind=kind,
            locale=locale,
            key=key,
            content=finished,
            now=tools.now(),
        )
    return {"key": key}
