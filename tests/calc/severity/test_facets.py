"""The many-facet Rasch model against Guilford's judges, and elements without spread."""

import csv

import numpy as np
import pytest

from cp_circles.calc.severity.facets import Levels, fit_facets


@pytest.fixture
def guilford(shared_data):
    """The ratings by position, the names of each facet, and the reference."""
    folder = shared_data / "guilford1954"
    rows = list(csv.DictReader((folder / "guilford_long.csv").read_text().splitlines()))
    names = [sorted({row[key] for row in rows}) for key in ("entry", "judge", "criterion")]
    placed = [
        (
            names[0].index(row["entry"]),
            names[1].index(row["judge"]),
            names[2].index(row["criterion"]),
            int(row["score"]),
        )
        for row in rows
    ]
    reference = list(csv.DictReader((folder / "jml_reference.csv").read_text().splitlines()))
    return placed, names, reference


def test_every_element_equals_the_reference(guilford):
    placed, names, reference = guilford
    fitted = fit_facets(Levels.of(placed, entries=7, judges=3, criteria=5))
    facets = dict(
        zip(("entry", "judge", "criterion"), (fitted.entry, fitted.judge, fitted.criterion), strict=True)
    )
    order = dict(zip(facets, names, strict=True))
    elements = [row for row in reference if row["facet"] in facets]
    assert len(elements) == 15
    for row in elements:
        facet, place = facets[row["facet"]], order[row["facet"]].index(row["element"])
        assert facet.measure[place] == pytest.approx(float(row["measure"]), abs=0.005)
        assert facet.se[place] == pytest.approx(float(row["se"]), abs=0.005)
        assert facet.infit[place] == pytest.approx(float(row["infit_mnsq"]), abs=0.005)
        assert facet.outfit[place] == pytest.approx(float(row["outfit_mnsq"]), abs=0.005)
    thresholds = [float(row["measure"]) for row in reference if row["facet"] == "threshold"]
    assert fitted.thresholds == pytest.approx(thresholds, abs=0.005)
    assert fitted.log_likelihood == pytest.approx(-165.684984, abs=1e-4)


def test_one_level_alone_is_refused():
    rows = [(0, 0, 0, 3), (1, 0, 0, 3)]
    with pytest.raises(ValueError, match="two levels"):
        fit_facets(Levels.of(rows, entries=2, judges=1, criteria=1))


def test_an_entry_with_highest_levels_only_is_marked_and_finite():
    rows = [(0, j, 0, 2) for j in range(3)] + [(1, 0, 0, 0), (1, 1, 0, 1), (1, 2, 0, 2), (2, 0, 0, 1)]
    rows += [(2, 1, 0, 1), (2, 2, 0, 0)]
    fitted = fit_facets(Levels.of(rows, entries=3, judges=3, criteria=1))
    assert fitted.entry.extreme.tolist() == [True, False, False]
    assert np.isfinite(fitted.entry.measure).all() and fitted.entry.measure.argmax() == 0
