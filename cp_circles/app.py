"""create_app(): wires the rooms and the doors, decides nothing."""

import importlib
import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from cp_circles.cli import add_commands
from cp_circles.db.clock import Clock
from cp_circles.db.engine import Sessions, make_engine
from cp_circles.db.registry import load_models
from cp_circles.jobs import in_process
from cp_circles.web import (
    assets,
    doors,
    errors,
    held,
    i18n,
    identity,
    kept_pages,
    offline,
    security,
    sent_once,
    session,
    switches,
    templating,
)

ROOMS: tuple[str, ...] = (
    "organisations",
    "people",
    "editions",
    "notices",
    "announcements",
    "circles",
    "metering",
    "api",
    "projects",
    "tools",
    "savings",
    "verification",
    "results",
    "judges",
    "judging",
    "quotas",
    "panels",
    "scoring",
    "standings",
    "objections",
    "sittings",
    "awards",
    "trust",
    "guidance",
    "workforce",
    "leaderboards",
    "chartbook",
    "searching",
    "imports",
    "personal",
    "displays",
    "homes",
)
TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def create_app(config: Any) -> Flask:
    """The application for a `Config`."""
    app = Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    settle(app, config)
    load_models()
    for part in (
        security,
        session,
        held,
        identity,
        i18n,
        doors,
        sent_once,
        errors,
        templating,
        assets,
        kept_pages,
    ):
        part.init_app(app)
    _open(app, switches.bp, switches.DOORS)
    _open(app, offline.bp, offline.DOORS)
    for room in ROOMS:
        views = importlib.import_module(f"cp_circles.{room}.views")
        table = importlib.import_module(f"cp_circles.{room}.access")
        _open(app, views.bp, table.DOORS)
    in_process.init_app(app)
    add_commands(app)
    return app


def _open(app: Flask, blueprint: Any, rows: tuple[doors.Door, ...]) -> None:
    app.register_blueprint(blueprint)
    doors.add_doors(app, rows)


def settle(app: Flask, config: Any) -> None:
    """Give an application the settings, the database and the clock of a `Config`: at its start, or anew."""
    app.extensions["cp_config"] = config
    config.instance_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(
        SECRET_KEY=config.secret_key or _kept_secret(config.instance_dir / "secret_key"),
        MAX_CONTENT_LENGTH=config.max_upload_mb * 1_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="cp_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.https,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        TESTING=config.app_env == "test",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["cp_sessions"] = Sessions(
        make_engine(config.sqlalchemy_url, busy_ms=config.lock_seconds * 1000)
    )
    app.extensions["cp_clock"] = Clock(
        config.time_zone, demo_start=config.demo_clock, file=config.instance_dir / "demo_clock"
    )
    if config.app_env != "development":
        app.logger.setLevel(logging.INFO)


def _kept_secret(path: Path) -> str:
    """The key of a start outside production: made once, so that all processes share it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_hex(32))
    return path.read_text(encoding="utf-8")
