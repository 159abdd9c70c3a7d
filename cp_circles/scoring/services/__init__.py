"""Everything that judges do with their sheets: drafts, handing in, putting aside, and giving them back."""

from cp_circles.scoring.services.handing_in import hand_in
from cp_circles.scoring.services.reopening import reopen_sheet
from cp_circles.scoring.services.sheets import abstain, can_recuse, recuse, save_draft

__all__ = [
    "abstain",
    "can_recuse",
    "hand_in",
    "recuse",
    "reopen_sheet",
    "save_draft",
]
