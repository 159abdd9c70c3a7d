"""Who is signed in, with what rights, is found by indexes, however many people and grants there are."""

import re

import pytest
import sqlalchemy as sa

from cp_circles.people import queries, services
from cp_circles.people.models import Role, ScopeKind, StandIn
from cp_circles.people.sign_in_facts import sign_in_by_token
from tests.conftest import NOW

GROWING = {"people", "grants", "sign_ins", "stand_ins"}


@pytest.fixture
def person(session, make):
    """Somebody with two grants, and with one lent by a colleague."""
    person, colleague = make.person(name="示例甲"), make.person(name="示例乙")
    company = make.company()
    make.grant(person, Role.MEMBER, ScopeKind.COMPANY, company)
    make.grant(person, Role.FINANCE, ScopeKind.COMPANY, company)
    make.grant(colleague, Role.METERING, ScopeKind.COMPANY, company)
    scope = {"role": Role.METERING, "scope_kind": ScopeKind.COMPANY, "scope_id": company.id}
    times = {"since": NOW, "until": NOW.replace(year=NOW.year + 1), "named_at": NOW, "confirmed_at": NOW}
    session.add(StandIn(person_id=colleague.id, stand_in_id=person.id, **scope, **times))
    session.flush()
    return person


def scanned(session, act):
    """The growing tables of which the statement of an act reads every row."""
    seen, connection = [], session.connection()
    engine = connection.engine

    def remember(connection, cursor, statement, parameters, *rest):
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", remember)
    act()
    sa.event.remove(engine, "before_cursor_execute", remember)
    (statement, parameters), word = seen[-1], "SCAN"
    assert len(seen) == 1
    if engine.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explain, word = "EXPLAIN", "Seq Scan on"
    else:
        explain = "EXPLAIN QUERY PLAN"
    rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
    return {name for row in rows for name in re.findall(rf"{word} (\w+)", row[-1])} & GROWING


def test_rights_are_found_by_indexes(session, person):
    assert scanned(session, lambda: queries.actor_for(session, person.id, NOW)) == set()


def test_a_page_learns_who_is_signed_in_and_their_rights_by_one_statement(session, person):
    token, _ = services.sign_in(
        session, person=person, password=None, address="127.0.0.1", agent="tests", now=NOW
    )
    session.flush()
    assert scanned(session, lambda: sign_in_by_token(session, token, NOW)) == set()
    facts = sign_in_by_token(session, token, NOW)
    assert facts.actor == queries.actor_for(session, person.id, NOW)
    assert {grant.role for grant in facts.actor.grants} == {Role.MEMBER, Role.FINANCE, Role.METERING}


def test_somebody_without_rights_is_signed_in_all_the_same(session, make):
    person = make.person(name="示例丙")
    token, _ = services.sign_in(
        session, person=person, password=None, address="127.0.0.1", agent="tests", now=NOW
    )
    facts = sign_in_by_token(session, token, NOW)
    assert (facts.person_id, facts.actor.person_id, facts.actor.grants) == (person.id, person.id, ())
    assert sign_in_by_token(session, "another", NOW) is None
