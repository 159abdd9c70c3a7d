"""Who may do what in a round: organisers, judges, deciders, and those who look on."""

from collections.abc import Collection

from cp_circles.judging.models import Entry, Round, RoundJudge, ScoreSheet, SheetState
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import Actor


def can_open_season(actor: Actor, nation_id: int) -> bool:
    """The platform's administrator, and the official of the nation."""
    return actor.is_administrator or actor.holds(Role.OFFICIAL, ScopeKind.REGION, nation_id)


def can_organise_for(actor: Actor, *, company_id: int | None, region_id: int | None) -> bool:
    """The company's department for its own round, the official of exactly that region for the region's."""
    if actor.is_administrator:
        return True
    if company_id is not None:
        return actor.heads_department_of(company_id)
    return region_id is not None and actor.holds(Role.OFFICIAL, ScopeKind.REGION, region_id)


def can_organise(actor: Actor, round_: Round) -> bool:
    """True for those who hold the round."""
    return can_organise_for(actor, company_id=round_.company_id, region_id=round_.region_id)


def seat_path(round_: Round) -> str:
    """The region path of the organiser's seat."""
    if round_.company is not None:
        return round_.company.region.path
    assert round_.region is not None
    return round_.region.path


def can_see_round(actor: Actor, round_: Round, company_ids: Collection[int] = ()) -> bool:
    """Organisers, officials of the region or above, the round's judges, and whom an announced one concerns.

    `company_ids` are the companies that the actor belongs to; an announced round of a region is open to
    everybody who is signed in.
    """
    if can_organise(actor, round_) or actor.oversees(seat_path(round_)):
        return True
    if actor.holds(Role.JUDGE, ScopeKind.ROUND, round_.id):
        return True
    if round_.company_id is not None:
        return round_.announced_at is not None and round_.company_id in company_ids
    return round_.announced_at is not None and actor.person_id is not None


def sees_progress(actor: Actor, round_: Round) -> bool:
    """Those who hold the round, and officials above it: how many sheets are in is nobody else's to know."""
    return can_organise(actor, round_) or actor.oversees(seat_path(round_))


def can_see_entry(
    actor: Actor, entry: Entry, company_ids: Collection[int], circle_ids: Collection[int]
) -> bool:
    """The organiser, the department of the company, and the circle whose result it is."""
    if can_organise(actor, entry.round_):
        return True
    project = entry.result.project
    return (project.circle_id is not None and project.circle_id in circle_ids) or actor.heads_department_of(
        project.company_id
    )


def can_enter_result(actor: Actor, *, company_id: int, circle_id: int | None) -> bool:
    """The circle's leader, or the department of its company."""
    leads = circle_id is not None and actor.holds(Role.LEADER, ScopeKind.CIRCLE, circle_id)
    return leads or actor.heads_department_of(company_id)


def can_judge(actor: Actor, judge: RoundJudge | None) -> bool:
    """A judge of the round who accepted."""
    return (
        judge is not None
        and judge.person_id == actor.person_id
        and judge.accepted_at is not None
        and judge.declined_at is None
    )


def is_own_sheet(actor: Actor, sheet: ScoreSheet) -> bool:
    """True for the judge whose sheet it is."""
    return actor.person_id is not None and sheet.judge_id == actor.person_id


def has_scored(sheet: ScoreSheet) -> bool:
    """True once the judge has handed the sheet in, or agreed with what was entered from the paper."""
    agreed = sheet.scan_sha256 is None or sheet.agreed_at is not None
    return sheet.state is SheetState.SUBMITTED and agreed


def can_decide_for_organiser(actor: Actor, round_: Round) -> bool:
    """Those who hold the round, and officials of its region or above, may take up an objection."""
    return can_organise(actor, round_) or actor.oversees(seat_path(round_))
