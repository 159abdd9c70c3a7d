"""How a widget looks on the site that shows it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from cp_circles.leaderboards.asking import chosen
from cp_circles.web.forms import QueryForm
from cp_circles.web.i18n import LOCALES, locale_name

ROWS = ("5", "3", "10")
LOOKS = ("auto", "light", "dark")


class WidgetForm(QueryForm):
    """Rows, language and look of a widget; whatever is not offered becomes the usual."""

    rows = SelectField(_l("Rows"), choices=[SelectChoice(each, each) for each in sorted(ROWS, key=int)])
    lang = SelectField(_l("Language"), choices=[SelectChoice(*each) for each in LOCALES.items()])
    look = SelectField(
        _l("Look"),
        choices=[
            SelectChoice("auto", _l("As the visitor's system")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows.data = chosen(self.rows.data, ROWS)
        self.lang.data = chosen(self.lang.data, (locale_name(), *LOCALES))
        self.look.data = chosen(self.look.data, LOOKS)
