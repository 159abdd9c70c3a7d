"""Everything that writes the department's records."""

from cp_circles.guidance.services.appraisals import appraise_circle
from cp_circles.guidance.services.approvals import Outcome, approve_together
from cp_circles.guidance.services.calendar import save_occasion, set_thresholds
from cp_circles.guidance.services.inspections import Seen, close_finding, log_inspection
from cp_circles.guidance.services.reminders import remind_circle
from cp_circles.guidance.services.signals import difference_hash, look_at_signal, print_pictures
from cp_circles.guidance.services.trainings import save_training
from cp_circles.guidance.services.visits import report_visit, save_visit

__all__ = [
    "Outcome",
    "Seen",
    "appraise_circle",
    "approve_together",
    "close_finding",
    "difference_hash",
    "log_inspection",
    "look_at_signal",
    "print_pictures",
    "remind_circle",
    "report_visit",
    "save_occasion",
    "save_training",
    "save_visit",
    "set_thresholds",
]
