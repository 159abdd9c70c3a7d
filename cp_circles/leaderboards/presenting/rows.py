"""The rows of a board, and the words around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flask_babel import gettext as _

from cp_circles.calc import boards
from cp_circles.errors import msg
from cp_circles.leaderboards.asking import Asked
from cp_circles.leaderboards.presenting.amounts import Scale, board_scale, metric_scale
from cp_circles.leaderboards.queries import Board, Competitor, Movement, Place
from cp_circles.leaderboards.tallies import is_tally
from cp_circles.organisations.models import RegionLevel
from cp_circles.web.formats import NOTHING, number, unit_label
from cp_circles.web.i18n import is_chinese

BY_WORDS = {
    "region": msg("Regions"),
    "company": msg("Companies"),
    "circle": msg("Circles"),
    "project": msg("Projects"),
    "industry": msg("Industries"),
    "park": msg("Parks"),
    "facilitator": msg("Facilitators"),
}
LEVEL_WORDS = {
    RegionLevel.NATION: msg("Provinces"),
    RegionLevel.PROVINCE: msg("Cities"),
    RegionLevel.CITY: msg("Counties"),
    RegionLevel.COUNTY: msg("Counties"),
}
Link = Callable[[Competitor], str | None]


@dataclass(frozen=True)
class Row:
    """One row as the table shows it."""

    place: int | None
    tied: bool
    name: str
    sub: str
    url: str | None
    value: str
    share: str
    per_head: str
    change: str
    steps: int
    circles: str
    rate: str
    part: str
    whole: str
    mine: bool
    moved: str = ""
    direction: str = ""
    savings_url: str | None = None


def by_word(asked: Asked) -> str:
    """What is ranked, by its proper name: provinces, cities, counties, companies."""
    region = asked.scope.region
    if asked.by != "region":
        return _(BY_WORDS[asked.by])
    if region.level is RegionLevel.PROVINCE and region.is_municipality:
        return _(LEVEL_WORDS[RegionLevel.CITY])
    return _(LEVEL_WORDS[region.level])


def name_of(competitor: Competitor) -> str:
    """The competitor's name in the reader's language."""
    return competitor.name if is_chinese() or not competitor.name_en else competitor.name_en


def under_of(competitor: Competitor) -> str:
    """Where the competitor belongs, in the reader's language."""
    return competitor.under if is_chinese() or not competitor.under_en else competitor.under_en


def rows_of(
    board: Board,
    places: Sequence[Place],
    asked: Asked,
    mine: frozenset[int],
    link: Link,
    movement: Movement | None = None,
    savings: Link = lambda who: None,
) -> list[Row]:
    """Finished rows of these places; `savings` leads to what a row rests on."""
    top = max((place.measured for place in board.places), default=Decimal(0))
    scale, plain = board_scale(asked), metric_scale(asked.metric, asked.currency)
    rows = []
    for place in places:
        row, moved = _row(place, top, asked, scale, plain, mine, link), _moved(place, movement)
        url = savings(place.competitor)
        rows.append(replace(row, moved=moved[0], direction=moved[1], savings_url=url))
    return rows


def _moved(place: Place, movement: Movement | None) -> tuple[str, str]:
    """By how many places the row rose or fell, in a word that fits beside its place, and up or down."""
    if movement is None or place.competitor.id not in movement.places:
        return "", ""
    steps = movement.places[place.competitor.id]
    if steps is None:
        return _("newly listed"), "up"
    if not steps:
        return "", ""
    word = _("up %(places)s", places=steps) if steps > 0 else _("down %(places)s", places=-steps)
    return word, "up" if steps > 0 else "down"


def _row(
    place: Place, top: Decimal, asked: Asked, scale: Scale, plain: Scale, mine: frozenset[int], link: Link
) -> Row:
    who = place.competitor
    share = boards.share_of(place.measured, top) if place.measured > 0 else None
    change = None if who.before is None else who.value - who.before
    head = boards.per_head(who.value, who.heads or 0)
    counted = is_tally(asked.metric)
    return Row(
        place=place.place,
        tied=place.shared,
        name=name_of(who),
        sub=under_of(who),
        url=link(who),
        value=scale.text(place.measured),
        share=str(share or 0),
        per_head=NOTHING if head is None else number(head, 2),
        change=NOTHING if change is None else plain.signed(change),
        steps=0 if not change else 1 if change > 0 else -1,
        circles=NOTHING if who.circles is None else number(who.circles),
        rate=NOTHING if counted else participation(who),
        part=number(who.people) if counted and who.people is not None else NOTHING,
        whole=number(who.heads) if counted and who.heads is not None else NOTHING,
        mine=who.id in mine,
    )


def participation(who: Competitor) -> str:
    """普及率 of a competitor: people in circles over heads."""
    share = (
        boards.share_of(Decimal(who.people), Decimal(who.heads))
        if who.people is not None and who.heads
        else None
    )
    return NOTHING if share is None else f"{number(share, 1)} %"


def head_unit(asked: Asked) -> str:
    """The unit of the column per head."""
    base = asked.currency if asked.metric.group == "money" else asked.metric.base_unit
    return unit_label(base)
