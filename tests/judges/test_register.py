"""The register of judges: own data, companies named, qualification by officials, list, filter, export."""

from datetime import date

import pytest
import sqlalchemy as sa

from cp_circles.errors import Invalid, NotAllowed, NotFound, Stale
from cp_circles.judges import queries, services
from cp_circles.judges.models import JudgeProfile, JudgeTie, Qualification, TieKind
from cp_circles.people.models import Role, ScopeKind
from tests.conftest import NOW

TODAY = date(2026, 9, 18)


@pytest.fixture
def places(make):
    """A nation, province, city and county."""
    return make.places()


@pytest.fixture
def saved(session, make, places):
    """Saves a person's own data as a judge."""

    def save(person=None, **facts):
        person = person or make.person()
        known = {"version": 0, "home_region": places[2], "now": NOW}
        return services.save_profile(session, actor=make.actor(person), **known | facts)

    return save


@pytest.fixture
def official(make, places):
    """The official of the city."""
    return make.holder(Role.OFFICIAL, ScopeKind.REGION, places[2])


def test_a_judge_saves_own_data_with_companies_by_name_or_code(session, make, saved):
    first, second = make.company(name="示例甲厂"), make.company(short_code="ABC01")
    profile = saved(
        domains=["energy"],
        languages=["en", "zh"],
        employers=["示例甲厂", ""],
        mentored=["abc01"],
        workload_limit=20,
    )
    tied = queries.tied_companies(session, profile.person_id)
    assert [row.id for row in tied[TieKind.EMPLOYER]] == [first.id]
    assert [row.id for row in tied[TieKind.MENTORED]] == [second.id]
    assert (profile.version, profile.languages, profile.workload_limit) == (1, ["en", "zh"], 20)
    saved(profile.person, version=1)
    assert profile.version == 2 and session.scalar(sa.select(sa.func.count(JudgeTie.id))) == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"employers": ["没有这家单位"]}, "employers"),
        ({"mentored": ["没有这家单位"]}, "mentored"),
        ({"languages": ["xx"]}, "languages"),
        ({"workload_limit": 0}, "workload_limit"),
        ({"away_from": TODAY}, "away_until"),
        ({"away_from": TODAY, "away_until": date(2026, 9, 1)}, "away_until"),
    ],
)
def test_wrong_data_are_refused_beside_their_field(session, saved, facts, field):
    with pytest.raises(Invalid) as refused:
        saved(**facts)
    assert refused.value.field == field
    assert session.scalar(sa.select(sa.func.count(JudgeProfile.id))) == 0


def test_a_later_save_of_old_data_is_refused(saved):
    profile = saved()
    with pytest.raises(Stale):
        saved(profile.person, version=0, domains=["energy"])
    assert profile.domains == []


def test_officials_of_the_home_keep_the_qualification(session, make, places, saved, official):
    profile = saved()
    elsewhere = make.holder(Role.OFFICIAL, ScopeKind.REGION, make.region("city", places[1]))
    known = {"profile": profile, "version": 1, "qualification": Qualification.SENIOR, "now": NOW}
    with pytest.raises(NotFound):
        services.keep_qualification(session, actor=elsewhere, valid_until=TODAY, **known)
    with pytest.raises(NotAllowed):
        services.keep_qualification(session, actor=make.actor(profile.person), valid_until=TODAY, **known)
    with pytest.raises(Invalid):
        services.keep_qualification(session, actor=official, **known)
    with pytest.raises(Stale):
        services.keep_qualification(session, actor=official, valid_until=TODAY, **known | {"version": 7})
    assert profile.qualification is None
    services.keep_qualification(
        session, actor=official, valid_until=TODAY, certificate_number="示例-1", **known
    )
    assert (profile.qualification, profile.version) == (Qualification.SENIOR, 2)
    assert not profile.is_expired(TODAY) and profile.is_expired(date(2026, 9, 19))


def test_nobody_certifies_themselves(session, make, places, saved, official):
    person = session.get(type(make.person()), official.person_id)
    profile = services.save_profile(session, actor=official, version=0, home_region=places[2], now=NOW)
    with pytest.raises(NotAllowed):
        services.keep_qualification(
            session, actor=official, profile=profile, version=1, qualification=None, now=NOW
        )
    assert person.id == profile.person_id


def test_the_list_shows_the_judges_of_the_region_filtered_and_sorted(session, make, places, saved, official):
    late, early = saved(make.person(name="示例乙")), saved(make.person(name="示例甲"))
    saved(make.person(name="示例外地"), home_region=make.region("city", places[1]))
    late.qualification, late.valid_until = Qualification.SENIOR, date(2027, 1, 1)
    early.qualification, early.valid_until = Qualification.JUNIOR, date(2026, 1, 1)
    bare = saved(make.person(name="示例丙"))
    session.flush()

    def ids(**facts):
        found = queries.judges_listed(session, actor=official, today=TODAY, **facts)
        return [row.id for row in found.rows]

    assert set(ids()) == {late.id, early.id, bare.id}
    assert ids(validity="expired") == [early.id] and ids(validity="valid") == [late.id]
    assert ids(validity="none") == [bare.id]
    assert ids(qualification=Qualification.SENIOR) == [late.id] and ids(text="甲") == [early.id]
    assert ids(sort="valid") == [early.id, late.id, bare.id]
    assert len(queries.every_judge_listed(session, actor=official, today=TODAY)) == 3


def test_pages_of_the_register(client, session, make, places, official):
    make.rulesets()
    judge = make.person(name="示例评委")
    client.enter(judge)
    assert client.get("/judges/me").status_code == 200
    page = client.send("/judges/me", {"version": "0", "employers": "没有这家单位"})
    assert page.status_code == 422 and "没有这家单位" in page.get_data(as_text=True)
    answer = client.send(
        "/judges/me", {"version": "0", "home_region_id": str(places[2].id), "languages": "zh"}
    )
    assert answer.status_code in (302, 303)
    profile = session.scalars(sa.select(JudgeProfile)).one()
    assert client.get("/judges").status_code == 404
    client.enter(session.get(type(judge), official.person_id))
    assert "示例评委" in client.get("/judges").get_data(as_text=True)
    address = f"/judges/{judge.id}"
    assert "示例评委" in client.get(address).get_data(as_text=True)
    body = {"version": "1", "qualification": "junior", "certificate_number": "=1+1"}
    assert client.send(f"{address}/qualification", body).status_code == 422
    answer = client.send(f"{address}/qualification", body | {"valid_until": "2020-01-01"})
    assert answer.status_code in (302, 303)
    session.refresh(profile)
    assert profile.qualification is Qualification.JUNIOR
    table = client.get("/judges/judges.csv").get_data(as_text=True)
    assert "示例评委" in table and "'=1+1" in table
    assert "已过期" in client.get("/judges?validity=expired").get_data(as_text=True)
