"""Finance's evidence, a third party, a stand-in and an effect without money in one demo company."""

from datetime import datetime, timedelta
from decimal import Decimal

from cp_circles.demo.projects import leader_of
from cp_circles.demo.world import PASSWORD, Plant, World, give_password
from cp_circles.notices.services import send_mail
from cp_circles.people.models import Role
from cp_circles.people.services import accept_invitation, name_stand_in
from cp_circles.savings.models import Saving, SavingState
from cp_circles.savings.queries import standing_claims_of_company
from cp_circles.savings.rules import REQUIRED_CHAIN, next_role
from cp_circles.verification import services
from cp_circles.verification.models import Bill
from cp_circles.verification.services.effects import OPEN_STATES

BILLED = Decimal("0.98")
OUTSIDER = "third_party.jsa@demo.example"


def fill_verification(world: World, plant: Plant, now: datetime) -> None:
    """Enter bills beside the last claims, ask a third party, name a stand-in and state an effect."""
    finance, company_id = world.staff(plant, Role.FINANCE, now), plant.company.id
    account = services.add_account(
        world.session, actor=finance, company_id=company_id, code="5101.02", name="制造费用-动力", now=now
    )
    claims = standing_claims_of_company(world.session, company_id)
    for number, saving in enumerate(claims[:4], start=1):
        bill = _bill(world, plant, saving, number, account.id, now)
        if bill is not None and saving.claim is not None and next_role(saving.claim) in REQUIRED_CHAIN:
            services.tie_proof(
                world.session, actor=finance, saving=saving, row=None, source=services.Source(bill=bill),
                quantity=saving.claim.quantity, now=now,
            )  # fmt: skip
    verified = next(row for row in claims if row.state is SavingState.VERIFIED)
    _ask_third_party(world, plant, verified, now - timedelta(days=2))
    name_stand_in(
        world.session, actor=world.staff(plant, Role.DEPARTMENT, now), company_id=company_id,
        person_id=plant.staff[Role.FINANCE].id, stand_in_id=plant.staff[Role.METERING].id, role=Role.FINANCE,
        since=now + timedelta(days=7), until=now + timedelta(days=14), reason="外出培训，由计量核实人代签", now=now,
    )  # fmt: skip
    project = next((row.project for row in claims if row.project.state in OPEN_STATES), None)
    if project is not None and project.circle is not None:
        services.state_effect(
            world.session, actor=leader_of(world, project.circle, now), project=project,
            text="现场通道畅通，操作人员对节能巡检的熟练程度明显提高。",
            shown_by="5S 检查记录与班组访谈（示例）", now=now,
        )  # fmt: skip


def _ask_third_party(world: World, plant: Plant, saving: Saving, now: datetime) -> None:
    """An auditor of an outside body is asked to sign the newest verified claim, and has taken up the account."""
    row, key = services.invite_third_party(
        world.session, actor=world.staff(plant, Role.DEPARTMENT, now), company_id=plant.company.id,
        saving=saving, name="何第三方示例", email=OUTSIDER, body="示例清洁生产审核咨询中心",
        reason="成果拟推荐参加上级评审，请第三方复核计量数据与基准。", until=None, send=send_mail,
        path_of=lambda _key: "/sign-in", now=now,
    )  # fmt: skip
    row.person.is_demo = True
    accept_invitation(world.session, key=key, password=PASSWORD, now=now)
    give_password(world, row.person)


def _bill(
    world: World, plant: Plant, saving: Saving, number: int, account_id: int, now: datetime
) -> Bill | None:
    """A bill of the reporting period, a little below the price of the claim."""
    claim = saving.claim
    price = next((row for row in claim.factors if row["kind"] == "yuan"), None) if claim else None
    if price is None or not price["value"] or saving.reporting_from is None or saving.reporting_to is None:
        return None
    amount = (Decimal(50_000) * Decimal(price["value"]) * BILLED).quantize(Decimal("0.01"))
    return services.add_bill(
        world.session, actor=world.staff(plant, Role.FINANCE, now), company_id=plant.company.id,
        indicator_code=saving.indicator_code, supplier="示例能源供应公司", number=f"示例-{number:03d}",
        period_from=saving.reporting_from, period_to=saving.reporting_to, quantity=Decimal(50_000),
        unit=price["per_unit"], dated_on=saving.reporting_to, tax_included=True, amount=amount, currency=saving.currency, account_id=account_id, now=now,
    )  # fmt: skip
