"""A company with its department's head, two workshops and a worker."""

from typing import Any

import pytest

from cp_circles.people.models import Role, ScopeKind


@pytest.fixture
def company(make: Any) -> Any:
    """A company."""
    return make.company(short_code="T001")


@pytest.fixture
def head(make: Any, company: Any) -> Any:
    """Who heads the company's cleaner-production department."""
    person = make.employed(company, make.person(name="部门甲", email="head@example.com"), employee_number="1")
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    return person


@pytest.fixture
def worker(make: Any, company: Any) -> Any:
    """A worker of the paint shop without e-mail."""
    shop = make.department(company, "涂装车间")
    person = make.person(name="工人乙", mobile="13800138000")
    return make.employed(company, person, employee_number="0042", department_id=shop.id)
