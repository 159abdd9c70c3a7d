"""A published case as the start of a circle's own project: structure comes along, figures do not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, NotAllowed, NotFound
from cp_circles.leaderboards.services import start_from_case
from cp_circles.organisations.models import Disclosure
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.queries import actor_for
from cp_circles.projects.models import Indicator, PlanItem, Project, ProjectState
from tests.conftest import NOW


@pytest.fixture
def case(count: Any, make: Any, session: Any) -> Project:
    """A verified project of a company that publishes, with figures, a plan and an owner."""
    made = make.project(make.circle(), reason="外厂的理由", investment_yuan=Decimal(9000))
    indicator = made.indicators[0]
    indicator.baseline, indicator.target, indicator.actual = Decimal(77), Decimal(55), Decimal(54)
    keys = [row.key for row in made.steps[:2]]
    for key, first, last in ((keys[0], 1, 11), (keys[1], 12, 30)):
        day = date(2025, 3, first)
        session.add(
            PlanItem(
                project_id=made.id,
                step_key=key,
                starts_on=day,
                ends_on=day.replace(day=last),
                owner="外厂某人",
            )
        )
    session.flush()
    session.refresh(made)
    count(made, 5000)
    return made


@pytest.fixture
def circle(make: Any) -> Any:
    """A registered circle of another company."""
    return make.circle()


def actor(session: Any, circle: Any) -> Any:
    return actor_for(session, circle.leader.person_id, NOW)


def test_structure_comes_along_without_figures_dates_or_names(session, case, circle):
    made = start_from_case(session, actor=actor(session, circle), case=case, circle=circle, now=NOW)
    assert (made.state, made.circle_id, made.company_id) == (ProjectState.DRAFT, circle.id, circle.company_id)
    assert (made.title, made.domain, made.focus_area) == (case.title, case.domain, case.focus_area)
    assert made.method_edition_id is not None
    assert (made.reason, made.investment_yuan, made.grew_from_id) == ("", None, None)
    (row,) = session.scalars(sa.select(Indicator).where(Indicator.project_id == made.id))
    assert (row.code, row.unit) == (case.indicators[0].code, case.indicators[0].unit)
    assert (row.baseline, row.target, row.actual, row.due_on) == (None, None, None, None)
    plan = session.scalars(sa.select(PlanItem).where(PlanItem.project_id == made.id)).all()
    assert [
        (bar.starts_on, bar.ends_on, bar.owner) for bar in sorted(plan, key=lambda bar: bar.starts_on)
    ] == [
        (date(2026, 9, 18), date(2026, 9, 28), ""),
        (date(2026, 9, 29), date(2026, 10, 17), ""),
    ]


def test_only_a_published_case_is_a_template(session, case, circle, make, count):
    unproved = make.project(make.circle())
    hidden = make.project(make.circle())
    count(hidden, 5000)
    hidden.company.disclosure = Disclosure.NOTHING
    session.flush()
    before = session.scalar(sa.select(sa.func.count()).select_from(Project))
    for other in (unproved, hidden):
        with pytest.raises(NotFound):
            start_from_case(session, actor=actor(session, circle), case=other, circle=circle, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(Project)) == before


def test_only_members_of_the_circle_begin_and_only_one_draft_waits(session, case, circle, make):
    outsider = actor(session, make.circle(circle.company))
    with pytest.raises(NotFound):
        start_from_case(session, actor=outsider, case=case, circle=circle, now=NOW)
    head = make.employed(circle.company)
    make.grant(head, Role.DEPARTMENT, ScopeKind.COMPANY, circle.company)
    with pytest.raises(NotAllowed):
        start_from_case(session, actor=actor_for(session, head.id, NOW), case=case, circle=circle, now=NOW)
    start_from_case(session, actor=actor(session, circle), case=case, circle=circle, now=NOW)
    with pytest.raises(DomainError):
        start_from_case(session, actor=actor(session, circle), case=case, circle=circle, now=NOW)


def test_the_page_of_a_case_offers_it_to_members_only(client, session, case, circle, make):
    page = f"/boards/projects/{case.id}"
    client.enter(circle.leader.person)
    assert "参照此案例开始本小组的课题" in client.get(page).text
    assert client.send(f"{page}/start", {"circle": str(case.circle_id)}).status_code == 422
    answer = client.send(f"{page}/start", {"circle": str(circle.id)})
    made = session.scalars(sa.select(Project).where(Project.circle_id == circle.id)).one()
    assert answer.location.endswith(f"/projects/{made.id}/edit")
    client.enter(make.employed(circle.company))
    assert "参照此案例开始本小组的课题" not in client.get(page).text
