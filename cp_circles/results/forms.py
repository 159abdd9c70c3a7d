"""Forms of results: the texts, the freeze, the boxes on a blind page."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cp_circles.rulesets.schema import Method
from cp_circles.web.fields import FilesField
from cp_circles.web.forms import BaseForm, Needed, QueryForm, VersionForm


class ResultForm(VersionForm):
    """Title, summary and intangible benefit of a result."""

    title = StringField(_l("Title of the result"), [Needed(), Length(max=200)])
    summary = TextAreaField(
        _l("Summary"),
        [Length(max=8000)],
        description=_l("Problem, what was done, what came of it. The figures come from the project itself."),
        render_kw={"rows": 8},
    )
    intangible = TextAreaField(
        _l("Intangible benefit"),
        [Length(max=8000)],
        description=_l("What people learned, and what changed besides the figures."),
        render_kw={"rows": 4},
    )


class FreezeForm(VersionForm):
    """The confirmation before a result is frozen."""

    understood = BooleanField(
        _l("The figures are right. After freezing nothing in this result changes any more."),
        [InputRequired(_l("Tick the box if the figures are right."))],
    )


class BoxRow(PlainForm):
    """One box over a part of a page, in per cent of its width and height; an empty row is left out."""

    left = IntegerField(_l("From the left, %"), [Optional(), NumberRange(0, 100)])
    top = IntegerField(_l("From the top, %"), [Optional(), NumberRange(0, 100)])
    width = IntegerField(_l("Width, %"), [Optional(), NumberRange(1, 100)])
    height = IntegerField(_l("Height, %"), [Optional(), NumberRange(1, 100)])


class BoxesForm(VersionForm):
    """The boxes of one blind page."""

    boxes = FieldList(FormField(BoxRow), min_entries=3, max_entries=60)

    @property
    def values(self) -> list[list[int]]:
        """The boxes in thousandths of the page."""
        rows = [entry.form for entry in self.boxes]
        return [
            [10 * row.left.data, 10 * row.top.data, 10 * row.width.data, 10 * row.height.data]
            for row in rows
            if None not in (row.left.data, row.top.data, row.width.data, row.height.data)
        ]


class TemplateForm(BaseForm):
    """A company's own Word template for one method."""

    method = SelectField(_l("Method of the project"), [Needed()], choices=[])
    file = FilesField(
        _l("Word template (.docx)"),
        [Needed(_l("Please choose a file."))],
        description=_l("Begin with the standard template; keep the placeholders that every report needs."),
    )

    def offer(self, methods: Sequence[Method], locale: str) -> None:
        """Let these methods be chosen."""
        language = "en" if locale.startswith("en") else "zh"
        self.method.choices = [SelectChoice(one.key, getattr(one.names, language)) for one in methods]


class ResultFilter(QueryForm):
    """What the list of results shows."""

    q = StringField(_l("Search"))
    state = SelectField(_l("State"), choices=[], validate_choice=False)


def box_rows(boxes: list[Any]) -> list[dict[str, int]]:
    """Stored boxes as rows of the form, in per cent."""
    names = ("left", "top", "width", "height")
    return [dict(zip(names, [value // 10 for value in box], strict=True)) for box in boxes]
