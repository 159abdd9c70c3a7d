"""Agreement coefficients against the published values of their own papers."""

import csv
import json

import pytest

from cp_circles.calc.agreement.alpha import fleiss_kappa, krippendorff_alpha
from cp_circles.calc.agreement.concordance import kendall_w
from cp_circles.calc.agreement.intraclass import intraclass

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.fixture
def folder(shared_data):
    """The classics."""
    return shared_data / "rater-classics"


@pytest.mark.parametrize("measurement", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_equals_krippendorff(folder, measurement):
    rows = csv.DictReader((folder / "krippendorff_2011.csv").read_text().splitlines())
    values = [(int(row["unit"]), float(row["value"])) for row in rows if row["value"]]
    expected = json.loads((folder / "expected.json").read_text())
    assert krippendorff_alpha(values, measurement) == pytest.approx(expected[measurement], abs=1e-6)


def test_kappa_equals_fleiss(folder):
    rows = csv.DictReader((folder / "fleiss_table_10x5.csv").read_text().splitlines())
    table = [[int(row[f"cat{n}"]) for n in range(1, 6)] for row in rows]
    assert fleiss_kappa(table) == pytest.approx(0.209931, abs=1e-6)


def test_intraclass_equals_shrout_and_fleiss(folder):
    reference = {
        row["type"]: row
        for row in csv.DictReader((folder / "shrout_fleiss_psych_ICC.csv").read_text().splitlines())
    }
    found = intraclass(SHROUT_FLEISS)
    assert len(found) == 6
    for one in found:
        row = reference[one.form]
        for value, name in ((one.value, "ICC"), (one.f, "F"), (one.p, "p"), (one.lower, "lower bound")):
            assert value == pytest.approx(float(row[name]), rel=5e-5)
        assert one.upper == pytest.approx(float(row["upper bound"]), rel=5e-5)


def test_concordance_counts_ties_as_kendall_does():
    """Kendall and Gibbons, example of three judges and ten objects with ties: W = 0.828."""
    ranks = [
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]
    found = kendall_w(list(zip(*ranks, strict=True)))
    assert found.value == pytest.approx(0.828, abs=5e-4) and found.freedom == 9


def test_what_cannot_be_compared_is_said():
    assert krippendorff_alpha([(1, 3.0), (2, 3.0)]) is None
    assert krippendorff_alpha([(1, 3.0), (1, 3.0), (2, 3.0), (2, 3.0)]) is None
    assert kendall_w([[5, 5], [5, 5]]) is None
    assert fleiss_kappa([[3, 0], [3, 0]]) is None
    with pytest.raises(ValueError, match="same number"):
        fleiss_kappa([[3, 0], [2, 0]])
    with pytest.raises(ValueError, match="full table"):
        intraclass([[1, 2], [3]])
    with pytest.raises(ValueError, match="constants"):
        intraclass([[1, 2], [2, 3]])
    with pytest.raises(ValueError, match="full table"):
        kendall_w([[1, 2]])
