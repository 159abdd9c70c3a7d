"""Pictures as evidence of a demo project, and a place before and after as a pair of the workbench."""

from datetime import date, datetime

from cp_circles.demo import pictures
from cp_circles.demo.story import Story
from cp_circles.demo.world import World
from cp_circles.files.services import store_blob
from cp_circles.people.rules import Actor
from cp_circles.projects import services
from cp_circles.projects.models import EvidenceVersion, Project, ProjectStep
from cp_circles.rulesets.schema import Step
from cp_circles.tools.services import create_sheet

FIRST_YEAR = 2025


def attach(
    world: World,
    actor: Actor,
    row: ProjectStep,
    content: bytes,
    title: str,
    filename: str,
    now: datetime,
    *,
    taken_on: date | None = None,
) -> EvidenceVersion:
    """Keep a picture or document as evidence of a step; answers its version."""
    piece = services.add_evidence(
        world.session,
        actor=actor,
        project=row.project,
        step=row,
        blob=store_blob(world.session, world.storage, content, filename, now),
        title=title,
        filename=filename,
        effective_on=taken_on or now.date(),
        now=now,
    )
    return piece.versions[-1]


def shows_photos(project: Project, spec: Step) -> bool:
    """Whether a pair of photos belongs to this step: where a measure becomes a rule, in some circles."""
    consolidates = any(gate.kind == "document_number_given" for gate in spec.gates)
    started, circle = project.starts_on, project.circle
    recent = started is not None and started.year >= FIRST_YEAR
    return consolidates and recent and circle is not None and (circle.number or "").endswith("2")


def photograph(world: World, actor: Actor, story: Story, row: ProjectStep, now: datetime) -> None:
    """Keep the place before and after as evidence, and as a pair of the workbench."""
    project, what = row.project, story.topic.object
    files = [
        attach(
            world,
            actor,
            row,
            pictures.place(str(project.id), mended=mended),
            f"{what}{word}（示意）",
            f"{word}.png",
            now,
            taken_on=day,
        )
        for mended, word, day in ((False, "改善前", story.day), (True, "改善后", now.date()))
    ]
    before, after = files
    pair = {
        "place": f"{story.place}{what}",
        "before_file": before.id,
        "after_file": after.id,
        "before_on": before.effective_on.isoformat(),
        "after_on": after.effective_on.isoformat(),
        "caption": "、".join(measure for _, measure in story.pairs),
    }
    create_sheet(
        world.session,
        actor=actor,
        project=project,
        code="photos",
        inputs={"pairs": [pair]},
        title=f"{what}改善前后",
        note="示意图代替现场照片（示例）。",
        step_key=row.key,
        now=now,
    )
