"""The settings that tests run the application with."""

from pathlib import Path
from typing import Any


def environment_for(database_url: str, folder: Path) -> dict[str, str]:
    """Environment variables for a server under test."""
    return {
        "APP_ENV": "test",
        "DATABASE_URL": database_url,
        "SECRET_KEY": "only-for-tests-" + "0" * 32,
        "INSTANCE_DIR": str(folder),
        "DEMO_CLOCK": "2026-09-18T09:00+08:00",
        "JOBS_IN_PROCESS": "0",
        "ASK_CONSENT": "0",
    }


def settings_for(database_url: str, folder: Path) -> Any:
    """The same settings as a `Config`."""
    from config import Config

    return Config.from_env(environment_for(database_url, folder))
