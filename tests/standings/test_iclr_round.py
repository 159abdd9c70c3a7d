"""The real conference of `test_iclr` as a round in the database: sheets handed in, closed, published, promoted.

Everything goes through the services that judges and officials use; places and promotions are computed here
once more, from the file alone. Who gave a rating is not published: it is given to judges of a pool in turn.
"""

import csv
import hashlib
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import groupby

import pytest
import sqlalchemy as sa
import yaml

from bench.round import STAGE, copies
from cp_circles.db.base import table_of
from cp_circles.editions import queries as editions
from cp_circles.editions.models import Edition
from cp_circles.judging import services
from cp_circles.judging.chain import chain_of, verify_chain
from cp_circles.judging.models import Entry, EntryState, Level, ScoreSheet, SheetState, StandingRow
from cp_circles.judging.queries import ladder
from cp_circles.people.rules import SYSTEM
from cp_circles.results.models import Result
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from cp_circles.standings.queries import standings
from cp_circles.trust.holding import sheets_apart
from cp_circles.trust.outcomes import outcomes_apart
from tests.judging.world import t2

POOL, RESERVE = 60, 5
NOTHING = dict.fromkeys(t2("0"), "0")

pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def papers(shared_data):
    """(title, accepted?, scores) of each paper with two ratings or more."""
    folder, scores = shared_data / "iclr2020", dict[str, list[str]]()
    with (folder / "iclr2020_scores_long.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            scores.setdefault(row["openreview_id"], []).append(row["score"])
    with (folder / "iclr2020_entries.csv").open(encoding="utf-8") as stream:
        return [
            (row["title"], row["decision"].startswith("Accept"), scores[row["openreview_id"]])
            for row in csv.DictReader(stream)
            if len(scores.get(row["openreview_id"], [])) > 1
        ]


def plain_mean_rule(session, now):
    """The shipped rule without dropping, ties or severity, for two judges and more."""
    shipped = editions.latest(session, "round_rule", "paper_blind")
    pack = yaml.safe_load(shipped.content)
    pack |= {"edition": "iclr", "trim": None, "tie_order": [], "severity": "none"}
    pack["stages"][0]["min_judges"]["value"] = 2
    text = yaml.safe_dump(pack, allow_unicode=True)
    edition = Edition(
        kind="round_rule",
        key="paper_blind",
        edition="iclr",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        content=text,
        published_at=now,
    )
    session.add(edition)
    session.flush()
    return edition


def expected(papers, quota):
    """paper -> (place, points, decision) by plain means, from the file alone."""
    means = {}
    for paper, (_title, _accepted, scores) in enumerate(papers):
        mean = sum(Fraction(score) for score in scores) / len(scores)
        exact = Decimal(mean.numerator) / Decimal(mean.denominator)
        means[paper] = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    order, found, reserves = sorted(means, key=lambda paper: -means[paper]), {}, 0
    for _points, equal in groupby(order, key=means.get):
        group = list(equal)
        place, last = len(found) + 1, len(found) + len(group)
        fits = last <= quota
        decision = "promoted" if fits else "reserve" if reserves < RESERVE else "not_promoted"
        reserves += 0 if fits else len(group)
        found |= {paper: (place, means[paper], decision) for paper in group}
    return found


def opened(session, world, papers):
    """A round of the papers with open sheets, each rating with a judge of the pool; gives papers by entry."""
    world.round_at("province", accepts_late=True)
    rule = plain_mean_rule(session, world.start)
    settings = world.settings(rule_edition_id=rule.id, pass_mark=Decimal(1), reserve_places=RESERVE)
    round_ = services.open_round(
        session,
        actor=SYSTEM,
        season=world.season,
        level=Level.CITY,
        region=world.city,
        settings=settings,
        now=world.start,
    )
    panel = [world.judge(round_) for _ in range(POOL)]
    first = world.entry(round_)
    entries = [first.id, *copies(session, first, len(papers) - 1)]
    of_entry = dict(zip(entries, range(len(papers)), strict=True))
    result = table_of(Result)
    titles = [{"entry": entry, "named": papers[paper][0][:200]} for entry, paper in of_entry.items()]
    named = sa.select(Entry.result_id).where(Entry.id == sa.bindparam("entry")).scalar_subquery()
    session.connection().execute(
        sa.update(result).where(result.c.id == named).values(title=sa.bindparam("named")), titles
    )
    rubric = editions.latest(session, "rubric", "t2_problem_solving")
    shared = {"round_id": round_.id, "stage": STAGE, "rubric_edition_id": rubric.id}
    shared |= {"state": SheetState.OPEN, "points": {}, "comments": {}}
    rows = [
        shared | {"entry_id": entry, "judge_id": panel[(paper * 5 + slot * 7) % POOL].person_id}
        for entry, paper in of_entry.items()
        for slot in range(len(papers[paper][2]))
    ]
    session.execute(sa.insert(ScoreSheet), rows)
    return round_, panel, of_entry


def test_a_real_conference_from_open_sheets_to_the_round_above(session, world, papers):
    round_, panel, of_entry = opened(session, world, papers)
    left = {entry: list(papers[paper][2]) for entry, paper in of_entry.items()}
    actors = {judge.person_id: world.make.actor(judge.person) for judge in panel}
    sheets = session.scalars(sa.select(ScoreSheet).order_by(ScoreSheet.id)).all()
    now = world.at("scoring")
    for sheet in sheets:
        points = NOTHING | {"effect": left[sheet.entry_id].pop(0)}
        facts = {"actor": actors[sheet.judge_id], "sheet": sheet, "now": now}
        scoring_services.hand_in(session, points=points, version=sheet.version, **facts)
    assert not any(left.values()) and len(sheets) == sum(len(scores) for _, _, scores in papers)

    quota = sum(accepted for _title, accepted, _scores in papers)
    world.give_places(round_, quota)
    official = world.officials["city"]
    standing = standings_services.compute_standing(
        session, actor=official, round_=round_, now=world.at("deliberation")
    )
    kept = sa.select(StandingRow.entry_id, StandingRow.place, StandingRow.score, StandingRow.decision)
    rows = session.execute(kept.where(StandingRow.standing_id == standing.id)).all()
    right = expected(papers, quota)
    assert {of_entry[row.entry_id]: (row.place, row.score, row.decision) for row in rows} == right

    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    raised = standings_services.finish_round(
        session, actor=official, round_=round_, now=round_.publicity_ends_at
    )
    up = {paper for paper, (_place, _points, decision) in right.items() if decision == "promoted"}
    assert {of_entry[entry.from_entry_id] for entry in raised} == up and 0 < len(up) <= quota
    assert {entry.round_id for entry in raised} == {ladder.round_above(session, round_).id}
    states = dict(
        session.execute(
            sa.select(Entry.state, sa.func.count(Entry.id))
            .where(Entry.round_id == round_.id)
            .group_by(Entry.state)
        ).all()
    )
    assert states[EntryState.PROMOTED] == len(up) and sum(states.values()) == len(papers) > 2_000
    chain = verify_chain(session, chain_of(round_))
    assert chain.is_whole and chain.length > len(sheets)
    assert list(outcomes_apart(session)) == [] and list(sheets_apart(session)) == []
    assert (
        standings.round_facts(
            session,
            round_,
            session.scalars(sa.select(Entry).where(Entry.round_id == round_.id).order_by(Entry.number)).all(),
        ).sha256
        == standing.input_sha256
    )
