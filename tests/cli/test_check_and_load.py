"""The region tree is loaded by command, once; the check names what does not match."""

import sqlalchemy as sa

from cp_circles.db.models import Event
from cp_circles.editions.models import Edition
from cp_circles.files.models import Blob
from cp_circles.files.services import store_blob
from cp_circles.files.storage import LocalStorage
from cp_circles.ledger.models import Basis, Rollup
from cp_circles.ledger.services import count_saving
from cp_circles.organisations import queries
from cp_circles.organisations.models import Industry, Region, RegionLevel
from cp_circles.rulesets import loader
from tests.conftest import NOW
from tests.ledger.test_services import countable


def counted(session, **facts):
    return session.scalar(sa.select(sa.func.count()).select_from(Region).filter_by(**facts))


def test_the_shipped_trees_are_loaded_once(app, session):
    run = app.test_cli_runner()
    first = run.invoke(args=["organisations", "load", "--regions", "china", "--regions", "us"])
    assert first.exit_code == 0, first.output
    again = run.invoke(args=["organisations", "load", "--regions", "china", "--regions", "us"])
    assert again.output == (
        "regions china: 0 rows changed\nregions us: 0 rows changed\nindustries: 0 rows changed\n"
    )
    assert len(queries.nations(session)) == 2
    assert counted(session, pack="china", level=RegionLevel.PROVINCE) == 34
    assert counted(session, pack="china", is_municipality=True) == 4
    placeholders = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
    assert session.scalar(sa.select(sa.func.count()).where(Region.name.in_(placeholders))) == 0
    beijing = queries.region_by_code(session, "110101")
    assert [row.name for row in queries.ancestors_of(session, beijing)][1:] == ["北京市", "东城区"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Industry)) == 117


def test_the_shipped_rulesets_are_stored_once(app, session):
    session.execute(sa.delete(Edition))
    session.commit()
    run = app.test_cli_runner()
    shipped = len(loader.shipped())
    assert run.invoke(args=["editions", "load"]).output == f"editions: {shipped} new\n"
    assert run.invoke(args=["editions", "load"]).output == "editions: 0 new\n"
    assert session.scalar(sa.select(sa.func.count()).select_from(Edition)) == shipped


def test_an_unknown_pack_names_the_known_ones(app, session):
    result = app.test_cli_runner().invoke(args=["organisations", "load", "--regions", "mars"])
    assert (result.exit_code, counted(session)) == (1, 0)
    assert "china, us" in result.output


def test_the_check_names_missing_and_damaged_evidence(app, session):
    storage = LocalStorage(app.extensions["cp_config"].evidence_folder)
    run = app.test_cli_runner()
    kept = store_blob(session, storage, b"kept", "a.txt", NOW)
    session.commit()
    whole = (
        "evidence: complete; 0 files without a row\n"
        "boards: equal to the ledger\n"
        "chains: 0 intact\n"
        "claims: 0 compute to their numbers (none yet)\n"
        "signatures: 0 hold the text that was signed\n"
        "savings: nothing verified counts twice; living totals equal to their rows\n"
        "standings: corrected scores equal to what was hashed and to what comes out again\n"
        "heads: every published head is that of its link\n"
        "sheets: every handed-in sheet equals its hash and its link\n"
        "lists: every line, list and certificate is as its chain says\n"
        "searches: every name and number can be found\n"
    )
    assert run.invoke(args=["check", "--deep"]).output == whole

    (storage.root / kept.sha256[:2] / kept.sha256).write_bytes(b"other")
    storage.put("ab" * 32, b"stray")
    session.add(Blob(sha256="cd" * 32, size=1, media_type="text/plain", created_at=NOW))
    session.commit()
    result = run.invoke(args=["check", "--deep"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"no row: {'ab' * 32}",
        f"no file: {'cd' * 32}",
        f"damaged: {kept.sha256}",
        "boards: equal to the ledger",
        "chains: 0 intact",
        "claims: 0 compute to their numbers (none yet)",
        "signatures: 0 hold the text that was signed",
        "savings: nothing verified counts twice; living totals equal to their rows",
        "standings: corrected scores equal to what was hashed and to what comes out again",
        "heads: every published head is that of its link",
        "sheets: every handed-in sheet equals its hash and its link",
        "lists: every line, list and certificate is as its chain says",
        "searches: every name and number can be found",
        "Error: 2 things do not fit together",
    ]


def test_check_names_a_planted_roll_up(app, session, make):
    company = make.company()
    count_saving(session, countable(company), basis=Basis.VERIFIED, now=NOW)
    rollup = session.scalars(sa.select(Rollup).where(Rollup.scope_kind == "company")).first()
    rollup.amount += 1
    session.commit()
    result = app.test_cli_runner().invoke(args=["check"])
    assert result.exit_code == 1 and "the ledger says" in result.output


def test_check_names_a_broken_chain(app, session, make):
    event = Event(
        at=NOW, verb="judging.test", subject_kind="rounds", subject_id=1, chain="round:1", position=1
    )
    event.previous_hash, event.hash = "0" * 64, "f" * 64
    session.add(event)
    session.commit()
    result = app.test_cli_runner().invoke(args=["check"])
    assert result.exit_code == 1 and "chain round:1: broken at event 1" in result.output
