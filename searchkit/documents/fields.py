"""The names and values of fields: from what a file calls them to what an index expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from searchkit.errors import DocumentError

__all__ = ["FieldNames", "identified"]

_COMMON_NAMES = {
    "id": ("id", "_id"),
    "title": ("title", "başlıq", "basliq", "headline", "name"),
    "body": ("body", "text", "mətn", "metn", "content"),
    "date": ("date", "tarix"),
    "url": ("url", "link"),
    "source": ("source", "mənbə"),
}


def _fold(key: str) -> str:
    """Case folded such that BAŞLIQ is başlıq and ID is id: the four letters i count as one."""
    return key.strip().replace("İ", "i").replace("I", "i").replace("ı", "i").lower()


_COMMON = {_fold(key): (field, rank) for field, keys in _COMMON_NAMES.items() for rank, key in enumerate(keys)}
_MAX_PLANS = 1000


class FieldNames:
    """Renames the keys of a record.

    With a map, exactly what the map says: a key goes to its field, or away where the field is "", and a key that the
    map does not mention keeps its name. Without one (None), names in common use are recognised in any case: `_id`,
    `başlıq`, `headline`, `name`, `text`, `mətn`, `content`, `tarix`, `link`, `mənbə`. Where several keys of a record
    stand for the same field, the first listed gets it and the others keep their own names, so nothing is lost.
    """

    def __init__(self, field_map: Mapping[str, str] | None = None) -> None:
        self._map = None if field_map is None else dict(field_map)
        # Records of one file share their keys nearly always: a name is worked out once for all of them.
        self._plans: dict[tuple[str, ...], list[tuple[str, str]]] = {}

    def rename(self, record: Mapping[str, object]) -> dict[str, object]:
        """The record under its fields' names, without the fields that are None.

        Raises `DocumentError` where the map sends a key to a field that the record has of its own.
        """
        keys = tuple(key for key, value in record.items() if value is not None)
        plan = self._plans.get(keys)
        if plan is None:
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            plan = self._plans[keys] = self._common(keys) if self._map is None else self._mapped(keys, self._map)
        return {field: record[key] for key, field in plan}

    def has(self, field: str, record: Mapping[str, object]) -> bool:
        """Whether a record has what a file calls `field`, be it under another name."""
        wanted = field if self._map is None else self._map.get(field, field)
        return record.get(field) is not None or wanted in self.rename(record)

    def are_columns(self, keys: Sequence[str]) -> bool:
        """Whether these are names of columns, by what they say: two of them, at least, are of the usual fields."""
        if len(keys) < 2 or not all(keys) or len(set(keys)) < len(keys):
            return False
        fields = self._common(tuple(keys)) if self._map is None else [(key, self._map.get(key, key)) for key in keys]
        return sum(field in _COMMON_NAMES for _, field in fields) > 1

    @staticmethod
    def _common(keys: tuple[str, ...]) -> list[tuple[str, str]]:
        best: dict[str, tuple[int, str]] = {}
        for key in keys:
            field, rank = _COMMON.get(_fold(key), (None, 0))
            # The exact name beats one that differs in case: of "Title" and "title" the second is the title.
            rank = -1 if key == field else rank
            if field is not None and (field not in best or rank < best[field][0]):
                best[field] = (rank, key)
        names = {key: field for field, (_, key) in best.items()}
        return [(key, names.get(key, key)) for key in keys]

    @staticmethod
    def _mapped(keys: tuple[str, ...], field_map: dict[str, str]) -> list[tuple[str, str]]:
        chosen: dict[str, str] = {}
        for key, field in field_map.items():
            if field and key in keys:
                chosen.setdefault(field, key)
        plan = []
        for key in keys:
            field = field_map.get(key, key)
            if not field and key in field_map:
                continue
            if field in chosen and chosen[field] != key:
                if key == field:
                    raise DocumentError(
                        f'"{chosen[field]}" is mapped to "{field}", but the document also has "{field}" itself; '
                        f'map that to another field too, or to "" to leave it out'
                    )
                field = key
            plan.append((key, field))
        return plan


def identified(fields: dict[str, object], fallback: str) -> dict[str, object]:
    """The fields with an `id` that is a non-empty string: the record's own, or the fallback where it has none.

    Raises `DocumentError` for an id that is neither text nor a whole number.
    """
    own = fields.get("id")
    if isinstance(own, str) and own.strip():
        return fields
    if own is None or isinstance(own, str):
        return {**fields, "id": fallback}
    if isinstance(own, int) and not isinstance(own, bool):
        return {**fields, "id": str(own)}
    raise DocumentError(f"the id is of type {type(own).__name__}; make it a text or a whole number")
