"""A company with its people, the notice, and passwords."""

from typing import Any

import pytest

from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.secrets import hash_password
from cp_circles.personal.queries.consents import current_notice

PASSWORD = "four green paper boats"
HASH = hash_password(PASSWORD)


@pytest.fixture
def company(make: Any) -> Any:
    """A company, with the shipped rulesets and so the notice."""
    make.rulesets()
    return make.company(short_code="T001")


@pytest.fixture
def head(make: Any, company: Any) -> Any:
    """The person who heads the company's cleaner-production department."""
    person = make.employed(company, make.person(name="部门甲", email="head@example.com", password_hash=HASH))
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    return person


@pytest.fixture
def worker(make: Any, company: Any) -> Any:
    """A worker with an account."""
    person = make.person(name="工人乙", email="worker@example.com", mobile="13800138000", password_hash=HASH)
    return make.employed(company, person, employee_number="0042")


@pytest.fixture
def edition(session: Any, company: Any) -> Any:
    """The edition of the notice in force."""
    return current_notice(session)[0]
