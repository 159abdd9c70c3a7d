"""A page of a list: where nothing is counted, nothing is read."""

from contextlib import contextmanager

import sqlalchemy as sa

from cp_circles.db.paging import page_of
from cp_circles.people.models import Person


@contextmanager
def statements(session):
    seen = []
    connection = session.connection()

    def remember(connection, cursor, statement, *rest):
        seen.append(statement)

    sa.event.listen(connection, "before_cursor_execute", remember)
    yield seen
    sa.event.remove(connection, "before_cursor_execute", remember)


def test_an_empty_list_is_counted_and_not_read(session):
    session.flush()
    nobody = sa.select(Person).where(Person.id == 0)
    with statements(session) as seen:
        page = page_of(session, nobody, number=3)
    assert (page.rows, page.total, page.number, page.pages, len(seen)) == ([], 0, 1, 1, 1)


def test_a_page_behind_the_last_is_the_last(session, make):
    first, second = make.person(), make.person()
    session.flush()
    both = sa.select(Person).where(Person.id.in_([first.id, second.id])).order_by(Person.id)
    with statements(session) as seen:
        page = page_of(session, both, number=9, size=1)
    assert (list(page.rows), page.total, page.number, len(seen)) == ([second], 2, 2, 2)
