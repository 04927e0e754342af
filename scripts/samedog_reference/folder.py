"""A folder of photos: which files are photos, and their pixels (EXIF applied, ICC ignored, alpha on white)."""
from __future__ import annotations

import io
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Array = NDArray[Any]
IMAGE_SUFFIXES = set(
    ".jpg .jpeg .jpe .jfif .png .apng .webp .gif .avif .heic .heif .hif .tif .tiff .bmp .jxl .svg".split()
)
MAGIC = (
    (b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"), (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"), (b"BM", "BMP"), (b"\xff\x0a", "JXL"), (b"\0\0\0\x0cJXL ", "JXL"),
)
READABLE = {"JPEG", "PNG", "WEBP", "GIF", "AVIF"}
MAX_SIDE, MAX_AREA = 65_535, 268_435_456
Image.MAX_IMAGE_PIXELS = None  # the limits above are checked on the header, before anything is decoded


class PhotoFailure(Exception):
    """An expected failure of one photo."""

    def __init__(self, code: str, stage: str, message: str) -> None:
        super().__init__(message)
        self.record = {"code": code, "stage": stage, "message": message}


def sniff(data: bytes) -> str | None:
    """Image format by the first bytes, None when it is none."""
    for magic, name in MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return "AVIF" if b"avif" in data[8:32] or b"avis" in data[8:32] else "HEIC"
    return "SVG" if data[:512].lstrip().startswith((b"<svg", b"<?xml")) and b"<svg" in data[:4096] else None


def walk(folder: Path, base: Path) -> tuple[list[Path], list[dict[str, str]]]:
    """Files that claim or look to be images, and what was ignored with its reason."""
    photos: list[Path] = []
    ignored: list[dict[str, str]] = []
    for entry in sorted(folder.iterdir()):
        path = entry.relative_to(base).as_posix()
        reason = None
        if entry.name.startswith("._") or entry.name in (".DS_Store", "Thumbs.db", "@eaDir"):
            reason = "system-file"
        elif entry.name.startswith("."):
            reason = "hidden"
        if entry.is_dir() and reason and not entry.is_symlink():
            ignored += [dict(path=f.relative_to(base).as_posix(), reason=reason) for f in entry.rglob("*") if f.is_file()]
            continue
        if not reason and entry.is_dir():
            if not entry.is_symlink():
                inner, skipped = walk(entry, base)
                photos += inner
                ignored += skipped
                continue
            reason = "symlinked-folder"
        elif not reason and entry.suffix.lower() not in IMAGE_SUFFIXES:
            with entry.open("rb") as file:
                reason = None if sniff(file.read(4096)) else "not-an-image-file"
        if reason:
            ignored.append({"path": path, "reason": reason})
        else:
            photos.append(entry)
    return photos, ignored


def to_rgb(image: Image.Image) -> Array:
    """Upright RGB: ICC ignored, alpha composited on white as (c*a + 255*(255-a) + 127) // 255, 16 bits >> 8."""
    if image.mode.startswith("I;16"):
        return np.repeat((np.asarray(image) >> 8).astype(np.uint8)[:, :, None], 3, axis=2)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = np.asarray(image.convert("RGBA")).astype(np.uint32)
        alpha = rgba[:, :, 3:]
        return ((rgba[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return np.asarray(image.convert("RGB"))


def check_png(data: bytes) -> None:
    """Every chunk's CRC: Pillow does not check those of the pixel data, browsers do."""
    at = 8
    while at + 12 <= len(data):
        end = at + 8 + int.from_bytes(data[at:at + 4], "big")
        if zlib.crc32(data[at + 4:end]) != int.from_bytes(data[end:end + 4], "big") and data[at + 4] & 0x20 == 0:
            raise OSError(f"wrong checksum in {data[at + 4:at + 8].decode('latin-1')}")
        at = end + 4


def decode(data: bytes) -> tuple[Array, str | None]:
    """Pixels of the upright photo and the local time of exposure."""
    if not data:
        raise PhotoFailure("empty-file", "read", "the file holds no bytes: copy it again")
    kind = sniff(data)
    if kind is None:
        raise PhotoFailure("not-an-image", "decode", "these bytes are no known image, whatever the name says")
    if kind not in READABLE:
        raise PhotoFailure("unsupported-format", "decode", f"{kind} is not read: save it as JPEG or PNG")
    try:
        image = Image.open(io.BytesIO(data))
        if max(image.size) > MAX_SIDE or image.width * image.height > MAX_AREA:
            raise PhotoFailure("image-too-large", "decode", f"{image.width}x{image.height}: save it smaller")
        exif = image.getexif()
        taken = exif.get_ifd(0x8769).get(0x9003)  # DateTimeOriginal
        if kind == "PNG":
            check_png(data)
        image.seek(0)
        image.load()
        pixels = to_rgb(ImageOps.exif_transpose(image))
    except PhotoFailure:
        raise
    except Exception as error:  # Pillow raises OSError, SyntaxError, ValueError, struct.error ... on damaged files
        raise PhotoFailure("corrupt-image", "decode", f"damaged {kind} ({error}): copy it again") from error
    text = str(taken or "")[:19].replace(" ", "T", 1).replace(":", "-", 2)
    return pixels, text if len(text) == 19 and text[:4].isdigit() and text[:4] != "0000" else None
