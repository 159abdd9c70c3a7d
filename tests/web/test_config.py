"""Settings come from the environment, and what cannot work is refused with what to set."""

from datetime import time
from pathlib import Path

import pytest

from config import ROOT, Config, SettingRefused

KEY = "k" * 32


def test_a_production_start_without_a_secret_is_refused_with_what_to_set():
    for secret in ("", "short"):
        with pytest.raises(SettingRefused, match="SECRET_KEY: set it to at least 32"):
            Config.from_env({"SECRET_KEY": secret})
    assert Config.from_env({"SECRET_KEY": KEY}).is_production


def test_the_demo_clock_is_refused_in_production_and_without_an_offset():
    clock = "2026-09-18T09:00+08:00"
    with pytest.raises(SettingRefused, match="DEMO_CLOCK is refused in production"):
        Config.from_env({"SECRET_KEY": KEY, "DEMO_CLOCK": clock})
    with pytest.raises(SettingRefused, match="offset"):
        Config.from_env({"APP_ENV": "demo", "DEMO_CLOCK": "2026-09-18T09:00"})
    assert Config.from_env({"APP_ENV": "demo", "DEMO_CLOCK": clock}).demo_clock is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "live"),
        ("TIME_ZONE", "Mars/Base"),
        ("DEFAULT_LOCALE", "fr"),
        ("SESSION_HOURS", "many"),
        ("HTTPS", "perhaps"),
        ("PUBLICITY_CLOSES_AT", "five"),
    ],
)
def test_a_setting_that_cannot_be_read_names_itself(name, value):
    with pytest.raises(SettingRefused, match=name):
        Config.from_env({"APP_ENV": "test", name: value})


def test_settings_are_read_by_their_kind():
    config = Config.from_env(
        {
            "APP_ENV": "test",
            "HTTPS": "1",
            "MAIL_PORT": "25",
            "INSTANCE_DIR": "/tmp/x",
            "PUBLICITY_CLOSES_AT": "16:30",
            "DATABASE_URL": "postgres://u@h/d",
            "EVIDENCE_DIR": "",
        }
    )
    assert (config.https, config.mail_port, config.instance_dir) == (True, 25, Path("/tmp/x"))
    assert config.publicity_closes_at == time(16, 30)
    assert config.sqlalchemy_url == "postgresql+psycopg://u@h/d"
    assert config.evidence_folder == Path("/tmp/x/evidence")


def test_the_table_of_settings_names_each_with_its_sentence():
    table = {name: (default, doc) for name, default, doc in Config.table()}
    assert table["APP_ENV"][0] == "production"
    assert table["INSTANCE_DIR"][0] == "instance"
    assert table["PUBLICITY_CLOSES_AT"][0] == "17:00"
    assert all(doc.endswith(".") for _default, doc in table.values())


def test_only_config_reads_the_environment():
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in [*(ROOT / "cp_circles").rglob("*.py"), ROOT / "wsgi.py"]
        if "environ.get" in path.read_text("utf-8") or "os.getenv" in path.read_text("utf-8")
    ]
    assert readers == []
