"""A long standing, for its organiser and for everybody: pages of a hundred, a line reached directly, whole files."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from bench.round import filled_round
from cp_circles.circles.models import CircleMember
from cp_circles.judging.models import Round, StandingRow
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries import lists
from tests.conftest import NOW

SIZE = 105


@pytest.fixture
def published(session):
    """Publishes the list of a round with some entries."""

    def build(size):
        round_ = session.get_one(Round, filled_round(session, entries=size, judges=3, pool=3))
        standings_services.compute_standing(session, actor=SYSTEM, round_=round_, now=NOW)
        standings_services.publish_standing(session, actor=SYSTEM, round_=round_, now=NOW)
        session.commit()
        return round_

    return build


def lines_in(page):
    """The entries on a page, in its order."""
    return [int(found) for found in re.findall(r'<tr id="line-(\d+)"', page)]


def test_a_long_list_in_pages_reached_by_number_name_and_line(session, client, make, published):
    round_ = published(SIZE)
    rows = session.query(StandingRow).order_by(*lists.ORDER).all()
    order, where = [row.entry_id for row in rows], f"/judging/lists/{round_.public_key}"

    def read(path, **query):
        answer = client.get(path, query_string=query)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    pages = [read(where, page=n) for n in (1, 2)]
    assert [lines_in(page) for page in pages] == [order[:100], order[100:]]
    assert all('class="pager"' in page for page in pages)
    assert [page.count('<tr class="cut">') for page in pages] == [1, 0]
    last, wanted = rows[-1], rows[70].entry
    asked = read(where, entry=last.entry_id)
    assert lines_in(asked) == order[100:] and f'id="line-{last.entry_id}" class="is-sel"' in asked
    by_number = read(where, find=wanted.number)
    assert wanted.id in lines_in(by_number) and '<tr class="cut">' not in by_number
    titled = [row.entry_id for row in rows if wanted.result.title in row.entry.result.title]
    assert lines_in(read(where, find=wanted.result.title)) == titled
    assert lines_in(read(where, find=wanted.result.project.company.name)) == order[:100]
    assert lines_in(read(where, find="%", page=99)) == []
    assert lines_in(read(where, find="9" * 30)) == []
    table = list(csv.reader(io.StringIO(read(f"{where}/list.csv"))))
    assert [int(line[2]) for line in table[1:]] == [row.entry.number for row in rows]
    member, official = make.person(), make.person()
    circle = last.entry.result.project.circle_id
    session.add(CircleMember(circle_id=circle, person_id=member.id, is_leader=False, joined_on=NOW.date()))
    make.grant(official, Role.OFFICIAL, ScopeKind.REGION, round_.region)
    session.commit()
    line = f'{where}?entry={last.entry_id}#line-{last.entry_id}"'
    assert line not in pages[0]
    client.enter(member)
    assert line in read(where)
    where_to = f"{where}/object"
    assert f'{where_to}?entry={last.entry_id}"' in read(where, entry=last.entry_id)
    offered = re.findall(r'<option[^>]* value="(\d+)"', read(where_to, entry=last.entry_id))
    assert offered == [str(last.entry_id)]
    assert "<form" not in read(where_to).split("<main", 1)[1].split("</main", 1)[0]
    client.enter(official)
    assert lines_in(read(f"/judging/rounds/{round_.id}/standing", page=2)) == order[100:]


def sent_for(app, client, path):
    """How many statements a request sends."""
    engine, seen = app.extensions["cp_sessions"].engine, []

    def remember(connection, cursor, statement, *rest):
        seen.append(statement)

    client.get(path)
    sa.event.listen(engine, "before_cursor_execute", remember)
    assert client.get(path).get_data()
    sa.event.remove(engine, "before_cursor_execute", remember)
    return len(seen)


def test_a_list_sends_as_many_statements_for_three_lines_as_for_many(app, session, client, published):
    where = f"/judging/lists/{published(SIZE).public_key}"
    paths = (where, f"{where}/list.csv", f"{where}/print")
    many = [sent_for(app, client, path) for path in paths]
    keep = session.query(StandingRow.id).order_by(*lists.ORDER).limit(3).all()
    session.query(StandingRow).where(StandingRow.id.not_in([id_ for (id_,) in keep])).delete()
    session.commit()
    assert [sent_for(app, client, path) for path in paths] == many
    assert min(many) > 2
    page = client.get(where).get_data(as_text=True).split("<main", 1)[1]
    assert len(lines_in(page)) == 3 and "find" not in page and 'class="pager"' not in page
