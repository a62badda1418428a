"""What an old spreadsheet calls ANSI: one byte a letter, in the western or in the eastern way, and nothing in the file says which."""

SURELY_EASTERN = frozenset("šžćđŠŽĆĐ".encode("cp1250"))
EASTERN = SURELY_EASTERN | frozenset("čČ–—„“”‚‘’…•°€\xa0".encode("cp1250"))
ASCII = frozenset(range(128))
UNUSED = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))  # where the western way has no letter


def ansi(seen: frozenset[int]) -> str:
    """By the bytes that occur: with š, ž, ć or đ and no letter but Serbian ones it is the eastern way."""
    if seen & SURELY_EASTERN and seen - ASCII <= EASTERN:
        return "cp1250"
    return "latin-1" if seen & UNUSED else "cp1252"
