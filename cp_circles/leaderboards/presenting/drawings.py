"""The charts of a board: map, bars, treemap, what adds up over the season, and claimed to verified."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cp_circles import charts
from cp_circles.charts.areas import PROVINCE_TILES
from cp_circles.charts.frame import Frame
from cp_circles.leaderboards import queries
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting.amounts import Scale, board_scale, metric_name, metric_scale
from cp_circles.leaderboards.presenting.provinces import letters_of
from cp_circles.leaderboards.presenting.roles import role_of
from cp_circles.leaderboards.presenting.rows import by_word, name_of, under_of
from cp_circles.leaderboards.presenting.sheets import source_line
from cp_circles.leaderboards.queries import Board, Competitor
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import RegionLevel
from cp_circles.web.formats import date_text, period_text
from cp_circles.web.i18n import is_chinese
from cp_circles.web.session import today

TOP = 12
WITH_CLAIMS = frozenset({"season", "path"})
SHORT_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "地区", "省", "市", "区", "县", "盟",
    " District", " County",
)  # fmt: skip
PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
SELF_GOVERNED = re.compile(f"(.{{2,}}?)(?:(?:{PEOPLES})族?)*自治[县州旗]")
Csv = Callable[[str], str | None]
Drawn = list[charts.Chart]


def charts_of(session: Session, asked: Asked, board: Board, mine: frozenset[int], csv: Csv) -> Drawn:
    """Every chart that the board can carry, in the order of the page."""
    drawn = [
        tile_chart(asked, board, csv),
        bar_chart(asked, board, mine, csv),
        tree_chart(session, asked, board, csv),
        season_chart(session, asked, csv),
        path_chart(session, asked, csv),
    ]
    return [chart for chart in drawn if chart is not None]


def _frame(asked: Asked, key: str, title: str, text: str, scale: Scale, csv: Csv) -> Frame:
    return Frame(
        key=key,
        title=_("%(title)s (%(unit)s)", title=title, unit=scale.unit) if scale.unit else title,
        unit=scale.unit,
        text=text,
        source=source_line(asked, _rests_on(asked, key), date_text(today())),
        say=_,
        csv_url=csv(key),
        places=scale.decimals,
        fixed=True,
        period=period_text,
    )


def _rests_on(asked: Asked, key: str) -> str:
    """What the figures of a chart are."""
    if is_tally(asked.metric):
        return _("Counted from the records")
    if asked.claims and key in WITH_CLAIMS:
        return _("claimed and verified told apart")
    return _("Claimed, not verified") if asked.filter.basis is Basis.CLAIMED else _("verified savings only")


def tile_chart(asked: Asked, board: Board, csv: Csv) -> charts.Chart | None:
    """A tile for each region right below; the provinces on their places."""
    if asked.by != "region":
        return None
    scale = board_scale(asked)
    placed = {place.competitor.id: place.measured for place in board.places}
    everyone = [place.competitor for place in board.places] + [*board.unmeasured, *board.idle]
    provinces = asked.scope.region.level is RegionLevel.NATION and _have_places(everyone)
    tiles = [
        charts.Tile(
            row.code,
            tile_name(row, provinces),
            scale.rounded(placed[row.id]) if row.id in placed else None,
            takes_part=bool(row.circles or row.value),
        )
        for row in sorted(everyone, key=lambda row: row.code)
    ]
    if not tiles:
        return None
    title = _("%(metric)s by region", metric=metric_name(asked.metric))
    frame = _frame(asked, "map", title, title, scale, csv)
    return charts.province_map(tiles, frame) if provinces else charts.tile_map(tiles, frame)


def _have_places(tiles: Sequence[Competitor]) -> bool:
    return all(tile.code[:2] in PROVINCE_TILES for tile in tiles)


def tile_name(row: Competitor, provinces: bool) -> str:
    """What fits a tile: letters of a code, or of a province in English, else the name without its level."""
    letters = row.code.rpartition("-")[2]
    if letters.isalpha():
        return letters
    return letters_of(row.code)[1] if provinces and not is_chinese() else short_name(row)


def short_name(row: Competitor) -> str:
    """A region's name without the word for its level, so that it fits a tile."""
    name = name_of(row)
    self_governed = SELF_GOVERNED.fullmatch(name)
    if self_governed:
        return self_governed[1]
    for ending in SHORT_ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def distinct(names: Sequence[tuple[int, str]]) -> list[str]:
    """Names that differ: equal ones carry their id."""
    counts = Counter(name for _id, name in names)
    return [name if counts[name] == 1 else f"{name} ({id_})" for id_, name in names]


def bar_chart(asked: Asked, board: Board, mine: frozenset[int], csv: Csv) -> charts.Chart | None:
    """The first rows of the board as bars."""
    places = board.places[:TOP]
    if not places or all(place.measured == 0 for place in places):
        return None
    scale = board_scale(asked)
    claimed = asked.filter.basis is Basis.CLAIMED
    labels = distinct([(row.id, name) for row, name in _told_apart([place.competitor for place in places])])
    bars = [
        charts.BoardBar(
            label,
            Decimal(0) if claimed else scale.rounded(place.measured),
            scale.rounded(place.measured) if claimed else Decimal(0),
            place.place,
            place.competitor.id in mine,
        )
        for label, place in zip(labels, places, strict=True)
    ]
    title = by_word(asked)
    if len(board.places) > TOP:
        title = _("The first %(count)s: %(who)s", count=TOP, who=title)
    return charts.board_bars(bars, _frame(asked, "bars", title, title, scale, csv))


def _told_apart(rows: Sequence[Competitor]) -> list[tuple[Competitor, str]]:
    """The rows with their names; two of one name say where they belong."""
    counts = Counter(name_of(row) for row in rows)
    return [
        (row, name_of(row) if counts[name_of(row)] == 1 else f"{name_of(row)} · {under_of(row)}")
        for row in rows
    ]


def tree_chart(session: Session, asked: Asked, board: Board, csv: Csv) -> charts.Chart | None:
    """The rows as parts of the whole, with what they consist of."""
    rows = [place.competitor for place in board.places if place.competitor.value > 0][:40]
    if len(rows) < 2 or board.lowest < 0 or is_tally(asked.metric) or asked.by == "facilitator":
        return None
    scale = metric_scale(asked.metric, asked.currency)
    parts = queries.parts_below(session, asked, [row.id for row in rows])
    nodes = [charts.TreeNode(str(row.id), label, scale.of(row.value)) for row, label in _told_apart(rows)]
    for row in rows:
        nodes += _below(row, [part for part in parts if part.parent == str(row.id)], scale)
    title = _("Parts of the whole: %(who)s", who=by_word(asked))
    return charts.treemap(nodes, _frame(asked, "parts", title, title, scale, csv))


def _below(row: Competitor, parts: Sequence[queries.Part], scale: Scale) -> list[charts.TreeNode]:
    """Nodes under a row; what has no name of its own is the rest, so that the row keeps its sum."""
    if any(part.value < 0 for part in parts) or len(parts) < 2:
        return []
    rest = row.value - sum((part.value for part in parts), Decimal(0))
    if rest < 0:
        return []
    nodes = [
        charts.TreeNode(
            part.key,
            part.name if is_chinese() else part.name_en or part.name,
            scale.of(part.value),
            str(row.id),
        )
        for part in parts
        if part.value
    ]
    if rest:
        nodes.append(charts.TreeNode(f"rest-{row.id}", _("Others"), scale.of(rest), str(row.id)))
    return nodes


def season_chart(session: Session, asked: Asked, csv: Csv) -> charts.Chart | None:
    """What adds up month by month as savings are verified."""
    months = _whole_season(queries.months_of(session, asked), asked)
    if len(months) < 2:
        return None
    scale = metric_scale(asked.metric, asked.currency)
    points = [
        charts.CumulativePoint(f"{m.year}-{m.month:02d}", scale.of(m.verified), scale.of(m.waiting))
        for m in months
    ]
    title = _("Savings adding up, by month of verification")
    frame = _frame(asked, "season", title, title, scale, csv)
    role = role_of(asked.metric, queries.vocabulary(session))
    return charts.cumulative_chart(points, frame, role=role)


def _whole_season(months: Sequence[queries.Month], asked: Asked) -> list[queries.Month]:
    """The months without gaps: of one season from its January, and up to today while it runs."""
    if not months:
        return []
    found = {(month.year, month.month): month for month in months}
    first, last = min(found), max(found)
    if len(asked.seasons) == 1:
        first = min(first, (asked.seasons[0], 1))
        if asked.seasons[0] == today().year:
            last = max(last, (today().year, today().month))
    zero, whole, at = Decimal(0), [], first
    while at <= last:
        whole.append(found.get(at) or queries.Month(*at, zero, zero))
        at = (at[0] + at[1] // 12, at[1] % 12 + 1)
    return whole


def path_chart(session: Session, asked: Asked, csv: Csv) -> charts.Chart | None:
    """From claimed to verified; never drawn in public."""
    if not asked.claims or asked.living:
        return None
    path = queries.path_to_verified(session, asked)
    if not path.claimed and not path.verified:
        return None
    scale = metric_scale(asked.metric, asked.currency)
    steps = [
        charts.WaterfallStep(label, scale.of(amount))
        for label, amount in (
            (_("In verification"), path.waiting),
            (_("Corrected down"), path.lowered),
            (_("Corrected up"), path.raised),
        )
        if amount
    ]
    title = _("From claimed to verified")
    return charts.waterfall(
        scale.of(path.claimed),
        steps,
        scale.of(path.verified),
        _frame(asked, "path", title, title, scale, csv),
    )
