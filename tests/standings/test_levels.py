"""Judges and criteria by the levels of the rubric alone."""

from decimal import Decimal

import pytest

from cp_circles.rulesets.loader import shipped
from cp_circles.rulesets.schema import Rubric
from cp_circles.standings import levels
from cp_circles.standings.facts import SheetFact, Sheets
from cp_circles.standings.levels import levels_of


@pytest.fixture(scope="module")
def rubric():
    found = next(one for one in shipped() if one.key == "t2_problem_solving")
    assert isinstance(found.pack, Rubric)
    return found.pack


def sheet(rubric, entry, judge, shares, state="submitted"):
    """A sheet whose criteria get these shares of their points."""
    points = {
        one.key: str(one.points * Decimal(share)) for one, share in zip(rubric.criteria, shares, strict=True)
    }
    return SheetFact(entry, judge, "paper", state, points, Decimal(50), "0" * 64)


def sheets(rubric):
    """Eight entries by three judges; judge 3 gives a level less wherever there is one, and criterion 1 is hard."""
    rows = []
    for entry in range(8):
        for judge in (1, 2, 3):
            good = ["1", "0.7", "0.3"][(entry + (judge == 3)) % 3 if entry % 2 else min(2, 1 + (judge == 3))]
            shares = [good] * len(rubric.criteria)
            shares[0] = "0.3" if good == "0.7" else good
            shares[1] = ["1", "0.7", "0.3"][(entry + judge) % 3]
            rows.append(sheet(rubric, entry, judge, shares))
    return rows


def test_who_gives_lower_levels_is_the_stricter_judge(rubric):
    found = levels_of(rubric, Sheets.of(sheets(rubric)))
    measures = {one["judge"]: Decimal(one["measure"]) for one in found["judges"]}
    assert max(measures, key=measures.get) == 3
    hard = {one["criterion"]: Decimal(one["measure"]) for one in found["criteria"]}
    assert max(hard, key=hard.get) == rubric.criteria[0].key
    assert found["ratings"] == 24 * len(rubric.criteria) and found["count"] == len(rubric.criteria[0].levels)
    assert all(Decimal(one["se"]) > 0 for one in found["judges"])


def test_sheets_that_are_not_handed_in_say_nothing(rubric):
    rows = sheets(rubric)
    more = [*rows, sheet(rubric, 9, 1, ["0"] * len(rubric.criteria), state="recused")]
    assert levels_of(rubric, Sheets.of(more)) == levels_of(rubric, Sheets.of(rows))


def test_where_the_levels_tell_nothing_nothing_is_told(rubric, monkeypatch):
    rows = sheets(rubric)
    assert levels_of(rubric, Sheets.of(rows[:2])) is None
    equal = [
        sheet(rubric, entry, judge, ["1"] * len(rubric.criteria)) for entry in range(8) for judge in (1, 2)
    ]
    assert levels_of(rubric, Sheets.of(equal)) is None
    uneven = rubric.criteria[0].model_copy(update={"levels": rubric.criteria[0].levels[-2:]})
    if len(rubric.criteria[0].levels) > 2:
        assert (
            levels_of(rubric.model_copy(update={"criteria": (uneven, *rubric.criteria[1:])}), Sheets.of(rows))
            is None
        )
    monkeypatch.setattr(levels, "MOST", len(rows))
    assert levels_of(rubric, Sheets.of(rows)) is None
