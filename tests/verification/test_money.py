"""Bills, prices, rows of money, avoided tax, and effects without money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.results.models import ResultState
from cp_circles.savings import queries as savings_queries
from cp_circles.savings import services as savings
from cp_circles.savings.models import MoneyKind, MoneyRow
from cp_circles.savings.services import PasswordTooOld
from cp_circles.savings.services.money import taxed_pollutants, taxed_things
from cp_circles.verification import queries, services
from cp_circles.verification.models import Bill, EffectState, UnitPrice
from tests.conftest import NOW


@pytest.fixture
def saving(make):
    """MV-1 as a draft: 126,000 kWh at 0.70 yuan."""
    return make.mv_1()


@pytest.fixture
def leader(session, make, saving):
    """The leader of the circle."""
    return make.actor(session.get(Person, saving.project.circle.leader.person_id))


@pytest.fixture
def finance(make, saving):
    """The company's finance."""
    return make.verifier(Role.FINANCE, saving.project.company)


def row(session, actor, saving, kind, amount, note="示例说明"):
    """Add a row of money."""
    return savings.add_money_row(
        session, actor=actor, saving=saving, kind=kind, amount=Decimal(amount), note=note, now=NOW
    )


def bill(session, finance, saving, **facts):
    """Enter a bill of the reporting period."""
    return services.add_bill(
        session,
        **{
            "actor": finance, "company_id": saving.project.company_id,
            "indicator_code": saving.indicator_code, "supplier": "示例供电公司", "number": "",
            "period_from": saving.reporting_from, "period_to": saving.reporting_to,
            "quantity": Decimal(100_000), "unit": "kWh", "amount": Decimal("68000"), "now": NOW,
        }
        | facts,
    )  # fmt: skip


def test_rows_fill_three_columns_and_activity_cost_is_deducted(session, leader, saving):
    row(session, leader, saving, MoneyKind.DIRECT_GAIN, "12000.00")
    row(session, leader, saving, MoneyKind.ACTIVITY_COST, "4500.50")
    row(session, leader, saving, MoneyKind.INDIRECT, "3000")
    row(session, leader, saving, MoneyKind.FORECAST, "90000")
    assert saving.other_direct_yuan == Decimal("7499.50")
    assert (saving.indirect_yuan, saving.forecast_yuan) == (Decimal(3000), Decimal(90000))
    claim = savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    assert claim.direct_yuan == Decimal("95699.50")
    assert [each["kind"] for each in claim.inputs["money_rows"]][1] == "activity_cost"


def test_a_row_is_taken_away_only_while_nothing_is_claimed(session, leader, saving):
    first = row(session, leader, saving, MoneyKind.DIRECT_GAIN, "100")
    savings.remove_money_row(session, actor=leader, row=first, now=NOW)
    assert saving.other_direct_yuan == 0
    kept = row(session, leader, saving, MoneyKind.DIRECT_GAIN, "200")
    savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    with pytest.raises(DomainError):
        savings.remove_money_row(session, actor=leader, row=kept, now=NOW)
    assert saving.other_direct_yuan == Decimal(200)


@pytest.mark.parametrize(
    ("kind", "amount", "note", "field"),
    [
        (MoneyKind.DIRECT_GAIN, "0", "x", "amount"),
        (MoneyKind.DIRECT_GAIN, "1.005", "x", "amount"),
        (MoneyKind.DIRECT_GAIN, "1", " ", "note"),
        (MoneyKind.TAX_AVOIDED, "1", "x", "kind"),
    ],
)
def test_a_wrong_row_is_refused_at_its_field(session, leader, saving, kind, amount, note, field):
    with pytest.raises(Invalid) as refusal:
        row(session, leader, saving, kind, amount, note)
    assert refusal.value.field == field
    assert session.query(MoneyRow).count() == 0


def test_metering_writes_no_money_and_strangers_see_none(session, make, saving):
    with pytest.raises(NotAllowed):
        row(session, make.verifier(Role.METERING, saving.project.company), saving, MoneyKind.INDIRECT, "1")
    with pytest.raises(NotFound):
        row(session, make.verifier(Role.FINANCE, make.company()), saving, MoneyKind.INDIRECT, "1")


def pollutant(session, saving, kilograms):
    """The key of the pollutant of which so many kg are one equivalent."""
    pack = savings_queries.factor_pack(session, saving.project)
    return next(each.key for each in taxed_pollutants(pack) if each.value == Decimal(kilograms))


def avoid(session, actor, saving, **facts):
    """Add 400 kg of ammonia nitrogen at 2.8 yuan an equivalent: 400 / 0.8 x 2.8 = 1,400 yuan."""
    return savings.add_avoided_tax(
        session,
        **{
            "actor": actor, "saving": saving, "factor_key": pollutant(session, saving, "0.8"),
            "kilograms": Decimal(400), "rate": Decimal("2.8"), "source": "示例省税额公告", "now": NOW,
        }
        | facts,
    )  # fmt: skip


def test_avoided_tax_is_a_provisional_direct_row_with_its_workings(session, leader, saving):
    added = avoid(session, leader, saving)
    assert (added.amount, added.is_provisional) == (Decimal("1400.00"), True)
    assert added.workings["equivalents"] == "500.0000"
    claim = savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    assert claim.direct_yuan == Decimal("89600.00")
    assert claim.is_provisional


def waste(session, saving, per_tonne):
    """The key of the solid waste that the law taxes with so many yuan a tonne."""
    pack = savings_queries.factor_pack(session, saving.project)
    return next(row.key for row in taxed_things(pack) if row.from_unit == "t" and row.value == per_tonne)


def test_solid_waste_is_taxed_by_the_tonne_with_the_rate_of_the_law(session, leader, saving):
    facts = {"factor_key": waste(session, saving, 15), "kilograms": Decimal(2500), "rate": None}
    assert avoid(session, leader, saving, **facts).amount == Decimal("37.50")
    with pytest.raises(Invalid) as refusal:
        avoid(session, leader, saving, **facts | {"rate": Decimal(20)})
    assert refusal.value.field == "rate" and saving.other_direct_yuan == Decimal("37.50")


@pytest.mark.parametrize(
    ("ending", "rate", "held"),
    [("so2", "12", True), ("so2", "12.1", False), ("nox", "1.2", True), ("nox", "1.1", False),
     ("cod", "14", True), ("cod", "1.3", False)],
)  # fmt: skip
def test_the_rate_lies_in_the_range_of_the_law_for_air_or_water(session, leader, saving, ending, rate, held):
    pack = savings_queries.factor_pack(session, saving.project)
    key = next(row.key for row in taxed_pollutants(pack) if row.key.endswith(ending))
    if held:
        assert avoid(session, leader, saving, factor_key=key, rate=Decimal(rate)).amount > 0
        return
    with pytest.raises(Invalid) as refusal:
        avoid(session, leader, saving, factor_key=key, rate=Decimal(rate))
    assert refusal.value.field == "rate" and saving.other_direct_yuan == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"factor_key": "none"}, "factor_key"),
        ({"kilograms": Decimal(0)}, "kilograms"),
        ({"rate": Decimal(15)}, "rate"),
        ({"rate": None}, "rate"),
        ({"source": ""}, "source"),
    ],
)
def test_a_wrong_avoided_tax_is_refused_at_its_field(session, leader, saving, facts, field):
    with pytest.raises(Invalid) as refusal:
        avoid(session, leader, saving, **facts)
    assert refusal.value.field == field
    assert saving.other_direct_yuan == 0


def test_the_price_of_a_claim_is_checked_against_the_bills_of_its_period(session, leader, finance, saving):
    claim = savings.claim_saving(session, actor=leader, saving=saving, now=NOW)
    assert queries.price_check(session, saving, claim).billed is None
    bill(session, finance, saving)
    wrong = bill(session, finance, saving, amount=Decimal(999), number="2")
    services.void_bill(session, actor=finance, bill=wrong, reason="录错", now=NOW)
    bill(session, finance, saving, unit="t", number="3")
    services.add_price(
        session, actor=finance, company_id=saving.project.company_id, indicator_code=saving.indicator_code,
        price=Decimal("0.69"), unit="kWh", valid_from=date(2020, 1, 1), valid_to=None, source="示例合同",
        now=NOW,
    )  # fmt: skip
    check = queries.price_check(session, saving, claim)
    assert (check.claimed, check.billed, check.percent) == (Decimal("0.7"), Decimal("0.68"), Decimal("2.9"))
    assert (check.bills, check.other_units, check.agreed) == (1, 1, Decimal("0.69"))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"supplier": " "}, "supplier"),
        ({"quantity": Decimal(0)}, "quantity"),
        ({"amount": Decimal(0)}, "amount"),
        ({"period_to": date(2000, 1, 1)}, "period_to"),
        ({"account_id": 999}, "account_id"),
    ],
)
def test_a_wrong_bill_is_refused_at_its_field(session, finance, saving, facts, field):
    with pytest.raises(Invalid) as refusal:
        bill(session, finance, saving, **facts)
    assert refusal.value.field == field
    assert session.query(Bill).count() == 0


def test_one_bill_stands_once_and_only_finance_enters_it(session, make, finance, saving):
    bill(session, finance, saving, number="A-1")
    with pytest.raises(Invalid):
        bill(session, finance, saving, number="A-1")
    with pytest.raises(NotAllowed):
        bill(session, make.verifier(Role.DEPARTMENT, saving.project.company), saving)
    with pytest.raises(NotFound):
        bill(session, make.verifier(Role.METERING, saving.project.company), saving)
    assert session.query(Bill).count() == 1


def test_two_prices_never_hold_on_one_day_and_accounts_have_one_code(session, finance, saving):
    company_id = saving.project.company_id

    def price(first, last):
        return services.add_price(
            session, actor=finance, company_id=company_id, indicator_code="E1", price=Decimal("0.7"),
            unit="kWh", valid_from=first, valid_to=last, source="示例合同", now=NOW,
        )  # fmt: skip

    first = price(date(2026, 1, 1), date(2026, 6, 30))
    with pytest.raises(Invalid):
        price(date(2026, 6, 30), None)
    services.void_price(session, actor=finance, price=first, reason="录错", now=NOW)
    price(date(2026, 6, 30), None)
    assert session.query(UnitPrice).count() == 2
    services.add_account(session, actor=finance, company_id=company_id, code="5101", name="制造费用", now=NOW)
    with pytest.raises(Invalid):
        services.add_account(session, actor=finance, company_id=company_id, code="5101", name="x", now=NOW)


def test_an_effect_without_money_is_signed_by_the_department_and_the_project_can_be_judged(session, make):
    project = make.project(state="completed")
    leader = make.actor(session.get(Person, project.circle.leader.person_id))
    effect = services.state_effect(
        session, actor=leader, project=project, text="现场无滑倒事故", shown_by="安全日志", now=NOW
    )
    head = make.verifier(Role.DEPARTMENT, project.company)
    facts = {"effect": effect, "confirmed": True, "reason": "", "now": NOW}
    with pytest.raises(PasswordTooOld):
        services.decide_effect(
            session, actor=head, password_confirmed_at=NOW - timedelta(minutes=11), **facts
        )
    services.decide_effect(session, actor=head, password_confirmed_at=NOW, **facts)
    assert (effect.state, len(effect.sha256)) == (EffectState.CONFIRMED, 64)
    with pytest.raises(DomainError):
        services.decide_effect(session, actor=head, password_confirmed_at=NOW, **facts)
    result = make.result(project)
    assert result.state is ResultState.FROZEN
    assert result.package["savings"] == []


def test_an_effect_is_never_signed_by_the_circle_and_declined_with_a_reason(session, make):
    project = make.project()
    leader = session.get(Person, project.circle.leader.person_id)
    effect = services.state_effect(
        session, actor=make.actor(leader), project=project, text="更整洁", shown_by="照片", now=NOW
    )
    facts = {"effect": effect, "password_confirmed_at": NOW, "now": NOW}
    make.grant(leader, Role.DEPARTMENT, ScopeKind.COMPANY, project.company)
    with pytest.raises(NotAllowed):
        services.decide_effect(session, actor=make.actor(leader), confirmed=True, reason="", **facts)
    head = make.verifier(Role.DEPARTMENT, project.company)
    with pytest.raises(Invalid):
        services.decide_effect(session, actor=head, confirmed=False, reason=" ", **facts)
    assert effect.state is EffectState.STATED
