"""The form of a formal review: the outcome, and one question for each point of the rule's checklist."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import Optional

from cp_circles.judging.forms import ReviewForm, choices
from cp_circles.rulesets.schema import RoundRule

PREFIX = "check_"
ANSWERS = (("yes", _l("Yes")), ("no", _l("No")), ("na", _l("Does not apply")))


class Answered(Optional):
    """May stay open while the outcome is not acceptance; the form does not call it optional."""

    field_flags = {"required": True}


def review_form(rule: RoundRule, found: Mapping[str, str], locale: str) -> ReviewForm:
    """The review's form with its checklist; what the records say is chosen beforehand."""
    points: dict[str, Any] = {
        f"{PREFIX}{check.key}": RadioField(
            check.names.in_(locale), [Answered()], choices=choices(ANSWERS), default=found.get(check.key)
        )
        for check in rule.formal_checks
    }
    made: ReviewForm = type("CheckedReviewForm", (ReviewForm,), points)()
    return made


def answers_of(form: ReviewForm) -> dict[str, str]:
    """What was answered, by the key of the point; unanswered points are left out."""
    return {
        field.name.removeprefix(PREFIX): field.data
        for field in form
        if field.name.startswith(PREFIX) and field.data
    }
