"""Companies with counted savings, in a line of regions."""

import itertools
from decimal import Decimal
from typing import Any

import pytest

from cp_circles.ledger import services
from cp_circles.ledger.models import Basis
from tests.conftest import NOW

MONEY = frozenset({"yuan", "indirect_yuan"})


class Counting:
    """`count(project, 5000)`: a verified saving of so many kgce, or a claimed one."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.ids = itertools.count(9000)

    def __call__(self, project: Any, kgce: Any, *, basis: Basis = Basis.VERIFIED, **facts: Any) -> int:
        """Count an amount of energy (and as many yuan) for a project; gives back the saving's id."""
        saving_id = facts.pop("saving_id", None) or next(self.ids)
        at = facts.pop("at", NOW)
        amounts = facts.pop("amounts", {"energy_kgce": Decimal(str(kgce)), "yuan": Decimal(str(kgce))})
        values = {
            "saving_id": saving_id,
            "project_id": project.id,
            "circle_id": project.circle_id,
            "company_id": project.company_id,
            "region_path": project.company.region.path,
            "industry_id": project.company.industry_id,
            "season": 2026,
            "domain": project.domain,
            "focus_area": project.focus_area,
            "currency": "CNY",
            "amounts": amounts,
            "money_metrics": MONEY,
        }
        services.count_saving(self.session, services.Countable(**(values | facts)), basis=basis, now=at)
        return saving_id


@pytest.fixture
def count(session: Any, make: Any) -> Counting:
    """Counts savings; the shipped packs are loaded."""
    make.rulesets()
    return Counting(session)


@pytest.fixture
def project_in(make: Any) -> Any:
    """A running project of a new company in a region: `project_in(county, name="甲厂")`."""

    def made(region: Any = None, **facts: Any) -> Any:
        company = make.company(region, **facts)
        return make.project(make.circle(company))

    return made
