"""A company with its department's head, and a clock that tests can move."""

from datetime import timedelta
from typing import Any

import pytest

from cp_circles.people.models import Employment, Role, ScopeKind
from cp_circles.people.secrets import hash_password

PASSWORD = "four green paper boats"
HASH = hash_password(PASSWORD)


@pytest.fixture
def company(make: Any) -> Any:
    """A company."""
    return make.company(short_code="T001")


@pytest.fixture
def head(make: Any, company: Any) -> Any:
    """The person who heads the company's cleaner-production department."""
    person = make.person(name="部门甲", password_hash=HASH)
    make.grant(person, Role.DEPARTMENT, ScopeKind.COMPANY, company)
    return person


@pytest.fixture
def worker(make: Any, session: Any, company: Any) -> Any:
    """A worker of the company, with all three ways to be named and a password."""
    person = make.person(name="工人乙", email="worker@example.com", mobile="13800138000", password_hash=HASH)
    session.add(Employment(person_id=person.id, company_id=company.id, employee_number="0042"))
    session.flush()
    return person


@pytest.fixture
def later(app: Any) -> Any:
    """Move the application's clock on: later(minutes=16)."""
    from datetime import datetime

    file = app.extensions["cp_config"].instance_dir / "demo_clock"
    app.extensions["cp_clock"].now()

    def move(**amount: float) -> None:
        moment = datetime.fromisoformat(file.read_text()) - timedelta(**amount)
        fresh = file.with_suffix(".moved")
        fresh.write_text(moment.isoformat())
        fresh.replace(file)

    return move
