"""Pages of lists by the address: bounds, links that keep the filter, order."""

import pytest
import sqlalchemy as sa

from cp_circles.people.models import Person
from cp_circles.web.paging import address_with, page_of, paginate, requested_page, sort_url


def wanted():
    return sa.select(Person).order_by(Person.id)


@pytest.mark.parametrize(
    ("typed", "page"), [("", 1), ("2", 2), ("0", 1), ("-3", 1), ("x", 1), ("9" * 30, 1), ("99", 99)]
)
def test_the_page_in_the_address_is_a_number_or_the_first(app, typed, page):
    with app.test_request_context(f"/people?page={typed}"):
        assert requested_page() == page


def test_a_page_knows_its_place_and_its_neighbours(app, session, make):
    for _ in range(7):
        make.person()
    with app.test_request_context("/people?q=a&page=2"):
        page = paginate(session, wanted(), per_page=3)
        assert (page.total, page.pages, page.first_number, page.last_number) == (7, 3, 4, 6)
        assert page.next_url == "/people?q=a&page=3"
        assert page.previous_url == "/people?q=a&page=1"
        last = paginate(session, wanted(), page=99, per_page=3)
        assert (last.page, len(last.items), last.next_url) == (3, 1, None)
        assert [person.id for person in page_of(page.items, page=1, per_page=2).items] == [4, 5]


def test_an_empty_list_has_one_empty_page(app, session):
    with app.test_request_context("/people"):
        page = paginate(session, wanted())
        assert (page.total, page.pages, page.first_number, page.items) == (0, 1, 0, [])


@pytest.mark.parametrize(("rows", "statements"), [(1, 2), (3, 2)])
def test_a_page_takes_two_statements(app, session, make, count_statements, rows, statements):
    for _ in range(rows):
        make.person()
    with app.test_request_context("/people"):
        assert count_statements(lambda: paginate(session, wanted())) == statements


def test_a_heading_turns_the_order_round_and_begins_at_the_first_page(app):
    with app.test_request_context("/people?sort=name&q=x&page=3"):
        assert sort_url("name") == "/people?sort=-name&q=x"
        assert sort_url("id") == "/people?sort=id&q=x"
        assert address_with(q=None, page=None) == "/people?sort=name"
