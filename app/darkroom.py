"""Where a stranger's photo is opened: a process of its own that may use 256 MB and five seconds, and then is gone."""

import io
import json
import struct
import sys
import warnings

import pi_heif
from PIL import AvifImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

MEGABYTE = 1 << 20
MEMORY = 256 * MEGABYTE
SECONDS = 5
PIXELS = 25_000_000
DECODERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin, AvifImagePlugin)  # no other is ever loaded
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
# The picture alone: no thumbnails, depth or gain maps. One thread, because each would ask for memory of its own.
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def main() -> None:
    stay_small()
    sides = [int(side) for side in sys.argv[1:]]
    try:
        answer(*develop(sys.stdin.buffer.read(), sides))
    except MemoryError:
        answer("too_many_pixels", 0, 0, [])
    except Exception:  # whatever a decoder does to a broken file, it is a broken file
        answer("broken", 0, 0, [])


def stay_small() -> None:
    """Linux and macOS keep the promise in the kernel; elsewhere the pixel limit has to do."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def develop(data: bytes, sides: list[int]) -> tuple[str, int, int, list[bytes]]:
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # counted below, before a single pixel is decoded
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > PIXELS:
            return "too_many_pixels", image.width, image.height, []
        image.draft("RGB", (max(sides), max(sides)))  # a JPEG is read at the size we need, not at its own
        image.thumbnail((max(sides), max(sides)), Image.Resampling.LANCZOS)
        upright = flat(ImageOps.exif_transpose(image))
    return "", upright.width, upright.height, [webp(upright, side) for side in sides]


def flat(image: Image.Image) -> Image.Image:
    if image.mode not in ("RGBA", "LA", "PA") and "transparency" not in image.info:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen.getchannel("A"))
    return paper


def webp(image: Image.Image, side: int) -> bytes:
    """Only pixels are written: place, time, camera and thumbnails of the original stay behind."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    small.info.clear()
    out = io.BytesIO()
    small.save(out, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def answer(code: str, width: int, height: int, files: list[bytes]) -> None:
    head = json.dumps({"code": code, "width": width, "height": height, "files": [len(file) for file in files]}).encode()
    out = sys.stdout.buffer
    out.write(struct.pack(">I", len(head)) + head)
    for file in files:
        out.write(file)
    out.flush()


if __name__ == "__main__":
    main()
