"""Where: the tile map of a scope, and its parts level by level."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.chartbook import queries
from cp_circles.chartbook.presenting.drawn import Csv, Drawn, frame_in, scale_of, source_line
from cp_circles.chartbook.queries import Branch
from cp_circles.leaderboards import queries as boards
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting import drawings
from cp_circles.leaderboards.presenting.amounts import Scale, metric_name
from cp_circles.leaderboards.presenting.sheets import scope_name
from cp_circles.web.i18n import is_chinese

KEPT = (14, 8, 5, 6, 6)


def map_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """A tile for each region right below the scope; none where nothing counts in any of them."""
    if "region" not in asked.scope.offered or asked.scope.company is not None:
        return []
    by_region = replace(asked, by="region", per="total")
    board = boards.board_of(session, by_region)
    chart = drawings.tile_chart(by_region, board, csv) if any(at.measured for at in board.places) else None
    note = _("Equal tiles; their places are a sketch and say nothing about borders.")
    if chart is None:
        return []
    return [Drawn(replace(chart, source=source_line(asked, _("verified savings only"))), note)]


def tree_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """The scope's parts as areas that open on a click."""
    nodes = tree_nodes(session, asked)
    if len(nodes) < 3:
        return []
    title = _("Parts of the whole: %(metric)s", metric=metric_name(asked.metric))
    note = _(
        "Areas are shares of the total; a click opens a part, the line above leads back. What is small or is"
        " not named in public stands among the others."
    )
    return [Drawn(charts.drill_treemap(nodes, frame_in(asked, "tree", title, csv, scale_of(asked))), note)]


def rings_chart(session: Session, asked: Asked, csv: Csv) -> list[Drawn]:
    """The same parts as rings."""
    nodes = tree_nodes(session, asked)
    if len(nodes) < 3:
        return []
    title = _("Rings from the scope down to companies: %(metric)s", metric=metric_name(asked.metric))
    note = _("The inner ring is the level right below; each ring further out is one level down.")
    return [Drawn(charts.sunburst(nodes, frame_in(asked, "rings", title, csv, scale_of(asked))), note)]


def tree_nodes(session: Session, asked: Asked) -> list[charts.TreeNode]:
    """The scope, the regions below it and their largest companies; what is small is put together.

    Every node is the sum of what stands below it; empty where something counts less than nothing.
    """
    found = queries.branches(session, asked)
    if any(branch.amount < 0 for branch in found):
        return []
    root = next((b for b in found if b.kind == "region" and b.id == asked.scope.region.id), None)
    if root is None:
        return []
    below: dict[int, list[Branch]] = defaultdict(list)
    for branch in found:
        ids = [int(part) for part in branch.path.strip("/").split("/")]
        if branch is not root:
            below[ids[-1] if branch.kind == "company" else ids[-2]].append(branch)
    scale = scale_of(asked)
    nodes = [charts.TreeNode("root", scope_name(asked), scale.of(root.amount))]
    return nodes + _under(root, "root", below, scale, 0)


def _under(
    branch: Branch, key: str, below: dict[int, list[Branch]], scale: Scale, depth: int
) -> list[charts.TreeNode]:
    """The nodes below a region: the largest by name, and all else as one."""
    parts = sorted((b for b in below[branch.id] if b.amount), key=lambda b: (-b.amount, b.kind, b.id))
    kept = parts[: KEPT[min(depth, len(KEPT) - 1)]]
    rest = branch.amount - sum((part.amount for part in kept), Decimal(0))
    if not kept or rest < 0:
        return []
    nodes = []
    for part in kept:
        own = f"{key}/{part.kind[0]}{part.id}"
        nodes.append(charts.TreeNode(own, name_of(part), scale.of(part.amount), key))
        if part.kind == "region":
            nodes += _under(part, own, below, scale, depth + 1)
    if rest:
        nodes.append(charts.TreeNode(f"{key}/rest", _("Others"), scale.of(rest), key))
    return nodes


def name_of(branch: Branch) -> str:
    """A branch in the reader's language."""
    return branch.name if is_chinese() or not branch.name_en else branch.name_en


def regions_below(session: Session, asked: Asked) -> Sequence[boards.Competitor]:
    """The regions right below with an amount, the largest first."""
    if "region" not in asked.scope.offered or asked.scope.company is not None:
        return []
    board = boards.board_of(session, replace(asked, by="region", per="total"))
    return [place.competitor for place in board.places if place.competitor.value > 0]
