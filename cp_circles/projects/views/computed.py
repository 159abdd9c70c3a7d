"""A project's computed panels as its pages show them, in the reader's language."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from cp_circles.projects.gates import ProjectFacts
from cp_circles.projects.models import Project
from cp_circles.projects.panels import panels_of
from cp_circles.projects.panels.kept import kept
from cp_circles.projects.panels.telling import ShownPanel, told_panels
from cp_circles.rulesets.schema import Method, Step
from cp_circles.web.i18n import locale_name

GRAVITY = ("bad", "warn", "good", "note")


def shown_panels(method: Method, step: Step, facts: ProjectFacts) -> list[ShownPanel]:
    """What the step's panels compute from the records, in the reader's language."""
    computed = kept(panels_of(method, step, facts))
    return told_panels(computed, place=step.key, locale=locale_name(), say=_)


@dataclass(frozen=True)
class PanelLine:
    """One computed panel in the overview of a project: where it stands and what it says first."""

    step: str
    title: str
    text: str
    standing: str
    url: str


def panel_lines(project: Project, method: Method, facts: ProjectFacts) -> list[PanelLine]:
    """The panels of every step that has records, each with its gravest sentence."""
    written = {at for (at, _kind), rows in facts.records.items() if rows}
    lines = []
    for step in method.steps:
        if step.key not in written:
            continue
        for panel in shown_panels(method, step, facts):
            said = sorted(panel.sentences, key=lambda one: GRAVITY.index(one.standing))
            if said:
                url = url_for("projects.show_step", project_id=project.id, key=step.key)
                page = f"{url}#panel-{panel.key}"
                lines.append(PanelLine(step.number, panel.title, said[0].text, said[0].standing, page))
    return lines
