"""Sheets that a team fills together: check sheet, radar, affinity board, weighted ranking, photo pairs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field

from cp_circles.calc.exact import round_half_up
from cp_circles.calc.focus import totals_of
from cp_circles.calc.reasons import Reason
from cp_circles.calc.tools.base import (
    Amount,
    Fact,
    Given,
    Keys,
    Line,
    MaybeAmount,
    Result,
    Series,
    Tool,
    Words,
    refuse,
    refuse_doubles,
)
from cp_circles.errors import msg


class Tally(Given):
    """One kind of event with its counts, one for each column."""

    label: Line = Field(title=msg("What was seen"))
    counts: Series = Field(title=msg("Counts, column by column"))


class CheckSheetInputs(Given):
    """Columns (days, shifts, places) and what was counted in them."""

    columns: Keys = Field(min_length=1, max_length=31, title=msg("Columns"))
    rows: tuple[Tally, ...] = Field(min_length=1, max_length=40, title=msg("Rows of the sheet"))


@dataclass(frozen=True, kw_only=True)
class CheckSheetResult(Result):
    """Sums of the rows, of the columns and of all."""

    row_sums: tuple[Decimal, ...]
    column_sums: tuple[Decimal, ...]
    whole: Decimal


def compute_check_sheet(inputs: CheckSheetInputs) -> CheckSheetResult:
    """Add up; Refused where a row has too few or too many counts, or one that is no count."""
    refuse_doubles(list(inputs.columns), "columns")
    refuse_doubles([row.label for row in inputs.rows], "rows")
    for place, row in enumerate(inputs.rows):
        if len(row.counts) != len(inputs.columns):
            text = msg(
                "“%(name)s” has %(count)s counts for %(columns)s columns; write 0 where nothing was seen."
            )
            values = {"name": row.label, "count": len(row.counts), "columns": len(inputs.columns)}
            raise refuse(text, f"rows.{place}.counts", **values)
        if any(count < 0 or count != int(count) for count in row.counts):
            text = msg("“%(name)s” has a count that is no whole number from 0; correct it.")
            raise refuse(text, f"rows.{place}.counts", name=row.label)
    row_sums = tuple(sum(row.counts, Decimal(0)) for row in inputs.rows)
    column_sums = tuple(
        sum(cells, Decimal(0)) for cells in zip(*(r.counts for r in inputs.rows), strict=True)
    )
    whole = sum(row_sums, Decimal(0))
    top = max(range(len(row_sums)), key=lambda n: row_sums[n])
    if whole:
        text = msg("%(whole)s events were counted; the most frequent is %(name)s with %(count)s.")
        answer = Reason(text, {"whole": whole, "name": inputs.rows[top].label, "count": row_sums[top]})
    else:
        answer = Reason(msg("Nothing was counted."))
    facts = (Fact(msg("Events"), whole),)
    return CheckSheetResult(
        answer=answer, facts=facts, row_sums=row_sums, column_sums=column_sums, whole=whole
    )


class RadarAxis(Given):
    """One axis with the value before, the target and the value after."""

    label: Line = Field(title=msg("Aspect"))
    before: MaybeAmount = Field(default=None, title=msg("Before"))
    target: MaybeAmount = Field(default=None, title=msg("Target"))
    after: MaybeAmount = Field(default=None, title=msg("After the improvement"))


class RadarInputs(Given):
    """Axes on one scale from 0."""

    highest: Amount = Field(default=Decimal(5), gt=0, title=msg("Highest value"))
    rows: tuple[RadarAxis, ...] = Field(min_length=3, max_length=12, title=msg("Aspects"))


def compute_radar(inputs: RadarInputs) -> Result:
    """Means before and after; Refused beyond the scale or where one of a series is missing."""
    refuse_doubles([row.label for row in inputs.rows], "rows")
    for place, row in enumerate(inputs.rows):
        for name, value in (("before", row.before), ("target", row.target), ("after", row.after)):
            if value is not None and not 0 <= value <= inputs.highest:
                text = msg("“%(name)s” lies outside the scale from 0 to %(highest)s; correct it.")
                raise refuse(text, f"rows.{place}.{name}", name=row.label, highest=inputs.highest)
    means: dict[str, Decimal] = {}
    for name in ("before", "target", "after"):
        values = [getattr(row, name) for row in inputs.rows]
        known = [value for value in values if value is not None]
        if known and len(known) < len(values):
            place = values.index(None)
            raise refuse(
                msg("One value of this series is missing; fill the whole series or none."),
                f"rows.{place}.{name}",
            )
        if known:
            means[name] = round_half_up(Fraction(sum(known, Decimal(0))) / len(known), 2)
    if not means:
        raise refuse(msg("No value is given; fill in at least one series."), "rows.0.before")
    if {"before", "after"} <= means.keys():
        text = msg("The mean went from %(before)s to %(after)s on a scale up to %(highest)s.")
        answer = Reason(text, {**{k: means[k] for k in ("before", "after")}, "highest": inputs.highest})
    else:
        answer = Reason(
            msg("The mean is %(mean)s on a scale up to %(highest)s."),
            {"mean": [*means.values()][-1], "highest": inputs.highest},
        )
    labels = {"before": msg("Mean before"), "target": msg("Mean target"), "after": msg("Mean after")}
    return Result(answer=answer, facts=tuple(Fact(labels[k], v) for k, v in means.items()))


class Idea(Given):
    """One idea, its group and the votes for it."""

    text: Line = Field(title=msg("Idea"))
    group: str = Field(default="", max_length=100, title=msg("Group"))
    votes: int = Field(default=0, ge=0, le=999, title=msg("Votes"))
    by: str = Field(default="", max_length=60, title=msg("Proposed by"))


class BoardInputs(Given):
    """The question and the ideas on it."""

    question: Line = Field(title=msg("Question"))
    ideas: tuple[Idea, ...] = Field(min_length=1, max_length=120, title=msg("Ideas"))


@dataclass(frozen=True, kw_only=True)
class BoardResult(Result):
    """Groups in the order of their votes, each with its ideas; ungrouped ideas stand under the empty text."""

    groups: tuple[tuple[str, tuple[Idea, ...]], ...]


def compute_board(inputs: BoardInputs) -> BoardResult:
    """Sort ideas into their groups; most votes first, ungrouped last."""
    grouped: dict[str, list[Idea]] = {}
    for idea in inputs.ideas:
        grouped.setdefault(idea.group, []).append(idea)
    votes = Counter({name: sum(idea.votes for idea in ideas) for name, ideas in grouped.items()})
    order = sorted(grouped, key=lambda name: (not name, -votes[name]))
    groups = tuple((name, tuple(sorted(grouped[name], key=lambda i: -i.votes))) for name in order)
    named = len([name for name in order if name])
    text = msg("%(ideas)s ideas form %(groups)s groups; %(left)s stand alone.")
    answer = Reason(text, {"ideas": len(inputs.ideas), "groups": named, "left": len(grouped.get("", []))})
    facts = (Fact(msg("Ideas"), len(inputs.ideas)), Fact(msg("Votes"), sum(votes.values())))
    return BoardResult(answer=answer, facts=facts, groups=groups)


class Weight(Given):
    """One criterion with its weight from 1 to 10."""

    label: Line = Field(title=msg("Criterion of choice"))
    weight: Amount = Field(gt=0, le=100, title=msg("Weight"))


class Candidate(Given):
    """One candidate with its ratings, one for each criterion."""

    label: Line = Field(title=msg("Candidate"))
    ratings: Series = Field(title=msg("Ratings, criterion by criterion"))


class RankingInputs(Given):
    """Criteria with weights, and the candidates rated by them (0 to 10)."""

    highest: Amount = Field(default=Decimal(10), gt=0, title=msg("Highest rating"))
    criteria: tuple[Weight, ...] = Field(min_length=1, max_length=15, title=msg("Criteria"))
    candidates: tuple[Candidate, ...] = Field(min_length=2, max_length=30, title=msg("Candidates"))


@dataclass(frozen=True, kw_only=True)
class RankingResult(Result):
    """Totals and places in the order of the candidates; equal totals share a place."""

    totals: tuple[Decimal, ...]
    places: tuple[int, ...]


def compute_ranking(inputs: RankingInputs) -> RankingResult:
    """Sum of rating x weight; Refused for a rating outside the scale or one too many or few."""
    refuse_doubles([row.label for row in inputs.criteria], "criteria")
    refuse_doubles([row.label for row in inputs.candidates], "candidates")
    for place, row in enumerate(inputs.candidates):
        if len(row.ratings) != len(inputs.criteria):
            text = msg("“%(name)s” has %(count)s ratings for %(criteria)s criteria; give one for each.")
            values = {"name": row.label, "count": len(row.ratings), "criteria": len(inputs.criteria)}
            raise refuse(text, f"candidates.{place}.ratings", **values)
        if any(not 0 <= rating <= inputs.highest for rating in row.ratings):
            text = msg("“%(name)s” lies outside the scale from 0 to %(highest)s; correct it.")
            raise refuse(text, f"candidates.{place}.ratings", name=row.label, highest=inputs.highest)
    weights = [row.weight for row in inputs.criteria]
    totals, places = totals_of([row.ratings for row in inputs.candidates], weights)
    first = [row.label for row, place in zip(inputs.candidates, places, strict=True) if place == 1]
    best = max(totals)
    notes = (
        ()
        if len(first) == 1
        else (Reason(msg("Several candidates share the first place; decide with reasons.")),)
    )
    text = msg("First is %(name)s with %(points)s points.")
    answer = Reason(text, {"name": "、".join(first), "points": best})
    facts = (Fact(msg("Highest total"), best),)
    return RankingResult(answer=answer, facts=facts, notes=notes, totals=totals, places=places)


class PhotoPair(Given):
    """Two photos of one place, before and after, by the ids of their files."""

    place: Line = Field(title=msg("Photographed place"))
    before_file: int = Field(ge=1, title=msg("Photo before"))
    after_file: int = Field(ge=1, title=msg("Photo after"))
    before_on: date = Field(title=msg("Taken before on"))
    after_on: date = Field(title=msg("Taken after on"))
    caption: Words = Field(default="", title=msg("What changed"))
    kind: Literal["site", "process", "document"] = Field(default="site", title=msg("Kind"))


class PhotoInputs(Given):
    """Pairs of photos."""

    pairs: tuple[PhotoPair, ...] = Field(min_length=1, max_length=30, title=msg("Pairs of photos"))


def compute_photos(inputs: PhotoInputs) -> Result:
    """Check that the pairs show two photos in the right order; none is used twice."""
    seen: set[int] = set()
    for place, pair in enumerate(inputs.pairs):
        if pair.before_file == pair.after_file or {pair.before_file, pair.after_file} & seen:
            text = msg("The pair “%(place)s” uses a photo twice; choose another one.")
            raise refuse(text, f"pairs.{place}.after_file", place=pair.place)
        if pair.after_on <= pair.before_on:
            text = msg("The photo after of “%(place)s” is not later than the one before; correct the dates.")
            raise refuse(text, f"pairs.{place}.after_on", place=pair.place)
        seen |= {pair.before_file, pair.after_file}
    return Result(
        answer=Reason(msg("Places shown before and after: %(count)s."), {"count": len(inputs.pairs)})
    )


CHECK_SHEET = Tool(
    "check_sheet",
    msg("Check sheet"),
    msg("Counts on the spot what happened where and when."),
    CheckSheetInputs,
    compute_check_sheet,
)
RADAR = Tool(
    "radar",
    msg("Radar chart"),
    msg("Compares several aspects on one scale before and after, such as the abilities of the team."),
    RadarInputs,
    compute_radar,
)
BOARD = Tool(
    "board",
    msg("Brainstorming and affinity board"),
    msg("Collects ideas without judging, sorts them into groups and counts votes."),
    BoardInputs,
    compute_board,
)
RANKING = Tool(
    "ranking",
    msg("Weighted ranking"),
    msg("Ranks candidates, such as audit focuses, by weighted ratings."),
    RankingInputs,
    compute_ranking,
)
PHOTOS = Tool(
    "photos",
    msg("Photos before and after"),
    msg("Sets photos of one place before and after side by side."),
    PhotoInputs,
    compute_photos,
)
