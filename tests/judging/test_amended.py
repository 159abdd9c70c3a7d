"""An amendment in words: every phase that moved, and links of old that name one phase only."""

from cp_circles.db.models import Event
from cp_circles.judging import guards, services
from cp_circles.judging.presenting.amended import differences
from cp_circles.judging.queries.amendments import amendments_of
from cp_circles.people.models import Person
from tests.conftest import NOW


def test_the_published_rule_and_the_history_show_every_phase_that_moved(session, client, stage_at):
    world = stage_at("entry")
    round_, official = world.round_at("city"), world.officials["city"]
    services.announce_round(session, actor=official, round_=round_, now=world.start)
    services.end_phase_now(session, actor=official, round_=round_, reason="参评已齐", now=NOW)
    (moved,) = amendments_of(session, round_)
    keys = [key for key, _start, _end in moved.after["phases"]]
    assert keys == ["entry", "formal_review"]
    client.enter(session.get(Person, official.person_id))
    rule = guards.rule_of(session, round_)
    published = client.get(f"/judging/rounds/{round_.id}/rule").get_data(as_text=True)
    history = client.get(f"/judging/rounds/{round_.id}").get_data(as_text=True)
    for name in (rule.phase(key).names.in_("zh_Hans") for key in keys):
        assert name in published[published.index("参评已齐") :][:2000]
        assert name in history[history.index("调整阶段") :][:1500]


def test_a_link_of_old_still_says_which_phase_moved(session, app, world):
    rule = guards.rule_of(session, world.round_at("city"))
    old = {"phase": "entry", "starts_at": "2026-05-01T01:00:00+00:00", "ends_at": "2026-06-01T01:00:00+00:00"}
    link = Event(before=old, after=old | {"ends_at": "2026-06-02T01:00:00+00:00"})
    with app.test_request_context():
        ((term, before, after),) = differences(link, rule)
    assert (term, before == after) == (rule.phase("entry").names.in_("zh_Hans"), False)
