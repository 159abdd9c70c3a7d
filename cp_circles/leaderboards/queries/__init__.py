"""Boards, charts and readers, as they are asked for."""

from cp_circles.leaderboards.queries.backing import Backing, Counted, backing_of
from cp_circles.leaderboards.queries.movement import Movement, movement_of
from cp_circles.leaderboards.queries.paging import PAGE_SIZE, BoardPage, board_page
from cp_circles.leaderboards.queries.parts import Part, parts_below
from cp_circles.leaderboards.queries.paths import Path, path_to_verified
from cp_circles.leaderboards.queries.ranking import Board, Place, board_of, measure
from cp_circles.leaderboards.queries.readers import (
    Own,
    award_keys,
    companies_of_actor,
    currencies_known,
    freezes_over,
    is_published_case,
    method_keys,
    newest_count,
    own_rows,
    project_amounts,
    project_living,
    seasons_known,
    vocabulary,
)
from cp_circles.leaderboards.queries.season import Month, months_of
from cp_circles.leaderboards.queries.streaming import BoardStream, board_for_file
from cp_circles.leaderboards.queries.sums import Competitor, Living, amounts_by_metric, living_parts, whole_of

__all__ = [
    "PAGE_SIZE",
    "Backing",
    "Board",
    "BoardPage",
    "BoardStream",
    "Competitor",
    "Counted",
    "Living",
    "Month",
    "Movement",
    "Own",
    "Part",
    "Path",
    "Place",
    "amounts_by_metric",
    "award_keys",
    "backing_of",
    "board_for_file",
    "board_of",
    "board_page",
    "companies_of_actor",
    "currencies_known",
    "freezes_over",
    "is_published_case",
    "living_parts",
    "measure",
    "method_keys",
    "months_of",
    "movement_of",
    "newest_count",
    "own_rows",
    "parts_below",
    "path_to_verified",
    "project_amounts",
    "project_living",
    "seasons_known",
    "vocabulary",
    "whole_of",
]
