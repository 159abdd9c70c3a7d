"""What a company that does not publish has of a joint circle's savings is told nowhere in public."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, RESTRICTED, Asked, Scope
from cp_circles.ledger.living import count_living
from cp_circles.ledger.services import CompanyShare
from cp_circles.organisations.models import Disclosure
from cp_circles.searching.queries import cases_found
from tests.conftest import NOW

SHOWN = Decimal("222.88")


@pytest.fixture
def joint(make: Any, count: Any) -> Any:
    """`joint(home, other, "小组")`: a circle with a saving of 1,000 kgce; the other company has 777.12 of it."""

    def made(home: Any, other: Any, name: str) -> Any:
        project = make.project(make.circle(home, name=name), title=f"{name}课题")
        parts = ((home, "0.22288"), (other, "0.77712"))
        shares = tuple(
            CompanyShare(row.id, row.region.path, row.industry_id, Decimal(share)) for row, share in parts
        )
        return project, count(project, 1000, shares=shares)

    return made


def asked(session: Any, region: Any, by: str, **facts: Any) -> Asked:
    """A public board of energy."""
    words = queries.vocabulary(session)
    metric = words.metric_that_counts("kgce")
    return Asked(scope=Scope(region), by=by, metric=metric, seasons=(2026,), variant=PUBLIC, **facts)


@pytest.mark.parametrize("filtered", ["", "energy_saving"])
def test_the_page_of_a_project_shows_what_its_row_on_the_board_shows(session, make, joint, filtered):
    county = make.places()[-1]
    home, hidden = make.company(county, name="公开厂"), make.company(county, disclosure=Disclosure.NOTHING)
    project, saving_id = joint(home, hidden, "联合小组")
    count_living(session, saving_id=saving_id, season=2027, share=Decimal(1), now=NOW)
    page = queries.board_page(session, asked(session, county, "project", domain=filtered))
    amounts = {place.competitor.name: place.measured for place in page.places}
    assert amounts["联合小组课题"] == SHOWN
    shown = queries.project_amounts(session, project.id, PUBLIC)
    assert [amount for _, metric, _, amount in shown if metric == "energy_kgce"] == [SHOWN]
    living = queries.project_living(session, project.id, PUBLIC)
    assert [amount for _, metric, _, amount in living if metric == "energy_kgce"] == [SHOWN]
    whole = queries.project_amounts(session, project.id, RESTRICTED)
    assert [amount for _, metric, _, amount in whole if metric == "energy_kgce"] == [Decimal(1000)]


@pytest.mark.parametrize("filtered", ["", "energy_saving"])
@pytest.mark.parametrize("by", ["company", "circle"])
def test_the_parts_of_a_row_name_and_add_up_only_what_has_a_row(session, make, joint, by, filtered):
    nation, *_, county = make.places()
    shown, hidden = make.company(county), make.company(county, disclosure=Disclosure.NOTHING)
    joint(shown, hidden, "联合小组")
    joint(hidden, shown, "隐名小组")
    for region in (nation, county):
        question = asked(session, region, by, domain=filtered)
        rows = {place.competitor.id: place for place in queries.board_page(session, question).places}
        for part in queries.parts_below(session, question, list(rows)):
            assert part.name != "隐名小组"
            assert part.value <= rows[int(part.parent)].measured


@pytest.mark.parametrize("variant", [PUBLIC, RESTRICTED])
@pytest.mark.parametrize("filtered", ["", "energy_saving"])
def test_a_joint_circle_is_the_sum_of_its_projects_on_its_own_board(session, make, joint, variant, filtered):
    county = make.places()[-1]
    shown = make.company(county)
    project, _ = joint(shown, make.company(county, disclosure=Disclosure.NOTHING), "联合小组")
    scope = Scope(county, shown, project.circle)
    question = replace(asked(session, county, "project", domain=filtered), scope=scope, variant=variant)
    board = queries.board_of(session, question)
    assert (board.total, board.unlisted, board.listed) == (SHOWN, 0, SHOWN)
    assert queries.amounts_by_metric(session, question)["energy_kgce"] == SHOWN


def test_a_project_of_which_the_public_sees_nothing_is_not_found_by_a_search(session, make, count):
    county = make.places()[-1]
    hidden = make.company(county, disclosure=Disclosure.NOTHING)
    seen, unseen = (make.project(make.circle(make.company(county)), title=f"汽轮机课题{n}") for n in "12")
    count(seen, 500)
    count(unseen, 500, shares=(CompanyShare(hidden.id, county.path, None, Decimal(1)),))
    found = cases_found(session, actor=make.actor(), text="汽轮机", page=1, size=5)
    assert [row.title for row in found.rows] == ["汽轮机课题1"]
    assert queries.project_amounts(session, unseen.id, PUBLIC) == []
