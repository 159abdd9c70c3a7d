"""The home of a judge in the register decides which entries are from the own region."""

from cp_circles.judges.models import JudgeProfile
from cp_circles.standings import services as standings_services
from tests.conftest import NOW
from tests.judging.world import t2


def test_the_register_says_where_a_judge_is_at_home(session, world):
    away = world.make.region("county", world.city)
    world.round_at("province")
    round_ = world.round_at("city")
    companies = [world.company, world.make.company(away)] * 3
    results = [world.result(company) for company in companies]
    entries = [world.entry(round_, result) for result in results]
    judges = [world.judge(round_) for _ in range(4)]
    for judge, home in zip(judges, (away, world.county, world.county, away), strict=True):
        session.add(JudgeProfile(person_id=judge.person_id, home_region_id=home.id, saved_at=NOW))
    world.numbers(round_)
    for place, entry in enumerate(entries):
        for number, judge in enumerate(judges):
            world.score(world.assign(entry, judge), t2(str(70 + place * 3 + number * (place % 2 + 1))))
    standing = standings_services.compute_standing(
        session, actor=world.officials["city"], round_=round_, now=world.at("deliberation")
    )
    (track,) = standing.facts["fairness"]["tracks"]
    assert track["stages"][0]["home"] is not None
