"""Addresses of built static files: hashed names, served by WhiteNoise, kept by browsers for ever."""

import json
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from whitenoise import WhiteNoise

PREFIX = "static/"


class AssetsMissing(Exception):
    """The static files have not been built; the message says how."""


def init_app(app: Flask) -> None:
    """Serve the built files in front of the application."""
    folder = app.extensions["cp_config"].build_dir / "static"
    app.extensions["cp_assets"] = Manifest(folder / "manifest.json")
    if folder.is_dir():
        app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
            app.wsgi_app,
            root=folder,
            prefix=PREFIX,
            max_age=60,
            immutable_file_test=_is_hashed,
            autorefresh=app.extensions["cp_config"].app_env == "development",
        )


class Manifest:
    """Plain names and their hashed ones, read again when a new build is there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[float, dict[str, str]] = (-1.0, {})

    def built_at(self) -> float:
        """When the files were built, in seconds; raises AssetsMissing with what to run."""
        try:
            return self.path.stat().st_mtime
        except FileNotFoundError as error:
            raise AssetsMissing(f"{self.path} is missing: run `make assets`.") from error

    def hashed(self, name: str) -> str:
        """The hashed name; raises AssetsMissing with what to run."""
        changed = self.built_at()
        if self._read[0] != changed:
            self._read = (changed, json.loads(self.path.read_text(encoding="utf-8")))
        if name not in self._read[1]:
            raise AssetsMissing(f"{name} is not among the built static files: run `make assets`.")
        return self._read[1][name]


def built_at() -> float:
    """When the static files were built, in seconds."""
    manifest: Manifest = current_app.extensions["cp_assets"]
    return manifest.built_at()


def asset(name: str) -> str:
    """The address of a static file, for example asset('css/base.css')."""
    manifest: Manifest = current_app.extensions["cp_assets"]
    return "/" + PREFIX + manifest.hashed(name)


def _is_hashed(path: Any, url: str) -> bool:
    stem = Path(url).name.split(".")
    return len(stem) > 2 and len(stem[-2]) == 12
