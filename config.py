"""The settings, read from the environment once; no other file reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("production", "development", "demo", "test")
LOCALES = ("zh_Hans", "en")


class SettingRefused(Exception):
    """A setting that cannot be used; the message says what to set instead."""


def setting(default: Any, doc: str) -> Any:
    """A field of `Config` with the sentence that the table of settings shows."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True)
class Config:
    """Every setting; the environment variable of a field is its name in capitals."""

    app_env: str = setting("production", "What kind of start this is: production, development, demo or test.")
    secret_key: str = setting(
        "", "Signs cookies; required in production, kept in the instance folder elsewhere."
    )
    database_url: str = setting(
        "", "SQLAlchemy URL of the database; empty means the SQLite file in the instance folder."
    )
    lock_seconds: int = setting(
        15, "Longest wait for a lock of the database; then the page says that the service is busy (503)."
    )
    instance_dir: Path = setting(ROOT / "instance", "Folder of the SQLite file and other local state.")
    build_dir: Path = setting(ROOT / "build", "Folder of the built static files and catalogues.")
    evidence_dir: Path | None = setting(
        None, "Folder of the evidence files; empty means `evidence` in the instance folder."
    )
    time_zone: str = setting("Asia/Shanghai", "Zone that governs dates, deadlines and working days.")
    demo_clock: datetime | None = setting(
        None, "Time (ISO, with offset) at which the demo's clock started at its reset; refused in production."
    )
    default_locale: str = setting(
        "zh_Hans",
        "Language before a reader chooses: zh_Hans or en. A browser that names English first gets English.",
    )
    session_hours: int = setting(72, "Hours without a request after which a sign-in expires.")
    password_minutes: int = setting(10, "Minutes for which a typed password allows signing.")
    ask_consent: bool = setting(
        True, "Ask at the first sign-in after a new notice for consent to the use of personal data (1 or 0)."
    )
    https: bool = setting(False, "Served over HTTPS: secure cookies and HSTS (1 or 0).")
    trusted_proxies: int = setting(0, "Number of proxies whose X-Forwarded headers are believed.")
    cdn_seconds: int = setting(
        0, "Seconds for which a CDN may show a public board without asking; 0: it asks for each reader."
    )
    public_url: str = setting("http://127.0.0.1:8000", "Address of the site, as written into mails.")
    max_upload_mb: int = setting(50, "Largest request, in megabytes.")
    publicity_closes_at: time = setting(
        time(17, 0), "Local time at which a publicity period closes on its last day (HH:MM)."
    )
    mail_host: str = setting("", "SMTP server; empty keeps mails in the outbox only.")
    mail_port: int = setting(587, "Port of the SMTP server.")
    mail_user: str = setting("", "User name at the SMTP server.")
    mail_password: str = setting("", "Password at the SMTP server.")
    mail_from: str = setting("cp-circles@localhost", "Sender of every mail.")
    mail_starttls: bool = setting(True, "Encrypt the SMTP connection with STARTTLS (1 or 0).")
    jobs_in_process: bool = setting(
        True, "Run background jobs in a thread of the web process (1), or only in `flask jobs work` (0)."
    )
    job_poll_seconds: int = setting(5, "Seconds between two looks for background jobs.")

    def __post_init__(self) -> None:
        """Refuse what cannot work, with a sentence that says what to set."""
        _one_of("APP_ENV", self.app_env, ENVIRONMENTS)
        _one_of("DEFAULT_LOCALE", self.default_locale, LOCALES)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SettingRefused("TIME_ZONE: set the name of a zone, for example Asia/Shanghai.") from error
        if self.app_env == "production":
            self._check_production()
        if self.demo_clock is not None and self.demo_clock.tzinfo is None:
            raise SettingRefused("DEMO_CLOCK: add the offset, for example 2026-09-18T09:00+08:00.")

    def _check_production(self) -> None:
        if len(self.secret_key) < 32:
            raise SettingRefused(
                "A production start needs SECRET_KEY: set it to at least 32 random characters, for example"
                " from python -c 'import secrets; print(secrets.token_hex(32))'; or set APP_ENV=development."
            )
        if self.demo_clock is not None:
            raise SettingRefused("DEMO_CLOCK is refused in production: unset it, or set APP_ENV=demo.")

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL, with the default filled in and PostgreSQL driven by psycopg."""
        if not self.database_url:
            return f"sqlite:///{self.instance_dir / 'cp_circles.db'}"
        return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", self.database_url)

    @property
    def evidence_folder(self) -> Path:
        """The folder of the evidence files."""
        return self.evidence_dir or self.instance_dir / "evidence"

    @property
    def is_production(self) -> bool:
        """True for a real start."""
        return self.app_env == "production"

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> "Config":
        """The settings of this process; raises SettingRefused with what to set."""
        source = os.environ if environment is None else environment
        given = {
            each.name: _read(each, source[each.name.upper()])
            for each in fields(cls)
            if source.get(each.name.upper(), "").strip()
        }
        return cls(**given)

    @classmethod
    def table(cls) -> list[tuple[str, str, str]]:
        """Every setting as (variable, default, sentence), for the docs."""
        return [(each.name.upper(), _shown(each), each.metadata["doc"]) for each in fields(cls)]


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SettingRefused(f"{name} is {value!r}: set one of {', '.join(choices)}.")


def _read(each: Field[Any], text: str) -> Any:
    text = text.strip()
    try:
        return _READERS.get(each.type, str)(text)
    except ValueError as error:
        raise SettingRefused(f"{each.name.upper()} is {text!r}: {each.metadata['doc']}") from error


def _read_flag(text: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
        raise ValueError(text)
    return text.lower() in {"1", "true", "yes"}


def _read_path(text: str) -> Path:
    return Path(text).expanduser().resolve()


_READERS: dict[Any, Any] = {
    int: int,
    bool: _read_flag,
    Path: _read_path,
    Path | None: _read_path,
    time: time.fromisoformat,
    datetime | None: datetime.fromisoformat,
}


def _shown(each: Field[Any]) -> str:
    value = each.default
    if value is None or value is MISSING or value == "":
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Path):
        return value.relative_to(ROOT).as_posix()
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)
