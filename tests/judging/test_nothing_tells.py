"""What is hidden changes nothing: not a byte, not a statement, for judges before their own sheet and for teams.

Each page is read twice, the second time with more hidden data behind it; both answers must be equal. Counts,
sort orders, filters, exports, sizes and caches that told anything would differ.
"""

import re

import pytest
import sqlalchemy as sa

from cp_circles.judging import services
from cp_circles.notices.models import Mail
from cp_circles.people.models import Person
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from tests.judging.world import t2

CHANGING = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|name="csrf" content="[^"]*"')
PLANTED = "植入评语七三"
SEEN = (
    "/home",
    "/tasks",
    "/outbox",
    "/search?q=示例",
    "/boards",
    "/public/boards",
    "/judging/",
    "/judging/?level=city",
    "/judging/?q=示例",
    "/judging/lists",
    "/judging/lists/{key}",
    "/judging/lists/{key}/print",
    "/judging/lists/{key}/list.csv",
    "/judging/rounds/{round}",
    "/judging/rounds/{round}/rule",
    "/judging/rounds/{round}/standing",
    "/judging/rounds/{round}/standing.csv",
    "/judging/rounds/{round}/standing/print",
    "/judging/rounds/{round}/panel",
    "/judging/rounds/{round}/entries",
    "/judging/entries/{entry}",
    "/trust/",
    "/trust/receipts",
    "/trust/receipts?of=sheets",
    "/trust/rounds/{round}/audit.zip",
)
DESK = (
    "/judging/my-entries",
    "/judging/rounds/{round}/desk",
    "/judging/desk/{blind}/paper",
    "/judging/desk/{blind}/paper/print",
)


class Watch:
    """Reads pages and remembers what they said and how many statements they took."""

    def __init__(self, app, client, round_, entry):
        self.client, self.engine = client, app.extensions["cp_sessions"].engine
        self.values = {
            "round": round_.id,
            "key": round_.public_key,
            "entry": entry.id,
            "blind": entry.blind_key,
        }

    def read(self, paths):
        """Path to (status, body, number of statements), each page warmed once."""
        return {path: self._one(path.format(**self.values)) for path in paths}

    def _one(self, address):
        self.client.get(address)
        statements = []

        def remember(connection, cursor, statement, *rest):
            statements.append(statement)

        sa.event.listen(self.engine, "before_cursor_execute", remember)
        try:
            answer = self.client.get(address)
        finally:
            sa.event.remove(self.engine, "before_cursor_execute", remember)
        body = "" if answer.status_code >= 400 else CHANGING.sub("", answer.get_data(as_text=True))
        return answer.status_code, body, len(statements)


def told(before, after):
    """The pages that answered otherwise, with the first place at which they did."""
    found = {}
    for path, (status, body, count) in before.items():
        if after[path] == (status, body, count):
            continue
        other = after[path][1]
        at = next((n for n, (a, b) in enumerate(zip(body, other, strict=False)) if a != b), 0)
        found[path] = (
            status,
            after[path][0],
            count,
            after[path][2],
            body[at - 60 : at + 60],
            other[at - 60 : at + 60],
        )
    return found


@pytest.fixture
def judging(stage_at):
    """A round in scoring: two entries, three judges, all sheets open."""
    world = stage_at("scoring")
    world.round_at("province")
    round_ = world.round_at("city")
    services.announce_round(world.session, actor=world.officials["city"], round_=round_, now=world.start)
    entries = [world.entry(round_) for _ in range(2)]
    judges = [world.judge(round_) for _ in range(3)]
    world.numbers(round_)
    sheets = [[world.assign(entry, judge) for judge in judges] for entry in entries]
    return world, round_, entries, judges, sheets


def hand_in(world, sheet, total):
    """Another judge's sheet with a planted comment, handed in."""
    actor, now = world.make.actor(sheet.judge), world.at("scoring")
    points = t2(total)
    scoring_services.hand_in(
        world.session,
        actor=actor,
        sheet=sheet,
        points=points,
        comments=dict.fromkeys(points, PLANTED),
        comment=PLANTED,
        version=sheet.version,
        now=now,
    )


def test_a_judge_learns_nothing_before_the_own_sheet_is_in(app, client, judging):
    world, round_, entries, judges, sheets = judging
    client.enter(judges[0].person)
    watch = Watch(app, client, round_, entries[0])
    before = watch.read((*SEEN, *DESK))
    assert before["/judging/desk/{blind}/paper"][0] == 200
    hand_in(world, sheets[0][1], "73.5")
    after = watch.read((*SEEN, *DESK))
    assert told(before, after) == {}
    assert not any(PLANTED in body or "73.5" in body for _, body, _ in after.values())


def test_teams_and_visitors_learn_nothing_before_publication(app, client, judging):
    world, round_, entries, _judges, sheets = judging
    leader = world.session.get(Person, world.leader_of(entries[0].result).person_id)
    mails = sa.select(sa.func.count(Mail.id)).where(Mail.person_id == leader.id)
    sent = world.session.scalar(mails)
    visitor = app.test_client()
    client.enter(leader)
    watches = Watch(app, client, round_, entries[0]), Watch(app, visitor, round_, entries[0])
    before = [watch.read(SEEN) for watch in watches]
    assert before[0]["/judging/entries/{entry}"][0] == before[0]["/judging/rounds/{round}"][0] == 200
    for row, totals in zip(sheets, (("73.5", "91", "40"), ("64", "58", "99")), strict=True):
        for sheet, total in zip(row, totals, strict=True):
            hand_in(world, sheet, total)
    standings_services.compute_standing(
        world.session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    assert [told(old, watch.read(SEEN)) for old, watch in zip(before, watches, strict=True)] == [{}, {}]
    assert world.session.scalar(mails) == sent


def test_the_comparison_sees_what_is_told(app, client, judging):
    world, round_, entries, _judges, sheets = judging
    client.enter(world.session.get(Person, world.officials["city"].person_id))
    watch = Watch(app, client, round_, entries[0])
    before = watch.read(("/judging/rounds/{round}/panel",))
    hand_in(world, sheets[0][1], "73.5")
    assert told(before, watch.read(("/judging/rounds/{round}/panel",))) != {}
