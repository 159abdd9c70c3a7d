"""A third party invited for one claim opens the files of that claim, and not one file more."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.projects.models import Evidence, EvidenceVersion
from cp_circles.savings import services as savings
from cp_circles.verification.models import Bill
from cp_circles.verification.services import Source, tie_proof
from tests.conftest import NOW
from tests.house.test_queries import statements
from tests.house.world import picture

LATER = NOW + timedelta(days=1)


@pytest.fixture
def case(session, make, app):
    """A claim with evidence, photo and bill, and beside it what does not belong to it."""
    return Case(session, make, LocalStorage(app.extensions["cp_config"].evidence_folder))


class Case:
    """Files of the claim under `own`, others of the same project and company under `others`."""

    def __init__(self, session, make, storage):
        self.session, self.make, self.storage, self.letters = session, make, storage, iter("ABCDEFGH")
        self.saving = make.mv_1()
        self.project, self.company = self.saving.project, self.saving.project.company
        own = self.evidence("电费结算单", NOW - timedelta(days=2))
        self.photo = self.reading(self.saving.meter, date(2025, 1, 1))
        self.bill = self.billed(date(2025, 1, 1), date(2025, 12, 31))
        leader = make.actor(session.get(Person, self.project.circle.leader.person_id))
        savings.claim_saving(session, actor=leader, saving=self.saving, now=NOW)
        base = f"/verification/savings/{self.saving.id}/files"
        self.page = base
        self.own = [
            f"{base}/evidence/{own.id}",
            f"{base}/photos/{self.photo.id}",
            f"{base}/bills/{self.bill.id}",
        ]
        later = self.evidence("小组会议纪要", LATER)
        stray = make.reading(make.meter(self.company), date(2025, 1, 1), date(2025, 1, 31), 5)
        stray.photo_sha256 = self.blob().sha256
        unrelated = self.billed(date(2023, 1, 1), date(2023, 12, 31))
        other = make.mv_1(self.project)
        session.flush()
        self.others = [
            f"{base}/evidence/{later.id}",
            f"{base}/photos/{stray.id}",
            f"{base}/bills/{unrelated.id}",
            f"/verification/savings/{other.id}/files",
            f"/projects/{self.project.id}",
            f"/projects/{self.project.id}/evidence/{own.id}/file",
            f"/verification/bills/{self.bill.id}/file",
            f"/verification/companies/{self.company.id}/evidence",
            f"/savings/project/{self.project.id}",
            f"/metering/readings/{self.photo.id}/photo",
        ]

    def blob(self):
        """A picture unlike all others."""
        letter = next(self.letters)
        return store_blob(self.session, self.storage, picture(letter), f"{letter}.png", NOW)

    def evidence(self, title, at):
        """A piece of evidence of the project."""
        row = Evidence(project_id=self.project.id, step_key="x", title=title)
        version = EvidenceVersion(
            evidence=row, number=1, sha256=self.blob().sha256, filename=f"{title}.png",
            effective_on=date(2025, 12, 31), uploaded_at=at,
        )  # fmt: skip
        self.session.add_all([row, version])
        self.session.flush()
        return version

    def reading(self, meter, day):
        """The meter's reading of that month, with a photo."""
        from cp_circles.metering.models import Reading

        found = self.session.query(Reading).filter_by(meter_id=meter.id, starts_on=day).one()
        found.photo_sha256 = self.blob().sha256
        return found

    def billed(self, first, last):
        """A bill with its file."""
        row = Bill(
            company_id=self.company.id, indicator_code=self.saving.indicator_code, supplier="示例供电公司",
            period_from=first, period_to=last, quantity=1, unit="kWh", amount=1, sha256=self.blob().sha256,
            file_name="账单.png", added_at=NOW,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        return row

    def outsider(self, saving):
        """A third party with a grant for one saving."""
        person = self.make.person()
        self.make.grant(person, Role.THIRD_PARTY, ScopeKind.SAVING, saving)
        return person


def opened(client, paths):
    """The answers to these addresses; each body is closed."""
    found = []
    for path in paths:
        with client.get(path) as answer:
            found.append(answer.status_code)
    return found


def test_the_invited_third_party_opens_exactly_the_files_of_the_claim(client, case):
    client.enter(case.outsider(case.saving))
    text = client.get(case.page, headers={"Accept-Language": "zh-CN"}).get_data(as_text=True)
    assert "电费结算单" in text and "账单.png" in text and "小组会议纪要" not in text
    assert all(path in text for path in case.own)
    assert opened(client, case.own) == [200] * 3
    assert opened(client, case.others) == [404] * len(case.others)


def test_the_saving_its_money_and_its_numbers_lead_an_outsider_to_no_closed_page(client, case):
    client.enter(case.outsider(case.saving))
    claim = case.saving.claim
    for path in (
        f"/savings/{case.saving.id}",
        f"/verification/savings/{case.saving.id}/money",
        f"/savings/claims/{claim.id}/how",
    ):
        text = client.get(path).get_data(as_text=True)
        assert f'href="/projects/{case.project.id}"' not in text
        assert f"/verification/companies/{case.company.id}" not in text


def test_an_outsider_of_another_claim_and_metering_see_no_bills(client, session, make, case):
    other = make.mv_1()
    client.enter(case.outsider(other))
    assert opened(client, [case.page, *case.own]) == [404] * 4
    metering = make.verifier(Role.METERING, case.company)
    client.enter(session.get(Person, metering.person_id))
    assert opened(client, case.own) == [200, 200, 404]
    assert "账单.png" not in client.get(case.page).get_data(as_text=True)


def test_nothing_opens_once_the_grant_or_the_claim_is_gone(client, session, make, case):
    person = case.outsider(case.saving)
    leader = make.actor(session.get(Person, case.project.circle.leader.person_id))
    savings.reopen_claim(session, actor=leader, saving=case.saving, reason="更正", now=LATER)
    client.enter(person)
    assert client.get(case.page).status_code == 404


def test_more_bills_and_ties_take_no_more_statements(app, client, session, make, case):
    finance = make.verifier(Role.FINANCE, case.company)
    client.enter(session.get(Person, finance.person_id))
    pages = [case.page, f"/verification/savings/{case.saving.id}/money"]
    counts = []
    for number in (1, 3):
        for _ in range(number):
            row = Bill(
                company_id=case.company.id, indicator_code=case.saving.indicator_code, supplier="示例供电公司",
                period_from=date(2025, 1, 1), period_to=date(2025, 12, 31), quantity=1, unit="kWh", amount=1,
                added_at=NOW,
            )  # fmt: skip
            session.add(row)
            session.flush()
            tie_proof(
                session, actor=finance, saving=case.saving, row=None, source=Source(bill=row),
                quantity=Decimal(1), now=NOW,
            )  # fmt: skip
        counts.append([statements(app, client, page) for page in pages])
    assert counts[0] == counts[1]
