"""Exported boards: exactly what is filtered, safe to open, with units and method."""

import csv
import io
import tracemalloc
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from cp_circles.leaderboards.presenting.files import Sheet, written
from tests.conftest import NOW

HOSTILE = "=HYPERLINK(1)厂"


def test_a_name_that_looks_like_a_formula_is_quoted_in_csv_and_xlsx(client, make, count, project_in):
    county = make.places()[-1]
    count(project_in(county, name=HOSTILE), "12.5")
    query = f"region={county.id}&by=company"
    text = client.get(f"/public/boards/export.csv?{query}").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][1] == f"'{HOSTILE}" and rows[1][3] == "12.500000"

    book = load_workbook(io.BytesIO(client.get(f"/public/boards/export.xlsx?{query}").get_data()))
    cell = book["board"]["B2"]
    assert (cell.value, cell.data_type) == (f"'{HOSTILE}", "s")
    assert Decimal(str(book["board"]["D2"].value)) == Decimal("12.5")
    about = [row[0].value for row in book["about"].iter_rows()]
    assert about.count("口径说明") == 7

    found = client.get(f"/public/boards/export.json?{query}").get_json()
    assert found["rows"][0]["name"] == HOSTILE and found["rows"][0]["amount"] == "12.500000"
    assert len(found["about"]["口径说明"]) == 7


def test_a_file_holds_all_pages_of_the_filter(client, make, count, project_in):
    county = make.places()[-1]
    for n in range(30):
        count(project_in(county), 10 + n, domain="energy_saving" if n % 2 else "other")
    query = f"region={county.id}&by=company&domain=other&page=2"
    assert len(client.get(f"/public/boards/export.json?{query}").get_json()["rows"]) == 15


def test_the_csv_of_a_chart_is_the_figures_of_the_board(client, make, count, project_in):
    county = make.places()[-1]
    first, second = project_in(county), project_in(county)
    count(first, 2000)
    count(second, 1000)
    text = (
        client.get(f"/public/boards/charts/bars.csv?region={county.id}&by=company")
        .get_data()
        .decode("utf-8-sig")
    )
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[:3] for row in rows[1:]] == [
        [first.company.name, "1", "2.00"],
        [second.company.name, "2", "1.00"],
    ]


def test_a_workbook_types_its_cells_and_tells_every_filter(client, make, count, project_in):
    county = make.places()[-1]
    count(project_in(county, headcount=30), "1234.5", domain="other")
    query = f"region={county.id}&by=company&domain=other&size=small&metric=energy_kgce"
    content = client.get(f"/public/boards/export.xlsx?{query}", headers={"Accept-Language": "zh-CN"})
    book = load_workbook(io.BytesIO(content.get_data()))
    amount, before, heads = (book["board"][cell] for cell in ("D2", "F2", "G2"))
    assert (amount.data_type, amount.number_format, heads.value) == ("n", "#,##0.00####", 30)
    assert (before.value, before.number_format) == (0, "#,##0")
    assert "kgce" in book["board"]["D1"].value and book["board"].freeze_panes == "C2"
    about = [tuple(cell.value for cell in row) for row in book["about"].iter_rows()]
    assert ("范围合计", 1234.5) in about
    assert ("筛选", "其他") in about and ("筛选", "职工20–299人") in about
    (address,) = [text for name, text in about if name == "网址"]
    assert address.endswith(f"/public/boards?{query}")


def test_a_file_of_regions_counts_circles_and_a_picture_says_where_its_figures_are_from(
    client, make, count, project_in
):
    city = make.places()[2]
    count(project_in(make.region("county", city)), 1234)
    file = client.get(f"/public/boards/export.json?region={city.id}").get_json()
    (row,) = [row for row in file["rows"] if row["place"] == 1]
    assert row["circles"] == 1 and "projects" not in row
    page = client.get(f"/public/boards?region={city.id}").get_data(as_text=True)
    assert f'data-chart-source="清洁生产小组 · {city.name} · 2026 · 只计核实数 · 2026年' in page


def test_pictures_round_half_up_like_the_board_and_add_up_before_they_round(client, make, count, project_in):
    project = project_in()
    scope = f"region={project.company.region_id}&season=2026&metric=energy_kgce"
    for month in (8, 9):
        count(project, 5, at=NOW.replace(month=month))
    count(project, 7995, at=NOW)
    page = client.get(f"/public/boards?{scope}&by=company").get_data(as_text=True)
    assert "8.01" in page
    for chart, column, told in (("boards/charts/bars", 2, "8.01"), ("boards/charts/season", 1, "8.005"),
                                ("charts/plan", 1, "8.01")):  # fmt: skip
        text = client.get(f"/public/{chart}.csv?{scope}&by=company").text
        amounts = [row[column] for row in list(csv.reader(io.StringIO(text)))[1:]]
        assert max(Decimal(amount) for amount in amounts if amount) == Decimal(told)


def test_a_tally_tells_part_and_whole(client, make, count, project_in):
    county = make.places()[-1]
    project = project_in(county, headcount=40)
    query = f"region={county.id}&by=company&metric=participation"
    (row,) = client.get(f"/public/boards/export.json?{query}").get_json()["rows"]
    people = len(project.circle.present_members)
    assert (row["part"], row["whole"]) == (people, 40)
    assert Decimal(row["amount"]) == Decimal(people * 100) / 40


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_long_file_takes_no_more_memory_than_a_short_one(kind):
    rows = ((n, f"示例小组{n}", Decimal(n)) for n in range(30_000))
    columns = (("place", "名次"), ("name", "小组"), ("amount", "数额"))
    tracemalloc.start()
    try:
        size = sum(
            len(part) for part in written(Sheet("榜", columns, rows, lambda: (("单位", "kgce"),)), kind)
        )
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 800_000 and held < 4_000_000
