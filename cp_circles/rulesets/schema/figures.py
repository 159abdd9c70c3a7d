"""Conversion factors, the indicator catalogue and the vocabulary with the boards' metrics."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import (
    Fault,
    Key,
    Names,
    Number,
    Pack,
    Provenance,
    Rated,
    Strict,
    Text,
    refuse_repeated,
)

KJ_PER_KGCE = Decimal("29307.6")


class Factor(Provenance):
    """A quantity in `from_unit` x `value` is in `to_unit`; a range instead asks for a choice.

    `medium` is what a taxed pollutant is let into, and what a range of tax rates holds for.
    """

    key: Key
    names: Names
    group: Key
    value: Number | None = Field(default=None, ge=0)
    low: Number | None = Field(default=None, ge=0)
    high: Number | None = Field(default=None, ge=0)
    from_unit: Text
    to_unit: Text
    standard: Text
    edition: Text
    valid_from: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    family: Literal["a", "b", "c"] | None = None
    calibre: Literal["average", "residual", "fossil"] | None = None
    data_year: int | None = Field(default=None, ge=1990, le=2100)
    region: str | None = None
    ncv: Number | None = Field(default=None, gt=0)
    ncv_unit: str | None = None
    carbon_t_per_tj: Number | None = Field(default=None, gt=0)
    oxidation_percent: Number | None = Field(default=None, gt=0, le=100)
    exception: Text | None = None
    medium: Literal["water", "air"] | None = None
    note: Names | None = None

    @model_validator(mode="after")
    def _value_or_range(self) -> Self:
        if self.value is None and (self.low is None or self.high is None):
            raise Fault(msg("Give a value, or low and high from which one is chosen."))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Fault(msg("low is above high; exchange them."))
        if (self.ncv is None) != (self.ncv_unit is None):
            raise Fault(msg("ncv and ncv_unit stand together; add the missing one."))
        return self

    @property
    def needs_choice(self) -> bool:
        """True when the table gives a range only and the user must state the supplier's value."""
        return self.value is None


class FactorGroup(Strict):
    """A family of factors that belong together on screen."""

    key: Key
    names: Names
    note: Names | None = None


class Factors(Pack):
    """The factors of one edition; a project freezes the keys it used."""

    kind: Literal["factors"]
    groups: tuple[FactorGroup, ...] = Field(min_length=1)
    factors: tuple[Factor, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_and_groups(self) -> Self:
        refuse_repeated(factor.key for factor in self.factors)
        groups = {group.key for group in self.groups}
        for factor in self.factors:
            if factor.group not in groups:
                raise Fault(
                    msg("Factor %(factor)s: no group %(group)s; add it or correct the row."),
                    factor=factor.key,
                    group=factor.group,
                )
        return self

    def factor(self, key: str) -> Factor | None:
        """The factor with this key, or None."""
        return next((factor for factor in self.factors if factor.key == key), None)

    def in_group(self, group: str) -> tuple[Factor, ...]:
        """The factors of a group in their order."""
        return tuple(factor for factor in self.factors if factor.group == group)


class Indicator(Strict):
    """A quantity that projects lower or raise; the factor keys say how it becomes kgce, kgCO2e and yuan.

    `derived` is a total that is never added to its parts; `made_from` names the indicators of the energy a
    medium is made from; `mass_rule` says how a pollutant's mass comes from concentration and flow.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=20)
    names: Names
    unit: Text
    direction: Literal["lower", "higher"]
    group: Key
    generation_and_discharge: bool = False
    derived: bool = False
    made_from: tuple[str, ...] = ()
    mass_rule: Literal["water", "air"] | None = None
    metric: Key | None = None
    metric_factor: Rated | None = None
    kgce: Key | None = None
    kgco2: Key | None = None
    price: Key | None = None
    energy_group: Key | None = None
    note: Names | None = None


class Indicators(Pack):
    """The catalogue of indicators, bound to one pack of factors by key."""

    kind: Literal["indicators"]
    factors: Key
    groups: tuple[FactorGroup, ...] = Field(min_length=1)
    indicators: tuple[Indicator, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _codes_and_groups(self) -> Self:
        refuse_repeated(indicator.code for indicator in self.indicators)
        groups = {group.key for group in self.groups}
        for indicator in self.indicators:
            if indicator.group not in groups:
                raise Fault(
                    msg("Indicator %(indicator)s: no group %(group)s; add it or correct the row."),
                    indicator=indicator.code,
                    group=indicator.group,
                )
            for other in indicator.made_from:
                if self.indicator(other) is None:
                    raise Fault(
                        msg("Indicator %(indicator)s is made from %(other)s, which is not listed; add it."),
                        indicator=indicator.code,
                        other=other,
                    )
        return self

    def indicator(self, code: str) -> Indicator | None:
        """The indicator with this code, or None."""
        return next((indicator for indicator in self.indicators if indicator.code == code), None)


class Term(Strict):
    """One word of a list, with a sentence that explains it."""

    key: Key
    names: Names
    explained: Names | None = None
    code: int | None = None
    limits: tuple[Rated, ...] = ()


class TermList(Provenance):
    """A list of words from which forms offer a choice."""

    key: Key
    names: Names
    terms: tuple[Term, ...] = Field(min_length=1)

    def term(self, key: str) -> Term | None:
        """The term with this key, or None."""
        return next((term for term in self.terms if term.key == key), None)


class Display(Strict):
    """How a metric is written in one language: base amount / divisor, then the unit."""

    unit: Text
    divisor: Number = Field(gt=0)
    decimals: int = Field(ge=0, le=6)


class MetricDisplay(Strict):
    """The two languages of a metric."""

    zh: Display
    en: Display

    def in_(self, locale: str) -> Display:
        """The display for a locale such as zh_Hans or en."""
        return self.zh if str(locale).lower().startswith("zh") else self.en


class Metric(Strict):
    """What a board can rank by; amounts are stored in `base_unit`.

    The group `activity` is for what is counted of circles and their work; no pack states such a metric.

    `counts` names the amount of a claim that it adds up; without it, indicators that name the metric feed it.
    """

    key: Key
    names: Names
    base_unit: Text
    decimals: int = Field(ge=0, le=6)
    display: MetricDisplay
    group: Literal["money", "energy", "climate", "water", "pollutant", "waste", "material", "activity"]
    counts: Literal["direct_yuan", "indirect_yuan", "kgce", "kgco2e"] | None = None
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")


class Vocabulary(Pack):
    """Lists of words and the boards' metrics."""

    kind: Literal["vocabulary"]
    lists: tuple[TermList, ...] = Field(min_length=1)
    metrics: tuple[Metric, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _keys_are_distinct(self) -> Self:
        refuse_repeated(row.key for row in self.lists)
        refuse_repeated(metric.key for metric in self.metrics)
        refuse_repeated(metric.counts for metric in self.metrics if metric.counts)
        if any(metric.group == "activity" for metric in self.metrics):
            raise ValueError("a metric of the group activity is counted, not stated by a pack")
        for row in self.lists:
            refuse_repeated(term.key for term in row.terms)
        return self

    def list_(self, key: str) -> TermList | None:
        """The list with this key, or None."""
        return next((row for row in self.lists if row.key == key), None)

    def metric_that_counts(self, amount: str) -> Metric | None:
        """The metric that adds up this amount of a claim, or None."""
        return next((metric for metric in self.metrics if metric.counts == amount), None)

    def metric(self, key: str) -> Metric | None:
        """The metric with this key, or None."""
        return next((metric for metric in self.metrics if metric.key == key), None)
