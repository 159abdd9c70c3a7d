"""The tool sheets of a demo project: loss by part, causes, radar of the team, and the meter month by month."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cp_circles.calc.tools import TOOLS, work
from cp_circles.calc.tools.causes import EIGHT_ASPECTS
from cp_circles.demo.story import Story
from cp_circles.metering.models import Meter
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.rulesets.schema import Step
from cp_circles.tools import sources
from cp_circles.tools.offering import suggested_by
from cp_circles.tools.services import create_sheet

SHARES = (46, 27, 14, 8)
ABILITIES = (
    ("QC知识", "2.6", "4", "4.2"),
    ("团队精神", "3.2", "4", "4.4"),
    ("问题意识", "3", "4", "4.1"),
    ("数据能力", "2.4", "3.8", "3.9"),
    ("改进意识", "3.1", "4.2", "4.3"),
)


def keep_sheets(
    session: Session,
    *,
    actor: Actor,
    project: Project,
    meter: Meter,
    story: Story,
    step: Step,
    now: datetime,
) -> None:
    """Keep the sheets that fit a step: none where it suggests no tool of these."""
    codes = suggested_by(step)
    if any(gate.kind == "target_reached" for gate in step.gates):
        source = {"kind": "readings", "meter": str(meter.id)}
        raw = sources.filled(session, project, "run", source, language="zh", today=now.date())
        if work(TOOLS["run"], raw).done:
            _keep(session, actor, project, step, "run", f"{meter.name}逐月", raw, now, source)
    elif "fishbone" in codes:
        _keep(session, actor, project, step, "fishbone", f"{story.topic.object}因果图", _fishbone(story), now)
    elif "pareto" in codes and any(record.kind == "status_data" for record in step.records):
        _keep(session, actor, project, step, "pareto", f"{story.topic.object}损失排列图", _pareto(story), now)
    elif any(record.kind == "review" for record in step.records):
        _keep(session, actor, project, step, "radar", "小组能力雷达图", _radar(), now)


def _keep(
    session: Session,
    actor: Actor,
    project: Project,
    step: Step,
    code: str,
    title: str,
    inputs: dict[str, Any],
    now: datetime,
    source: dict[str, str] | None = None,
) -> None:
    create_sheet(
        session,
        actor=actor,
        project=project,
        code=code,
        inputs=inputs,
        title=title[:120],
        note="数据来自计量记录，由小组共同整理。",
        step_key=step.key,
        source=source,
        now=now,
    )


def _pareto(story: Story) -> dict[str, Any]:
    rows = [
        {"label": cause, "amount": str(round(story.before * share / 100, 2))}
        for cause, share in zip(story.topic.causes, SHARES, strict=False)
    ]
    rest = {"label": "其他", "amount": str(round(story.before * 5 / 100, 2)), "other": True}
    return {"unit": story.unit, "rows": [*rows, rest]}


def _fishbone(story: Story) -> dict[str, Any]:
    causes: list[dict[str, Any]] = []
    told = zip(story.topic.causes, story.topic.found, story.topic.main, strict=True)
    for place, (cause, found, main) in enumerate(told):
        bone = EIGHT_ASPECTS[(2 * place + 1) % len(EIGHT_ASPECTS)]
        key = str(2 * place + 1)
        causes.append({"key": key, "category": bone, "text": cause})
        below = {"key": str(2 * place + 2), "category": bone, "text": found, "parent": key, "main": main}
        causes.append(below)
    return {"problem": story.topic.crux, "frame": "eight_aspects", "causes": causes}


def _radar() -> dict[str, Any]:
    rows = [dict(zip(("label", "before", "target", "after"), row, strict=True)) for row in ABILITIES]
    return {"highest": "5", "rows": rows}
