"""Whole numbers are put together by ourselves, because a counter is another one at every tap: exactly as Babel would."""

from babel.numbers import format_decimal

from app.visit import speaking
from app.web.templating import number, spoken
from app.words import LOCALES

NUMBERS = (0, 7, 999, 1_000, 1_001, 9_999, 10_000, 12_345, 999_999, 1_000_000, 1_234_567, -1, -12_345)


def test_whole_numbers_are_written_as_the_language_writes_them():
    for locale in LOCALES:
        with speaking(locale):
            ours = [number(one) for one in NUMBERS]
            assert ours == [format_decimal(one, locale=spoken(), decimal_quantization=False) for one in NUMBERS], locale
