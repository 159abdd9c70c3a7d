"""Two seasons: the first complete up to the national awards, the second standing in every phase at once."""

from datetime import date

from cp_circles.demo import rounds, variety
from cp_circles.demo.content import content
from cp_circles.demo.projects import moment
from cp_circles.demo.world import COUNTY_CITIES, Held, Plant, World
from cp_circles.judging import services
from cp_circles.judging.models import Season
from cp_circles.judging.queries import ladder
from cp_circles.organisations.models import Region, RegionLevel
from cp_circles.people.models import Role
from cp_circles.results.models import Result

Found = dict[int, list[tuple[Plant, Result]]]


class Calendar:
    """The rounds of one season by organiser."""

    def __init__(self, season: Season, running: bool) -> None:
        self.season, self.running = season, running
        self.companies: dict[int, Held] = {}
        self.regions: dict[int, Held] = {}

    def of_level(self, level: str) -> list[Held]:
        """Rounds of regions at one level."""
        return [held for held in self.regions.values() if held.round_.level.value == level]


def open_all(world: World, year: int, *, running: bool) -> Calendar:
    """Open every round of a season before its first entry, with quotas from level to level."""
    calendar = Calendar(rounds.open_season(world, year), running)
    words = content()
    special = words["running_entry_days"] if running else {}
    codes = {row["name"]: row["code"] for row in words["provinces"]}
    for id_, official in world.officials.items():
        region = world.session.get_one(Region, id_)
        level = _level_of(region)
        if level is None:
            continue
        if level == "county":
            _hold_county_rounds(world, calendar.season, region)
        days = words["entry_days"][level]
        days = special.get(codes.get(region.name, level), days) if level in {"province", "nation"} else days
        calendar.regions[id_] = rounds.open_round(
            world, calendar.season, level, official, days, region=region
        )
    for plant in world.plants:
        held = rounds.open_round(
            world,
            calendar.season,
            "company",
            plant.staff[Role.DEPARTMENT],
            special.get(plant.company.short_code, words["entry_days"]["company"]),
            company=plant.company,
        )
        calendar.companies[plant.company.id] = held
    _give_all_quotas(world, calendar)
    return calendar


def _level_of(region: Region) -> str | None:
    """The level at which a region of the demo holds a round."""
    if region.level is not RegionLevel.COUNTY:
        return region.level.value
    in_county_city = region.parent is not None and region.parent.name in COUNTY_CITIES
    return "county" if in_county_city else None


def _hold_county_rounds(world: World, season: Season, county: Region) -> None:
    """Switch county rounds on for the city, once."""
    city = county.parent
    assert city is not None
    if city in ladder.cities_with_county_rounds(world.session, season):
        return
    now = moment(date(season.year, 1, 20))
    services.hold_county_rounds(
        world.session,
        actor=world.actor(world.officials[city.id], now),
        season=season,
        city=city,
        held=True,
        now=now,
    )


def _give_all_quotas(world: World, calendar: Calendar) -> None:
    """Every round gives places to the rounds below it."""
    everything = [*calendar.companies.values(), *calendar.regions.values()]
    by_id = {held.round_.id: held for held in everything}
    for lower in everything:
        upper = ladder.round_above(world.session, lower.round_)
        if upper is not None:
            rounds.give_quotas(world, by_id[upper.id], lower)


def judge_companies(world: World, calendar: Calendar, results: Found) -> None:
    """Company rounds, from entry to award; in the running season some stand in the middle."""
    late = content()["running_entry_days"] if calendar.running else {}
    for company_id, held in calendar.companies.items():
        for plant, result in results.get(company_id, []):
            rounds.enter(world, held, plant, [result])
        company = held.round_.company
        assert company is not None
        if company.short_code in late:
            _judge_partly(world, held)
            continue
        if calendar.running:
            _vary(world, held, company.short_code)
        rounds.judge_whole(world, held)


def _vary(world: World, held: Held, code: str) -> None:
    """Outcomes of the formal review other than accepted."""
    outcome = {"JSA": "rejected", "JSB": "deferred", "JSC": "withdrawn"}.get(code)
    if outcome is not None:
        variety.refuse_some_entries(world, held, outcome)


def _judge_partly(world: World, held: Held) -> None:
    """As far as the clock of the running season allows: it stops in the phase that is active."""
    present = moment(date(held.round_.season.year, 9, 18), 9)
    active = next(row.key for row in held.round_.phases if row.starts_at <= present < row.ends_at)
    reached = [row.key for row in held.round_.phases]
    place = reached.index(active)
    if active == "formal_review":
        rounds.ask_to_complete(world, held)
        return
    rounds.review(world, held)
    if place > reached.index("conflict_declaration"):
        rounds.assign(world, held)
        rounds.score(world, held, stages=("presentation",) if place > reached.index("presentation") else ())


def judge_regions(world: World, calendar: Calendar, levels: tuple[str, ...]) -> None:
    """Rounds of regions, level by level, from formal review to award, with the objections of the first season."""
    outcomes = {"JS": "dismissed", "ZJ": "inadmissible", "SD": "withdrawn", "CQ": "upheld"}
    names = {row["name"]: row["code"] for row in content()["provinces"]}
    for level in levels:
        for held in calendar.of_level(level):
            region = held.round_.region
            outcome = outcomes.get(names.get(region.name, "")) if region and level == "province" else None
            rounds.judge_whole(world, held, outcome=outcome)


def stagger_provinces(world: World, calendar: Calendar) -> None:
    """The running season: two provinces done, one in publicity with objections, one scoring."""
    names = {row["name"]: row["code"] for row in content()["provinces"]}
    year = calendar.season.year
    for held in calendar.of_level("province"):
        region = held.round_.region
        assert region is not None
        code = names[region.name]
        if code not in content()["running_entry_days"]:
            rounds.judge_whole(world, held)
            continue
        rounds.review(world, held)
        rounds.assign(world, held)
        rounds.score(world, held, share=0.55 if code == "JS" else 1.0)
        if code == "ZJ":
            rounds.publish(world, held, moment(date(year, 9, 14)))
            variety.objection(world, held, moment(date(year, 9, 15), 15), "admitted")
            variety.objection(world, held, moment(date(year, 9, 17), 15), "filed")
