"""The editor of a round: everything that is wrong is said at once, and last season's settings are taken over."""

import pytest
import sqlalchemy as sa

from cp_circles.judging.models import Level, Round, Season
from cp_circles.judging.queries.rounds import earlier_round
from cp_circles.judging.services.roll_over import settings_from
from cp_circles.judging.services.round_settings import PhaseTimes, SettingsRefused
from cp_circles.people.models import Person
from tests.conftest import NOW


def test_all_problems_of_the_settings_are_named_at_once(session, world):
    good = world.settings("basic_company")
    first, *rest = good.phases
    broken = [PhaseTimes(first.key, first.ends_at, first.starts_at), *rest]
    with pytest.raises(SettingsRefused) as caught:
        world.company_round(pass_mark=500, panel_size=99, publicity_days=0, phases=broken)
    fields = [one.field for one in caught.value.problems]
    assert fields[:3] == ["pass_mark", "publicity_days", "panel_size"] and "phases" in fields[3:]
    assert caught.value.field == "pass_mark"
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Round.id))) == 0


def test_the_page_says_ranges_pass_mark_phases_and_missing_reason_at_once(session, client, stage_at):
    world = stage_at("entry")
    round_ = world.round_at("city")
    round_.announced_at = NOW
    before = (round_.pass_mark, round_.publicity_days, round_.phases[0].starts_at)
    client.enter(session.get(Person, world.officials["city"].person_id))
    sent = {
        "version": str(round_.version), "name": round_.name, "award_edition_id": "", "pass_mark": "500",
        "reserve_places": "1", "publicity_days": "0", "panel_size": "3", "reason": "",
    }  # fmt: skip
    for place, row in enumerate(round_.phases):
        times = (row.ends_at, row.starts_at) if place == 0 else (row.starts_at, row.ends_at)
        sent[f"phases-{place}-key"] = row.key
        sent[f"phases-{place}-starts_at"], sent[f"phases-{place}-ends_at"] = (
            f"{one:%Y-%m-%dT%H:%M}" for one in times
        )
    answer = client.send(f"/judging/rounds/{round_.id}/edit", sent)
    summary = answer.get_data(as_text=True).split('role="alert"')[1].split("</div></div>")[0]
    assert answer.status_code == 422
    for field in ("publicity_days", "pass_mark", "phases", "reason"):
        assert f'href="#{field}"' in summary, summary
    assert "变更理由</label>" in answer.get_data(as_text=True), "needed, so not marked optional"
    assert "阶段“entry”" not in summary and ">Phases<" not in summary
    session.expire_all()
    assert (round_.pass_mark, round_.publicity_days, round_.phases[0].starts_at) == before


def test_the_settings_of_last_season_are_taken_over_a_year_later(session, world):
    old = world.company_round(pass_mark=70, publicity_days=7)
    season = Season(
        pack="test",
        year=2027,
        name="2027 年度",
        starts_on=world.season.starts_on.replace(year=2027),
        ends_on=world.season.ends_on.replace(year=2027),
        ladder_edition_id=world.season.ladder_edition_id,
    )
    session.add(season)
    session.flush()
    place = {"company_id": world.company.id, "region_id": None}
    assert earlier_round(session, season, Level.COMPANY, **place) is old
    assert earlier_round(session, world.season, Level.COMPANY, **place) is None
    settings = settings_from(session, old, 1)
    assert (settings.pass_mark, settings.publicity_days) == (70, 7)
    assert settings.phases[0].starts_at.year == old.phases[0].starts_at.year + 1
