"""An exported audit holds as it was written, and every planted change is found with its place."""

import copy
import importlib.util
import json
import subprocess
import sys

import pytest
import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.errors import DomainError
from cp_circles.judging.chain import chain_of, sha256_of, verify_chain
from cp_circles.judging.models import ScoreSheet
from cp_circles.objections import services as objections_services
from cp_circles.people.models import Person
from cp_circles.scoring import services as scoring_services
from cp_circles.standings import services as standings_services
from cp_circles.trust import queries
from cp_circles.trust.export import VERIFIER, audit_files, write_audit
from cp_circles.trust.receipts import code_of
from tests.judging.world import World

TOTALS = [["90", "88", "86"], ["80", "78", "76"], ["80", "78", "76"]]


@pytest.fixture(scope="module")
def verifier():
    """The stand-alone script as a module."""
    spec = importlib.util.spec_from_file_location("verify_audit", VERIFIER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def published(session, world, places=1):
    """A judged round with its list published, some entries going up."""
    round_ = world.judged_round("city", TOTALS)
    world.give_places(round_, places)
    official = world.officials["city"]
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    return round_


@pytest.fixture
def round_(session, world):
    """The published round."""
    return published(session, world)


@pytest.fixture(scope="module")
def kept():
    """What the first test that needs the export made, for the others."""
    return {}


@pytest.fixture
def files(kept, session, make):
    """The files of an audit of a published round, the newest published head, and a receipt (kept once made)."""
    if "files" not in kept:
        world = World(session, make)
        round_ = published(session, world)
        link = session.scalars(sa.select(Event).where(Event.verb == "judging.submit_sheet")).first()
        kept["head"], kept["receipt"] = queries.newest_head(session).hash, str(code_of(link))
        made = audit_files(session, round_, now=world.at("publicity"))
        kept["files"] = {name: "".join(portions) for name, portions in made.items()}
    return dict(kept["files"])


@pytest.fixture
def audit(files, verifier, tmp_path):
    """The audit as the script reads it."""
    write_audit(files, tmp_path / "audit.zip")
    return verifier.read(tmp_path / "audit.zip")


def run(path, *more):
    """The copied script in a bare process."""
    command = [sys.executable, "-I", str(path / "verify_audit.py"), str(path), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=path)


def test_a_clean_export_passes_in_a_bare_process(files, kept, tmp_path):
    write_audit(files, tmp_path)
    done = run(tmp_path, "--head", kept["head"], "--receipt", kept["receipt"])
    assert (done.returncode, done.stderr) == (0, "")
    assert "9 sheets, 3 places: 0 faults" in done.stdout

    of_round = json.loads(files["manifest.json"])["head"]["hash"]
    assert run(tmp_path, "--head", of_round).returncode == 0
    wrong = run(tmp_path, "--head", "0" * 64, "--receipt", f"1-1-{'0' * 64}")
    assert wrong.returncode == 1
    assert wrong.stdout.count("FAULT") == 2


def test_a_score_changed_in_a_file_is_found_in_a_bare_process(files, tmp_path):
    write_audit(files, tmp_path)
    path = tmp_path / "sheets.jsonl"
    text = path.read_text("utf-8")
    assert '"topic":"15"' in text
    path.write_text(text.replace('"topic":"15"', '"topic":"14"', 1), encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 1
    assert "FAULT sheets.jsonl: sheet" in done.stdout and "judge 1) was changed" in done.stdout


def test_what_is_no_export_is_said_to_be_none(tmp_path):
    (tmp_path / "verify_audit.py").write_text(VERIFIER.read_text("utf-8"), encoding="utf-8")
    done = run(tmp_path)
    assert done.returncode == 1 and "files are missing: manifest.json" in done.stdout


def rehashed(events, first):
    """The events with the chain made anew from a place on, as a forger would."""
    for n in range(first, len(events)):
        events[n]["previous"] = events[n - 1]["hash"] if n else "0" * 64
        events[n]["hash"] = sha256_of({k: v for k, v in events[n].items() if k != "hash"})


def change_an_event(audit):
    """Another total in the event of a handed-in sheet."""
    event = next(e for e in audit["events.jsonl"] if e["verb"] == "judging.submit_sheet")
    event["after"]["total"] = "99"
    return f"event {event['position']} (judging.submit_sheet) was changed"


def change_an_actor(audit):
    """Another person in the place of the organiser."""
    event = next(e for e in audit["events.jsonl"] if e["verb"] == "judging.publish_standing")
    event["actor"] = "f" * 64
    return f"event {event['position']} (judging.publish_standing) was changed"


def drop_an_event(audit):
    """An event in the middle taken out."""
    gone = audit["events.jsonl"].pop(4)
    return f"event {gone['position']} is missing"


def drop_the_last(audit):
    """The end of the chain cut off."""
    gone = audit["events.jsonl"].pop()
    return f"for event {gone['position']} names an event that is missing"


def swap_two(audit):
    """Two events in each other's place."""
    events = audit["events.jsonl"]
    events[5], events[6] = events[6], events[5]
    return "event 7 is out of order; event 6 belongs here"


def forge_the_chain(audit):
    """A score changed and every later hash computed anew: the published head gives it away."""
    events = audit["events.jsonl"]
    place = next(n for n, e in enumerate(events) if e["verb"] == "judging.submit_sheet")
    events[place]["after"]["total"] = "99"
    rehashed(events, place)
    return "is not that event's hash"


def change_a_published_head(audit):
    """Another hash in the platform's chain."""
    audit["platform.jsonl"][-1]["after"]["hash"] = "a" * 64
    return "platform.jsonl, line 1: event 1 (judging.publish_chain_head) was changed"


def change_the_manifest(audit):
    """Another head in the manifest."""
    audit["manifest.json"]["head"]["hash"] = "a" * 64
    return "manifest.json: head is not the last event"


def forge_a_sheet(audit):
    """A sheet with other points and a hash that fits them."""
    sheet = audit["sheets.jsonl"][0]
    sheet["content"] |= {"points": sheet["content"]["points"] | {"topic": "1"}}
    sheet["content"]["total"] = "76"
    sheet["sha256"] = sha256_of(sheet["content"])
    return f"sheets.jsonl: sheet {sheet['sheet']} (entry"


def leave_a_sheet_out(audit):
    """A sheet taken out of the file."""
    gone = audit["sheets.jsonl"].pop()
    return f"sheets.jsonl: sheet {gone['sheet']} is missing"


def change_the_input(audit):
    """A larger quota than the one that stood."""
    audit["input.json"]["quotas"] = {"problem_solving": 4}
    return "input.json is not what the standing"


def change_the_rule(audit):
    """Nothing trimmed, by a rule that trims."""
    audit["rule.json"]["tracks"]["problem_solving"]["trim_min_n"] = 1_000
    return "rule.json is not the rule"


def change_the_standing(audit):
    """Two entries in each other's place."""
    rows = audit["standing.jsonl"]
    rows[0]["place"], rows[-1]["place"] = rows[-1]["place"], rows[0]["place"]
    return f"standing.jsonl: entry {rows[0]['entry']} reads"


PLANTED = [
    change_an_event,
    change_an_actor,
    drop_an_event,
    drop_the_last,
    swap_two,
    forge_the_chain,
    change_a_published_head,
    change_the_manifest,
    forge_a_sheet,
    leave_a_sheet_out,
    change_the_input,
    change_the_rule,
    change_the_standing,
]


def test_each_kind_of_tampering_is_found_at_its_place(audit, verifier):
    assert verifier.problems_of(audit) == []
    missed = {}
    for plant in PLANTED:
        changed = copy.deepcopy(audit)
        wanted = plant(changed)
        found = verifier.problems_of(changed)
        if not any(wanted in problem for problem in found):
            missed[plant.__name__] = (wanted, found)
    assert missed == {}


def test_no_name_and_no_persons_id_stands_in_an_export(files):
    for name in ("events.jsonl", "platform.jsonl"):
        for line in files[name].splitlines():
            event = json.loads(line)
            assert event["actor"] is None or len(event["actor"]) == 64
            assert not isinstance((event["after"] or {}).get("judge"), int)
    text = "".join(text for name, text in files.items() if name.endswith(("json", "jsonl")))
    assert "示例小组" not in text and "示例课题" not in text and "PLANTED-SUMMARY" not in text


def test_a_disqualified_entry_and_a_reopened_sheet_still_check(session, world, verifier, tmp_path, make):
    round_ = world.judged_round("city", TOTALS)
    official = world.officials["city"]
    sheet = session.scalars(sa.select(ScoreSheet)).first()
    scoring_services.reopen_sheet(
        session, actor=official, sheet=sheet, reason="漏看证据", now=world.at("scoring")
    )
    world.score(sheet, dict(sheet.points))
    standings_services.compute_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    standings_services.publish_standing(session, actor=official, round_=round_, now=world.at("deliberation"))
    entry = world.entries_of(round_)[0]
    now = world.at("deliberation", 0.9)
    objection = objections_services.file_objection(
        session,
        actor=make.actor(make.person()),
        entry=entry,
        text="该成果的数据与本企业公布的不一致，附有证据。",
        now=now,
    )
    objections_services.admit_objection(
        session, actor=official, objection=objection, version=objection.version, now=now
    )
    objections_services.decide_objection(
        session,
        actor=official,
        objection=objection,
        effect="disqualify",
        decision="数据不实",
        version=objection.version,
        now=now,
    )
    write_audit(audit_files(session, round_, now=now), tmp_path)
    assert verifier.problems_of(verifier.read(tmp_path)) == []


def test_the_finished_round_still_checks(session, world, verifier, tmp_path):
    round_ = published(session, world, places=0)
    official = world.officials["city"]
    standings_services.finish_round(session, actor=official, round_=round_, now=round_.publicity_ends_at)
    write_audit(audit_files(session, round_, now=round_.publicity_ends_at), tmp_path)
    assert verifier.problems_of(verifier.read(tmp_path)) == []


def test_the_chain_holds_after_an_erasure_and_breaks_at_another_actor(session, world, round_, make):
    chain = chain_of(round_)
    event = session.scalars(sa.select(Event).where(Event.chain == chain, Event.actor_id.is_not(None))).first()
    assert verify_chain(session, chain).is_whole
    actor, event.actor_id = event.actor_id, make.person().id
    assert verify_chain(session, chain).broken_at == event.position
    event.actor_id = actor
    session.execute(sa.update(Person).where(Person.id == actor).values(salt=""))
    assert verify_chain(session, chain).is_whole

    event.actor_mark = None
    with pytest.raises(DomainError, match="before marks stood"):
        audit_files(session, round_, now=world.at("publicity"))
