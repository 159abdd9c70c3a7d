"""What gunicorn and the flask command start."""

import sys

from config import Config, SettingRefused
from cp_circles.app import create_app

try:
    app = create_app(Config.from_env())
except SettingRefused as refusal:
    sys.exit(f"cp-circles: {refusal}")
