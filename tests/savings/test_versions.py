"""A claim is computed again from what it froze, by the version of the method that it names."""

from decimal import Decimal

import pytest

from cp_circles.people.models import Person
from cp_circles.savings import recomputing, services, versions
from cp_circles.savings.models import Claim
from tests.conftest import NOW

OLD_INPUTS = {
    "project": "P",
    "indicator": "ELEC",
    "meter": "m",
    "production": "p",
    "method": "unit_consumption",
    "baseline": [
        {"from": first, "to": last, "quantity": "300000", "production": "2500"}
        for first, last in (
            ("2024-09-01", "2024-09-30"),
            ("2024-10-01", "2024-10-31"),
            ("2024-11-01", "2024-11-30"),
            ("2024-12-01", "2024-12-31"),
        )
    ],
    "reporting": [{"from": "2025-01-01", "to": "2025-01-31", "quantity": "1134000", "production": "10500"}],
    "adjustment": "0",
    "adjustment_note": "",
    "share": "1",
    "other_direct_yuan": "0",
    "money_note": "",
    "plain_difference": "66000.000000",
    "percent": "10.00",
}


@pytest.fixture
def claim(session, make):
    """MV-1, claimed by the present version."""
    saving = make.mv_1()
    leader = make.actor(session.get(Person, saving.project.circle.leader.person_id))
    return services.claim_saving(session, actor=leader, saving=saving, now=NOW)


def as_2026_1(claim):
    """The claim as the first version froze it."""
    claim.method_version, claim.inputs = "2026-1", OLD_INPUTS
    return claim


def test_a_claim_of_the_first_version_still_computes_to_its_own_number(session, claim):
    old = as_2026_1(claim)
    assert versions.again(old).quantity == Decimal(126_000)
    assert versions.differences(old) == []
    old.inputs = OLD_INPUTS | {"method": "plain_difference"}
    assert ("quantity", "66000.000000") in [(row.name, row.computed) for row in versions.differences(old)]
    assert versions.shown(old).result.quantity == Decimal(66_000)


def test_the_first_version_keeps_adjustment_and_share(claim):
    old = as_2026_1(claim)
    old.inputs = OLD_INPUTS | {"adjustment": "30000", "share": "0.5"}
    assert versions.again(old).quantity == Decimal(78_000)


def test_a_claim_of_the_second_version_knows_no_side_effects_and_no_rule_of_lengths(session, claim):
    claim.method_version = "2026-2"
    claim.inputs = {key: value for key, value in claim.inputs.items() if key != "side_effects"}
    assert versions.differences(claim) == []
    assert not versions.material_from(claim).equal_periods
    claim.method_version = "2026-3"
    assert versions.material_from(claim).equal_periods


def test_a_number_that_was_touched_is_reported_with_both_values(session, claim):
    claim.kgce = Decimal("15485.5")
    session.flush()
    session.expire(claim)
    report = recomputing.recompute_claims(session)
    assert (report.checked, report.by_version) == (1, {"2026-3": 1})
    assert [(row.name, row.frozen, row.computed) for row in report.differences] == [
        ("kgce", "15485.500000", "15485.400")
    ]


def test_a_version_that_is_not_kept_is_a_difference_and_no_traceback(session, claim):
    claim.method_version = "1999-9"
    session.flush()
    assert [row.computed for row in recomputing.recompute_claims(session).differences] == ["1999-9"]


def test_every_version_named_is_kept(session, claim):
    named = {row.method_version for row in session.query(Claim)}
    assert named <= set(versions.VERSIONS) and {"2026-1", "2026-2", "2026-3"} <= set(versions.VERSIONS)


def test_readings_voided_later_change_nothing_about_a_claim(session, claim):
    before = claim.quantity
    claim.saving.meter.accuracy = Decimal(5)
    claim.saving.share = Decimal("0.1")
    session.flush()
    assert versions.again(claim).quantity == before
