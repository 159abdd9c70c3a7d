"""A company that shows its name but not its work: public pages rank it, and name no circle or project of it."""

from decimal import Decimal
from typing import Any

import pytest

from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import PUBLIC, Asked, Scope
from cp_circles.ledger import checking
from cp_circles.organisations.models import Disclosure
from tests.conftest import NOW

CHINESE = {"Accept-Language": "zh-CN"}


@pytest.fixture
def named(session: Any, make: Any, count: Any) -> Any:
    """A project of a company that shows its name only, beside one of a company that shows its work."""
    county = make.places()[-1]
    quiet = make.company(county, name="只列名厂", disclosure=Disclosure.NAME)
    project = make.project(make.circle(quiet, name="内部小组"), title="内部课题")
    count(project, 700)
    count(
        make.project(make.circle(make.company(county, name="公开厂"), name="公开小组"), title="公开课题"), 300
    )
    session.commit()
    return project


def read(client: Any, path: str) -> str:
    answer = client.get(path, headers=CHINESE)
    assert answer.status_code == 200, path
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize("filtered", ["", "&domain=energy_saving"])
def test_it_has_its_place_and_what_it_does_has_none(client: Any, named: Any, filtered: str) -> None:
    energy = f"metric=energy_kgce&region={named.company.region_id}{filtered}"
    assert "只列名厂" in read(client, f"/public/boards?by=company&{energy}")
    for by, shown in (("circle", "公开小组"), ("project", "公开课题")):
        page = read(client, f"/public/boards?by={by}&{energy}")
        assert shown in page and "内部" not in page and "只列名厂" not in page
        assert "内部" not in read(client, f"/public/boards/export.json?by={by}&{energy}")
    own = read(client, f"/public/boards?company={named.company_id}&metric=energy_kgce{filtered}")
    assert "只列名厂" in own and "内部" not in own
    assert "这里没有列名" in own and "0.70 吨标准煤" in own and "申报累计" not in own


def test_its_circles_and_projects_have_no_page_and_are_not_found(client: Any, named: Any, make: Any) -> None:
    assert client.get(f"/public/boards?circle={named.circle_id}").status_code == 404
    assert client.get(f"/public/boards/projects/{named.id}").status_code == 404
    found = read(client, "/search?q=课题")
    assert "公开" in found and "内部" not in found
    client.enter(make.person())
    assert client.get(f"/boards/projects/{named.id}").status_code == 404
    assert client.get(f"/boards?circle={named.circle_id}").status_code == 404


@pytest.mark.parametrize("filtered", ["", "energy_saving"])
def test_sums_hold_it_whatever_it_shows(session: Any, named: Any, filtered: str) -> None:
    metric = queries.vocabulary(session).metric_that_counts("kgce")
    scope, company = Scope(named.company.region), named.company
    for level, left_out in (
        (Disclosure.NAME, (0, 700, 700)),
        (Disclosure.NOTHING, (700, 700, 700)),
        (Disclosure.WORK, (0, 0, 0)),
    ):
        company.disclosure = level
        session.flush()
        assert checking.total_disagreements(session) == []
        for by, amount in zip(("company", "circle", "project"), left_out, strict=True):
            asked = Asked(scope=scope, by=by, metric=metric, seasons=(2026,), domain=filtered, at=NOW)
            board = queries.board_of(session, asked)
            assert asked.variant == PUBLIC
            assert (board.total, board.unlisted) == (Decimal(1000), Decimal(amount))
