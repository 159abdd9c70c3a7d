"""Judges and criteria by the levels of the rubric alone: the many-facet Rasch model beside a standing.

Points are read as the level that they fall into, the lowest counted 0. The model tells how strict a judge is
and how hard a criterion in logits, and how well each keeps to it; it changes no score and no place.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from cp_circles.calc.severity.facets import Facet, Levels, fit_facets
from cp_circles.rulesets.schema import Rubric
from cp_circles.standings.facts import SheetFact, Sheets

FEWEST = 30
"""Ratings below which no measure is told: too few for a standard error that means anything."""

MOST = 60_000
"""Ratings above which the model is left out: its many turns would hold up the closing of a round."""

Rating = tuple[int, int, int, int]


def levels_of(rubric: Rubric, sheets: Sheets) -> dict[str, Any] | None:
    """The measures of the judges and criteria of one stage; None where the levels do not tell them.

    They do not where criteria have different numbers of levels, where there are fewer than FEWEST or more
    than MOST ratings, or where all of them lie on one level. The caller knows that the panels connect.
    """
    counts = {len(criterion.levels) for criterion in rubric.criteria}
    if len(sheets) * len(rubric.criteria) > MOST:
        return None
    read = [sheet for sheet in sheets.rows() if sheet.state == "submitted" and sheet.points]
    ratings = len(read) * len(rubric.criteria)
    if len(counts) != 1 or len(rubric.criteria) < 2 or ratings < FEWEST:
        return None
    entries = sorted({sheet.entry for sheet in read})
    judges = sorted({sheet.judge for sheet in read})
    rows = _rows(rubric, read, entries, judges)
    sizes = {"entries": len(entries), "judges": len(judges), "criteria": len(rubric.criteria)}
    try:
        found = fit_facets(Levels.of(rows, **sizes))
    except ValueError:
        return None
    return {
        "count": counts.pop(),
        "ratings": len(rows),
        "judges": _measures("judge", judges, found.judge),
        "criteria": _measures("criterion", [one.key for one in rubric.criteria], found.criterion),
    }


def _rows(
    rubric: Rubric, sheets: Sequence[SheetFact], entries: Sequence[int], judges: Sequence[int]
) -> list[Rating]:
    """(entry, judge, criterion, level) by position; level 0 is the lowest."""
    entry_at = {entry: place for place, entry in enumerate(entries)}
    judge_at = {judge: place for place, judge in enumerate(judges)}
    return [
        (
            entry_at[sheet.entry],
            judge_at[sheet.judge],
            place,
            len(criterion.levels)
            - 1
            - criterion.levels.index(criterion.level_for(Decimal(sheet.points[criterion.key]))),
        )
        for sheet in sheets
        for place, criterion in enumerate(rubric.criteria)
        if criterion.key in sheet.points
    ]


def _measures(name: str, keys: Sequence[Any], facet: Facet) -> list[dict[str, Any]]:
    """Each element with its measure, standard error and fit as kept text; `bound` marks a mere bound."""
    return [
        {
            name: key,
            "measure": _text(facet.measure[place]),
            "se": _text(facet.se[place]),
            "infit": _text(facet.infit[place]),
            "bound": bool(facet.extreme[place]),
        }
        for place, key in enumerate(keys)
    ]


def _text(value: float) -> str | None:
    """Two decimals, never a negative zero; None for what is not finite."""
    if not -1e6 < value < 1e6:
        return None
    text = f"{value:.2f}"
    return text.removeprefix("-") if float(text) == 0.0 else text
