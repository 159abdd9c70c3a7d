"""Values asked for past the unit of work: what waits is written first, unless nothing may be written yet."""

import sqlalchemy as sa

from cp_circles.db.values import values_of
from cp_circles.people.models import Person

NAME = sa.select(Person.name).where(Person.id == sa.bindparam("person"))


def test_what_waits_is_written_first(session, make):
    person = make.person()
    person.name = "示例新名"
    assert values_of(session, NAME, {"person": person.id}).scalar_one() == "示例新名"


def test_nothing_is_written_where_the_caller_holds_it_back(session, make):
    person = make.person()
    session.flush()
    before = person.name
    with session.no_autoflush:
        person.name = "示例新名"
        assert values_of(session, NAME, {"person": person.id}).scalar_one() == before
    assert person in session.dirty


def test_values_are_those_of_the_transaction(session, make):
    person = make.person()
    session.flush()
    session.execute(sa.update(Person).where(Person.id == person.id).values(name="示例改名"))
    assert values_of(session, NAME, {"person": person.id}).scalar_one() == "示例改名"
