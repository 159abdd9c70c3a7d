"""A Chinese summary sheet with merged headings, 万元 and text dates, through its mapping alone."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import sqlalchemy as sa

from cp_circles.imports import running
from cp_circles.imports.mappings import newest_mapping
from cp_circles.ledger.models import Basis
from cp_circles.people.models import Role, ScopeKind
from cp_circles.people.rules import SYSTEM
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings.models import Saving
from tests.conftest import NOW
from tests.ledger import totals

TITLE = "2025年度清洁生产课题成果汇总表"
UPPER = ["序号", "企业名称", "课题名称", "课题类别", "起止时间", None, "统计期", None, "年节约量", None,
         "经济效益（万元）", None, "投资（万元）", "状态"]  # fmt: skip
LOWER = [
    None,
    None,
    None,
    None,
    "开始",
    "结束",
    "起",
    "止",
    "电量（万千瓦时）",
    "水量（立方米）",
    "直接",
    "间接",
    None,
    None,
]
ROWS = [
    [1, "示例华新水泥", "降低空压机电耗", "节能", "2025年1月5日", "2025.6.30", "2025年7月", "2026年6月",
     "1.86", None, 1.395, "0.2", "3.5", "已完成"],
    [2, None, "减少循环水排污", "减污", 45658, date(2025, 5, 20), "2025-06-01", "2026/5/31",
     "-", "1,250.5", "8600元", "/", "未知", "进行中"],
]  # fmt: skip


def workbook(*rows):
    """The sheet as an Excel file: a merged title, two rows of merged headings, rows, and a total."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "汇总表"
    for row in (
        [TITLE],
        UPPER,
        LOWER,
        *rows,
        ["合计", None, None, None, None, None, None, None, 1.86, 1250.5, 2.255],
    ):
        sheet.append(row)
    for merged in ("A1:N1", "E2:F2", "G2:H2", "I2:J2", "K2:L2", *(f"{c}2:{c}3" for c in "ABCDMN")):
        sheet.merge_cells(merged)
    book.create_sheet("填表说明").append(["请勿改动表头"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def import_sheet(session, actor, content, mapping="cn_project_sheet", **choices):
    edition, mapping = newest_mapping(session, mapping)
    checked = running.check_file(session, actor=actor, mapping=mapping, name="汇总.xlsx", content=content)
    order = running.Order("汇总.xlsx", running.sha256_of(content), edition.id, **choices)
    job = running.note_job(session, order=order, now=NOW)
    return running.finish_import(
        session, actor=actor, job=job, mapping=mapping, order=order, checked=checked, now=NOW
    )


def test_the_sheet_is_read_as_it_was_meant(session, company):
    report = import_sheet(session, SYSTEM, workbook(*ROWS))
    assert (report["counts"]["read"], report["counts"]["added"], report["problems"]["rows"]) == (2, 2, [])
    first, second = session.scalars(sa.select(Project).order_by(Project.id))
    assert (first.title, first.company_id, first.state) == (
        "降低空压机电耗",
        company.id,
        ProjectState.COMPLETED,
    )
    assert (first.domain, first.investment_yuan) == ("energy_saving", Decimal("35000.00"))
    assert (first.starts_on, first.ends_on) == (date(2025, 1, 5), date(2025, 6, 30))
    assert (second.company_id, second.state, second.investment_yuan) == (
        company.id,
        ProjectState.UNDER_WAY,
        None,
    )
    assert (second.starts_on, second.ends_on) == (date(2025, 1, 1), date(2025, 5, 20))

    savings = session.scalars(sa.select(Saving).order_by(Saving.id)).all()
    assert [
        (each.indicator_code, each.claim.quantity, each.claim.direct_yuan, each.claim.indirect_yuan)
        for each in savings
    ] == [
        ("ELEC", Decimal(18600), Decimal(0), Decimal(0)),
        ("MONEY", Decimal(0), Decimal(13950), Decimal(2000)),
        ("WATER", Decimal("1250.5"), Decimal(0), Decimal(0)),
        ("MONEY", Decimal(0), Decimal(8600), Decimal(0)),
    ]
    assert {(each.reporting_from, each.reporting_to) for each in savings} == {
        (date(2025, 7, 1), date(2026, 6, 30)),
        (date(2025, 6, 1), date(2026, 5, 31)),
    }
    for metric, currency, amount in (
        ("yuan", "CNY", "22550"),
        ("indirect_yuan", "CNY", "2000"),
        ("energy_kgce", "", "2285.94"),
        ("water_m3", "", "1250.5"),
    ):
        board = totals.BoardFilter(metric=metric, currency=currency, basis=Basis.CLAIMED, seasons=(2026,))
        assert totals.total_of(session, board, "company", company.id) == Decimal(amount)
        assert totals.total_of(session, board, "industry", company.industry_id) == Decimal(amount)
    assert import_sheet(session, SYSTEM, workbook(*ROWS))["counts"]["unchanged"] == 2


def test_a_department_imports_for_its_own_company_only(session, company, make):
    other = make.company(company.region, name="示例别家", code_scheme="USCC")
    department = make.holder(Role.DEPARTMENT, ScopeKind.COMPANY, company)
    stranger = [*ROWS[1]]
    stranger[1] = other.name
    report = import_sheet(session, department, workbook(ROWS[0], stranger))
    assert not report["stored"]
    assert [row[:3] for row in report["problems"]["rows"]] == [["汇总表", 5, "企业名称"]]
    assert import_sheet(session, department, workbook(*ROWS))["counts"]["added"] == 2


BAD_CELLS = [
    (1, "无此企业", "企业名称"),
    (2, None, "课题名称"),
    (3, "降本", "课题类别"),
    (4, "年初", "起止时间/开始"),
    (5, "2024-12-31", "起止时间/结束"),
    (5, "2025年6月31日", "起止时间/结束"),
    (6, "2025年13月", "统计期/起"),
    (7, "2025年6月", "统计期/止"),
    (7, "2027年6月", "统计期/止"),
    (8, "约1.8", "年节约量/电量(万千瓦时)"),
    (8, "1.86万", "年节约量/电量(万千瓦时)"),
    (9, "千方", "年节约量/水量(立方米)"),
    (10, "1.3955555", "经济效益(万元)/直接"),
    (10, "#DIV/0!", "经济效益(万元)/直接"),
    (11, True, "经济效益(万元)/间接"),
    (12, -1, "投资(万元)"),
    (13, "快了", "状态"),
]


@pytest.mark.parametrize(("place", "cell", "column"), BAD_CELLS, ids=[f"{c}={v}" for _, v, c in BAD_CELLS])
def test_a_bad_cell_is_named_by_sheet_row_and_column(session, company, place, cell, column):
    bad = [*ROWS[0]]
    bad[place] = cell
    report = import_sheet(session, SYSTEM, workbook(bad, ROWS[1]))
    assert not report["stored"]
    assert ["汇总表", 4, column] in [row[:3] for row in report["problems"]["rows"]]
    assert {row[1] for row in report["problems"]["rows"]} <= ({4, 5} if place == 1 else {4})
