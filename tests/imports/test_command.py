"""Imports by command: a database of its own, progress, the report, and the refusals in words."""

import sqlalchemy as sa

from cp_circles.db.models import Job
from cp_circles.organisations.models import Region
from cp_circles.projects.models import Project
from tests.imports.conftest import csv_of


def count(session, model):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def run(app, *words):
    return app.test_cli_runner().invoke(args=["import", *map(str, words)])


def prepared(app, monkeypatch):
    """Prepare without the migrations: a test's database has the whole schema."""
    monkeypatch.setattr("cp_circles.cli.imports.upgrade", lambda url: None)
    result = run(app, "prepare", "--regions", "us")
    assert result.exit_code == 0, result.output


def test_prepare_then_import_twice(app, session, tmp_path, monkeypatch):
    prepared(app, monkeypatch)
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of({}, {"superid": "AM074302", "psaved": "-5"}))
    first = run(app, "projects", file, "--mapping", "iac")
    assert first.exit_code == 0, first.output
    assert "read 2 · refused 0 · added 2" in first.output and "4095 USD" in first.output
    assert "psaved: the saved money is negative" in first.output
    assert "stored 2 rows in" in first.stderr and "rows/s" in first.stderr
    assert "unchanged 2" in run(app, "projects", file, "--mapping", "iac").output
    assert (count(session, Project), count(session, Job)) == (2, 2)


def test_a_bad_row_fails_the_command_and_stores_nothing(app, session, tmp_path, monkeypatch):
    prepared(app, monkeypatch)
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of({}, {"superid": "AM074302", "psaved": "abc"}))
    result = run(app, "projects", file, "--mapping", "iac")
    assert result.exit_code == 1
    assert "row 3, psaved: abc is no number; write for example 1234.5." in result.output
    assert count(session, Project) == 0
    assert run(app, "projects", file, "--mapping", "iac", "--good-rows-only").exit_code == 0
    assert count(session, Project) == 1


def test_checking_only_stores_nothing(app, session, tmp_path, monkeypatch):
    prepared(app, monkeypatch)
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of({}))
    assert run(app, "projects", file, "--mapping", "iac", "--check-only").exit_code == 0
    assert (count(session, Project), count(session, Job)) == (0, 0)


def test_prepare_refuses_other_regions_and_the_demonstration(app, session, make):
    from cp_circles.cli import imports as command

    command.upgrade, kept = (lambda url: None), command.upgrade
    try:
        make.person(is_demo=True)
        session.commit()
        assert "the demonstration" in run(app, "prepare", "--regions", "us").output
        make.places()
        session.commit()
        result = run(app, "prepare", "--regions", "us")
    finally:
        command.upgrade = kept
    assert result.exit_code == 1 and "holds test" in result.output
    assert session.scalars(sa.select(Region.pack).distinct()).all() == ["test"]


def test_an_unknown_mapping_is_refused_in_words(app, session, tmp_path, monkeypatch):
    prepared(app, monkeypatch)
    file = tmp_path / "rows.csv"
    file.write_bytes(csv_of({}))
    result = run(app, "projects", file, "--mapping", "nothing")
    assert (result.exit_code, count(session, Project)) == (1, 0)
    assert "known are: cn_project_sheet, iac" in result.output
