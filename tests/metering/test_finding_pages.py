"""The pages of files and findings, walked as a metering verifier."""

import io
from datetime import date

import pytest

from cp_circles.metering.models import Reading, ReadingFinding
from cp_circles.people.models import Role, ScopeKind


@pytest.fixture
def meter(make, client, session):
    """A meter with eight months of which the last is a spike, its verifier signed in."""
    meter = make.meter(make.project().circle.company, name="甲表")
    make.monthly(meter, 2025, [100, 104, 98, 101, 97, 103, 99, 300])
    verifier = make.person(email="m@example.com")
    make.employed(meter.company, verifier)
    make.grant(verifier, Role.METERING, ScopeKind.COMPANY, meter.company)
    session.commit()
    client.enter(verifier)
    return meter


def test_a_finding_is_shown_with_its_chart_and_settled(session, make, client, meter):
    spike = session.query(Reading).order_by(Reading.starts_on.desc()).first()
    one = make.finding(spike)
    session.commit()
    assert "突变" in client.get(f"/meters/{meter.id}").text
    assert "突变" in client.get(f"/meters/company/{meter.company_id}/findings").text
    page = client.get(f"/meters/findings/{one.id}")
    assert page.status_code == 200 and "确认属实" in page.text
    assert client.send(f"/meters/findings/{one.id}/accept", {"reason": ""}).status_code == 422
    assert client.send(f"/meters/findings/{one.id}/accept", {"reason": "试车"}).status_code == 302
    session.expire_all()
    assert session.get(ReadingFinding, one.id).reason == "试车"
    assert "试车" in client.get(f"/meters/{meter.id}").text
    assert client.get(f"/meters/readings/{spike.id}/versions").status_code == 200


def test_a_file_is_previewed_corrected_in_its_columns_and_ordered(session, client, meter):
    content = "表计,月份,本月,上月\n甲表,2025-09,0.1,7\n甲表,2025-13,5,7\n".encode()
    start = f"/meters/company/{meter.company_id}/import"
    client.send(start, {"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv")}, content_type="multipart/form-data")
    content = content.replace("本月".encode(), "读数(MWh)".encode())
    sent = client.send(start, {"file": (io.BytesIO(content), "x.csv")}, content_type="multipart/form-data")
    assert sent.status_code == 303
    preview = client.get(sent.location)
    assert "1,000" in preview.text and "2025-13" in preview.text
    form = {"shape": "long", "year": "", "unit": "", "changed": "leave", "reason": "", "send_key": "k"}
    bad = client.send(sent.location, form | {"role-2": "", "act": "store"})
    assert bad.status_code == 422
    again = client.send(sent.location, form | {"role-2": "", "role-3": "quantity", "act": "again"})
    assert again.status_code == 303
    ordered = client.send(sent.location, form | {"role-2": "quantity", "role-3": "", "act": "store"})
    assert ordered.status_code == 303
    assert "x.csv" in client.get(ordered.location).text
    assert session.query(Reading).filter(Reading.starts_on == date(2025, 9, 1)).count() == 0


def test_a_meter_is_changed_on_its_page(session, make, client, meter):
    main = make.meter(meter.company)
    session.commit()
    assert client.get(f"/meters/{meter.id}/edit").status_code == 200
    form = {"name": "新名", "boundary": "", "parent": str(main.id), "reason": "核对"}
    assert client.send(f"/meters/{meter.id}/edit", form | {"reason": ""}).status_code == 422
    assert client.send(f"/meters/{meter.id}/edit", form).status_code == 302
    session.expire_all()
    assert (meter.name, meter.parent_id) == ("新名", main.id)
