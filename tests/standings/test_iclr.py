"""A real conference through a round: the published averages and places come out, and the quota cuts where it must.

The scores of ICLR 2020 (shared data, `iclr2020`): 2,000 and more papers with two to five ratings each. Who gave
a rating is not published, so that no severity can be told; the places are those of plain means.
"""

import csv
from collections import Counter
from decimal import Decimal

import pytest

from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import RoundRule, Rubric
from cp_circles.standings.facts import EntryFact, RoundFacts, SheetFact, Sheets
from cp_circles.standings.working import ComputedRow, compute_tracks

TRACK, STAGE = "problem_solving", "paper"


@pytest.fixture(scope="module")
def papers(shared_data):
    """(published average, number of ratings, accepted?, scores) of each paper."""
    folder = shared_data / "iclr2020"
    scores: dict[str, list[str]] = {}
    with (folder / "iclr2020_scores_long.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            scores.setdefault(row["openreview_id"], []).append(row["score"])
    with (folder / "iclr2020_entries.csv").open(encoding="utf-8") as stream:
        listed = list(csv.DictReader(stream))
    return [(row, scores[row["openreview_id"]]) for row in listed if row["openreview_id"] in scores]


def rows_of(papers, quota) -> list[ComputedRow]:
    """The lines of a round of these papers, nothing dropped, with a quota."""
    packs = [one.pack for one in shipped()]
    rule = next(
        p for p in packs if isinstance(p, RoundRule) and (p.key, p.edition) == ("paper_blind", "2026")
    )
    rubric = next(p for p in packs if isinstance(p, Rubric) and p.key == "t2_problem_solving")
    rule = rule.model_copy(update={"trim": None, "severity": "none"})
    sheets = [
        SheetFact(n, judge, STAGE, "submitted", {"effect": score}, Decimal(score), "0" * 64)
        for n, (_row, scores) in enumerate(papers)
        for judge, score in enumerate(scores)
    ]
    entries = [EntryFact(n, n + 1, TRACK, {}) for n in range(len(papers))]
    facts = RoundFacts(1, Decimal(1), 5, {TRACK: quota}, True, entries, Sheets.of(sheets))
    (track,) = compute_tracks(facts, rule, {TRACK: {STAGE: rubric}})
    return list(track.rows())


def test_the_published_averages_come_out_and_the_quota_cuts_by_them(papers):
    accepted = sum(row["decision"].startswith("Accept") for row, _scores in papers)
    rows = rows_of(papers, accepted)
    assert len(rows) == len(papers) > 2_000
    for row in rows:
        assert row.score == Decimal(papers[row.entry][0]["avg_rating_published"])
        assert int(row.working["stages"][0]["used_count"]) == len(papers[row.entry][1])
    totals = [row.score for row in rows]
    assert totals == sorted(totals, reverse=True)
    up = [row for row in rows if row.decision == "promoted"]
    rest = [row for row in rows if row.decision != "promoted"]
    assert 0 < len(up) <= accepted
    assert min(row.score for row in up) >= max(row.score for row in rest)
    tied = [row for row in rest if row.place == rest[0].place]
    assert len(up) + len(tied) > accepted or len(up) == accepted
    assert sum(Counter(row.decision for row in rows).values()) == len(papers)


def test_everybody_on_a_shared_place_is_told_the_same(papers):
    by_place: dict[int, set[tuple[str, str]]] = {}
    for row in rows_of(papers, 600):
        by_place.setdefault(row.place, set()).add((row.decision, row.why["msgid"]))
    assert all(len(told) == 1 for told in by_place.values())
