"""What was found, as lines with an address and the hit marked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cp_circles.people.rules import Actor
from cp_circles.searching.queries import Group
from cp_circles.web.i18n import enum_label, label, locale_name


@dataclass(frozen=True)
class Line:
    """One thing found: its title in three parts (before, hit, after), facts and address."""

    parts: tuple[str, str, str]
    facts: tuple[str, ...]
    url: str | None


def lines_of(group: Group, rows: Any, text: str, actor: Actor) -> list[Line]:
    """The rows of a group as lines; a colleague's name has an address for who keeps the staff only."""
    shown = SHOWN[group.key]
    lines = []
    for row in rows:
        title, facts, url = shown(row, actor)
        lines.append(Line(marked(title, text), tuple(fact for fact in facts if fact), url))
    return lines


def marked(title: str, text: str) -> tuple[str, str, str]:
    """The title around the first place where the text stands in it, in whatever case."""
    at = title.lower().find(text.lower())
    if at < 0 or len(title.lower()) != len(title):
        return title, "", ""
    return title[:at], title[at : at + len(text)], title[at + len(text) :]


Shown = tuple[str, tuple[str | None, ...], str | None]


def _circle(row: Any, actor: Actor) -> Shown:
    facts = (row.number, label(row.company), enum_label(row.state))
    return row.name, facts, url_for("circles.show_circle", circle_id=row.id)


def _project(row: Any, actor: Actor) -> Shown:
    circle = row.circle.name if row.circle else None
    facts = (row.number, circle, label(row.company), enum_label(row.state))
    return row.title, facts, url_for("homes.project_overview", project_id=row.id)


def _result(row: Any, actor: Actor) -> Shown:
    circle = row.project.circle.name if row.project.circle else None
    facts = (circle, label(row.project.company), enum_label(row.state))
    return row.title, facts, url_for("results.show_result", result_id=row.id)


def _company(row: Any, actor: Actor) -> Shown:
    facts = (row.short_code, label(row.region), label(row.industry) if row.industry else None)
    return label(row), facts, url_for("organisations.show_company", company_id=row.id)


def _person(row: Any, actor: Actor) -> Shown:
    url = None
    if actor.is_administrator:
        url = url_for("people.show_person", person_id=row.person_id)
    elif actor.heads_department_of(row.company_id):
        url = url_for("people.edit_person", company_id=row.company_id, person_id=row.person_id)
    return row.person.name, (label(row.company),), url


def _award(row: Any, actor: Actor) -> Shown:
    english = locale_name().startswith("en")
    held = row.holder
    facts = (row.label_en if english else row.label, held.get("company"), held.get("circle"), row.number)
    title = str(held.get("title") or row.number)
    return title, facts, url_for("awards.show_certificate", public_key=row.public_key)


def _case(row: Any, actor: Actor) -> Shown:
    end = "show_project" if actor.person_id else "public_project"
    return row.title, (label(row.company),), url_for(f"leaderboards.{end}", project_id=row.id)


SHOWN: dict[str, Callable[[Any, Actor], Shown]] = {
    "circles": _circle,
    "projects": _project,
    "results": _result,
    "companies": _company,
    "people": _person,
    "awards": _award,
    "cases": _case,
}
