"""Main meters with their sub-meters: the page, its sentences, and moving a meter."""

from itertools import pairwise

import pytest

from cp_circles.errors import Invalid, NotAllowed, NotFound
from cp_circles.metering import services
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW


@pytest.fixture
def plant(make):
    """A company with a metering verifier and three meters of electricity, none above another."""
    company = make.project().circle.company
    verifier = make.person(email="m@example.com")
    make.employed(company, verifier)
    make.grant(verifier, Role.METERING, ScopeKind.COMPANY, company)
    return company, verifier, [make.meter(company, name=name) for name in ("总表", "甲分表", "乙分表")]


def move(session, make, plant, meter, parent, reason="线路核对"):
    """Put a meter under another as the verifier."""
    facts = {"meter": meter, "parent": parent, "reason": reason, "now": NOW}
    return services.move_meter(session, actor=make.actor(plant[1]), **facts)


def test_a_meter_is_moved_and_taken_out_again(session, make, plant):
    main, sub, _other = plant[2]
    assert move(session, make, plant, sub, main).parent_id == main.id
    assert move(session, make, plant, sub, None).parent_id is None


@pytest.mark.parametrize("wrong", ["itself", "cycle", "medium", "unit", "foreign", "same", "reason"])
def test_a_place_that_cannot_be_is_refused(session, make, plant, wrong):
    company, _verifier, (main, sub, other) = plant
    sub.parent_id = main.id
    session.flush()
    meter, parent, reason = {
        "itself": (main, main, "x"),
        "cycle": (main, sub, "x"),
        "medium": (other, make.meter(company, "WATER", "m3"), "x"),
        "unit": (other, make.meter(company, unit="m3"), "x"),
        "foreign": (other, make.meter(), "x"),
        "same": (sub, main, "x"),
        "reason": (other, main, " "),
    }[wrong]
    with pytest.raises(Invalid) as refusal:
        move(session, make, plant, meter, parent, reason)
    assert refusal.value.field == ("reason" if wrong == "reason" else "parent")
    assert (main.parent_id, sub.parent_id, other.parent_id) == (None, main.id, None)


def test_a_line_of_meters_has_an_end(session, make, plant):
    line = [make.meter(plant[0]) for _ in range(4)]
    for above, below in pairwise(line):
        below.parent_id = above.id
    main, sub, _other = plant[2]
    sub.parent_id = main.id
    session.flush()
    assert move(session, make, plant, line[0], sub).parent_id == sub.id
    with pytest.raises(Invalid):
        move(session, make, plant, plant[2][2], line[3])


def test_who_only_reads_meters_moves_none_and_strangers_see_none(session, make, plant):
    main, sub, _other = plant[2]
    member = make.holder(Role.PROCESS_OWNER, ScopeKind.COMPANY, plant[0])
    for actor, refusal in ((member, NotAllowed), (make.actor(make.person()), NotFound)):
        with pytest.raises(refusal):
            services.move_meter(session, actor=actor, meter=sub, parent=main, reason="x", now=NOW)
    assert sub.parent_id is None


def test_the_page_shows_the_rest_the_excess_and_what_was_not_read(session, make, client, plant):
    company, verifier, (main, sub, other) = plant
    make.monthly(main, 2026, [1000, 1000])
    make.monthly(sub, 2026, [700, 1100])
    sub.parent_id = other.parent_id = main.id
    session.commit()
    client.enter(verifier)
    page = client.get(f"/meters/company/{company.id}/tree?year=2026").text
    assert "300 kWh" in page and "30.0 %" in page
    assert "比总表多100 kWh" in page and "乙分表本年没有读数" in page
    empty = client.get(f"/meters/company/{company.id}/tree?year=2020").text
    assert "本年没有读数" in empty and "300 kWh" not in empty


def test_a_meter_is_moved_on_the_page(session, client, plant):
    company, verifier, (main, sub, _other) = plant
    session.commit()
    client.enter(verifier)
    address = f"/meters/company/{company.id}/tree"
    assert "还没有建立总分表关系" in client.get(address).text
    form = {"meter": str(sub.id), "parent": str(main.id), "reason": "线路核对"}
    assert client.send(address, form | {"parent": str(sub.id)}).status_code == 422
    assert client.send(address, form).status_code == 302
    session.expire_all()
    assert sub.parent_id == main.id
