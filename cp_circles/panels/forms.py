"""Forms of panels: inviting, declaring conflicts, who scores what."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from cp_circles.web.forms import (
    REASON,
    BaseForm,
    Needed,
    VersionForm,
)


class InviteForm(BaseForm):
    """Whom to invite."""

    person_id = HiddenField(validators=[Needed()])


class DeclarationForm(BaseForm):
    """The companies and circles that a judge is tied to."""

    companies = SelectMultipleField(_l("Companies"), coerce=int)
    circles = SelectMultipleField(_l("Circles"), coerce=int)
    note = TextAreaField(_l("Remark"), [Length(max=2000)], render_kw=REASON)
    read = BooleanField(
        _l("I have read the whole list; I have no tie to what is not ticked."),
        [DataRequired(_l("Please confirm that you have read the list."))],
    )


class AssignForm(BaseForm):
    """Who scores what in which stage."""

    entry_id = SelectField(_l("Entry"), [Needed()], coerce=int)
    judge_id = SelectField(_l("Judge"), [Needed()], coerce=int)
    stage = SelectField(_l("Stage"), [Needed()])


class StageForm(BaseForm):
    """The stage of a plan."""

    stage = HiddenField(validators=[Needed()])


class PlanForm(VersionForm):
    """The plan as it was shown."""

    plan_id = HiddenField(validators=[Needed()])


class PlanChangeForm(PlanForm):
    """Whom to take out of an entry's plan, and whom to put in."""

    entry_id = HiddenField(validators=[Needed()])
    drop = HiddenField()
    add = HiddenField()


class TermsForm(StageForm):
    """Entries that every judge reads, and judges of another city only."""

    anchors = SelectMultipleField(_l("Anchors: entries that every judge reads"), coerce=int)
    other_city = BooleanField(_l("Only judges of another city than the circle's"))
