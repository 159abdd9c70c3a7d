"""The list of past files, the file itself, and what the sentences of wrong rows say."""

from decimal import Decimal

import pytest

from cp_circles.errors import Invalid
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.metering import services
from cp_circles.metering.models import ReadingFinding
from cp_circles.metering.queries import findings as found
from cp_circles.metering.services import filing
from cp_circles.metering.sheets import sheets_of_file
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

CONTENT = "表计,月份,读数\n甲表,2026-01,100\n甲表,2026-13,5\n".encode()


@pytest.fixture
def keeper(session, make):
    """A meter's company and its metering verifier."""
    company = make.project().circle.company
    verifier = make.person(name="示例计量员")
    make.employed(company, verifier)
    make.grant(verifier, Role.METERING, ScopeKind.COMPANY, company)
    return company, verifier, make.meter(company, name="甲表")


def order(session, app, make, keeper, name="一月.csv", send_key="k"):
    """Order a file to be stored."""
    storage = LocalStorage(app.extensions["cp_config"].evidence_folder)
    blob = store_blob(session, storage, CONTENT, name, NOW)
    facts = filing.Order(keeper[0].id, name, blob.sha256, {})
    actor = make.actor(keeper[1])
    job = filing.order_file(session, actor=actor, order=facts, send_key=send_key, now=NOW)
    counts = {"read": 2, "stored": 1, "repeated": 0, "corrected": 0, "left": 0, "refused": 1, "findings": 0}
    errors = [
        ["", 3 + n, "from", "No period is given here; write a day or a month, such as 2026-03.", {}]
        for n in range(150)
    ]
    job.report = {"counts": counts | {"refused": 150}, "conversions": [], "errors": errors}
    session.commit()
    return job


def test_past_files_are_listed_with_who_and_what_and_can_be_had_again(session, client, app, make, keeper):
    company, verifier, _meter = keeper
    address = f"/meters/company/{company.id}/files"
    client.enter(verifier)
    assert "还没有导入过文件" in client.get(address).text
    jobs = [order(session, app, make, keeper, send_key=f"k{n}") for n in range(26)]
    first = client.get(address).text
    assert "示例计量员" in first and "一月.csv" in first and first.count("一月.csv</a>") == 25
    assert client.get(f"{address}?page=2").text.count("一月.csv</a>") == 1
    report = client.get(f"/meters/files/{jobs[0].id}?page=2").text
    assert ">103<" in report and ">152<" in report and ">102<" not in report
    original = client.get(f"/meters/files/{jobs[0].id}/original", buffered=True)
    assert original.data == CONTENT and "attachment" in original.headers["Content-Disposition"]


def test_strangers_have_neither_list_nor_file(session, client, app, make, keeper):
    job = order(session, app, make, keeper)
    stranger = make.person()
    make.employed(make.company(), stranger)
    make.grant(stranger, Role.METERING, ScopeKind.COMPANY, make.company())
    session.commit()
    client.enter(stranger)
    for address in (f"company/{keeper[0].id}/files", f"files/{job.id}", f"files/{job.id}/original"):
        assert client.get(f"/meters/{address}").status_code == 404


def rows_of(session, make, keeper, *rows):
    """Store rows of a file, as far as they are good."""
    text = "表计,开始,结束,读数,单位\n" + "\n".join(rows)
    facts = {"actor": make.actor(keeper[1]), "company": keeper[0], "good_rows_only": True, "now": NOW}
    return services.import_readings(session, sheets=sheets_of_file(text.encode()), **facts)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",2026-01,,5,", "No meter is named here"),
        ("甲表,,,5,", "No period is given here"),
        ("甲表,2026-01,,,", "No figure is given here"),
        ("甲表,2026-02-01,2026-01-01,5,", "ends on %(ends_on)s, before it starts on %(starts_on)s"),
        ("累计表,2026-02-28,,5,MWh", "is a running counter"),
        ("甲表,2026-01,,5,t", "cannot be converted"),
    ],
)
def test_each_wrong_cell_says_what_it_lacks(session, make, keeper, row, said):
    make.register(keeper[0], name="累计表")
    error = rows_of(session, make, keeper, row).errors[0]
    assert said in error.msgid and error.row == 2
    assert error.msgid % error.values


def test_a_counter_may_name_its_own_unit(session, make, keeper):
    make.register(keeper[0], name="累计表")
    report = rows_of(session, make, keeper, "累计表,,2026-02-28,1500,度")
    assert (report.stored, report.errors) == (1, ())


def test_a_month_without_output_asks_in_the_words_of_production(session, make, keeper):
    made = make.meter(keeper[0], "PRODUCTION", "t", name="产量表")
    lines = [f"产量表,2025-{n:02d},,{0 if n == 4 else 100 + n}," for n in range(1, 9)]
    report = rows_of(session, make, keeper, *lines)
    one = session.query(ReadingFinding).one()
    assert report.findings == 1 and one.msgid.startswith("Nothing was produced")
    assert one.reading.starts_on.month == 4 and one.meter_id == made.id


def test_a_second_file_is_judged_together_with_what_is_stored(session, make, keeper):
    meter = keeper[2]
    rows_of(session, make, keeper, *[f"甲表,2025-{n:02d},,{100 + n}," for n in range(1, 8)])
    report = rows_of(session, make, keeper, "甲表,2025-08,,108000,", "甲表,2025-10,,110,")
    kinds = {one.kind: one.reading.starts_on.month for one in found.open_findings(session, [meter.id])}
    assert report.findings == 2 and kinds == {"scale": 8, "gap": 10}


def test_a_reversed_period_in_the_form_names_both_days(session, make, keeper):
    day, actor = NOW.date(), make.actor(keeper[1])
    with pytest.raises(Invalid) as refusal:
        services.record_reading(
            session,
            actor=actor,
            meter=keeper[2],
            starts_on=day,
            ends_on=day.replace(year=day.year - 1),
            quantity=Decimal(5),
            now=NOW,
        )
    assert refusal.value.values["starts_on"] == day
