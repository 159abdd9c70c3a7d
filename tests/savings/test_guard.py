"""The guard: what counts twice is warned of, refused at verification, settled by people, found by the check."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from cp_circles.db.engine import Sessions
from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound
from cp_circles.people import queries as people
from cp_circles.people.models import Person, Role, ScopeKind
from cp_circles.savings import guarding, services
from cp_circles.savings.models import Saving, SavingState, SplitState
from cp_circles.savings.services import guard
from tests.builders import Builders
from tests.conftest import NOW
from tests.savings.test_services import CHAIN, leader_of, sign

YEAR = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31)}
COPIED = [
    "indicator_code",
    "production_meter_id",
    "baseline_from",
    "baseline_to",
    "reporting_from",
    "reporting_to",
]


def other(session, make, first, meter=None, **facts):
    """A saving of another circle's project in the same company, on the same or another meter."""
    circle = make.circle(company=first.project.company)
    copied = {name: getattr(first, name) for name in COPIED}
    row = Saving(
        project=make.project(circle), meter_id=(meter or first.meter).id, created_at=NOW, **copied | facts
    )
    session.add(row)
    session.flush()
    return row


def main_meter(session, make, first):
    """A meter above the saving's, with the same readings."""
    above = make.meter(first.project.company, name="示例总表")
    make.monthly(above, 2024, [100_000] * 12)
    make.monthly(above, 2025, [94_500] * 12)
    first.meter.parent_id = above.id
    session.flush()
    return above


def claimed(session, make, saving):
    """Claim by the leader of its circle."""
    services.claim_saving(session, actor=leader_of(session, make, saving), saving=saving, now=NOW)
    return saving


def verified(session, make, saving):
    """Claim and sign by the whole chain."""
    claimed(session, make, saving)
    for role in CHAIN:
        sign(session, make, saving, role)
    return saving


def kinds(session, saving):
    """The kinds of warnings about a saving."""
    found = guarding.warnings_about(session, saving, guarding.neutral_label)
    return [row.kind for row in found]


def department(make, company):
    """The department of the company."""
    return make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)


def test_one_claim_alone_is_warned_of_nothing(session, make):
    saving = verified(session, make, make.mv_1())
    assert kinds(session, saving) == []
    assert guarding.violations(session) == []


def test_a_claim_at_the_main_meter_is_warned_of_and_refused_at_verification(session, make):
    first = make.mv_1()
    above = main_meter(session, make, first)
    verified(session, make, first)
    second = other(session, make, first, above)

    assert kinds(session, second) == ["shares"]
    claimed(session, make, second)
    with pytest.raises(guarding.CountedTwice) as refusal:
        sign(session, make, second, Role.PROCESS_OWNER)

    assert refusal.value.values["percent"] == "200"
    assert "2025-01-01 – 2025-12-31" in refusal.value.values["claims"]
    assert second.state is SavingState.CLAIMED and second.claim.signatures == []


def test_an_agreed_split_lets_both_be_verified(session, make):
    first = make.mv_1()
    above = main_meter(session, make, first)
    second = other(session, make, first, first.meter)
    split = guard.propose_split(
        session, actor=department(make, first.project.company), meter=first.meter,
        shares={first.project: Decimal("0.7"), second.project: Decimal("0.3")}, reason="按设备功率", now=NOW, **YEAR,
    )  # fmt: skip
    assert split.state is SplitState.PROPOSED and first.share == 1

    for saving, share in zip((first, second), split.shares, strict=True):
        actor = leader_of(session, make, saving)
        guard.answer_split(session, actor=actor, share=share, agreed=True, note="", now=NOW)

    assert split.state is SplitState.AGREED
    assert (first.share, second.share) == (Decimal("0.7"), Decimal("0.3"))
    verified(session, make, first)
    verified(session, make, second)
    third = other(session, make, first, above)
    assert kinds(session, third) == ["shares"]
    assert guarding.violations(session) == []


def test_a_claim_above_the_agreed_share_is_refused(session, make):
    first = make.mv_1()
    second = other(session, make, first)
    split = guard.propose_split(
        session, actor=department(make, first.project.company), meter=first.meter,
        shares={first.project: Decimal("0.5"), second.project: Decimal("0.5")}, reason="各半", now=NOW, **YEAR,
    )  # fmt: skip
    for saving, share in zip((first, second), split.shares, strict=True):
        guard.answer_split(
            session, actor=leader_of(session, make, saving), share=share, agreed=True, note="", now=NOW
        )
    first.share = Decimal("0.6")
    claimed(session, make, first)
    with pytest.raises(guarding.CountedTwice) as refusal:
        sign(session, make, first, Role.PROCESS_OWNER)
    assert refusal.value.warning.kind == "split"


def test_a_circle_declines_with_a_reason_and_nothing_holds(session, make):
    first = make.mv_1()
    second = other(session, make, first)
    split = guard.propose_split(
        session, actor=department(make, first.project.company), meter=first.meter,
        shares={first.project: Decimal("0.5"), second.project: Decimal("0.5")}, reason="各半", now=NOW, **YEAR,
    )  # fmt: skip
    leader = leader_of(session, make, first)
    with pytest.raises(Invalid):
        guard.answer_split(session, actor=leader, share=split.shares[0], agreed=False, note=" ", now=NOW)
    with pytest.raises(NotFound):
        guard.answer_split(session, actor=leader, share=split.shares[1], agreed=True, note="", now=NOW)
    guard.answer_split(session, actor=leader, share=split.shares[0], agreed=False, note="计量不符", now=NOW)
    assert split.state is SplitState.DECLINED and first.share == 1
    with pytest.raises(DomainError):
        guard.answer_split(
            session,
            actor=leader_of(session, make, second),
            share=split.shares[1],
            agreed=True,
            note="",
            now=NOW,
        )


@pytest.mark.parametrize(
    ("shares", "facts"),
    [
        (("0.7", "0.4"), {}),
        (("0", "0.4"), {}),
        (("0.5",), {}),
        (("0.5", "0.5"), {"reason": " "}),
        (("0.5", "0.5"), {"ends_on": date(2024, 1, 1)}),
    ],
)
def test_a_split_that_is_none_is_refused(session, make, shares, facts):
    first = make.mv_1()
    projects = [first.project, other(session, make, first).project]
    named = {project: Decimal(share) for project, share in zip(projects, shares, strict=False)}
    given = {"reason": "按功率", **YEAR, **facts}
    with pytest.raises(Invalid):
        guard.propose_split(
            session,
            actor=department(make, first.project.company),
            meter=first.meter,
            shares=named,
            now=NOW,
            **given,
        )


def test_only_the_department_proposes_and_ends_splits(session, make):
    first = make.mv_1()
    second = other(session, make, first)
    shares = {first.project: Decimal("0.5"), second.project: Decimal("0.5")}
    given = {"meter": first.meter, "shares": shares, "reason": "各半", "now": NOW, **YEAR}
    with pytest.raises(NotAllowed):
        guard.propose_split(session, actor=make.verifier(Role.METERING, first.project.company), **given)
    with pytest.raises(NotFound):
        guard.propose_split(session, actor=department(make, make.company()), **given)
    actor = department(make, first.project.company)
    split = guard.propose_split(session, actor=actor, **given)
    with pytest.raises(DomainError):
        guard.propose_split(session, actor=actor, **given)
    guard.end_split(session, actor=actor, split=split, reason="重新测算", now=NOW)
    assert split.state is SplitState.ENDED
    assert guard.propose_split(session, actor=actor, **given).state is SplitState.PROPOSED


@pytest.fixture
def media(session, make):
    """A verified saving of electricity at a compressor, and a drafted one of the compressed air from it."""
    first = make.mv_1()
    air = make.meter(first.project.company, "COMPRESSED_AIR", "m3", name="示例压缩空气表")
    verified(session, make, first)
    return first, other(session, make, first, air), air


def test_a_medium_beside_its_energy_is_refused_until_the_department_decides(session, make, media):
    first, second, air = media
    assert kinds(session, second) == []
    actor = department(make, first.project.company)
    guard.name_source(session, actor=actor, meter=air, source=first.meter, now=NOW)
    assert kinds(session, second) == ["media"]
    with pytest.raises(guarding.CountedTwice):
        guarding.require_counted_once(session, second)

    (warning,) = guarding.warnings_about(session, second, guarding.neutral_label)
    with pytest.raises(NotFound):
        guard.decide_overlap(
            session, actor=actor, company_id=air.company_id, key=warning.key, reason="见附件说明", now=NOW
        )


def test_a_decision_needs_a_rule_that_permits_it_and_a_reason(session, make):
    first = make.mv_1()
    above = main_meter(session, make, first)
    claimed(session, make, first)
    second = claimed(session, make, other(session, make, first, above))
    company = first.project.company
    actor = department(make, company)
    (warning,) = guarding.warnings_about(session, second, guarding.neutral_label)
    given = {"actor": actor, "company_id": company.id, "now": NOW}
    with pytest.raises(DomainError):
        guard.decide_overlap(session, key=warning.key, reason="两台设备互不影响", **given)
    later = other(
        session, make, first, first.meter, reporting_from=date(2026, 1, 1), reporting_to=date(2026, 12, 31)
    )
    make.monthly(first.meter, 2026, [94_500] * 12)
    make.monthly(first.production_meter, 2026, [875] * 12)
    claimed(session, make, later)
    years = next(
        row for row in guarding.warnings_about(session, later, guarding.neutral_label) if row.kind == "years"
    )
    with pytest.raises(Invalid):
        guard.decide_overlap(session, key=years.key, reason="无", **given)
    guard.decide_overlap(session, key=years.key, reason="后一课题改造另一台设备", **given)
    decided = [
        row for row in guarding.warnings_about(session, later, guarding.neutral_label) if row.kind == "years"
    ]
    assert [row.blocks for row in decided if row.key == years.key] == [False]


def test_more_than_twelve_months_of_one_effect_are_refused(session, make):
    first = verified(session, make, make.mv_1())
    make.monthly(first.meter, 2026, [94_500] * 12)
    make.monthly(first.production_meter, 2026, [875] * 12)
    copied = {name: getattr(first, name) for name in COPIED}
    again = Saving(
        project=first.project, meter=first.meter, created_at=NOW,
        **copied | {"reporting_from": date(2026, 1, 1), "reporting_to": date(2026, 12, 31)},
    )  # fmt: skip
    session.add(again)
    session.flush()
    assert kinds(session, again) == ["credit"]
    claimed(session, make, again)
    with pytest.raises(guarding.CountedTwice) as refusal:
        sign(session, make, again, Role.PROCESS_OWNER)
    assert refusal.value.values["days"] == 730


def another_year(session, first, meter, **facts):
    """A further saving of the same project, written as the first, with other periods."""
    copied = {name: getattr(first, name) for name in COPIED}
    row = Saving(project=first.project, meter=meter, created_at=NOW, **copied | facts)
    session.add(row)
    session.flush()
    return row


def test_the_same_effect_a_year_later_at_the_main_meter_is_refused(session, make):
    first = make.mv_1()
    above = main_meter(session, make, first)
    verified(session, make, first)
    make.monthly(above, 2026, [94_500] * 12)
    make.monthly(first.production_meter, 2026, [875] * 12)
    later = {"reporting_from": date(2026, 1, 1), "reporting_to": date(2026, 12, 31)}
    again = another_year(session, first, above, **later)
    assert kinds(session, again) == ["credit"]
    claimed(session, make, again)
    with pytest.raises(guarding.CountedTwice):
        sign(session, make, again, Role.PROCESS_OWNER)


def test_a_small_first_claim_does_not_open_a_second_year_of_a_later_effect(session, make):
    first = make.mv_1()
    make.monthly(first.meter, 2026, [94_500] * 12)
    make.monthly(first.production_meter, 2026, [875] * 12)
    early = {"baseline_from": date(2024, 1, 1), "baseline_to": date(2024, 3, 31)}
    small = another_year(
        session, first, first.meter,
        **early | {"reporting_from": date(2024, 4, 1), "reporting_to": date(2024, 6, 30)},
    )  # fmt: skip
    later = {"reporting_from": date(2026, 1, 1), "reporting_to": date(2026, 12, 31)}
    again = another_year(session, first, first.meter, **later)
    around = guarding.surroundings(session, first.project.company_id)
    found = guarding.find_warnings([small, first, again], around, guarding.neutral_label)
    assert [(row.kind, row.savings) for row in found] == [("credit", (first, again))]


def test_the_check_finds_a_planted_violation(session, make):
    first = make.mv_1()
    above = main_meter(session, make, first)
    verified(session, make, first)
    second = claimed(session, make, other(session, make, first, above))
    assert guarding.violations(session) == []
    second.state = SavingState.VERIFIED
    session.flush()
    assert guarding.violations(session) == [(first.project.company_id, "shares", (first.id, second.id))]


def test_two_last_signatures_at_once_leave_one_verified_saving(database_url, engine):
    """The claims at a meter and above it are signed by finance in two connections: one stands, one is refused."""
    sessions = Sessions(engine)
    with sessions.writing() as session, session.begin():
        make = Builders(session, NOW)
        first = make.mv_1()
        second = other(session, make, first, main_meter(session, make, first))
        for saving in (first, second):
            claimed(session, make, saving)
            for role in CHAIN[:-1]:
                sign(session, make, saving, role)
        finance = make.verifier(Role.FINANCE, first.project.company).person_id
        ids = {saving.id: saving.claim.sha256 for saving in (first, second)}
    start, refused = threading.Barrier(2), []

    def sign_one(saving_id):
        with sessions.writing() as session:
            try:
                saving = session.get_one(Saving, saving_id)
                assert saving.claims
                actor = people.actor_for(session, finance, NOW)
                if engine.dialect.name == "postgresql":
                    start.wait(10)
                services.sign_claim(
                    session, actor=actor, saving=saving, role=Role.FINANCE, claim_sha256=ids[saving_id],
                    password_confirmed_at=NOW, now=NOW,
                )  # fmt: skip
                session.commit()
            except guarding.CountedTwice as refusal:
                refused.append(refusal)
                session.rollback()

    acts = [threading.Thread(target=sign_one, args=(saving_id,)) for saving_id in ids]
    for one in acts:
        one.start()
    for one in acts:
        one.join(30)

    with Session(engine) as session:
        states = sorted(session.get_one(Saving, saving_id).state.value for saving_id in ids)
        assert states == ["in_verification", "verified"] and len(refused) == 1
        assert guarding.violations(session) == []
        assert session.query(Person).count()
