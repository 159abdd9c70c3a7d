"""The package of a result: everything that its report quotes, gathered once from the stored rows.

The same builder serves the draft (live) and the freeze; the report page reads nothing but a package.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.circles.models import Activity
from cp_circles.editions.models import Edition
from cp_circles.files.queries import blobs_by_hash
from cp_circles.projects import queries as projects
from cp_circles.projects.gates import ProjectFacts
from cp_circles.projects.models import Evidence, Project, ProjectStep, StepRecord
from cp_circles.projects.panels import panels_of
from cp_circles.projects.panels.kept import kept
from cp_circles.results.canonical import plain
from cp_circles.results.models import Result
from cp_circles.results.saving_parts import saving_part, totals_of
from cp_circles.rulesets.schema import Method, RecordField, Step
from cp_circles.savings import queries as savings
from cp_circles.savings.models import Saving
from cp_circles.savings.queries import VerifiedAmounts
from cp_circles.tools.queries import sheets_of
from cp_circles.tools.quoting import parts_by_step
from cp_circles.verification.models import EffectState, IntangibleEffect
from cp_circles.verification.queries import effects_of

PACKAGE_EDITION = 2


@dataclass(frozen=True)
class Sources:
    """The stored rows from which a package is made."""

    project: Project
    method: Method
    method_edition: str
    facts: ProjectFacts
    records: Sequence[StepRecord]
    evidence: Sequence[Evidence]
    sizes: dict[str, int]
    activities: Sequence[Activity]
    savings: Sequence[Saving]
    tools: dict[str, list[dict[str, Any]]]
    verified: dict[int, VerifiedAmounts]
    effects: Sequence[IntangibleEffect]


def gather_package(session: Session, result: Result) -> dict[str, Any]:
    """The package of a result from what is stored now: a fixed number of statements, plus a few a saving."""
    sources = gather_sources(session, result.project_id)
    saving_parts = [
        saving_part(session, sources.project, saving, sources.verified.get(saving.id))
        for saving in sources.savings
    ]
    return {
        "edition": PACKAGE_EDITION,
        "title": result.title,
        "summary": result.summary,
        "intangible": result.intangible,
        "circle": _circle_part(sources.project),
        "company": _company_part(sources.project),
        "project": _project_part(sources),
        "indicators": [_indicator_part(row) for row in sources.project.indicators],
        "steps": [_step_part(sources, row) for row in sources.project.steps],
        "savings": saving_parts,
        "effects": [_effect_part(row) for row in sources.effects],
        "tools": sources.tools.get("", []),
        "evidence": [_evidence_part(sources, piece) for piece in _standing(sources.evidence)],
        "activities": [_activity_part(row) for row in reversed(sources.activities)],
        "totals": totals_of(saving_parts),
    }


def gather_sources(session: Session, project_id: int) -> Sources:
    """Read everything that a package quotes."""
    project = projects.project_by_id(session, project_id)
    method = projects.method_of(session, project)
    edition = session.get(Edition, project.method_edition_id)
    evidence = projects.evidence_of(session, project_id)
    rows = savings.savings_of(session, project_id)
    hashes = [piece.latest.sha256 for piece in evidence]
    return Sources(
        project=project,
        method=method,
        method_edition=edition.edition if edition is not None else "",
        facts=projects.project_facts(session, project),
        records=projects.records_of(session, project_id),
        evidence=evidence,
        sizes={sha: blob.size for sha, blob in blobs_by_hash(session, hashes).items()},
        activities=projects.activities_of(session, project_id),
        tools=parts_by_step(
            sheets_of(session, project_id),
            {version.id: version.sha256 for piece in evidence for version in piece.versions},
        ),
        savings=[row for row in rows if row.state.value not in {"withdrawn", "refused"}],
        verified=savings.verified_of(rows),
        effects=[
            row
            for row in effects_of(session, project_id)
            if row.state is not EffectState.DECLINED and row.withdrawn_at is None
        ],
    )


def _circle_part(project: Project) -> dict[str, Any]:
    circle = project.circle
    if circle is None:
        return {"id": None, "name": "", "number": "", "members": []}
    leader = circle.leader
    ordered = sorted(circle.present_members, key=lambda one: (one is not leader, one.id))
    names = [member.person.name for member in ordered]
    return {"id": circle.id, "name": circle.name, "number": circle.number or "", "members": names}


def _company_part(project: Project) -> dict[str, Any]:
    company = project.company
    return {"id": company.id, "name": company.name, "name_en": company.name_en, "region": company.region.name}


def _project_part(sources: Sources) -> dict[str, Any]:
    project, method = sources.project, sources.method
    names = {"zh": method.names.zh, "en": method.names.en}
    return {
        "number": project.number or "",
        "title": project.title,
        "focus_area": project.focus_area,
        "domain": project.domain,
        "method": {
            "key": method.key,
            "edition": sources.method_edition,
            "names": names,
            "track": method.track,
            "provisional": method.provisional,
        },
        "starts_on": plain(project.starts_on),
        "ends_on": plain(project.ends_on),
        "reason": project.reason,
        "investment_yuan": plain(project.investment_yuan),
        "loop": project.loop,
    }


def _indicator_part(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "code": row.code,
        "unit": row.unit,
        "baseline": plain(row.baseline),
        "target": plain(row.target),
        "actual": plain(row.actual),
        "due_on": plain(row.due_on),
        "lower_is_better": row.lower_is_better,
    }


def _step_part(sources: Sources, row: ProjectStep) -> dict[str, Any]:
    spec = sources.method.step(row.key)
    if spec is None:
        raise LookupError(f"the bound edition has no step {row.key}")
    phase = next(phase for phase in sources.method.phases if phase.key == spec.phase)
    pieces = [piece for piece in _standing(sources.evidence) if piece.step_key == row.key]
    return {
        "key": row.key,
        "number": spec.number,
        "phase": {"key": phase.key, "zh": phase.names.zh, "en": phase.names.en},
        "names": {"zh": spec.names.zh, "en": spec.names.en},
        "state": row.state.value,
        "reason": row.reason,
        "completed_on": plain(row.completed_at.date()) if row.completed_at else None,
        "signed_off_on": plain(row.signed_off_at.date()) if row.signed_off_at else None,
        "records": _record_parts(sources, row.key, spec),
        "panels": _panel_parts(sources, spec),
        "evidence": [_evidence_part(sources, piece) for piece in pieces],
        "tools": sources.tools.get(row.key, []),
    }


def _record_parts(sources: Sources, step_key: str, spec: Step) -> list[dict[str, Any]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in sources.records:
        if record.step_key == step_key:
            rows[record.kind].append(dict(record.content))
    return [
        {
            "kind": kind.kind,
            "names": {"zh": kind.names.zh, "en": kind.names.en},
            "fields": [_field_part(field) for field in kind.fields],
            "rows": rows[kind.kind],
        }
        for kind in spec.records
        if rows[kind.kind]
    ]


def _panel_parts(sources: Sources, spec: Step) -> list[dict[str, Any]]:
    """What the step's panels compute, where any record of the step has rows."""
    if not any(record.step_key == spec.key for record in sources.records):
        return []
    return kept(panels_of(sources.method, spec, sources.facts))


def _field_part(field: RecordField) -> dict[str, Any]:
    return {
        "key": field.key,
        "names": {"zh": field.names.zh, "en": field.names.en},
        "type": field.type,
        "unit": field.unit,
        "choices": {choice.key: {"zh": choice.names.zh, "en": choice.names.en} for choice in field.choices},
    }


def _standing(evidence: Sequence[Evidence]) -> list[Evidence]:
    return [piece for piece in evidence if piece.withdrawn_at is None]


def _evidence_part(sources: Sources, piece: Evidence) -> dict[str, Any]:
    latest = piece.latest
    return {
        "title": piece.title,
        "filename": latest.filename,
        "sha256": latest.sha256,
        "step_key": piece.step_key,
        "effective_on": plain(latest.effective_on),
        "version": latest.number,
        "size": sources.sizes.get(latest.sha256, 0),
    }


def _effect_part(row: IntangibleEffect) -> dict[str, Any]:
    """An effect without money: what became better, what shows it, and who signed it for the department."""
    return {
        "text": row.text,
        "way": row.way.value,
        "shown_by": row.shown_by,
        "evidence": row.evidence.title if row.evidence is not None else "",
        "evidence_sha256": row.evidence.latest.sha256 if row.evidence is not None else "",
        "sheet": row.sheet.latest.title if row.sheet is not None else "",
        "state": row.state.value,
        "signer": row.decided_by.name if row.decided_by is not None else "",
        "at": plain(row.decided_at),
        "sha256": row.sha256,
    }


def _activity_part(row: Activity) -> dict[str, Any]:
    return {
        "held_on": plain(row.held_on),
        "minutes": row.minutes,
        "place": row.place,
        "step_key": row.step_key,
        "summary": row.summary,
        "attended": [one.member.person.name for one in row.attendance],
    }
