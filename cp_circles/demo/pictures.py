"""Drawn pictures that stand for photos in the demo: the figures of a project, a place before and after."""

import io
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from PIL import Image, ImageDraw

SHADES = ((88, 98, 94), (168, 72, 10), (14, 91, 61))
WALL, FLOOR, PIPE = (232, 236, 234), (196, 202, 199), (120, 130, 126)
WORN, NEW, WATER = (150, 116, 88), (36, 116, 84), (92, 148, 190)


def figures(values: Sequence[Decimal], seed: str) -> bytes:
    """A PNG of 640 x 400 pixels: a bar for each value against the first, before a wall of the seed's own."""
    image = Image.new("RGB", (640, 400), WALL)
    pen, chance = ImageDraw.Draw(image), Random(seed)
    for top in range(0, 400, 50):
        for left in range(0, 640, 71):
            light = chance.randint(206, 250)
            pen.rectangle((left, top, left + 71, top + 50), fill=(light, light, light))
    for place, (value, shade) in enumerate(zip(values, SHADES, strict=True)):
        height = int(120 * value / values[0])
        pen.rectangle((90 + 180 * place, 360 - height, 190 + 180 * place, 360), fill=shade)
    pen.line((60, 360, 600, 360), fill=(60, 60, 60), width=3)
    number = sum(ord(sign) * (n + 3) for n, sign in enumerate(seed))
    for dot in range(24):
        x, y = (number * (dot + 7)) % 620, (number * (dot + 13)) % 60
        pen.ellipse((x, y, x + 6, y + 6), fill=((number * dot) % 200, 120, 90))
    return _png(image)


def place(seed: str, *, mended: bool) -> bytes:
    """A PNG of 480 x 360 pixels: vessels on a pipe that leaks or, mended, stays dry; the seed sets the place."""
    chance = Random(seed)
    image = Image.new("RGB", (480, 360), WALL)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 270, 480, 360), fill=FLOOR)
    for left in range(0, 480, 120):
        shade = chance.randint(150, 240)
        pen.rectangle((left, 0, left + 120, chance.randint(20, 110)), fill=(shade, shade, shade))
    pipe = chance.randint(200, 235)
    for left in (chance.randint(10, 60), chance.randint(180, 230), chance.randint(340, 380)):
        top, shade = chance.randint(70, 150), chance.randint(90, 200)
        pen.rounded_rectangle((left, top, left + 76, 280), 14, fill=(shade, shade + 8, shade + 4))
    pen.rectangle((0, pipe, 480, pipe + 18), fill=NEW if mended else PIPE)
    for joint in sorted(chance.sample(range(40, 440), 3)):
        pen.rectangle((joint, pipe - 7, joint + 22, pipe + 25), fill=NEW if mended else WORN)
        if not mended:
            _leak(pen, joint + 11, pipe + 26, chance)
    return _png(image)


def _leak(pen: ImageDraw.ImageDraw, x: int, y: int, chance: Random) -> None:
    for fall in range(y, 312, 18):
        pen.ellipse((x - 4, fall, x + 4, fall + 11), fill=WATER)
    wide = chance.randint(34, 60)
    pen.ellipse((x - wide, 312, x + wide, 336), fill=WATER)


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG", compress_level=1)
    return stream.getvalue()
