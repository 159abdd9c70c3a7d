"""Packs that are long tables: the region tree and the industry classification."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from cp_circles.errors import msg
from cp_circles.rulesets.schema.base import Fault, Names, Pack, Strict, Text, refuse_repeated

RegionLevel = Literal["nation", "province", "city", "county"]
LEVEL_ORDER: tuple[RegionLevel, ...] = ("nation", "province", "city", "county")


class RegionRow(Strict):
    """One region; a municipality has no cities, a direct county hangs under its province."""

    code: str = Field(pattern=r"^[0-9A-Z]{2,6}$")
    zh: Text
    en: str = ""
    level: RegionLevel
    parent: str = ""
    flag: Literal["", "municipality", "direct_county", "city_without_counties", "special"] = ""

    @property
    def names(self) -> Names:
        """Both names; the Chinese one stands in where no English one is known."""
        return Names(zh=self.zh, en=self.en or self.zh)


class Regions(Pack):
    """A tree of regions, parents before children, one nation at the top."""

    kind: Literal["regions"]
    attribution: Text
    standard: Text
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    rows: tuple[RegionRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        levels: dict[str, RegionLevel] = {}
        for row in self.rows:
            if row.code in levels:
                raise Fault(msg("The code %(code)s stands twice; remove one row."), code=row.code)
            self._check_parent(row, levels)
            levels[row.code] = row.level
        return self

    def _check_parent(self, row: RegionRow, levels: dict[str, RegionLevel]) -> None:
        if not row.parent:
            if row.level != "nation" or levels:
                raise Fault(
                    msg("%(code)s has no parent; only the nation, in the first row, has none."), code=row.code
                )
            return
        if row.parent not in levels:
            raise Fault(
                msg("%(code)s: the parent %(parent)s does not stand above it; add or move it."),
                code=row.code,
                parent=row.parent,
            )
        if LEVEL_ORDER.index(levels[row.parent]) >= LEVEL_ORDER.index(row.level):
            raise Fault(
                msg("%(code)s: its parent %(parent)s is not of a higher level; correct the parent."),
                code=row.code,
                parent=row.parent,
            )


class IndustryRow(Strict):
    """One section or division of the classification."""

    code: str = Field(pattern=r"^[A-Z]([0-9]{2})?$")
    level: Literal["section", "division"]
    zh: Text
    en: Text
    parent: str = ""

    @property
    def names(self) -> Names:
        """Both names."""
        return Names(zh=self.zh, en=self.en)


class Industries(Pack):
    """The industry classification down to divisions."""

    kind: Literal["industries"]
    attribution: Text
    standard: Text
    rows: tuple[IndustryRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _divisions_have_sections(self) -> Self:
        refuse_repeated(row.code for row in self.rows)
        sections = {row.code for row in self.rows if row.level == "section"}
        for row in self.rows:
            if (row.level == "division") != bool(row.parent) or (row.parent and row.parent not in sections):
                raise Fault(
                    msg("%(code)s: a division has a section as its parent, a section none; correct it."),
                    code=row.code,
                )
        return self


TABLE_COLUMNS: dict[str, Sequence[str]] = {
    "regions": ("code", "zh", "en", "level", "parent", "flag"),
    "industries": ("code", "level", "zh", "en", "parent"),
}
