"""What the house does with a photo from somebody's phone, and with what only pretends to be one."""

import asyncio
import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app import photos
from app.photos import Photo, Refused

PICTURES = Path(__file__).parent / "pictures"


def picture(size=(80, 40), format="JPEG", **save) -> bytes:
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format, **save)
    return out.getvalue()


def develop(data: bytes, sides=(20, 40, 60)):
    return asyncio.run(photos.develop(data, sides))


def opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_becomes_three_webp_pictures(format):
    photo = develop(picture(format=format))
    assert isinstance(photo, Photo)
    assert [opened(file).format for file in photo.files] == ["WEBP"] * 3
    assert [max(opened(file).size) for file in photo.files] == [20, 40, 60]


def test_a_small_photo_is_not_blown_up():
    photo = develop(picture((30, 20)), (200, 640))
    assert [opened(file).size for file in photo.files] == [(30, 20), (30, 20)]


def test_a_phone_held_sideways_gives_an_upright_photo_without_its_metadata():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (44.0, 48.0, 0.0)}
    photo = develop(picture((80, 40), exif=exif, comment=b"home address"))
    assert opened(photo.files[2]).size == (30, 60)
    for file in photo.files:
        assert not opened(file).getexif()
        assert b"EXIF" not in file
        assert b"home address" not in file


def test_an_iphones_photo_is_taken_upright_without_its_place():
    photo = develop((PICTURES / "sideways.heic").read_bytes())
    assert [opened(file).format for file in photo.files] == ["WEBP"] * 3
    assert opened(photo.files[2]).size == (30, 60)
    for file in photo.files:
        assert not opened(file).getexif()
        assert b"Apple" not in file


def test_a_transparent_picture_is_laid_on_white():
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(develop(out.getvalue()).files[0]).getpixel((5, 5)) == (255, 255, 255)


def test_a_moving_photo_with_a_film_behind_it_is_still_a_photo():
    assert isinstance(develop(picture() + b"\x00\x00\x00\x18ftypmp42" + bytes(500)), Photo)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.sh", "rm")
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


REFUSALS = {
    "nothing": (b"", "empty"),
    "nine megabytes": (b"\xff\xd8\xff" + bytes(9 << 20), "too_big"),
    "a drawing with a program": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
    "a page named .jpg": (b"<html><script>alert(1)</script>", "not_a_photo"),
    "a GIF": (b"GIF89a" + bytes(50), "not_a_photo"),
    "fifty megapixels from an iPhone": ((PICTURES / "fifty_megapixels.heic").read_bytes(), "too_many_pixels"),
    "an iPhone's photo that was cut off": ((PICTURES / "twenty_four_megapixels.heic").read_bytes()[:9000], "broken"),
    "a film that says it is an iPhone's photo": (b"\x00\x00\x00\x18ftypheic" + bytes(50), "broken"),
    "a film": (b"\x00\x00\x00\x18ftypmp42" + bytes(50), "not_a_photo"),
    "a photo that is an archive too": (picture() + zipped(), "polyglot"),
    "a photo that is a page too": (picture(comment=b"<script>alert(1)</script>"), "polyglot"),
    "fifty megapixels": (png_that_claims(10_000, 5_000), "too_many_pixels"),
    "a decompression bomb": (png_that_claims(100_000, 100_000), "too_many_pixels"),
    "cut off in the middle": (picture((400, 400), quality=95)[:900], "broken"),
    "only the first bytes": (b"\xff\xd8\xff\xe0", "broken"),
    "a TIFF that says it is a JPEG": (b"\xff\xd8\xff" + b"II*\x00" + bytes(100), "broken"),
}


@pytest.mark.parametrize(("data", "code"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_is_no_photo_is_refused_with_its_reason(data, code):
    assert develop(data) == Refused(code)


# A child begins with the memory of whoever started it, so a small process stands between this one and what is measured.
MEASURE = """import resource, subprocess, sys
subprocess.run([sys.executable, "-I", *sys.argv[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(spent.ru_maxrss, spent.ru_utime, file=sys.stderr)"""


@pytest.mark.parametrize("data", [data for data, code in REFUSALS.values() if code in ("broken", "too_many_pixels")])
def test_a_bomb_never_takes_more_memory_than_it_was_given(data):
    measured = subprocess.run(
        [sys.executable, "-I", "-c", MEASURE, photos.DARKROOM, "1600"], input=data, capture_output=True, check=True
    )
    memory, seconds = measured.stderr.split()[-2:]
    assert int(memory) < 256 * 1024
    assert float(seconds) < 5


@pytest.mark.real
@pytest.mark.parametrize("name", ["sideways", "twenty_four_megapixels"])
def test_twenty_four_megapixels_of_an_iphone_fit_as_well(name):
    assert isinstance(develop((PICTURES / f"{name}.heic").read_bytes(), (200, 640, 1600)), Photo)


@pytest.mark.real
def test_twenty_four_megapixels_fit_into_the_memory_that_is_allowed():
    out = io.BytesIO()
    Image.new("RGBA", (6000, 4000), (20, 200, 30, 255)).save(out, "PNG", compress_level=1)
    assert isinstance(develop(out.getvalue(), (200, 640, 1600)), Photo)


def test_a_photo_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(photos, "PATIENCE", 0.0)
    assert develop(picture()) == Refused("too_slow")
