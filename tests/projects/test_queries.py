"""Who sees which projects, and that lists cost a fixed number of statements."""

import pytest

from cp_circles.circles.models import Circle
from cp_circles.errors import NotFound
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.projects import queries
from cp_circles.projects.models import ProjectState
from cp_circles.projects.queries import methods_offered
from tests.projects.walking import completed, walk
from tests.projects.world import METHODS


def ids(page):
    return [row.id for row in page.rows]


def test_lists_hold_what_the_reader_may_see(world):
    project = world.registered()
    administrator = world.make.holder(Role.ADMINISTRATOR)
    third = world.make.holder(Role.FACILITATOR, ScopeKind.CIRCLE, world.circle)
    official = world.make.holder(Role.OFFICIAL, ScopeKind.REGION, world.company.region)
    seeing = [
        world.leader,
        world.member,
        world.department,
        world.facilitator,
        world.finance,
        administrator,
        third,
    ]
    for actor in seeing:
        assert ids(queries.projects_listed(world.session, actor=actor)) == [project.id]
        assert queries.project_for(world.session, actor=actor, project_id=project.id).id == project.id
    for actor in (world.stranger, official, world.make.actor()):
        assert ids(queries.projects_listed(world.session, actor=actor)) == []
        with pytest.raises(NotFound):
            queries.project_for(world.session, actor=actor, project_id=project.id)


def test_people_with_a_role_in_the_circles_department_see_its_projects(world):
    department = world.make.department(world.company)
    world.circle.department_id = department.id
    project = world.registered()
    owner = world.make.holder(Role.PROCESS_OWNER, ScopeKind.DEPARTMENT, department)
    other = world.make.holder(Role.PROCESS_OWNER, ScopeKind.DEPARTMENT, world.make.department(world.company))
    assert ids(queries.projects_listed(world.session, actor=owner)) == [project.id]
    assert ids(queries.projects_listed(world.session, actor=other)) == []
    assert queries.project_for(world.session, actor=owner, project_id=project.id)


def test_lists_are_filtered_sorted_and_paged(world):
    first, second = (
        world.registered(title="降低甲醛逸散"),
        world.draft(title="降低电耗", domain="pollution_reduction"),
    )

    def listed(**wanted):
        return ids(queries.projects_listed(world.session, actor=world.leader, **wanted))

    assert listed() == [second.id, first.id]
    assert listed(states=[ProjectState.REGISTERED]) == [first.id]
    assert listed(domain="pollution_reduction") == [second.id]
    assert listed(text="甲醛") == [first.id]
    assert listed(text=first.number.lower()) == [first.id]
    assert listed(text="%") == []
    assert listed(circle_id=world.circle.id + 1) == []
    assert listed(sort="number") == [first.id, second.id]
    page = queries.projects_listed(world.session, actor=world.leader, size=1, page=2)
    assert (ids(page), page.total, page.pages) == ([first.id], 2, 2)


def test_lists_and_facts_cost_a_fixed_number_of_statements(world, count_statements):
    def listing():
        page = queries.projects_listed(world.session, actor=world.leader)
        counts = queries.step_counts(world.session, [row.id for row in page.rows])
        return [(row.circle.name, row.company.name, counts[row.id]) for row in page.rows]

    circle_id = world.circle.id
    world.registered()
    assert count_statements(listing) == 3
    world.circle = world.session.get(Circle, circle_id)
    world.registered()
    world.registered()
    assert count_statements(listing) == 3


def test_facts_cost_the_same_for_an_empty_and_a_full_project(world, count_statements):
    empty = world.registered()

    def facts(project_id):
        return lambda: queries.project_facts(world.session, queries.project_by_id(world.session, project_id))

    full = walk(world, world.registered(), until="review")
    empty_id, full_id = empty.id, full.id
    assert count_statements(facts(empty_id)) == count_statements(facts(full_id))


def test_step_counts_and_current_step(world):
    project = walk(world, world.registered(), until="target")
    method = queries.method_of(world.session, project)
    assert queries.step_counts(world.session, [project.id]) == {project.id: (2, 10)}
    assert queries.current_step(project, method).key == "target"
    done = completed(world)
    assert queries.current_step(done, method) is None
    assert queries.unfinished_steps(world.session, done) == []


def test_methods_offered_are_the_four(world):
    assert {pack.key for _edition, pack in methods_offered(world.session)} == set(METHODS)


def test_circles_to_register_for_are_the_actors_own(world):
    assert [row.id for row in queries.circles_to_register_for(world.session, world.member)] == [
        world.circle.id
    ]
    assert queries.circles_to_register_for(world.session, world.department) == []
    assert queries.circles_to_register_for(world.session, SYSTEM) == []


def test_verified_savings_are_counted_from_their_table(world):
    assert queries.verified_savings(world.session, world.registered().id) == 0


def test_words_and_catalogue_come_from_the_packs(world):
    for key in ("focus_area", "domain", "project_source"):
        assert queries.words(world.session, key) is not None, key
    assert queries.catalogue(world.session).indicator("ELEC") is not None
