"""What each door of a round is asked in every moment of the round's life: one `Act` for every such door.

In which moments it opens says the `phases` field of its row in the access table; `opens` stands here only
where the same door is asked about a second state of the record. `ready` puts the record into the state in
which the act would be done, so that a refusal comes from the moment and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.awards.models import Award, AwardChoice, CompanyRewardRule
from cp_circles.awards.services import foresee_annulment, payments_of
from cp_circles.editions.queries import latest
from cp_circles.judging import guards
from cp_circles.judging.models import (
    Entry,
    EntryState,
    Objection,
    ObjectionState,
    PublicList,
    Quota,
    RoundJudge,
    ScoreSheet,
    SheetState,
)
from cp_circles.judging.phases import MOMENTS, from_to, since
from cp_circles.panels import services as panels_services
from cp_circles.panels.queries.plans import open_plan
from cp_circles.people.rules import SYSTEM
from cp_circles.results.models import Result
from cp_circles.standings import services as standings_services
from tests.house.cells_sittings import asked
from tests.house.film import NAME, SECRET, Film, in_round

Body = Callable[[Film, Session], dict[str, str]]
Ready = Callable[[Film, Session], None]
LOCAL = timedelta(hours=8)
SETTINGS = ("name", "award_edition_id", "pass_mark", "reserve_places", "publicity_days", "panel_size")


@dataclass(frozen=True)
class Act:
    """A door of the round: who asks, with which values, what a page shows and what an act is sent."""

    reader: str
    args: dict[str, str]
    shows: str = ""
    body: Body = lambda film, session: {}
    ready: Ready | None = None
    ready_in: tuple[str, ...] = MOMENTS
    opens: tuple[str, ...] | None = None
    public: bool = False
    endpoint: str = ""


def reason(film: Film, session: Session) -> dict[str, str]:
    """A reason."""
    return {"reason": "示例理由"}


def acceptance(film: Film, session: Session) -> dict[str, str]:
    """The review's good outcome."""
    rule = guards.rule_of(session, in_round(film, session))
    return {"outcome": "accepted"} | {f"check_{check.key}": "yes" for check in rule.formal_checks}


def rejection(film: Film, session: Session) -> dict[str, str]:
    """The review's bad outcome."""
    return {"outcome": "rejected", "reason": "示例理由"}


def unannounced(film: Film, session: Session) -> None:
    """The round is not announced yet."""
    in_round(film, session).announced_at = None


def to_complete(film: Film, session: Session) -> None:
    """The entry waits for its completion."""
    entry = session.get_one(Entry, film.ids["entry"])
    entry.state, entry.complete_by = EntryState.TO_COMPLETE, (film.clock.moment + timedelta(days=9)).date()


def handed_in_again(film: Film, session: Session) -> None:
    """The entry waits for its review, as one that came late does."""
    session.get_one(Entry, film.ids["entry"]).state = EntryState.SUBMITTED


def without_number(film: Film, session: Session) -> None:
    """An accepted entry without a number, and nobody who has not declared."""
    entry = session.get_one(Entry, film.ids["entry"])
    entry.state, entry.blind_number = EntryState.ACCEPTED, None
    late = session.get_one(RoundJudge, film.ids["late_judge"])
    late.conflicts_declared_at = film.clock.moment


def sheet_open(film: Film, session: Session) -> None:
    """The judge's sheets of the entry are open and were not given back."""
    for sheet in _sheets(film, session):
        sheet.state, sheet.total, sheet.submitted_at, sheet.sha256 = SheetState.OPEN, None, None, None


def sheet_in(film: Film, session: Session) -> None:
    """The judge's sheets of the entry are handed in."""
    for sheet in _sheets(film, session):
        sheet.state = SheetState.SUBMITTED
        sheet.total = sum((Decimal(text) for text in sheet.points.values()), Decimal(0))


def _sheets(film: Film, session: Session) -> list[ScoreSheet]:
    wanted = [film.ids["sheet"], film.ids["talk"]]
    return list(session.scalars(sa.select(ScoreSheet).where(ScoreSheet.id.in_(wanted))))


def all_in(film: Film, session: Session) -> None:
    """All sheets are handed in again, and the standing is computed anew."""
    sheet_in(film, session)
    standings_services.compute_standing(
        session, actor=SYSTEM, round_=in_round(film, session), reason="示例理由", now=film.clock.moment
    )


def list_held(film: Film, session: Session) -> None:
    """The public list is held; one that was taken back meanwhile is still there."""
    round_ = in_round(film, session)
    shown = session.scalar(sa.select(PublicList).where(PublicList.round_id == round_.id))
    if shown is None and round_.standing_id is not None:
        facts = {"round_id": round_.id, "standing_id": round_.standing_id, "published_at": film.clock.moment}
        shown = PublicList(**facts, hold_reason="示例理由")
        session.add(shown)
    if shown is not None:
        shown.held_at = film.clock.moment


def admitted(film: Film, session: Session) -> None:
    """The objection is admitted."""
    session.get_one(Objection, film.ids["objection"]).state = ObjectionState.ADMITTED


def place_free(film: Film, session: Session) -> None:
    """Who was promoted has withdrawn above."""
    session.execute(
        sa.update(Entry).where(Entry.round_id == film.ids["upper"]).values(state=EntryState.WITHDRAWN)
    )


def settings_body(film: Film, session: Session) -> dict[str, str]:
    """The settings of the round as they are."""
    round_ = in_round(film, session)
    body = {name: str(getattr(round_, name)) for name in SETTINGS} | {"version": str(round_.version)}
    body["reason"] = "示例理由"
    for place, phase in enumerate(round_.phases):
        times = {"key": phase.key, "starts_at": _local(phase.starts_at), "ends_at": _local(phase.ends_at)}
        body |= {f"phases-{place}-{name}": value for name, value in times.items()}
    return body


def _local(at: Any) -> str:
    return (at + LOCAL).strftime("%Y-%m-%dT%H:%M")


def longer_body(film: Film, session: Session) -> dict[str, str]:
    """The last phase a day longer."""
    last = in_round(film, session).phases[-1]
    return {"ends_at": _local(last.ends_at + timedelta(days=9)), "reason": "示例理由"}


def version_body(film: Film, session: Session) -> dict[str, str]:
    """The version of the round, and a reason."""
    return {"version": str(in_round(film, session).version), "reason": "示例理由"}


def sheet_body(film: Film, session: Session) -> dict[str, str]:
    """A draft without points."""
    sheet = session.get(ScoreSheet, film.ids["sheet"])
    return {"version": str(sheet.version if sheet else 1), "act": "save"}


def talk_body(film: Film, session: Session) -> dict[str, str]:
    """A draft of the presentation's sheet."""
    sheet = session.get(ScoreSheet, film.ids["talk"])
    return {"version": str(sheet.version if sheet else 1), "act": "save"}


def panel_body(film: Film, session: Session) -> dict[str, str]:
    """The plan as it is shown."""
    plan = open_plan(session, film.ids["round"], "on_site")
    return {"plan_id": str(plan.id), "version": str(plan.version)} if plan else {"plan_id": "1"}


def change_body(film: Film, session: Session) -> dict[str, str]:
    """A judge taken out of the plan."""
    plan = open_plan(session, film.ids["round"], "on_site")
    if plan is None or not plan.pairs:
        return panel_body(film, session)
    entry_id, person_id = plan.pairs[0]
    return panel_body(film, session) | {"entry_id": str(entry_id), "drop": str(person_id)}


def planned(film: Film, session: Session) -> None:
    """A plan of the panel is open."""
    panels_services.draft_panel(
        session, actor=SYSTEM, round_=in_round(film, session), stage="on_site", now=film.clock.moment
    )


def stage_body(film: Film, session: Session) -> dict[str, str]:
    """The stage."""
    return {"stage": "on_site"}


def terms_body(film: Film, session: Session) -> dict[str, str]:
    """An anchor."""
    return {"stage": "on_site", "anchors": str(film.ids["entry"])}


def assign_body(film: Film, session: Session) -> dict[str, str]:
    """The entry for a judge who has it not."""
    return {"entry_id": str(film.ids["entry"]), "judge_id": str(film.ids["spare"]), "stage": "on_site"}


def objection_body(film: Film, session: Session) -> dict[str, str]:
    """An objection to the other entry."""
    return {"entry_id": str(film.ids["second_entry"]), "text": "示例异议的事实和依据都写在这里"}


def decision_body(film: Film, session: Session) -> dict[str, str]:
    """The objection's version with a decision."""
    objection = session.get(Objection, film.ids["objection"])
    version = str(objection.version if objection else 1)
    return {"version": version, "effect": "none", "decision": "示例理由", "reason": "示例理由"}


ROUND, ENTRY, LIST = {"round_id": "round"}, {"entry_id": "entry"}, {"public_key": "public_key"}
PAGE = {"entry_id": "entry", "page_id": "page"}
DESK = {"blind_key": "blind_key", "stage": "=on_site"}
TALK = {"blind_key": "blind_key", "stage": "=presentation"}
PHASE, QUOTAS = ROUND | {"key": "=final"}, {"round_id": "giver"}
SHEET, TICKET = {"sheet_id": "sheet"}, ROUND | {"objection_id": "objection"}
FILED, AWARD = {"key": "objection_key"}, {"public_key": "award"}
ENTERED, JUDGED = since("entry"), since("conflict_declaration")
ASSIGNABLE = from_to("conflict_declaration", "presentation")
BACK, OBJECTED = ("taken_back",), ("publicity", "taken_back")
SHOWN = ("publicity", "final", "after", "finished", "awarded")
TITLE = f"课题0 {NAME}"
FIELD = 'name="{}"'.format


def quota_body(film: Film, session: Session) -> dict[str, str]:
    """Two places for the company below."""
    return {f"places-company-{film.ids['elsewhere']}-problem_solving": "2"}


def places_back(film: Film, session: Session) -> None:
    """One place came back to the giving round, and a unit below can fill it."""
    session.add(
        Quota(
            round_id=film.ids["giver"], unit_kind="returned", unit_id=0, track_key="problem_solving", places=1
        )
    )


def hand_on_body(film: Film, session: Session) -> dict[str, str]:
    """The returned place for the company below."""
    unit = f"company:{film.ids['elsewhere']}"
    return {"track": "problem_solving", "unit": unit, "places": "1", "reason": "示例理由"}


def return_body(film: Film, session: Session) -> dict[str, str]:
    """One place of the round above."""
    return {"track": "problem_solving", "places": "1", "reason": "示例理由"}


def annulment_body(film: Film, session: Session) -> dict[str, str]:
    """The reason and the state as it is shown."""
    result = session.get(Result, film.ids["result"])
    entered = session.scalar(sa.select(Entry.id).where(Entry.result_id == film.ids["result"]))
    found = foresee_annulment(session, actor=SYSTEM, result=result) if result and entered else None
    return {"reason": "示例理由", "seasons": "1", "seen": found.digest if found else ""}


def computed(film: Film, session: Session) -> None:
    """The standing is computed, if it can be."""
    round_ = in_round(film, session)
    if round_.standing_id is None:
        all_in(film, session)


def chosen(film: Film, session: Session) -> None:
    """Somebody is chosen for a special award."""
    choice = AwardChoice(
        round_id=film.ids["round"],
        award_key="best_presentation",
        entry_id=film.ids["entry"],
        reason="示例理由",
        chosen_at=film.clock.moment,
    )
    session.add(choice)
    session.flush()
    film.ids["choice"] = choice.id


def special_body(film: Film, session: Session) -> dict[str, str]:
    """The entry, with a reason."""
    return {"holder": str(film.ids["entry"]), "reason": "示例理由"}


def rule_taken(film: Film, session: Session) -> None:
    """The company has a reward rule."""
    edition = latest(session, "reward_rule", "fixed_by_level")
    assert edition is not None
    row = CompanyRewardRule(company_id=film.ids["company"], edition_id=edition.id, set_at=film.clock.moment)
    session.add(row)


def due_body(film: Film, session: Session) -> dict[str, str]:
    """What is due for the award, as it is shown."""
    award = session.scalar(sa.select(Award).where(Award.public_key == str(film.ids["award"])))
    due = payments_of(session, film.ids["company"], [award])[0].due if award is not None else None
    return {"seen": str(due)}


SPECIAL = ROUND | {"award_key": "=best_presentation"}
UNPUBLISHED = ("deliberation", "late", "taken_back")


ROUNDS = {
    "judging.show_round": Act("leader", ROUND, shows=NAME),
    "judging.show_rule": Act("leader", ROUND, shows=NAME),
    "judging.edit_round": Act("department", ROUND, shows=NAME),
    "judging.save_round": Act("department", ROUND, body=settings_body),
    "judging.announce_round": Act("department", ROUND, ready=unannounced),
    "judging.end_phase": Act("department", ROUND, body=reason),
    "judging.edit_phase": Act("department", PHASE, shows=FIELD("ends_at")),
    "judging.move_phase": Act("department", PHASE, body=longer_body),
    "quotas.edit_quotas": Act("city_official", QUOTAS, shows=NAME),
    "quotas.set_quotas": Act("city_official", QUOTAS, body=quota_body),
    "quotas.hand_on_places": Act("city_official", QUOTAS, body=hand_on_body, ready=places_back),
    "quotas.new_return": Act("department", ROUND, shows=NAME),
    "quotas.return_places": Act("department", ROUND, body=return_body, ready=place_free),
}
ENTRIES = {
    "judging.list_entries": Act("department", ROUND, shows=TITLE),
    "judging.show_report": Act("department", ENTRY, shows=SECRET),
    "judging.blind_pages": Act("department", ENTRY, shows=TITLE),
    "judging.blind_page_image": Act("department", PAGE),
    "judging.confirm_blind_page": Act("department", {"entry_id": "second_entry", "page_id": "second_page"}),
    "judging.review_entry": Act(
        "department", ENTRY, body=rejection, ready=handed_in_again, ready_in=ENTERED
    ),
    "judging.review_entry accepted": Act(
        "department", ENTRY, body=acceptance, ready=handed_in_again, ready_in=ENTERED,
        opens=from_to("formal_review", "presentation"),
    ),
    "judging.review_entry again": Act("department", ENTRY, body=acceptance, opens=("formal_review",)),
    "judging.give_blind_numbers": Act("department", ROUND, ready=without_number, ready_in=ENTERED),
    "judging.new_entry": Act("leader", ROUND, shows=FIELD("result_id")),
    "judging.enter_result": Act("leader", ROUND, body=lambda f, s: {"result_id": str(f.ids["free"])}),
    "judging.show_entry": Act("leader", ENTRY, shows=TITLE),
    "judging.complete_entry": Act(
        "leader", ENTRY, body=lambda f, s: {"note": "示例说明", "result_id": str(f.ids["result"])},
        ready=to_complete, ready_in=ENTERED,
    ),
    "judging.withdraw_entry": Act("leader", ENTRY, body=reason),
}  # fmt: skip
PANEL = {
    "panels.show_panel": Act("department", ROUND, shows=f"invitee {NAME}"),
    "panels.invite_judge": Act("department", ROUND, body=lambda f, s: {"person_id": str(f.ids["somebody"])}),
    "panels.propose_panel": Act("department", ROUND, shows=FIELD("stage")),
    "panels.draft_panel": Act("department", ROUND, body=stage_body),
    "panels.change_panel": Act("department", ROUND, body=change_body, ready=planned, ready_in=ASSIGNABLE),
    "panels.save_panel_terms": Act("department", ROUND, body=terms_body),
    "panels.remind_judges": Act("department", ROUND),
    "panels.release_judge": Act("department", ROUND | {"judge_id": "judge_place"}, body=reason),
    "panels.assign_judge": Act("department", ROUND, body=assign_body),
    "panels.assign_panel": Act("department", ROUND, body=panel_body, ready=planned, ready_in=ASSIGNABLE),
    "panels.unassign_judge": Act("department", SHEET, body=reason, ready=sheet_open, ready_in=JUDGED),
    "scoring.reopen_sheet": Act("department", SHEET, body=reason, ready=sheet_in, ready_in=since("scoring")),
    "scoring.print_any_sheet": Act("department", SHEET, ready=sheet_in, ready_in=since("scoring")),
    "scoring.show_versions": Act("department", SHEET, ready=sheet_in, ready_in=since("scoring")),
    "panels.show_invitation": Act("invitee", ROUND, shows=NAME),
    "panels.accept_invitation": Act("invitee", ROUND),
    "panels.decline_invitation": Act("invitee", ROUND, body=reason),
    "panels.new_declaration": Act("late_judge", ROUND, shows=FIELD("read")),
    "panels.declare_conflicts": Act("late_judge", ROUND, body=lambda f, s: {"read": "y"}),
}
DESKS = {
    "scoring.round_desk": Act("judge", ROUND, shows="/judging/desk/"),
    "scoring.show_desk": Act("judge", DESK, shows=SECRET),
    "scoring.print_sheet": Act("judge", DESK, shows=NAME),
    "scoring.desk_page_image": Act("judge", DESK | {"position": "=9"}),
    "scoring.desk_evidence": Act("judge", DESK | {"sha256": "sha256"}, shows=SECRET),
    "scoring.autosave_sheet": Act("judge", DESK, body=sheet_body, ready=sheet_open, ready_in=JUDGED),
    "scoring.save_sheet": Act("judge", DESK, body=sheet_body, ready=sheet_open, ready_in=JUDGED),
    "scoring.save_sheet talk": Act(
        "judge", TALK, body=talk_body, ready=sheet_open, ready_in=JUDGED, opens=("presentation", *BACK)
    ),
    "scoring.abstain": Act("judge", DESK, body=reason, ready=sheet_open, ready_in=JUDGED),
    "scoring.abstain talk": Act(
        "judge", TALK, body=reason, ready=sheet_open, ready_in=JUDGED, opens=("presentation", *BACK)
    ),
    "scoring.recuse": Act("judge", DESK, body=reason, ready=sheet_open, ready_in=JUDGED),
}
STANDINGS = {
    "standings.show_standing": Act("department", ROUND, shows=TITLE),
    "standings.print_standing": Act("department", ROUND, shows=TITLE),
    "standings.export_standing": Act("department", ROUND, shows=TITLE),
    "trust.download_audit": Act("department", ROUND),
    "standings.compute_standing": Act("department", ROUND, body=version_body, ready=sheet_in, ready_in=BACK),
    "standings.foresee_standing": Act(
        "department", ROUND, shows=FIELD("seen"), ready=sheet_in, ready_in=BACK
    ),
    "standings.publish_standing": Act("department", ROUND, ready=all_in, ready_in=BACK),
    "standings.hold_list": Act("department", ROUND, body=reason),
    "standings.lift_hold": Act("department", ROUND, ready=list_held, ready_in=(*SHOWN, *BACK)),
    "standings.finish_round": Act("department", ROUND),
    "standings.promote_reserve": Act(
        "department", ROUND, body=lambda f, s: {"track": "problem_solving"}, ready=place_free,
        ready_in=("finished", "awarded"),
    ),
    "standings.show_fairness": Act("department", ROUND, shows=NAME),
    "standings.public_fairness": Act("visitor", LIST, shows=NAME, public=True),
    "standings.public_lists": Act("visitor", {}, shows=NAME, public=True),
    "standings.show_list": Act("visitor", LIST, shows=TITLE, public=True),
    "standings.print_list": Act("visitor", LIST, shows=TITLE, public=True),
    "standings.export_list": Act("visitor", LIST, shows=TITLE, public=True),
    "judging.public_rule": Act("visitor", LIST, shows=NAME, public=True),
}  # fmt: skip
OBJECTIONS = {
    "objections.new_objection": Act("filer", LIST, shows=FIELD("entry_id"), public=True),
    "objections.file_objection": Act("filer", LIST, body=objection_body, public=True),
    "objections.my_objection": Act("filer", FILED, shows=SECRET),
    "objections.withdraw_objection": Act("filer", FILED),
    "objections.list_objections": Act("department", ROUND, shows="/objections/1"),
    "objections.show_objection": Act("department", TICKET, shows=SECRET),
    "objections.objection_evidence": Act("department", TICKET, shows=SECRET),
    "objections.admit_objection": Act("department", TICKET, body=decision_body),
    "objections.refuse_objection": Act("department", TICKET, body=decision_body),
    "objections.decide_objection": Act(
        "department", TICKET, body=decision_body, ready=admitted, ready_in=OBJECTED
    ),
}
AWARDS = {
    "awards.propose_awards": Act("department", ROUND, shows=TITLE),
    "awards.give_awards": Act("department", ROUND),
    "awards.choose_special": Act("department", SPECIAL, shows=TITLE, ready=computed, ready_in=UNPUBLISHED),
    "awards.save_special": Act(
        "department", SPECIAL, body=special_body, ready=computed, ready_in=UNPUBLISHED
    ),
    "awards.drop_special": Act(
        "department",
        ROUND | {"choice_id": "choice"},
        body=reason,
        ready=chosen,
        ready_in=since("deliberation"),
    ),
    "awards.print_certificates": Act("department", ROUND),
    "awards.show_ceremony": Act("department", ROUND, shows=NAME),
    "awards.show_reward": Act("leader", AWARD, shows=NAME),
    "awards.grant_reward": Act("department", AWARD, body=due_body, ready=rule_taken),
    "awards.certificate_file": Act("visitor", AWARD, public=True),
    "awards.revoke_award": Act("department", AWARD, body=reason),
    "awards.new_annulment": Act("department", {"result_id": "result"}, shows=FIELD("seen")),
    "awards.annul_result": Act("department", {"result_id": "result"}, body=annulment_body),
    "awards.show_certificate": Act("visitor", AWARD, shows=NAME, public=True),
    "awards.qr_code": Act("visitor", AWARD, public=True),
    "results.withdraw_result entered": Act("leader", {"result_id": "result"}, body=reason, opens=("before",)),
    "results.revoke_result entered": Act("department", {"result_id": "result"}, body=reason, opens=MOMENTS),
    "leaderboards.public_awards": Act("visitor", {}, shows=NAME, public=True),
}
ACTS: dict[str, Act] = asked(Act) | ROUNDS | ENTRIES | PANEL | DESKS | STANDINGS | OBJECTIONS | AWARDS
OF_NO_ROUND = {
    "judging": "list_rounds new_season open_season show_new_year roll_over copy_rounds edit_county_rounds "
    "hold_county_rounds new_round open_round",
    "scoring": "my_entries",
    "quotas": "",
    "panels": "",
    "standings": "show_calendar add_calendar_day remove_calendar_day",
    "objections": "my_objections",
    "awards": "check list_bans lift_circle_ban list_rewards adopt_reward_rule",
    "sittings": "",
    "trust": "list_heads check_receipt verifier my_receipts",
    "results": "list_results project_results draft_result show_result download_package saving_csv edit_result "
    "withdraw_result save_result confirm_freeze freeze_result revoke_result blind_pages blind_page_image edit_boxes "
    "paint_boxes confirm_blind_page show_history show_documents order_document download_document list_templates "
    "send_template standard_template_file preview_template use_template end_template show_pack download_pack",
    "leaderboards": "boards export_board board_chart show_savings show_project start_from_case public_boards "
    "export_public_board public_savings "
    "public_board_chart public_project method list_freezes freeze_boards lift_freeze",
}
