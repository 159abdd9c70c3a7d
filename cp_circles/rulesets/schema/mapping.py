"""How the columns of a foreign file become projects and claims: named readers with parameters, no code."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import (
    Fault,
    Key,
    Names,
    Number,
    Pack,
    Rated,
    Strict,
    Text,
    refuse_repeated,
)

Columns = Annotated[tuple[Text, ...], Field(min_length=1)]
States = ("registered", "under_way", "completed", "stopped", "archived")


class Reading(Strict):
    """What every reader knows: its column by any of several headings, and what an empty cell means.

    A heading under a merged one is written `upper/lower`. `otherwise` stands in for an empty cell;
    `remark_empty` reports it without refusing the row; `fill_down` takes the value of the row above.
    """

    columns: tuple[Text, ...] = ()
    required: bool = False
    empty: tuple[Text, ...] = ()
    otherwise: Text | None = None
    remark_empty: Names | None = None
    fill_down: bool = False


class TextReading(Reading):
    """Text as it stands, its blanks made single."""

    read: Literal["text"]
    columns: Columns
    max_length: int = Field(default=200, ge=1, le=2000)
    shorten: bool = False


class Suffix(Strict):
    """A word behind a number, and what it multiplies it by."""

    word: Text
    times: Number


class NumberReading(Reading):
    """A number times `scale` (10000 for 万元), kept to `places` decimals."""

    read: Literal["number"]
    columns: Columns
    scale: Number = Field(default=Decimal(1), gt=0)
    places: int = Field(default=2, ge=0, le=6)
    rounded: bool = False
    least: Number | None = None
    most: Number | None = None
    suffixes: tuple[Suffix, ...] = ()
    remark_negative: Names | None = None


class DateReading(Reading):
    """A date cell, an Excel serial or a written date; a bare month is its first or last day."""

    read: Literal["date"]
    columns: Columns
    end_of_month: bool = False
    earliest: int = Field(default=1990, ge=1900)
    latest: int = Field(default=2100, le=2200)


class YearReading(Reading):
    """A year of four digits."""

    read: Literal["year"]
    columns: Columns
    earliest: int = Field(default=1990, ge=1900)
    latest: int = Field(default=2100, le=2200)


class CodeReading(Reading):
    """A code looked up in a table; `unknown` is what any other code means, else it is refused."""

    read: Literal["code"]
    columns: Columns
    table: dict[str, Text] = Field(min_length=1)
    unknown: Text | None = None


class ConstantReading(Reading):
    """The same value for every row."""

    read: Literal["constant"]
    value: Text


class ConcatenationReading(Reading):
    """Several readings in one text, empty ones left out."""

    read: Literal["concatenation"]
    parts: tuple["AnyReading", ...] = Field(min_length=1)
    joined_by: Annotated[str, StringConstraints(strip_whitespace=False, max_length=5)] = ""
    max_length: int = Field(default=200, ge=1, le=2000)
    shorten: bool = False


AnyReading = Annotated[
    TextReading
    | NumberReading
    | DateReading
    | YearReading
    | CodeReading
    | ConstantReading
    | ConcatenationReading,
    Field(discriminator="read"),
]
Word = Annotated[
    TextReading | CodeReading | ConstantReading | ConcatenationReading, Field(discriminator="read")
]


class SheetForm(Strict):
    """Where the headings stand and which rows are no data; without `sheets`, every sheet with headings."""

    heading_rows: int = Field(default=1, ge=1, le=3)
    sheets: tuple[Text, ...] = ()
    skip_rows_starting: tuple[Text, ...] = ()


class PeriodForm(Strict):
    """The period the savings belong to: a year beginning in `first_month`, or two dates.

    The year of the last day is the season: fiscal year 2024 from October ends in September 2024.
    """

    year: YearReading | None = None
    first_month: int = Field(default=1, ge=1, le=12)
    begins: DateReading | None = None
    ends: DateReading | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.year is None) == (self.begins is None or self.ends is None):
            raise Fault(msg("Give either the year, or both begins and ends."))
        return self


class NewCompanies(Strict):
    """Companies that the file brings along: their names, and a place made below a known region.

    `place_names` may hold %(region)s and %(place)s.
    """

    name: Word
    name_en: Word
    headcount: NumberReading | None = None
    region: Word
    place: Word
    place_names: Names


class CompanyForm(Strict):
    """Whose project a row is: by code within a scheme, or by name; `create` where unknown ones are made."""

    scheme: str = Field(pattern=r"^[A-Z0-9]{2,10}$")
    code: Word | None = None
    name: Word | None = None
    create: NewCompanies | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if self.code is None and (self.name is None or self.create is not None):
            raise Fault(msg("Say by which column companies are known: code, or name where none are made."))
        return self


class Resource(Strict):
    """What a line saves: its indicator and unit, and the board metric its quantity feeds times the factor."""

    code: Text
    names: Names
    indicator: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=20)
    unit: str = Field(default="", max_length=20)
    metric: Key | None = None
    factor: Rated | None = None

    @model_validator(mode="after")
    def _factor_has_a_metric(self) -> Self:
        if self.factor is not None and self.metric is None:
            raise Fault(msg("A factor without a metric changes nothing; name the metric."))
        return self


class LineForm(Strict):
    """One resource line of a row: a quantity and money that were claimed, each with its sign."""

    resource: Word
    quantity: NumberReading | None = None
    money: NumberReading | None = None
    indirect: NumberReading | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.quantity is None and self.money is None and self.indirect is None:
            raise Fault(msg("A line needs a quantity or money; add a column or remove the line."))
        return self


class Mapping(Pack):
    """The whole way from a file to projects and claims, in one currency and one tree of regions.

    `own_database` keeps the file out of a database that holds the demonstration or other regions.
    """

    kind: Literal["mapping"]
    regions: Key
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    own_database: bool = False
    open_to: tuple[Literal["administrator", "department"], ...] = ("administrator",)
    sheet: SheetForm = SheetForm()
    project_key: Word
    title: Word
    state: CodeReading | ConstantReading = Field(discriminator="read")
    focus_area: Word
    domain: Word
    reason: Word | None = None
    starts_on: DateReading | None = None
    ends_on: DateReading | None = None
    investment: NumberReading | None = None
    period: PeriodForm
    company: CompanyForm
    resources: tuple[Resource, ...] = Field(min_length=1)
    lines: tuple[LineForm, ...] = Field(min_length=1)
    facts: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        refuse_repeated(resource.code for resource in self.resources)
        given = [self.state.value] if isinstance(self.state, ConstantReading) else _results(self.state)
        for value in given:
            if value not in States:
                raise Fault(
                    msg("%(state)s is no state an import gives; use one of %(states)s."),
                    state=value,
                    states=", ".join(States),
                )
        return self

    def resource(self, code: str) -> Resource | None:
        """The resource with this code, or None."""
        return next((row for row in self.resources if row.code == code), None)

    def needed_columns(self) -> tuple[tuple[str, ...], ...]:
        """The headings of every required reading, each with its alternatives."""
        return tuple(reading.columns for reading in self.readings() if reading.required and reading.columns)

    def readings(self) -> Iterator[Reading]:
        """Every reading of the pack, parts of concatenations included."""
        yield from _readings(self)


def _results(reading: CodeReading) -> list[str]:
    """Everything that a table of codes can give."""
    more = (reading.unknown, reading.otherwise)
    return [*reading.table.values(), *(value for value in more if value is not None)]


def _readings(value: object) -> Iterator[Reading]:
    if isinstance(value, Reading):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _readings(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _readings(item)
