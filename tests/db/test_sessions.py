"""A row that somebody else deleted while an act waited for its turn is a clash and no failure."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm.exc import StaleDataError

from cp_circles.db.engine import Sessions
from cp_circles.people.models import Person
from tests.builders import Builders
from tests.conftest import NOW


def test_a_row_deleted_meanwhile_is_stale(engine):
    sessions = Sessions(engine)
    with sessions.writing() as first, sessions.writing() as second:
        person = Builders(first, NOW).person()
        first.commit()
        second.execute(sa.delete(Person).where(Person.id == person.id))
        second.commit()
        with pytest.raises(StaleDataError):
            first.refresh(person)


def test_a_row_of_no_session_is_a_mistake_of_ours(engine):
    with Sessions(engine).writing() as session, pytest.raises(InvalidRequestError):
        session.refresh(Person(name="游离"))
