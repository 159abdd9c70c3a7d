"""The base of every form: the sign-in's token, messages in the reader's language, held and refused input."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import escape
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import Length

from cp_circles.errors import DomainError, Invalid, NotAllowed, NotFound, Stale
from cp_circles.web import held
from cp_circles.web.csrf import SignInCsrf
from cp_circles.web.errors import status_of
from cp_circles.web.fields import (
    DecimalText,
    FilesField,
    Identifier,
    LocalDate,
    Needed,
    PersonChoice,
    read_decimal,
    whole_number,
)
from cp_circles.web.i18n import translate
from cp_circles.web.session import SAFE_METHODS, db_session

AUTOMATIC: Any = object()
REASON = {"rows": 3, "maxlength": 2000}


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Pairs of value and label, as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in pairs]


class BaseForm(Form):
    """A form of this application; on an unsafe request it reads what was sent by itself.

    On a GET it shows what was typed before an expired sign-in, if that is kept for this page.
    """

    class Meta:
        """WTForms' settings."""

        csrf = True
        csrf_class = SignInCsrf
        csrf_field_name = "csrf_token"

        @property
        def locales(self) -> list[str]:
            """WTForms' own messages, in the reader's language."""
            locale = get_locale()
            return ["en"] if locale is not None and locale.language == "en" else ["zh"]

    def __init__(self, formdata: Any = AUTOMATIC, obj: Any = None, **kwargs: Any) -> None:
        if formdata is AUTOMATIC:
            formdata = self._sent()
        super().__init__(formdata, obj, **kwargs)

    @classmethod
    def _sent(cls) -> Any:
        if request.method not in SAFE_METHODS:
            return CombinedMultiDict([request.files, request.form]) if request.files else request.form
        return held.held_fields(cls.field_names())

    @classmethod
    def field_names(cls) -> set[str]:
        """The names of the fields that the class declares."""
        return {name for name in dir(cls) if isinstance(getattr(cls, name), UnboundField)}

    def fill_from(self, invalid: Invalid) -> None:
        """Put a service's refusal beside the field it names, or above the form."""
        message = translate(invalid.msgid, invalid.values)
        if invalid.field and invalid.field in self._fields:
            field = self._fields[invalid.field]
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)

    def answer(
        self,
        act: Callable[[], ResponseReturnValue],
        again: Callable[[], str],
        stale: Callable[[Stale], ResponseReturnValue] | None = None,
    ) -> ResponseReturnValue:
        """What `act` answers; where form or service refuses, the page once more with the reasons: 422.

        What a refusing service had begun is taken back before the page is shown.
        `stale` answers where somebody else saved first; without it that is the general page of 409. Another
        state that refuses answers 409 (429 for too many tries) with the page and the reason: nothing is lost.
        """
        try:
            if self.validate():
                return act()
        except Invalid as invalid:
            self.fill_from(invalid)
            db_session().rollback()
        except Stale as refusal:
            if stale is None:
                raise
            return stale(refusal)
        except (NotFound, NotAllowed):
            raise
        except DomainError as refusal:
            return self._with_reason(refusal, again), status_of(refusal)
        return again(), 422

    def _with_reason(self, refusal: DomainError, again: Callable[[], str]) -> str:
        """The page with what was typed under the reason; the refusal itself where a page cannot say it."""
        message = translate(refusal.msgid, refusal.values)
        self.form_errors.append(message)
        db_session().rollback()
        if held.wants_data() or escape(message) not in (page := again()):
            raise refusal
        return page

    def chosen(self, *names: str) -> dict[str, Any]:
        """The data of these fields by name, to hand to a service."""
        return {name: self._fields[name].data for name in names}


class QueryForm(Form):
    """Filters of a list, read from the address; no token, since nothing changes."""

    def __init__(self, formdata: Any = AUTOMATIC, **kwargs: Any) -> None:
        super().__init__(request.args if formdata is AUTOMATIC else formdata, **kwargs)


class ConfirmForm(BaseForm):
    """A bare button."""


class VersionForm(BaseForm):
    """A form about a record that two people may edit: it carries the version that was shown."""

    version = HiddenField(default="0")

    @property
    def base_version(self) -> int:
        """The version that the typist saw; 0 if it was tampered with, which is always stale."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class ReasonForm(BaseForm):
    """A button with a reason, for acts that affect another person."""

    reason = TextAreaField(
        _l("Reason"),
        [Needed(_l("Please give the reason; the people concerned will read it.")), Length(max=2000)],
        render_kw=REASON,
    )


class SearchForm(QueryForm):
    """One search box."""

    q = StringField(_l("Search"))


__all__ = [
    "REASON",
    "BaseForm",
    "ConfirmForm",
    "DecimalText",
    "FilesField",
    "Identifier",
    "LocalDate",
    "Needed",
    "PersonChoice",
    "QueryForm",
    "ReasonForm",
    "SearchForm",
    "VersionForm",
    "choices",
    "read_decimal",
    "whole_number",
]
