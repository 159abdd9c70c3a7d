"""Storing an import: once, whole or not at all, changed rows as chosen, claims with their sign."""

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.errors import DomainError, NotFound
from cp_circles.imports import running
from cp_circles.imports.mappings import WrongHome, newest_mapping
from cp_circles.ledger import queries as ledger
from cp_circles.ledger.models import Basis, LedgerRow
from cp_circles.organisations.models import Company, Region
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings.computing import sha256_of
from cp_circles.savings.models import Claim, Saving, SavingState
from tests.imports.conftest import csv_of
from tests.ledger import totals

DOLLARS = totals.BoardFilter(metric="yuan", currency="USD", basis=Basis.CLAIMED)
YUAN = totals.BoardFilter(metric="yuan", currency="CNY", basis=Basis.CLAIMED)
ENERGY = totals.BoardFilter(metric="energy_kgce", basis=Basis.CLAIMED)


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def region(session, code):
    return session.scalar(sa.select(Region).where(Region.code == code))


def test_a_row_becomes_a_company_a_project_and_a_claim(us, bring):
    report = bring(csv_of({}))
    assert report["counts"] == {
        "read": 1, "refused": 0, "added": 1, "updated": 0, "unchanged": 0, "left": 0,
    }  # fmt: skip
    project = us.scalars(sa.select(Project)).one()
    assert (project.import_key, project.state) == ("iac:AM074301", ProjectState.COMPLETED)
    assert project.title == "AM0743 no. 1 electricity Milk and dairy products"
    assert (project.investment_yuan, project.import_facts["investment"]) == (None, "6700")
    assert (project.import_facts["currency"], project.import_facts["row"]["center"]) == ("USD", "AM")
    company = project.company
    assert (company.code_scheme, company.code, company.headcount) == ("IAC", "AM0743", 180)
    assert (company.output_yuan, company.region.code, company.region.parent.code) == (None, "TX-AM", "TX")
    assert company.region.path == f"{company.region.parent.path}{company.region_id}/"

    saving = us.scalars(sa.select(Saving)).one()
    claim = saving.claim
    assert (saving.state, saving.currency, saving.indicator_code) == (SavingState.CLAIMED, "USD", "ELEC")
    assert (saving.reporting_from, saving.reporting_to) == (date(2017, 10, 1), date(2018, 9, 30))
    assert (claim.quantity, claim.unit, claim.direct_yuan) == (Decimal(477), "kWh", Decimal(4100))
    assert claim.sha256 == sha256_of(claim.canonical_text)
    assert claim.signatures == []


def test_claims_count_with_their_sign_in_their_currency_and_are_never_verified(us, bring):
    bring(csv_of({}, {"superid": "AM074302", "psaved": "-50", "pconserved": "-10"}))
    for code in ("US", "TX", "TX-AM"):
        assert totals.total_of(us, DOLLARS, "region", region(us, code).id) == Decimal(4050)
        assert totals.total_of(us, YUAN, "region", region(us, code).id) == 0
    assert totals.total_of(us, ENERGY, "region", region(us, "TX").id) == Decimal("467") * Decimal("0.1229")
    assert us.scalars(sa.select(LedgerRow.basis).distinct()).all() == [Basis.CLAIMED]
    assert totals.totals_by_season(us, DOLLARS, "region", region(us, "US").id) == {2018: Decimal(4050)}
    assert ledger.ledger_disagreements(us) == []


def test_the_same_file_again_adds_nothing(us, bring):
    content = csv_of({}, {"superid": "AM074302"})
    bring(content)
    before = (count(us, Claim), count(us, LedgerRow))
    assert bring(content)["counts"]["unchanged"] == 2
    assert bring(content, changed="update")["counts"] == {
        "read": 2, "refused": 0, "added": 0, "updated": 0, "unchanged": 2, "left": 0,
    }  # fmt: skip
    assert (count(us, Claim), count(us, LedgerRow)) == before


def test_a_changed_row_is_reported_and_left_unless_update_is_chosen(us, bring):
    bring(csv_of({}))
    changed = csv_of({"psaved": "5000", "impstatus": "N"})
    report = bring(changed)
    assert (report["counts"]["left"], report["changed"]["rows"][0][1]) == (1, 2)
    assert totals.total_of(us, DOLLARS, "region", region(us, "US").id) == Decimal(4100)

    report = bring(changed, changed="update")
    assert (report["counts"]["updated"], report["counts"]["left"]) == (1, 0)
    us.expire_all()
    project = us.scalars(sa.select(Project)).one()
    assert (project.state, project.version) == (ProjectState.STOPPED, 2)
    assert totals.total_of(us, DOLLARS, "region", region(us, "US").id) == Decimal(5000)
    assert us.scalars(sa.select(Saving.state).order_by(Saving.id)).all() == [
        SavingState.WITHDRAWN,
        SavingState.CLAIMED,
    ]
    assert ledger.ledger_disagreements(us) == []
    assert bring(changed)["counts"]["unchanged"] == 1
    assert bring(csv_of({"psaved": "6000"}), changed="update")["counts"]["updated"] == 1
    assert totals.total_of(us, DOLLARS, "region", region(us, "US").id) == Decimal(6000)


def test_a_claim_in_verification_is_never_touched(us, bring):
    bring(csv_of({}))
    us.scalars(sa.select(Saving)).one().state = SavingState.IN_VERIFICATION
    us.flush()
    report = bring(csv_of({"psaved": "5000"}), changed="update")
    assert (report["counts"]["updated"], report["counts"]["left"]) == (0, 1)
    assert us.scalars(sa.select(Claim)).one().direct_yuan == Decimal(4100)


def test_one_bad_row_keeps_the_whole_file_out_unless_good_rows_are_wanted(us, bring):
    content = csv_of({}, {"superid": "AM074302", "psaved": "abc"})
    report = bring(content)
    assert (report["stored"], report["counts"]["refused"]) == (False, 1)
    assert (count(us, Project), count(us, Company), count(us, LedgerRow)) == (0, 0, 0)
    assert report["problems"]["rows"][0][:3] == ["", 3, "psaved"]
    report = bring(content, good_rows_only=True)
    assert (report["stored"], report["counts"]["added"], count(us, Project)) == (True, 1, 1)


def test_a_database_with_other_regions_is_refused(us, bring, make):
    make.places()
    with pytest.raises(WrongHome):
        bring(csv_of({}))
    assert count(us, Project) == 0


@pytest.mark.parametrize("what", ["person", "company"])
def test_a_database_with_the_demonstration_is_refused(us, bring, make, what):
    if what == "person":
        make.person(is_demo=True)
    else:
        make.company(region(us, "TX"), is_demo=True)
    with pytest.raises(WrongHome):
        bring(csv_of({}))
    assert count(us, Project) == 0


def test_only_whom_a_mapping_is_open_to_may_use_it(us, bring, make):
    department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, make.company(region(us, "TX")))
    for actor in (department, make.actor()):
        with pytest.raises(NotFound):
            bring(csv_of({}), actor=actor)
    assert count(us, Project) == 0


def test_an_unknown_mapping_names_the_known_ones(us):
    with pytest.raises(DomainError) as refusal:
        newest_mapping(us, "nothing")
    assert refusal.value.values["known"] == "cn_project_sheet, iac"


def test_every_import_is_found_again_with_its_counts(us, bring, make):
    bring(csv_of({}), name="first.csv")
    found = running.imports_seen_by(us, SYSTEM)
    assert [(job.payload["name"], counts["added"]) for job, counts in found] == [("first.csv", 1)]
    assert running.imports_seen_by(us, make.actor()) == []
    with pytest.raises(NotFound):
        running.import_seen_by(us, make.actor(), found[0][0].id)


def test_checking_takes_few_statements(us, bring, count_statements):
    content = csv_of(*({"superid": f"AM0743{number:02d}"} for number in range(30)))
    _, mapping = newest_mapping(us, "iac")

    def check(some):
        return count_statements(
            lambda: running.check_file(us, actor=SYSTEM, mapping=mapping, name="f.csv", content=some)
        )

    assert check(content) == check(csv_of({})) <= 10


def test_storing_takes_the_same_statements_for_few_and_many(us, bring, count_statements):
    few = count_statements(lambda: bring(csv_of({})))
    rows = [{"superid": f"AM0743{number}", "ar_number": str(number)} for number in range(10, 60)]
    assert count_statements(lambda: bring(csv_of(*rows))) <= few
