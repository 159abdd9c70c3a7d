"""Cells of what may count twice, agreed shares, sources of media, ceilings and follow-ups."""

from tests.house.cells.addresses import of_company, with_reason
from tests.house.cells.cell import rows
from tests.house.cells.readers import ADMIN, CIRCLE, DEPARTMENT, SEES_WORK
from tests.house.world import COMPANY_ROLES

STAFF = (*COMPANY_ROLES, *ADMIN)


def of_overlap(side):
    """A medium beside the energy it is made from."""
    return {"company_id": side.company.id, "key": f"media-{side.beside.id}-{side.saving.id}"}


def of_split(side):
    """A split that waits for the circles."""
    return {"split_id": side.split.id}


def of_share(side):
    """The circle's own share of it."""
    return {"share_id": side.split.shares[0].id}


def of_source(side):
    """What a medium is made from."""
    return {"source_id": side.source.id}


def of_follow_up(side):
    """A follow-up that waits for its answer."""
    return {"follow_up_id": side.follow_up.id}


ROWS = {
    **rows(
        "savings: list_overlaps new_split",
        may=STAFF,
        args=of_company,
        shows="secret",
    ),
    **rows("savings: show_ceiling list_follow_ups", may=STAFF, args=of_company),
    **rows("savings: show_overlap", may=STAFF, args=of_overlap, shows="secret"),
    **rows("savings: decide_overlap", may=DEPARTMENT, args=of_overlap, body=with_reason),
    **rows("savings: propose_split name_source", may=DEPARTMENT, args=of_company),
    **rows("savings: end_split", may=DEPARTMENT, args=of_split, body=with_reason),
    **rows("savings: remove_source", may=DEPARTMENT, args=of_source, body=with_reason),
    **rows("savings: show_split", may=SEES_WORK, args=of_split, shows="secret"),
    **rows("savings: agree_split", may=CIRCLE, args=of_share),
    **rows("savings: decline_split", may=CIRCLE, args=of_share, body=with_reason),
    **rows("savings: show_follow_up", may=SEES_WORK, args=of_follow_up),
    **rows("savings: answer_follow_up", may=DEPARTMENT, args=of_follow_up),
    **rows("savings: take_back_answer", may=DEPARTMENT, args=of_follow_up, body=with_reason),
}
