"""What a board is asked for: scope, competitors, metric, seasons and filters, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cp_circles.circles.models import Circle
from cp_circles.ledger.models import Basis
from cp_circles.organisations.models import Company, Industry, Park, Region, RegionLevel
from cp_circles.rulesets.schema.figures import Metric

BY = ("region", "company", "circle", "project", "industry", "park", "facilitator")
CROSS_SECTIONS = frozenset({"park", "facilitator"})
PER = ("total", "head", "output", "improved")
RESTRICTED, PUBLIC = "restricted", "public"
LIVING = "living"
LOWEST = frozenset({RegionLevel.COUNTY})
ANY_AWARD = "any"
SIZES: dict[str, tuple[int, int | None]] = {
    "micro": (0, 20),
    "small": (20, 300),
    "medium": (300, 1000),
    "large": (1000, None),
}


@dataclass(frozen=True)
class Scope:
    """Where a board looks: a region, and within it perhaps a company, a circle, a park or an industry.

    `is_divided` is false for a region without regions below it.
    """

    region: Region
    company: Company | None = None
    circle: Circle | None = None
    industry: Industry | None = None
    park: Park | None = None
    is_divided: bool = True

    @property
    def kind(self) -> str:
        """The roll-up that holds the scope's total."""
        if self.circle is not None:
            return "circle"
        return "company" if self.company is not None else "region"

    @property
    def id(self) -> int:
        """The id that goes with the kind."""
        found = self.circle or self.company or self.region
        return found.id

    @property
    def offered(self) -> tuple[str, ...]:
        """The kinds of competitors that can be ranked within the scope, the natural one first."""
        if self.circle is not None:
            return ("project",)
        if self.company is not None:
            return ("circle", "project")
        rest: tuple[str, ...] = ("company", "circle", "project")
        if self.industry is None or self.industry.parent_id is None:
            rest = (*rest, "industry")
        if self.park is not None:
            return rest
        rest = (*rest, "park")
        return rest if self.region.level in LOWEST or not self.is_divided else ("region", *rest)

    def offered_to(self, variant: str) -> tuple[str, ...]:
        """The same for a reader: people are named to those only who may see more than everybody."""
        if variant == PUBLIC or self.circle is not None:
            return self.offered
        return (*self.offered, "facilitator")


@dataclass(frozen=True)
class BoardFilter:
    """What a board shows: one metric of one basis, in some seasons, domains and focus areas."""

    metric: str
    basis: Basis = Basis.VERIFIED
    currency: str = ""
    seasons: tuple[int, ...] = ()
    domains: tuple[str, ...] = ()
    focus_areas: tuple[str, ...] = ()
    variant: str = "restricted"


@dataclass(frozen=True)
class Asked:
    """One board: every part of it stands in the address. No season means all of them.

    `claims` says that the reader may see what was claimed in this scope as a whole. `living` adds to what was
    verified in a season what still works, by its follow-up, of earlier seasons' savings; with `still` that
    alone is meant. `method` is the key of a method, `size` one of `SIZES`, `award` the key of an award or
    `ANY_AWARD`.
    `at` is the moment of asking.
    """

    scope: Scope
    by: str
    metric: Metric
    seasons: tuple[int, ...] = ()
    domain: str = ""
    focus_area: str = ""
    basis: Basis = Basis.VERIFIED
    currency: str = ""
    per: str = "total"
    variant: str = PUBLIC
    claims: bool = False
    living: bool = False
    still: bool = False
    method: str = ""
    size: str = ""
    award: str = ""
    at: datetime | None = None

    @property
    def by_rows(self) -> bool:
        """True where no roll-up holds the sum, so that the rows themselves are added up."""
        scope = self.scope
        return bool(scope.industry or scope.park or self.method or self.size or self.award or self.living)

    @property
    def added(self) -> tuple["Asked", ...]:
        """The boards that add up to this one: what was verified, and apart from it what still works."""
        if not self.living or self.still:
            return (self,)
        return replace(self, living=False), replace(self, still=True)

    @property
    def previous(self) -> tuple[int, ...]:
        """The season before the one that is shown; none where several are."""
        return (self.seasons[0] - 1,) if len(self.seasons) == 1 else ()

    @property
    def filter(self) -> BoardFilter:
        """The same as the ledger takes it; what was only claimed never reaches the public variant."""
        return BoardFilter(
            metric=self.metric.key,
            basis=Basis.VERIFIED if self.variant == PUBLIC else self.basis,
            currency=self.currency,
            seasons=self.seasons,
            domains=(self.domain,) if self.domain else (),
            focus_areas=(self.focus_area,) if self.focus_area else (),
            variant=self.variant,
        )

    def on(self, basis: Basis) -> "Asked":
        """The same board on another basis; only what is verified lives on."""
        return replace(self, basis=basis, living=self.living and basis is Basis.VERIFIED)


def is_money(metric: Metric) -> bool:
    """True for metrics that carry a currency."""
    return metric.group == "money"


def chosen(value: str | None, offered: Sequence[str]) -> str:
    """What was asked for if it is offered, else the first that is; empty where nothing is."""
    return value if value is not None and value in offered else (offered[0] if offered else "")


def number_in(given: Mapping[str, str], name: str) -> int | None:
    """A positive id of the address, or None where there is none or it is nonsense."""
    text = given.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def seasons_in(texts: Sequence[str], known: Sequence[int]) -> tuple[int, ...]:
    """The seasons of the address; `all` is none, and the newest known one where nothing is said."""
    if "all" in texts:
        return ()
    years = sorted({int(text) for text in texts if text.isdecimal() and len(text) == 4})
    return tuple(years) or tuple(known[-1:])
