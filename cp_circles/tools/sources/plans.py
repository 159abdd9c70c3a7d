"""What the project itself holds as a source: plan, indicators, and the candidates of the audit focus."""

from datetime import date
from decimal import Decimal
from typing import Any

from cp_circles.calc.exact import round_half_up
from cp_circles.errors import NotFound, msg
from cp_circles.projects import queries as projects
from cp_circles.projects.models import Project
from cp_circles.rulesets.schema import Step
from cp_circles.rulesets.schema.panels import FocusPanel
from cp_circles.tools.sources.kinds import Asked, Inputs, Kind, Offer, Source, distinct

INDEX_BASE = Decimal(100)


def _plan_offers(asked: Asked) -> list[Offer]:
    return [Offer({"kind": "plan"}, msg("Plan of the project"), True)] if asked.project.plan_items else []


def _plan(asked: Asked, source: Source) -> Inputs:
    method = projects.method_of(asked.session, asked.project)
    names = {step.key: f"{step.number} {step.names.in_(asked.language)}" for step in method.steps}
    names |= {phase.key: phase.names.in_(asked.language) for phase in method.phases}
    items = asked.project.plan_items
    labels = distinct([names.get(item.step_key, item.step_key) for item in items])
    return _arrows(items, labels) if asked.code == "arrow" else _bars(asked, items, labels)


def _arrows(items: Any, labels: list[str]) -> Inputs:
    """Each item of the plan as an activity after the last one that ends before it begins."""
    rows = []
    for number, (item, label) in enumerate(zip(items, labels, strict=True), start=1):
        before = [
            (other.ends_on, place)
            for place, other in enumerate(items, start=1)
            if place != number and other.ends_on < item.starts_on
        ]
        days = (item.ends_on - item.starts_on).days + 1
        after = [str(max(before)[1])] if before else []
        rows.append({"key": str(number), "text": label, "days": str(days), "after": after})
    return {"rows": rows}


def _bars(asked: Asked, items: Any, labels: list[str]) -> Inputs:
    begun: dict[str, date] = {}
    for record in projects.records_of(asked.session, asked.project.id):
        day = record.created_at.date()
        begun[record.step_key] = min(day, begun.get(record.step_key, day))
    steps = {row.key: row for row in asked.project.steps}
    rows = []
    for item, label in zip(items, labels, strict=True):
        step = steps.get(item.step_key)
        done = step.completed_at.date() if step is not None and step.completed_at else None
        began = begun.get(item.step_key) or done
        rows.append(
            {
                "label": label,
                "who": item.owner,
                "starts_on": item.starts_on.isoformat(),
                "ends_on": item.ends_on.isoformat(),
                "began_on": min(began, done).isoformat() if began and done else _day(began),
                "done_on": _day(done),
            }
        )
    return {"as_of": asked.today.isoformat(), "rows": rows}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _measured(project: Project) -> list[Any]:
    return [row for row in project.indicators if row.baseline]


def _indicator_offers(asked: Asked) -> list[Offer]:
    if len(_measured(asked.project)) < 3:
        return []
    return [Offer({"kind": "indicators"}, msg("Indicators of the project, baseline = 100"), True)]


def _indicators(asked: Asked, source: Source) -> Inputs:
    def index(value: Decimal | None, base: Decimal) -> str | None:
        return None if value is None else str(round_half_up(value * INDEX_BASE / base, 2))

    rows = [
        {
            "label": row.name,
            "before": index(row.baseline, row.baseline),
            "target": index(row.target, row.baseline),
            "after": index(row.actual, row.baseline),
        }
        for row in _measured(asked.project)
    ]
    values = [Decimal(row[name]) for row in rows for name in ("before", "target", "after") if row[name]]
    return {"highest": str(max([INDEX_BASE, *values])), "rows": rows}


def _focus_panels(asked: Asked) -> list[tuple[Step, FocusPanel]]:
    method = projects.method_of(asked.session, asked.project)
    return [(step, panel) for step in method.steps for panel in step.panels if isinstance(panel, FocusPanel)]


def _rows(asked: Asked, kind: str | None) -> list[dict[str, Any]]:
    written = projects.records_of(asked.session, asked.project.id) if kind else []
    return [dict(row.content) for row in written if row.kind == kind]


def _focus_offers(asked: Asked) -> list[Offer]:
    return [
        Offer({"kind": "focus", "step": step.key}, msg("Candidates of the audit focus"), True)
        for step, panel in _focus_panels(asked)
        if len(_rows(asked, panel.candidates.record)) >= 2
    ]


def _focus(asked: Asked, source: Source) -> Inputs:
    """The candidates with their scores, and the weights of the circle, or else of the method."""
    found = [panel for step, panel in _focus_panels(asked) if step.key == source["step"]]
    if not found:
        raise NotFound
    panel = found[0]
    own: dict[str, Any] = next(iter(_rows(asked, panel.weights)[-1:]), {})
    criteria = [
        {"label": factor.names.in_(asked.language), "weight": str(own.get(factor.field) or factor.weight)}
        for factor in panel.factors
    ]
    names = distinct(
        [str(row.get(panel.candidates.name) or "–") for row in _rows(asked, panel.candidates.record)]
    )
    candidates = [
        {"label": name[:200], "ratings": [str(row.get(factor.field) or 0) for factor in panel.factors]}
        for name, row in zip(names, _rows(asked, panel.candidates.record), strict=True)
    ]
    return {"highest": "10", "criteria": criteria, "candidates": candidates}


PLAN = Kind("plan", (), frozenset({"gantt", "arrow"}), _plan_offers, _plan)
INDICATORS = Kind("indicators", (), frozenset({"radar"}), _indicator_offers, _indicators)
FOCUS = Kind("focus", ("step",), frozenset({"ranking"}), _focus_offers, _focus)
