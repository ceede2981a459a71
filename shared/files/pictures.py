"""Rewriting of pictures, so that only the pixels are stored."""

import warnings
from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from shared.kernel.files import LARGEST, AnimationRefused, TooManyPixels

MAX_PIXELS = 50_000_000
# The limit for pictures other than JPEG, which cannot be read at half their size.
MAX_PIXELS_DRAWN = 20_000_000
# The largest width and height in pixels; more pixels do not make a document more readable.
MAX_SIDE = 4096
# A JPEG with more pixels is read at half its size, with a quarter of the memory and time.
LARGE_PHOTO = 24_000_000
# A picture with more pixels is stored as JPEG, because a PNG of a photo is huge.
MAX_PNG_SIZE = 6_000_000
QUALITY = 88
# The number of the EXIF tag that says which side is up.
ORIENTATION = 0x0112

# Up to twice this number of pixels Pillow only warns, so the warning is made an error.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# Several photos at once would use all memory of the process.
_one_at_a_time = Lock()


def picture_clean(content: bytes) -> tuple[str, bytes]:
    """Return the type and the bytes of a picture without its metadata.

    The picture is upright, and at most ``MAX_SIDE`` pixels wide and high. Raises
    ``TooManyPixels`` or ``AnimationRefused``, and any error of Pillow for a damaged picture.
    """
    with _one_at_a_time:
        try:
            image = Image.open(BytesIO(content), formats=["JPEG", "PNG", "WEBP", "GIF"])
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise TooManyPixels from None
        with image:
            return _painted_anew(image)


def _painted_anew(image: Image.Image) -> tuple[str, bytes]:
    width, height = image.size
    is_photo = image.format in ("JPEG", "MPO")
    if width * height > (MAX_PIXELS if is_photo else MAX_PIXELS_DRAWN):
        raise TooManyPixels
    # A photo is no animation, though telephones add a second picture (depth, preview) to a JPEG.
    if not is_photo and getattr(image, "n_frames", 1) > 1:
        raise AnimationRefused
    if width * height > LARGE_PHOTO:
        image.draft("RGB", (width // 2, height // 2))
    image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    plain = _without_profile(_upright(image))
    if is_photo or plain.width * plain.height > MAX_PNG_SIZE:
        return "image/jpeg", _jpeg(plain)
    drawn = _saved(plain, "PNG", compress_level=4)
    return ("image/png", drawn) if len(drawn) <= LARGEST else ("image/jpeg", _jpeg(plain))


def _upright(image: Image.Image) -> Image.Image:
    try:
        # An upright picture is not transposed, because Pillow would copy the picture.
        lies = image.getexif().get(ORIENTATION, 1) != 1
        return ImageOps.exif_transpose(image) if lies else image
    except Exception:
        # Damaged EXIF data is no error, because EXIF data is not stored.
        return image


def _without_profile(image: Image.Image) -> Image.Image:
    """Return the picture in RGB or RGBA, without its colour profile and metadata."""
    if image.mode.startswith("I") or image.mode == "F":
        # Without the division, Pillow makes all values above 255 of a 16-bit picture white.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    see_through = "A" in image.getbands() or "transparency" in image.info
    plain = image.convert("RGBA" if see_through else "RGB")
    plain.info.clear()
    return plain


def _jpeg(image: Image.Image) -> bytes:
    if image.mode == "RGBA":
        canvas = Image.new("RGB", image.size, "white")
        canvas.paste(image, mask=image.getchannel("A"))
        image = canvas
    return _saved(image, "JPEG", quality=QUALITY)


def _saved(image: Image.Image, kind: str, **options: int) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
