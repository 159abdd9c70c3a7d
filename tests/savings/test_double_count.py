"""Whatever order of acts a company takes: nothing is counted twice, and every total is the sum of its parts.

A small company with a main meter and two sub-meters is driven through its services on a real database; after
every act the boards are compared with what the main meter itself saved.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from cp_circles.calc.exact import round_half_up
from cp_circles.db.engine import make_engine
from cp_circles.errors import DomainError
from cp_circles.ledger import queries as ledger
from cp_circles.ledger.models import Basis
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor
from cp_circles.projects.models import Project
from cp_circles.savings import ceilings, guarding, queries, rules, services
from cp_circles.savings.models import Saving, SavingState, Split, SplitState
from cp_circles.savings.services import guard
from cp_circles.savings.services.drafts import SavingDraft
from tests.builders import Builders
from tests.conftest import NOW
from tests.ledger import totals
from tests.savings.test_services import CHAIN, board

PERIODS = (
    (date(2025, 1, 1), date(2025, 12, 31)),
    (date(2025, 1, 1), date(2025, 6, 30)),
    (date(2025, 7, 1), date(2025, 12, 31)),
    (date(2025, 4, 1), date(2025, 9, 30)),
    (date(2026, 1, 1), date(2026, 6, 30)),
)
SHARES = (Decimal(1), Decimal("0.5"), Decimal("0.4"), Decimal("0.6"))
SAVED_IN = {2025: Decimal(240), 2026: Decimal(120)}
USED = {"main": (100, 80), "a": (60, 50), "b": (40, 30)}


@dataclass
class Stage:
    """The company as one run of acts sees it."""

    session: Session
    make: Builders
    meters: dict[str, Any]
    counter: Any
    projects: list[Project]
    leaders: list[Actor]
    verifiers: dict[Role, Actor]
    department: Actor
    savings: list[Saving]
    splits: list[Split]


def build(session: Session) -> Stage:
    """Three circles around one main meter with two sub-meters, a stranger beside; 20 kWh a month are saved."""
    make = Builders(session, NOW)
    company = make.company()
    meters = {name: make.meter(company, name=f"示例{name}") for name in USED}
    meters["a"].parent_id = meters["b"].parent_id = meters["main"].id
    counter = make.meter(company, "PRODUCTION", "t")
    for year, months in ((2024, 12), (2025, 12), (2026, 6)):
        make.monthly(counter, year, [10] * months)
        for name, (before, now) in USED.items():
            make.monthly(meters[name], year, [before if year == 2024 else now] * months)
    projects = [make.project(make.circle(company=company)) for _ in range(3)]
    leaders = [make.actor(project.circle.leader.person) for project in projects]
    session.flush()
    return Stage(
        session, make, meters, counter, projects, leaders,
        {role: make.verifier(role, company) for role in CHAIN},
        make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company), [], [],
    )  # fmt: skip


def draft(stage: Stage, project: int, meter: str, period: int, share: int) -> None:
    """A circle states a saving."""
    first, last = PERIODS[period]
    stated = SavingDraft(
        indicator_code="ELEC", meter=stage.meters[meter], production_meter=stage.counter,
        baseline_from=date(2024, 1, 1), baseline_to=date(2024, 12, 31), reporting_from=first,
        reporting_to=last, share=SHARES[share], method_reason="示例",
    )  # fmt: skip
    stage.savings.append(
        services.draft_saving(
            stage.session,
            actor=stage.leaders[project],
            project=stage.projects[project],
            draft=stated,
            now=NOW,
        )
    )


def leader(stage: Stage, saving: Saving) -> Actor:
    """Who states the savings of the project."""
    return stage.leaders[stage.projects.index(saving.project)]


def with_saving(act: Callable[[Stage, Saving], None]) -> Callable[..., None]:
    """An act on one of the savings that there are."""

    def run(stage: Stage, which: int, *_rest: Any) -> None:
        if stage.savings:
            act(stage, stage.savings[which % len(stage.savings)])

    return run


def claim(stage: Stage, saving: Saving) -> None:
    """The circle claims."""
    services.claim_saving(stage.session, actor=leader(stage, saving), saving=saving, now=NOW)


def sign(stage: Stage, saving: Saving) -> None:
    """Whoever's turn it is signs; all that is left of the chain."""
    while saving.claim is not None and (role := rules.next_role(saving.claim)) is not None:
        services.sign_claim(
            stage.session, actor=stage.verifiers[role], saving=saving, role=role,
            claim_sha256=saving.claim.sha256, password_confirmed_at=NOW, now=NOW,
        )  # fmt: skip


def void(stage: Stage, saving: Saving) -> None:
    """The department takes the last signature back."""
    live = rules.live_signatures(saving.claim) if saving.claim else []
    if live:
        services.void_signature(
            stage.session, actor=stage.department, signature=live[-1], reason="账单有误", now=NOW
        )


def reopen(stage: Stage, saving: Saving) -> None:
    """The circle opens its claim again."""
    services.reopen_claim(stage.session, actor=leader(stage, saving), saving=saving, reason="更正", now=NOW)


def withdraw(stage: Stage, saving: Saving) -> None:
    """The circle takes its saving back."""
    services.withdraw_saving(
        stage.session, actor=leader(stage, saving), saving=saving, reason="重复", now=NOW
    )


def refuse(stage: Stage, saving: Saving) -> None:
    """The verifier whose turn it is refuses."""
    role = rules.next_role(saving.claim) if saving.claim else None
    if role is not None and saving.claim is not None:
        services.refuse_claim(
            stage.session, actor=stage.verifiers[role], saving=saving, role=role,
            claim_sha256=saving.claim.sha256, reason="不符", now=NOW,
        )  # fmt: skip


def split(stage: Stage, which: int, project: int, meter: str, period: int, share: int) -> None:
    """The department asks two circles to share a meter, and both agree, or it ends a split."""
    standing = [row for row in stage.splits if row.state is SplitState.AGREED]
    if standing and which % 2:
        guard.end_split(stage.session, actor=stage.department, split=standing[0], reason="重新测算", now=NOW)
        return
    first, last = PERIODS[period]
    pair = (stage.projects[project], stage.projects[(project + 1) % 3])
    shares = {pair[0]: SHARES[share], pair[1]: max(1 - SHARES[share], Decimal("0.1"))}
    row = guard.propose_split(
        stage.session, actor=stage.department, meter=stage.meters[meter], shares=shares, starts_on=first,
        ends_on=last, reason="按设备功率", now=NOW,
    )  # fmt: skip
    stage.splits.append(row)
    for part in row.shares:
        actor = stage.leaders[stage.projects.index(part.project)]
        guard.answer_split(stage.session, actor=actor, share=part, agreed=True, note="", now=NOW)


def count(stage: Stage, which: int, *facts: Any) -> None:
    """A circle states and claims, and the whole chain signs."""
    draft(stage, *facts)
    claim(stage, stage.savings[-1])
    sign(stage, stage.savings[-1])


ACTS: dict[str, Callable[..., None]] = {
    "count": count,
    "draft": lambda stage, _which, *facts: draft(stage, *facts),
    "claim": with_saving(claim),
    "sign": with_saving(sign),
    "void": with_saving(void),
    "reopen": with_saving(reopen),
    "withdraw": with_saving(withdraw),
    "refuse": with_saving(refuse),
    "split": split,
}


def run(stage: Stage, name: str, facts: tuple[Any, ...]) -> None:
    """One act; what is refused leaves nothing behind."""
    kept = len(stage.savings), len(stage.splits)
    point = stage.session.begin_nested()
    try:
        ACTS[name](stage, *facts)
    except DomainError:
        point.rollback()
        del stage.savings[kept[0] :], stage.splits[kept[1] :]
        stage.session.expire_all()
        return
    point.commit()


def verified_quantity(saving: Saving) -> Decimal:
    """What counts of a saving, in kWh."""
    assert saving.claim is not None
    amounts = queries.verified_amounts(saving.claim)
    assert amounts is not None
    return amounts.quantity


def nothing_counts_twice(stage: Stage) -> None:
    """No line of meters exceeds the whole on a day, and no season counts more than the main meter saved."""
    verified = [row for row in stage.savings if row.state is SavingState.VERIFIED]
    for leaf in ("a", "b", "main"):
        line = {stage.meters[leaf].id, stage.meters["main"].id}
        for day in {row.reporting_from for row in verified}:
            on = [r for r in verified if r.meter_id in line and r.reporting_from <= day <= r.reporting_to]
            assert sum(row.share for row in on) <= 1
    for season, saved in SAVED_IN.items():
        counted = sum(verified_quantity(r) for r in verified if r.reporting_to.year == season)
        assert counted <= saved
    assert guarding.violations(stage.session) == []


def totals_are_sums(stage: Stage) -> None:
    """Roll-ups are the sums of their rows at every level, and hold exactly what is verified or claimed."""
    session, company = stage.session, stage.projects[0].company_id
    assert ledger.ledger_disagreements(session) == []
    verified = [row for row in stage.savings if row.state is SavingState.VERIFIED]
    claimed = [row.claim for row in stage.savings if row.claim is not None]
    expected = {
        Basis.VERIFIED: sum(
            (round_half_up(verified_quantity(row) * Decimal("0.1229"), 3) for row in verified), Decimal(0)
        ),
        Basis.CLAIMED: sum((row.kgce for row in claimed), Decimal(0)),
    }
    for basis, amount in expected.items():
        kgce = board(session, "kgce", basis)
        assert totals.total_of(session, kgce, "company", company) == amount
        parts = [totals.total_of(session, kgce, "project", row.id) for row in stage.projects]
        assert sum(parts) == amount
        for id_ in stage.projects[0].company.region.path_ids:
            assert totals.total_of(session, kgce, "region", id_) == amount


def the_ceiling_is_judged(stage: Stage) -> None:
    """The main meter's page says that more is claimed below it than it saved exactly where this is so."""
    for row in ceilings.ceilings(stage.session, stage.projects[0].company_id):
        if row.saved is not None:
            assert row.is_exceeded == (row.claimed > row.saved * Decimal("1.02"))


@pytest.fixture(scope="module")
def ground(fresh_database: Callable[[], str]) -> Iterator[Connection]:
    """A database of this module's own, within one transaction that is never committed."""
    engine = make_engine(fresh_database())
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()
    engine.dispose()


FACTS = st.tuples(
    st.integers(0, 5), st.integers(0, 2), st.sampled_from(list(USED)), st.integers(0, 4), st.integers(0, 3)
)
LIKELY = ["count", "count", "claim", "sign", "split", *ACTS]


@pytest.fixture(scope="module")
def stage(ground: Connection) -> Iterator[Stage]:
    """The company, built once."""
    with Session(ground, join_transaction_mode="create_savepoint") as session:
        yield build(session)


@settings(
    max_examples=15 if settings().max_examples < 1000 else 400,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=st.lists(st.tuples(st.sampled_from(LIKELY), FACTS), min_size=4, max_size=14))
def test_no_order_of_acts_counts_a_saving_twice(stage, acts):
    begun = stage.session.begin_nested()
    try:
        for name, facts in acts:
            run(stage, name, facts)
            nothing_counts_twice(stage)
        totals_are_sums(stage)
        the_ceiling_is_judged(stage)
    finally:
        begun.rollback()
        stage.savings.clear()
        stage.splits.clear()
        stage.session.expire_all()


def test_a_split_holds_only_when_nothing_verified_contradicts_it(stage):
    begun = stage.session.begin_nested()
    try:
        for name, facts in (("draft", (0, 0, "a", 0, 0)), ("claim", (0,)), ("sign", (0,))):
            run(stage, name, facts)
        assert stage.savings[0].state is SavingState.VERIFIED
        with pytest.raises(DomainError, match="has verified 100 %"):
            split(stage, 0, 0, "a", 0, 1)
        (asked,) = stage.splits
        assert asked.state is SplitState.PROPOSED and [row.agreed for row in asked.shares] == [True, None]
        void(stage, stage.savings[0])
        reopen(stage, stage.savings[0])
        last, actor = asked.shares[1], stage.leaders[1]
        guard.answer_split(stage.session, actor=actor, share=last, agreed=True, note="", now=NOW)
        assert asked.state is SplitState.AGREED and stage.savings[0].share == Decimal("0.5")
    finally:
        begun.rollback()
        stage.savings.clear()
        stage.splits.clear()
        stage.session.expire_all()
