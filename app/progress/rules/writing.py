"""Whether a day's check-in or photo may be written as asked, or the person has to choose first."""

from dataclasses import dataclass

MODES = ("create", "edit", "upsert")


@dataclass(frozen=True, slots=True)
class Write:
    """Go ahead."""

    is_new: bool


@dataclass(frozen=True, slots=True)
class Choose:
    """`needs_edit`: the day has a check-in already. `needs_confirm`: it has a photo. `moved_on`: it changed since it was read.
    `gone`: there is nothing to edit."""

    code: str


def may_write(mode: str, *, exists: bool, seen: int | None, version: int | None) -> Write | Choose:
    """`seen` is the version that the form was filled with; without one nobody claims to have read anything."""
    if mode == "create" and exists:
        return Choose("needs_edit")
    if mode == "edit" and not exists:
        return Choose("gone")
    if exists and seen is not None and seen != version:
        return Choose("moved_on")
    return Write(not exists)


def may_place_photo(*, has_photo: bool, is_confirmed: bool) -> Write | Choose:
    """An old photo goes only after both were looked at."""
    return Choose("needs_confirm") if has_photo and not is_confirmed else Write(not has_photo)
