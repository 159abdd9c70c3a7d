"""Fields that WTForms lacks: exact decimals, local dates, people, several files."""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import FileInput, TextInput

from cp_circles.calc.exact import is_beyond_writing
from cp_circles.db.clock import YEARS

SEPARATORS = {ord(sign): None for sign in ",，\u00a0\u2009\u202f _"}


def read_decimal(text: str) -> Decimal:
    """The exact number in what was typed: full-width digits and thousands separators are understood.

    Raises ValueError for anything else, also for NaN, infinity, and what nobody could write out.
    """
    plain = unicodedata.normalize("NFKC", text).strip().translate(SEPARATORS).replace("−", "-")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or is_beyond_writing(value):
        raise ValueError(text)
    return value


class DecimalText(Field):
    """A number typed as text and kept exact, with at most `places` decimals and optional bounds."""

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        places: int = 6,
        least: Decimal | int | None = None,
        most: Decimal | int | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["render_kw"] = {"inputmode": "decimal", "autocomplete": "off", **kwargs.get("render_kw", {})}
        super().__init__(label, validators, **kwargs)
        self.places, self.least, self.most = places, least, most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data).normalize():f}"

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; the message says what would be right."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        try:
            value = read_decimal(str(valuelist[0]))
        except ValueError as error:
            raise ValueError(str(_l("This is not a number. Write it like 1234.5."))) from error
        self._check(value)
        self.data = value

    def _check(self, value: Decimal) -> None:
        exponent = value.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise ValueError(str(_l("At most %(places)s decimal places are kept here.", places=self.places)))
        if abs(value) >= Decimal(10) ** (18 - self.places):
            raise ValueError(str(_l("This number is too large.")))
        if self.least is not None and value < self.least:
            raise ValueError(str(_l("This must be at least %(least)s.", least=self.least)))
        if self.most is not None and value > self.most:
            raise ValueError(str(_l("This must be at most %(most)s.", most=self.most)))


class LocalDate(DateField):
    """A date in the governing zone; 2026-09-18, 2026/9/18, 2026.9.18 and 2026年9月18日 are understood."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the date; the message says what would be right."""
        self.data = None
        text = unicodedata.normalize("NFKC", " ".join(valuelist)).strip() if valuelist else ""
        if not text:
            return
        for sign in "年月/.":
            text = text.replace(sign, "-")
        try:
            year, month, day = (int(part) for part in text.replace("日", "").split("-"))
            given = date(year, month, day)
        except ValueError as error:
            raise ValueError(str(_l("This is not a date. Write it like 2026-09-18."))) from error
        if given.year not in YEARS:
            raise ValueError(str(_l("This year cannot be right; check the date.")))
        self.data = given


class PersonChoice(SelectField):
    """One of the people handed over by the view; `data` is the person's id, or None."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, coerce=_id_or_none, choices=[], **kwargs)

    def offer(
        self, people: Iterable[Any], *, blank: Any = None, name: Callable[[Any], str] | None = None
    ) -> None:
        """Offer these people (rows with `id` and `name`), with an empty choice first if `blank` is given."""
        shown = name or (lambda person: str(person.name))
        rows = [SelectChoice(str(person.id), shown(person)) for person in people]
        self.choices = ([SelectChoice("", str(blank))] if blank is not None else []) + rows


class FilesField(Field):
    """Files as the browser sent them; `data` is a list of uploads that have a name."""

    widget = FileInput()

    def __init__(
        self, label: Any = None, validators: Any = None, *, several: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.several = several
        self.widget = FileInput(multiple=several)

    def _value(self) -> bool:
        return False

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the uploads that have a name."""
        self.data = [upload for upload in valuelist if getattr(upload, "filename", "")]
        self.raw_data = self.data

    @property
    def first(self) -> Any:
        """The only upload, or None."""
        return self.data[0] if self.data else None


class Identifier(StringField):
    """A name to sign in with: trimmed, full-width signs made plain."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the text in its plain form."""
        self.data = unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else None


class Needed:
    """Refuse an empty field with a sentence that says what is missing."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Stop at an empty value or choice; a typed but unreadable one keeps its own message."""
        if _nothing_chosen(field):
            field.errors = []
        if field.errors:
            raise StopValidation
        empty = (
            field.data is None or field.data == [] or (isinstance(field.data, str) and not field.data.strip())
        )
        if empty:
            raise StopValidation(self.message or _l("Please fill this in."))


def _nothing_chosen(field: Any) -> bool:
    """True for a choice of which nothing was sent; that it is no valid choice says nothing to anybody."""
    return isinstance(field, SelectField) and not any(str(one).strip() for one in field.raw_data or ())


def _id_or_none(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def whole_number(value: object) -> int | None:
    """The whole number, up to nine digits, of a choice or an address; None for anything else."""
    text = "" if value is None else str(value)
    return int(text) if text.isdecimal() and len(text) < 10 else None
