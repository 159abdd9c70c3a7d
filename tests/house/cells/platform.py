"""Cells of the platform, its organisations and people, and the importer."""

from tests.house.cells.addresses import (
    of_colleague,
    of_company,
    of_counted,
    of_department,
    of_project,
    of_region,
    of_talk,
    with_reason,
)
from tests.house.cells.cell import rows
from tests.house.cells.readers import (
    ADMIN,
    ALL_OFFICIALS,
    CIRCLE,
    COMPANY_STAFF,
    EDITS_COMPANY,
    KEEPS,
    NOBODY_IN,
    SEES_WORK,
)
from tests.house.world import NAMED, READERS

WEB = {
    **rows("offline: worker icon shell", may=READERS),
    **rows("offline: me", may=NAMED),
    **rows("api: openapi", may=READERS),
    **rows("api: list_meters post_readings", may=NOBODY_IN),
    **rows("web: health switch_language switch_theme", may=READERS),
    **rows("homes: home", may=NAMED),
    **rows("homes: funnel_chart", may=ALL_OFFICIALS),
    **rows("homes: write_comment", may=(*CIRCLE, "facilitator", "department"), args=of_talk),
    **rows(
        "homes: settle_comment",
        may=("leader",),
        args=lambda side: of_talk(side) | {"comment_id": side.comment.id},
    ),
    **rows("homes: welcome welcome_chart", may=READERS, open_=True),
    **rows("displays: hall widget widget_code awards_feed", may=READERS, open_=True),
    **rows("homes: project_overview", may=SEES_WORK, args=of_project, shows="name"),
    **rows(
        "homes: overview_chart",
        may=SEES_WORK,
        args=lambda side: of_counted(side) | {"saving_id": side.counted.id},
    ),
}

ORGANISATIONS = {
    **rows("organisations: list_companies", may=COMPANY_STAFF, shows="name"),
    **rows("organisations: show_company", may=COMPANY_STAFF, args=of_company, shows="name"),
    **rows("organisations: new_company", may=(*ALL_OFFICIALS, *ADMIN)),
    **rows(
        "organisations: register_company",
        may=(*ALL_OFFICIALS, *ADMIN),
        body=lambda side: {"region": str(side.county.id)},
    ),
    **rows("organisations: edit_company", may=EDITS_COMPANY, args=of_company, shows="name"),
    **rows(
        "organisations: save_company save_thresholds save_member_limits", may=EDITS_COMPANY, args=of_company
    ),
    **rows("organisations: add_department", may=KEEPS, args=of_company),
    **rows("organisations: rename_department close_department", may=KEEPS, args=of_department),
    **rows("organisations: browse_regions", may=NAMED),
    **rows("organisations: show_region", may=NAMED, args=of_region, open_=True),
}

PEOPLE = {
    **rows(
        "people: sign_in begin_sign_in first_sign_in use_code forgot_password request_reset sign_out",
        may=READERS,
    ),
    **rows(
        "people: invitation accept_invitation reset_password save_new_password",
        may=NOBODY_IN,
        args=lambda side: {"key": "0" * 32},
    ),
    **rows(
        "people: confirm_password save_confirmation my_account change_password revoke_other_sign_ins "
        "drop_held_form save_draft",
        may=NAMED,
    ),
    **rows("people: held_form", may=NOBODY_IN),
    **rows("people: my_company", may=KEEPS),
    **rows("people: people_of_company", may=KEEPS, args=of_company, shows="who"),
    **rows("people: invite", may=KEEPS, args=of_company, shows="secret"),
    **rows("people: send_invitation", may=KEEPS, args=of_company),
    **rows("people: edit_person", may=KEEPS, args=of_colleague, shows="who"),
    **rows("people: issue_code grant_company_role", may=KEEPS, args=of_colleague),
    **rows(
        "people: revoke_grant", may=KEEPS, args=lambda side: {"grant_id": side.grant.id}, body=with_reason
    ),
    **rows("people: list_everybody", may=ADMIN, shows="who"),
    **rows("people: show_person", may=ADMIN, args=lambda s: {"person_id": s.colleague.id}, shows="who"),
    **rows("people: revoke_sign_in", may=("leader",), args=lambda side: {"sign_in_id": side.sign_in_id}),
    **rows("people: grant_any_role deactivate", may=ADMIN, args=lambda s: {"person_id": s.colleague.id}),
}

PLATFORM = {
    **rows("editions: list_editions", may=NAMED),
    **rows(
        "editions: show_edition download_edition",
        may=NAMED,
        args=lambda side: {"edition_id": side.season.ladder_edition_id},
        unscoped=True,
    ),
    **rows("editions: new_edition publish_edition", may=ADMIN),
    **rows("notices: list_tasks", may=NAMED),
    **rows("notices: list_mails", may=NAMED),
    **rows("notices: dismiss_task", may=("leader",), args=lambda side: {"task_id": side.tasks["leader"].id}),
}

IMPORTS = {
    **rows("imports: list_imports take_file", may=KEEPS),
    **rows("imports: preview start_import", may=NOBODY_IN, args=lambda side: {"token": "0" * 32}),
    **rows("imports: show_import download_findings", may=NOBODY_IN, args=lambda side: {"job_id": 1}),
}
ROWS = WEB | ORGANISATIONS | PEOPLE | PLATFORM | IMPORTS
