"""A layout that the platform has never seen: the guide's own example, published as text, reads a file."""

import re
from decimal import Decimal

import pytest
import sqlalchemy as sa

from cp_circles.editions.services import PackRefused, publish_edition
from cp_circles.errors import DomainError
from cp_circles.imports.mappings import newest_mapping
from cp_circles.people.models import Role
from cp_circles.projects.models import Project, ProjectState
from cp_circles.savings.models import Claim
from tests.conftest import NOW
from tests.house.source import ROOT
from tests.imports.test_chinese_sheet import import_sheet

GUIDE = ROOT / "docs" / "guides" / "import.md"
SHEET = (
    "示例企业汇总\n"
    "课题编号,课题名称,状态,年度,信用代码,节约量,,效益(万元)\n"
    ",,,,,电量（万千瓦时）,水量,\n"
    "K-1,降低空压机电耗,完成,2025,{code},1.5,,0.9\n"
    "K-2,节约清洗用水,,2025年,,,30,\n"
    "合计,,,,,1.5,30,0.9\n"
)


@pytest.fixture
def text():
    """The mapping that the guide shows."""
    return re.search(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL).group(1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_guides_mapping_imports_a_sheet_without_touching_python(session, company, make, text, encoding):
    administrator = make.holder(Role.ADMINISTRATOR)
    publish_edition(session, actor=administrator, kind="mapping", text=text, now=NOW)
    content = SHEET.format(code=company.code).encode(encoding)
    report = import_sheet(session, administrator, content, mapping="my_sheet")
    assert (report["problems"]["rows"], report["counts"]["added"]) == ([], 2)
    first, second = session.scalars(sa.select(Project).order_by(Project.id))
    assert (first.state, second.state) == (ProjectState.COMPLETED, ProjectState.REGISTERED)
    assert {first.company_id, second.company_id} == {company.id}
    claim = session.scalars(sa.select(Claim)).one()
    assert (claim.quantity, claim.unit, claim.direct_yuan) == (Decimal(15000), "kWh", Decimal(9000))
    assert claim.kgce == Decimal("1843.5")


BROKEN = {
    "an unknown reading": ("read: constant", "read: python"),
    "an unknown state": ("完成: completed", "完成: won"),
    "no columns": ("columns: [课题编号]", "columns: []"),
    "no period": ("{year: {read: year, columns: [年度], required: true}}", "{first_month: 1}"),
    "an unknown field": ("currency: CNY", "currency: CNY\nexec: rm"),
    "no resources": ("  - code: electricity", "  - kode: electricity"),
    "a factor without a metric": ("    metric: energy_kgce\n", ""),
    "an unknown part of a line": ("    quantity: {read", "    note: {read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_mapping_is_refused_with_its_line(session, make, text, name):
    wrong = text.replace(*BROKEN[name], 1)
    assert wrong != text
    with pytest.raises(PackRefused) as refusal:
        publish_edition(session, actor=make.holder(Role.ADMINISTRATOR), kind="mapping", text=wrong, now=NOW)
    assert all(problem.line >= 1 for problem in refusal.value.problems)
    assert newest_or_none(session) is None


def newest_or_none(session):
    try:
        return newest_mapping(session, "my_sheet")
    except DomainError:
        return None
