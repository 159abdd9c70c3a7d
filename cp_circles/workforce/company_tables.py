"""Every table that names a company, and what becomes of its rows when a doubled company is merged.

A test walks the schema against these lists, so that no new table can be forgotten.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cp_circles.db.base import Base
from cp_circles.errors import msg

MOVING: tuple[tuple[str, tuple[str, ...]], ...] = (
    (msg("Departments"), ("departments",)),
    (msg("Employments"), ("employments",)),
    (msg("Circles"), ("circles",)),
    (msg("Parts in joint circles"), ("circle_partners",)),
    (msg("Projects"), ("projects",)),
    (msg("Meters and own indicators"), ("meters", "own_indicators")),
    (msg("Interfaces and layouts of readings"), ("api_tokens", "reading_layouts")),
    (msg("Cost accounts, bills and prices"), ("cost_accounts", "bills", "unit_prices")),
    (msg("Invited third parties"), ("third_parties",)),
    (
        msg("Splits, decisions and follow-ups"),
        ("splits", "overlap_decisions", "media_sources", "follow_ups"),
    ),
    (
        msg("Records of promotion work"),
        (
            "guidance_visits",
            "guidance_trainings",
            "guidance_inspections",
            "guidance_appraisals",
            "guidance_occasions",
        ),
    ),
    (msg("Report templates"), ("report_templates",)),
    (msg("Rounds of the company"), ("rounds",)),
    (msg("Rewards that were granted"), ("reward_grants",)),
    (msg("Declared conflicts of interest"), ("conflicts", "judge_ties")),
)
STAYING = {
    "circle_numbers": "numbers that were given stay; the company that stays goes on counting its own",
    "company_reward_rules": "the rule by which the company that stays grants rewards holds",
    "guidance_settings": "the thresholds of the company that stays hold",
    "verification_chains": "the signatures that the company that stays asks for hold",
}
BY_HAND = {
    "companies": "the alias names the company that it became part of",
    "ledger_rows": "moved with the totals above them",
    "living_rows": "moved with the totals above them",
    "grants": "moved; where both hold, the longer one stands",
    "stand_ins": "moved",
    "tasks": "open ones are moved",
    "announcements": "moved",
    "board_totals": "computed anew from the rows below them",
    "rollups": "moved with the rows below them",
    "held_companies": "sizes of the day on which a freeze began stay as long as it stands",
    "living_totals": "moved with the rows below them",
    "events": "history stays under the row where it happened, so that every chain still verifies",
    "awards": "published under the name of that day; they stay as they were",
    "award_choices": "of rounds that are over; they stay as they were published",
    "quotas": "only of rounds that are over; they stay as they were",
    "entries": "only of rounds that are over; they stay as they were",
}


def column_of(name: str) -> sa.Column[int]:
    """The column by which rows of a moving table name their company."""
    column: sa.Column[int] = Base.metadata.tables[name].c.company_id
    return column


def rows_held(session: Session, company_id: int) -> list[tuple[str, int]]:
    """What a company holds that would move: words and counts, one statement a table."""
    found = []
    for label, names in MOVING:
        count = 0
        for name in names:
            column = column_of(name)
            counted = sa.select(sa.func.count()).select_from(column.table).where(column == company_id)
            count += session.scalar(counted) or 0
        found.append((label, count))
    return found
