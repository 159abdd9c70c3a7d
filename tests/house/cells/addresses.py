"""The values of an address on one side of the access table."""

from typing import Any

from tests.house.world import Side


def of_circle(side: Side) -> dict[str, Any]:
    """The registered circle."""
    return {"circle_id": side.circle.id}


def of_partner(side: Side) -> dict[str, Any]:
    """The company that is asked to take part in the circle."""
    return of_circle(side) | {"partner_id": side.partner.id}


def of_talk(side: Side) -> dict[str, Any]:
    """The comments on the circle."""
    return {"kind": "circles", "subject_id": side.circle.id}


def of_activity(side: Side) -> dict[str, Any]:
    """An entry of the circle's log that the leader wrote."""
    return {"circle_id": side.circle.id, "activity_id": side.activity.id}


def of_draft_circle(side: Side) -> dict[str, Any]:
    """The circle that is a draft."""
    return {"circle_id": side.draft_circle.id}


def of_waiting_circle(side: Side) -> dict[str, Any]:
    """The circle that waits for approval."""
    return {"circle_id": side.waiting_circle.id}


def of_member(side: Side) -> dict[str, Any]:
    """A member of the registered circle."""
    return {"circle_id": side.circle.id, "member_id": side.circle.members[1].id}


def of_company(side: Side) -> dict[str, Any]:
    """The company."""
    return {"company_id": side.company.id}


def of_department(side: Side) -> dict[str, Any]:
    """The company's department."""
    return {"company_id": side.company.id, "department_id": side.workshop.id}


def of_colleague(side: Side) -> dict[str, Any]:
    """A worker of the company."""
    return {"company_id": side.company.id, "person_id": side.colleague.id}


def of_project(side: Side) -> dict[str, Any]:
    """The project under way."""
    return {"project_id": side.project.id}


def of_draft_project(side: Side) -> dict[str, Any]:
    """The project that is a draft."""
    return {"project_id": side.draft_project.id}


def of_waiting_project(side: Side) -> dict[str, Any]:
    """The project that waits for approval."""
    return {"project_id": side.waiting_project.id}


def of_step(side: Side) -> dict[str, Any]:
    """A step of the project."""
    return {"project_id": side.project.id, "key": side.step.key}


def of_evidence(side: Side) -> dict[str, Any]:
    """A piece of evidence."""
    return {"project_id": side.project.id, "evidence_id": side.evidence.id}


def of_record(side: Side) -> dict[str, Any]:
    """A record of a step."""
    return {"project_id": side.project.id, "record_id": side.record.id}


def of_saving(side: Side) -> dict[str, Any]:
    """The claimed saving."""
    return {"saving_id": side.saving.id}


def of_draft_saving(side: Side) -> dict[str, Any]:
    """The saving that is a draft."""
    return {"saving_id": side.draft_saving.id}


def of_meter(side: Side) -> dict[str, Any]:
    """A meter without a claim on it."""
    return {"meter_id": side.loose_meter.id}


def of_token(side: Side) -> dict[str, Any]:
    """The token of the company's own system."""
    return {"company_id": side.company.id, "token_id": side.token.id}


def of_finding(side: Side) -> dict[str, Any]:
    """What looks wrong at the reading."""
    return {"finding_id": side.finding.id}


def of_reading(side: Side) -> dict[str, Any]:
    """A reading without a claim on it."""
    return {"reading_id": side.reading.id}


def of_result(side: Side) -> dict[str, Any]:
    """A frozen result that is entered nowhere."""
    return {"result_id": side.free_result.id}


def of_draft_result(side: Side) -> dict[str, Any]:
    """A result that is a draft."""
    return {"result_id": side.draft_result.id}


def of_page(side: Side) -> dict[str, Any]:
    """A page of the blind copy of the free result."""
    return {"result_id": side.free_result.id, "page_id": side.pages["free"].id}


def of_company_round(side: Side) -> dict[str, Any]:
    """The company's round, in scoring."""
    return {"round_id": side.company_round.id}


def of_city_round(side: Side) -> dict[str, Any]:
    """The city's round, in formal review."""
    return {"round_id": side.city_round.id}


def of_province_round(side: Side) -> dict[str, Any]:
    """The province's round, in publicity."""
    return {"round_id": side.province_round.id}


def of_company_entry(side: Side) -> dict[str, Any]:
    """The entry of the company round."""
    return {"entry_id": side.company_entry.id}


def of_city_entry(side: Side) -> dict[str, Any]:
    """The entry of the city round, not reviewed yet."""
    return {"entry_id": side.city_entry.id}


def of_city_page(side: Side) -> dict[str, Any]:
    """A page of its blind copy, not confirmed yet."""
    return {"entry_id": side.city_entry.id, "page_id": side.pages["city"].id}


def of_desk(side: Side) -> dict[str, Any]:
    """The judge's open sheet in the company round."""
    return {"blind_key": side.company_entry.blind_key, "stage": "on_site"}


def of_blind_desk(side: Side) -> dict[str, Any]:
    """The judge's sheet in the province round."""
    return {"blind_key": side.province_entry.blind_key, "stage": side.scored_sheet.stage}


def of_list(side: Side) -> dict[str, Any]:
    """The published list of the province round."""
    return {"public_key": side.province_round.public_key}


def of_objection(side: Side) -> dict[str, Any]:
    """The objection in the province round."""
    return {"round_id": side.province_round.id, "objection_id": side.objection.id}


def of_filed(side: Side) -> dict[str, Any]:
    """The objection as its filer opens it."""
    return {"key": side.objection.key}


def of_award(side: Side) -> dict[str, Any]:
    """The award of the season before."""
    return {"public_key": side.award.public_key}


def of_counted(side: Side) -> dict[str, Any]:
    """The project with a verified saving."""
    return {"project_id": side.counted.project.id}


def of_row(side: Side) -> dict[str, Any]:
    """The row of that project on its company's board of all seasons."""
    project = side.counted.project
    return {"company": project.company_id, "by": "project", "season": "all", "row": project.id}


def with_reason(side: Side) -> dict[str, Any]:
    """A reason, which the act asks for."""
    return {"reason": "示例理由"}


def as_metering(side: Side) -> dict[str, Any]:
    """The signature of the metering verifier, whose turn it is."""
    return {"role": "metering", "claim_sha256": side.saving.claim.sha256, "reason": "示例理由"}


def of_region(side: Side) -> dict[str, Any]:
    """The province."""
    return {"region_id": side.province.id}
