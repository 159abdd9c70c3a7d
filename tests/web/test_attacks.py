"""What an attacker would try at the doors: keys of others, passwords left behind, values in the log, huge ids."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.circles.models import Circle
from cp_circles.db.engine import make_engine
from cp_circles.errors import msg
from cp_circles.metering.models import Reading
from cp_circles.notices.services import send_mail
from cp_circles.organisations.models import Company
from cp_circles.people.models import HeldForm, OneTimeCode, Person, Role, SignIn
from cp_circles.people.secrets import token_hash
from cp_circles.personal.forms import AgreeForm
from cp_circles.savings.models import Saving
from cp_circles.web.forms import VersionForm, read_decimal
from tests.conftest import NOW

KEY = "/reset-password/planted-key"
HUGE = "9" * 30
ADDRESSES = (
    "/circles/{}",
    "/projects/{}",
    "/savings/{}",
    "/results/{}",
    "/judging/rounds/{}",
    "/judging/entries/{}",
    "/boards?region={}",
    "/tasks?page={}",
)


@pytest.fixture
def administrator(session, make):
    """The row of an administrator."""
    return session.get(Person, make.holder(Role.ADMINISTRATOR).person_id)


@pytest.fixture
def written_to(session, make):
    """Somebody to whom a link for a new password was sent."""
    person = make.person(email="planted@example.com")
    send_mail(session, to_person=person, subject=msg("A new password"), body="", values={"url": KEY}, now=NOW)
    code = {"purpose": "mail_reset", "code_hash": token_hash(KEY.rsplit("/", 1)[-1])}
    session.add(OneTimeCode(person_id=person.id, created_at=NOW, expires_at=NOW + timedelta(3650), **code))
    return person


@pytest.mark.parametrize(("environment", "shown"), [("production", False), ("demo", True)])
def test_an_administrator_reads_no_link_into_anothers_account_in_production(
    app, client, administrator, written_to, environment, shown
):
    app.extensions["cp_config"] = dataclasses.replace(
        app.extensions["cp_config"], app_env=environment, secret_key="s" * 40, demo_clock=None
    )
    client.enter(administrator)
    assert (KEY in client.get("/outbox").text) is shown
    client.enter(written_to)
    assert KEY in client.get("/outbox").text


def test_passwords_of_a_late_form_are_not_kept(app, client, session, make):
    person = make.person()
    client.enter(person)
    session.execute(sa.update(SignIn).values(last_seen_at=NOW - timedelta(hours=100)))
    client.send(
        "/account/password",
        {"old": "geheim-alt", "password": "geheim-neu", "again": "geheim-neu", "indicator_code": "ELEC"},
    )
    kept = session.scalars(sa.select(HeldForm)).one()
    assert kept.payload["fields"] == [["indicator_code", "ELEC"]]


def test_a_failing_statement_does_not_carry_its_values_into_the_log(database_url):
    engine = make_engine(database_url)
    with engine.connect() as connection, pytest.raises(sa.exc.DBAPIError) as failure:
        connection.execute(sa.text("INSERT INTO people (no_column) VALUES (:name)"), {"name": "示例张三"})
    engine.dispose()
    assert "示例张三" not in str(failure.value)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_number_beyond_every_row_is_not_found(client, administrator, address):
    client.enter(administrator)
    assert client.get(address.format(HUGE)).status_code in (200, 404)


@pytest.mark.parametrize(
    "address", ["/public/boards?q=%00", "/check/a%00b", "/judging/lists/%00", "/check?number=%00"]
)
def test_a_nul_in_an_address_finds_nothing(client, address):
    assert client.get(address).status_code in (200, 302, 404)


@pytest.mark.parametrize(
    "name", ["endpoint", "_anchor", "_method", "_scheme", "_external", "kind", "company_id"]
)
def test_names_that_build_addresses_are_no_arguments(client, administrator, make, name):
    company = make.company()
    client.enter(administrator)
    for address in (
        "/people",
        "/public/boards",
        "/boards",
        f"/guidance/companies/{company.id}/records/visits",
    ):
        answer = client.get(f"{address}?q=x&{name}=javascript&page=1")
        assert (answer.status_code, "javascript:" in answer.text) == (200, False), address


def test_an_old_address_of_a_merged_company_leads_nowhere_else(client, administrator, session, make):
    company, kept = make.company(), make.company()
    session.execute(sa.update(Company).where(Company.id == company.id).values(merged_into_id=kept.id))
    client.enter(administrator)
    answer = client.get(f"/companies/{company.id}?_scheme=javascript&_external=1&_anchor=x&endpoint=y&q=1")
    assert (answer.status_code, answer.location) == (303, f"/companies/{kept.id}?q=1")


def test_a_nul_is_dropped_from_what_was_typed(client, session, make):
    company = make.company()
    client.enter(make.employed(company))
    answer = client.send("/circles", {"name": "节\x00汽", "company_id": str(company.id)})
    assert "\x00" not in answer.text and answer.status_code < 500
    assert "\x00" not in "".join(session.scalars(sa.select(Circle.name)))
    refused = client.send("/circles", {"name": "\x00", "company_id": str(company.id)})
    assert refused.status_code == 422


ODD = ["²", "٣", "9" * 5000, "-1", "1e3"]


@pytest.mark.parametrize("text", ODD)
def test_a_version_that_is_no_number_is_stale_and_no_failure(app, text):
    with app.test_request_context(method="POST", data={"version": text, "edition": text}):
        assert VersionForm().base_version == (3 if text == "٣" else 0)
        assert AgreeForm().edition_id == (3 if text == "٣" else 0)


@pytest.mark.parametrize("text", ODD)
def test_a_draft_is_kept_whatever_stands_for_its_version(client, make, text):
    client.enter(make.person())
    answer = client.send("/drafts", {"form": "x", "subject": "y", "base_version": text, "title": "z"})
    assert answer.status_code == 200


@pytest.mark.parametrize("referrer", ["http://[::1", "http://a\u2100b/", "//[", "javascript:alert(1)"])
def test_an_odd_referrer_leads_home(client, make, referrer):
    client.enter(make.person())
    answer = client.post(
        "/theme", data={"theme": "dark"}, headers={"Referer": referrer.encode().decode("latin-1")}
    )
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("text", ["1E+999999999", "1e-999999999", "9" * 5000, "0E+999999999"])
def test_a_number_that_nobody_could_write_out_is_none(text):
    with pytest.raises(ValueError, match=text[:3].replace("+", r"\+")):
        read_decimal(text)


def test_a_saving_beyond_every_column_is_refused_in_a_sentence(client, session, make):
    saving = make.mv_1()
    before = sa.and_(Reading.meter_id == saving.meter_id, Reading.starts_on <= saving.baseline_to)
    session.execute(sa.update(Reading).where(before).values(quantity=Decimal(10) ** 12 - 1))
    session.expire_all()
    leader = next(member for member in saving.project.circle.members if member.is_leader)
    client.enter(session.get(Person, leader.person_id))
    answer = client.send(f"/savings/{saving.id}/claim")
    assert answer.status_code == 409
    assert session.get(Saving, saving.id).claims == []
