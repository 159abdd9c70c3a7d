"""What scores say about a panel: published agreement, planted home and order effects, and what cannot be told."""

from typing import NamedTuple

import numpy as np
import pytest

from cp_circles.calc import panels
from cp_circles.calc.agreement.alpha import krippendorff_alpha
from cp_circles.calc.panels import UNKNOWN

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


class Given(NamedTuple):
    """One score."""

    entry: int
    judge: int
    points: float
    criteria: dict[str, float]
    position: int
    home: bool | None = None


def columns(given):
    """Scores as columns."""
    keys = dict.fromkeys(key for one in given for key in one.criteria)
    return panels.Given(
        np.array([one.entry for one in given], dtype=np.int64),
        np.array([one.judge for one in given], dtype=np.int64),
        np.array([one.points for one in given], dtype=np.float64),
        {key: np.array([one.criteria.get(key, np.nan) for one in given]) for key in keys},
        np.array([one.position for one in given], dtype=np.int64),
        np.array([UNKNOWN if one.home is None else one.home for one in given], dtype=np.int8),
    )


def agreement(given, variances):
    """Agreement; alpha as it also comes from going through all pairs."""
    found = panels.agreement(columns(given), variances)
    by_pairs = krippendorff_alpha((one.entry, one.points) for one in given)
    assert found.alpha == pytest.approx(by_pairs, abs=1e-12)
    return found


def habits(given):
    """The habits of the judges of single scores."""
    return panels.habits(columns(given))


def home_effect(given):
    """The home effect of single scores."""
    return panels.home_effect(columns(given))


def order_effect(given):
    """The order effect of single scores."""
    return panels.order_effect(columns(given))


def full(table, **facts):
    """A full table of entries by judges as scores."""
    return [
        Given(entry, judge, float(points), {}, entry + 1, **facts)
        for entry, row in enumerate(table)
        for judge, points in enumerate(row)
    ]


def drawn(seed, home=0.0, order=0.0, shuffled=True):
    """60 entries of 4 regions by 8 judges, 3 judges an entry, with a planted effect."""
    random = np.random.default_rng(seed)
    true, strict = random.normal(80, 5, 60), random.normal(0, 3, 8)
    handed, given = [0] * 8, []
    for entry in random.permutation(60) if shuffled else range(60):
        for judge in random.permutation(8)[:3]:
            handed[judge] += 1
            own = judge % 4 == entry % 4
            points = true[entry] + strict[judge] + home * own + order * handed[judge] + random.normal(0, 1)
            given.append(Given(int(entry), int(judge), float(points), {}, handed[judge], bool(own)))
    return given


def test_agreement_of_a_full_table_is_the_published_one():
    """Shrout and Fleiss (1979): ICC(2,1) = .29 with .02 to .76, ICC(2,4) = .62."""
    found = agreement(full(SHROUT_FLEISS), None)
    assert found.complete and found.judges == 4
    assert (found.single, found.low, found.high, found.mean) == pytest.approx(
        (0.29, 0.02, 0.76, 0.62), abs=0.005
    )
    assert found.concordance is not None and 0 < found.alpha < 1


def test_agreement_of_part_of_the_table_comes_from_the_variances():
    given = [one for one in full(SHROUT_FLEISS) if (one.entry, one.judge) != (0, 0)]
    found = agreement(given, (6.0, 2.0, 2.0))
    assert not found.complete and found.low is None and found.concordance is None
    assert found.single == pytest.approx(0.6)
    assert found.mean == pytest.approx(6 / (6 + 4 / (23 / 6)))
    assert agreement(given, None).single is None


def test_judges_who_differ_by_a_constant_have_no_interval():
    found = agreement(full([[70, 72], [80, 82], [75, 77]]), None)
    assert found.single is None and found.concordance == pytest.approx(1.0)


def test_a_planted_home_effect_is_found_and_none_is_not():
    found = home_effect(drawn(3, home=2.0))
    assert found.low < 2.0 < found.high and found.p < 0.001 and found.count > 20
    without = home_effect(drawn(3))
    assert without.low < 0.0 < without.high


def test_a_planted_order_effect_is_found_and_none_is_not():
    found = order_effect(drawn(4, order=0.3))
    assert found.low < 0.3 < found.high and found.p < 0.01
    without = order_effect(drawn(4))
    assert without.low < 0.0 < without.high


def test_effects_that_cannot_be_told_are_none():
    assert home_effect(full(SHROUT_FLEISS)) is None
    assert home_effect(full(SHROUT_FLEISS, home=False)) is None
    assert order_effect(full(SHROUT_FLEISS)) is None
    assert order_effect([]) is None and order_effect(full([[1, 2], [3, 5]])) is None


def test_a_judge_whose_criteria_run_together_and_one_who_keeps_to_the_middle():
    random = np.random.default_rng(6)
    given = []
    for entry in range(40):
        quality = {"topic": random.normal(8, 2), "effect": random.normal(8, 2)}
        for judge in range(3):
            points = {key: value + random.normal(0, 0.5) for key, value in quality.items()}
            if judge == 1:
                points = dict.fromkeys(points, sum(points.values()) / 2)
            if judge == 2:
                points = {key: 8 + 0.2 * (value - 8) for key, value in points.items()}
            given.append(Given(entry, judge, sum(points.values()), points, entry + 1))
    plain, halo, middle = habits(given)
    assert halo.within > 0.99 and plain.within < 0.5 and halo.across < 0.9
    assert middle.ratio < 0.4 < plain.ratio and plain.count == 40


def test_a_judge_with_three_scores_has_a_mean_and_no_habits():
    (one,) = habits([Given(n, 7, 80.0 + n, {"topic": 1.0, "effect": 2.0}, n + 1) for n in range(3)])
    assert (one.judge, one.count, one.mean) == (7, 3, 81.0)
    assert (one.spread, one.ratio, one.within, one.across) == (None, None, None, None)


def test_criteria_that_some_sheets_lack_are_correlated_where_both_are_there():
    random = np.random.default_rng(8)
    given = []
    for entry in range(30):
        for judge in range(2):
            points = {key: float(random.normal(8, 2)) for key in ("cause", "effect", "topic")}
            given.append(Given(entry, judge, sum(points.values()), points, entry + 1))
    whole = habits(given)
    for n, one in enumerate(given[:10]):
        given[n] = one._replace(criteria={key: one.criteria[key] for key in ("cause", "effect")})
    part = habits(given)
    rows = [one.criteria for one in given if one.judge == 0 and "topic" in one.criteria]
    table = np.array([[row[key] for key in ("cause", "effect", "topic")] for row in rows])
    assert part[0].within != whole[0].within
    known = [np.corrcoef(table[:, 0], table[:, 2])[0, 1], np.corrcoef(table[:, 1], table[:, 2])[0, 1]]
    both = np.array([[one.criteria[k] for k in ("cause", "effect")] for one in given if one.judge == 0])
    known.append(np.corrcoef(both[:, 0], both[:, 1])[0, 1])
    assert part[0].within == pytest.approx(np.mean(known))
