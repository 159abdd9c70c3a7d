"""The severity of judges beside a standing, official where the rule says so, refused where nothing can be told."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.calc import standing as arithmetic
from cp_circles.calc.panels import UNKNOWN
from cp_circles.db.models import Event
from cp_circles.judging.models import Standing, StandingRow
from cp_circles.standings import services as standings_services
from cp_circles.standings import severity
from cp_circles.standings.queries.circumstances import circumstances_of
from cp_circles.standings.queries.standings import round_facts
from cp_circles.standings.services.fairness import severity_disagreements, severity_hash
from cp_circles.standings.severity import SeverityRefused, track_severity
from tests.calc import in_columns
from tests.calc.by_hand import Score
from tests.judging.world import t2

ANCHORED = [
    {1: "90", 2: "91", 3: "89", 4: "82", 5: "83", 6: "81"},
    {1: "70", 2: "69", 3: "71", 4: "61", 5: "62", 6: "63"},
    {1: "82", 2: "83", 3: "82"},
    {4: "79", 5: "80", 6: "79"},
    {1: "76", 2: "75", 3: "77"},
]
PARTED = [{1: "90", 2: "91", 3: "88"}, {1: "80", 2: "82", 3: "84"}, {4: "70", 5: "75", 6: "71"}]
PARTED += [{4: "80", 5: "81", 6: "84"}]


def panelled(world, rows, **facts):
    """A city round with these totals by judge's number for each entry."""
    world.round_at("province")
    round_ = world.round_at("city", **facts)
    entries = [world.entry(round_) for _ in rows]
    judges = {number: world.judge(round_) for number in sorted({n for row in rows for n in row})}
    world.numbers(round_)
    for entry, row in zip(entries, rows, strict=True):
        for number, total in row.items():
            world.score(world.assign(entry, judges[number]), t2(total))
    return round_


def compute(session, world, round_):
    """The standing of a round, computed by its official."""
    return standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )


def rows_of(session, standing):
    """The rows in the order of the entries."""
    wanted = sa.select(StandingRow).where(StandingRow.standing_id == standing.id)
    return list(session.scalars(wanted.order_by(StandingRow.entry_id)))


def severity_of(rows, quota):
    """The severity found in totals by judge for each entry."""
    scores = [
        Score(entry, "paper", judge, Decimal(points))
        for entry, row in enumerate(rows)
        for judge, points in row.items()
    ]
    rule = arithmetic.RoundRule(trim_min_n=99, stage_weights={"paper": Decimal(1)})
    _valid, found = in_columns.placed(range(len(rows)), scores, rule)
    return track_severity("one", range(len(rows)), found, quota=quota)


def test_the_corrected_score_stands_beside_and_the_places_stay(session, world):
    round_ = panelled(world, ANCHORED)
    world.give_places(round_, 2)
    standing = compute(session, world, round_)
    rows = rows_of(session, standing)
    assert [row.place for row in rows] == [1, 5, 2, 3, 4]
    third, fourth = (Decimal(rows[n].working["severity"]["corrected"]) for n in (2, 3))
    assert fourth > third + 2 and rows[2].score > rows[3].score
    for row in rows:
        kept = row.working["severity"]
        assert 1 <= kept["low"] <= kept["high"] <= 5 and Decimal(kept["se"]) > 0
    assert rows[0].working["severity"]["chance"] == "1.00" and not rows[0].working["severity"]["undecided"]
    (track,) = standing.facts["fairness"]["tracks"]
    (stage,) = track["stages"]
    assert track["refusal"] is None
    assert all(Decimal(judge["high"]) < 0 for judge in stage["judges"] if judge["judge"] > 3)
    event = session.scalar(sa.select(Event).where(Event.verb == "judging.compute_standing"))
    kept = [[row.entry_id, row.working["severity"]] for row in rows]
    assert event.after["severity"] == severity_hash(kept, standing.facts["fairness"])


def test_a_changed_figure_is_found(session, world):
    round_ = panelled(world, ANCHORED)
    row = rows_of(session, compute(session, world, round_))[3]
    assert list(severity_disagreements(session)) == []
    kept = row.working
    row.working = kept | {"severity": kept["severity"] | {"corrected": "99.00"}}
    session.flush()
    found = [what for _round, what in severity_disagreements(session)]
    assert len(found) == 2 and f"entry {row.entry_id}" in found[1]
    row.working = kept | {"severity": {}}
    session.flush()
    assert len(list(severity_disagreements(session))) == 2


def test_where_the_rule_says_so_the_places_follow_the_corrected_score(session, world):
    round_ = panelled(world, ANCHORED, rule="paper_corrected")
    rows = rows_of(session, compute(session, world, round_))
    assert [row.place for row in rows] == [1, 5, 3, 2, 4]
    assert rows[3].score == Decimal(rows[3].working["severity"]["corrected"])
    assert rows[3].working["uncorrected"] == "79"


def test_official_correction_is_refused_for_parted_panels_and_nothing_is_written(session, world):
    round_ = panelled(world, PARTED, rule="paper_corrected")
    with pytest.raises(SeverityRefused) as refused:
        compute(session, world, round_)
    assert refused.value.values == {"groups": "1, 2, 3; 4, 5, 6"}
    assert session.scalar(sa.select(sa.func.count(Standing.id))) == 0 and round_.standing_id is None


def test_beside_a_standing_parted_panels_are_named(session, world):
    round_ = panelled(world, PARTED)
    standing = compute(session, world, round_)
    (track,) = standing.facts["fairness"]["tracks"]
    assert track["refusal"]["msgid"] == severity.PARTED
    assert [group["judges"] for group in track["groups"]] == [[1, 2, 3], [4, 5, 6]]
    assert all(row.working["severity"] == {} for row in rows_of(session, standing))
    assert track["stages"][0]["deviations"] is None


def test_one_judge_few_scores_and_equal_scores_are_not_fitted():
    refused = {
        severity.ONE_JUDGE: [{1: "80"}, {1: "70"}, {1: "60"}],
        severity.TOO_FEW: [{1: "80", 2: "81"}, {1: "70", 2: "75"}, {1: "60", 2: "50"}],
        severity.ALL_EQUAL: [dict.fromkeys(range(4), "80")] * 4,
        severity.NO_SCORE: [{1: "80", 2: "81"}, {}, {1: "60", 2: "50"}],
    }
    for msgid, rows in refused.items():
        found = severity_of(rows, 1)
        assert found.refusal.msgid == msgid and found.entries == {}
        with pytest.raises(SeverityRefused):
            found.totals()
    assert severity_of([], 1).refusal.msgid == severity.TOO_FEW


def test_judges_of_one_hand_and_entries_of_one_quality_keep_finite_figures():
    constant = [{1: str(70 + n), 2: str(72 + n), 3: str(75 + n)} for n in range(5)]
    found = severity_of(constant, 2)
    assert [found.entries[n].low for n in range(5)] == [5, 4, 3, 2, 1]
    noise = [{1: "80", 2: "82", 3: "81"}, {1: "82", 2: "81", 3: "80"}, {1: "81", 2: "80", 3: "82"}]
    found = severity_of(noise, 1)
    assert {one.corrected for one in found.entries.values()} == {Decimal("81.00")}
    assert all(one.undecided for one in found.entries.values())


def test_without_one_judge_another_entry_goes_up(session, world):
    """Medians 88 and 85; without judge 1 the means are 74 and 86."""
    round_ = world.judged_round(totals=[["90", "88", "60"], ["80", "85", "87"]])
    world.give_places(round_, 1)
    standing = compute(session, world, round_)
    first, second = (entry.id for entry in world.entries_of(round_))
    (track,) = standing.facts["fairness"]["tracks"]
    assert track["without"][0] == {"judge": 1, "in": [second], "out": [first], "untold": False}
    assert track["without"][2]["out"] == []


def test_order_and_home_are_read_from_the_sheets(session, world):
    away = world.make.region("county", world.city)
    outside = world.make.company(world.make.region("county", world.make.region("city", world.province)))
    world.round_at("province")
    round_ = world.round_at("city")
    entries = [world.entry(round_), world.entry(round_, world.result(world.make.company(away)))]
    judges = [world.judge(round_) for _ in range(3)]
    world.works_at(judges[0].person, world.make.company(away))
    world.works_at(judges[1].person, outside)
    world.numbers(round_)
    for entry in reversed(entries):
        for judge in judges:
            world.score(world.assign(entry, judge), t2("80"))
    sheets = round_facts(session, round_).sheets
    found = circumstances_of(session, round_, sheets)
    listed = zip(sheets.rows(), found.home.tolist(), found.position.tolist(), strict=True)
    by_sheet = {(row.entry, row.judge): (home, position) for row, home, position in listed}
    here, there = entries[0].id, entries[1].id
    assert [by_sheet[here, n] for n in (1, 2, 3)] == [(0, 2), (0, 2), (UNKNOWN, 2)]
    assert [by_sheet[there, n] for n in (1, 2, 3)] == [(1, 1), (0, 1), (UNKNOWN, 1)]
