"""The trees of regions and industries are loaded once, and again without doubles."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from cp_circles.organisations import queries, services
from cp_circles.organisations.models import Industry, Region, RegionLevel
from tests.conftest import NOW


@dataclass(frozen=True)
class Row:
    code: str
    zh: str
    level: str
    parent: str = ""
    en: str = ""
    flag: str = ""


@dataclass(frozen=True)
class Pack:
    key: str
    rows: tuple[Row, ...]
    edition: str = "1"


REGIONS = Pack(
    "test",
    (
        Row("CN", "示例国", "nation"),
        Row("11", "示例市", "province", "CN", flag="municipality"),
        Row("42", "示例省", "province", "CN", en="Example"),
        Row("110101", "东区", "county", "11"),
        Row("4201", "大市", "city", "42"),
        Row("429004", "直县", "county", "42", flag="direct_county"),
        Row("420102", "江区", "county", "4201"),
    ),
)


def paths(session: Any) -> dict[str, list[str]]:
    rows = {row.id: row for row in session.scalars(sa.select(Region))}
    return {row.code: [rows[id_].code for id_ in row.path_ids] for row in rows.values()}


def test_load_regions_stores_the_line_from_the_nation_down(session):
    assert services.load_regions(session, REGIONS, NOW) == 7
    session.expire_all()

    assert paths(session) == {
        "CN": ["CN"],
        "11": ["CN", "11"],
        "42": ["CN", "42"],
        "110101": ["CN", "11", "110101"],
        "4201": ["CN", "42", "4201"],
        "429004": ["CN", "42", "429004"],
        "420102": ["CN", "42", "4201", "420102"],
    }
    assert queries.region_by_code(session, "11", "test").is_municipality
    direct = queries.region_by_code(session, "429004", "test")
    assert (direct.is_direct_county, direct.level) == (True, RegionLevel.COUNTY)


def test_load_regions_again_changes_nothing(session):
    services.load_regions(session, REGIONS, NOW)
    before = paths(session)

    assert services.load_regions(session, REGIONS, NOW) == 0
    assert paths(session) == before


def test_load_regions_takes_a_new_name_and_keeps_the_id(session):
    services.load_regions(session, REGIONS, NOW)
    id_ = queries.region_by_code(session, "4201", "test").id
    renamed = tuple(replace(row, zh="新市") if row.code == "4201" else row for row in REGIONS.rows)

    assert services.load_regions(session, replace(REGIONS, rows=renamed, edition="2"), NOW) == 1
    session.expire_all()
    assert queries.region_by_id(session, id_).name == "新市"


def test_two_packs_may_use_the_same_codes(session):
    services.load_regions(session, REGIONS, NOW)
    services.load_regions(session, replace(REGIONS, key="other"), NOW)

    assert queries.nation(session, "other").id != queries.nation(session, "test").id
    assert len(queries.nations(session)) == 2


def test_load_industries_puts_divisions_below_sections(session):
    pack = Pack(
        "industries",
        (Row("A", "农业", "section"), Row("C", "制造业", "section"), Row("C26", "化学", "division", "C")),
    )
    assert services.load_industries(session, pack, NOW) == 3
    assert services.load_industries(session, pack, NOW) == 0
    assert [row.code for row in queries.industries(session)] == ["A", "C", "C26"]
    assert queries.industry_by_code(session, "C26").parent.code == "C"
    assert session.scalar(sa.select(sa.func.count()).select_from(Industry)) == 3


def test_ancestors_children_and_search(session, make):
    nation, province, city, county = make.places()
    make.region("county", city, name="另县")

    assert [row.id for row in queries.ancestors_of(session, county)] == [
        nation.id,
        province.id,
        city.id,
        county.id,
    ]
    assert [row.id for row in queries.children_of(session, province.id)] == [city.id]
    assert [row.name for row in queries.regions_matching(session, text="另", pack="test")] == ["另县"]
