"""Stored documents come back as they were written, however their blocks are compressed."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from searchkit.engine.column_writer import ColumnWriter
from searchkit.engine.columns import ColumnFile
from searchkit.engine.store import Store
from searchkit.engine.store_writer import StoreWriter
from searchkit.errors import CorruptIndexError
from searchkit.indexing.stored import pack

WORDS = ["kitabxanaların", "oxucuları", "şəhərdə", "yaşayan", "müəllimlər", "neft", "sənayesi", "haqqında", "yazırlar"]


def tails(count: int, seed: int = 0) -> list[bytes]:
    """So many texts of some 600 bytes."""
    choose = random.Random(seed)
    return [f'{{"body":"{" ".join(choose.choices(WORDS, k=40))} {number}"}}'.encode() for number in range(count)]


def written(path: Path, *parts: list[bytes] | Store) -> Store:
    """A store of these tails, and of all blocks of other stores."""
    writer = ColumnWriter(path)
    store = StoreWriter(writer)
    for part in parts:
        if isinstance(part, Store):
            count = len(part.first_documents) - 1
            for start in range(0, count, 100):
                store.add_blocks(part.as_written(start, min(start + 100, count)))
        else:
            for number, tail in enumerate(part):
                store.add(b'{"id":"%d"}' % number, tail)
    store.finish()
    writer.finish({})
    return Store(ColumnFile(path).columns)


def used(store: Store) -> set[bytes]:
    return {store.dictionary(number) for number, _, _ in store.blocks()}


def test_much_text_is_compressed_with_a_dictionary_of_its_words(tmp_path: Path) -> None:
    many = tails(3000)
    store = written(tmp_path / "many", many)
    assert [store.tail(doc) for doc in range(len(many))] == many
    [dictionary] = used(store)
    assert set(WORDS) <= set(dictionary.decode().split())
    plain = written(tmp_path / "few", many[:500])
    assert used(plain) == {b""}
    assert [plain.tail(doc) for doc in range(500)] == many[:500]

    def size(of: Store) -> int:
        return sum(len(of.block(number)) for number, _, last in of.blocks() if last <= 500)

    assert size(store) < size(plain)


def test_documents_of_a_block_without_a_tail(tmp_path: Path) -> None:
    some = tails(60)
    for number in (0, 1, 7, 20, 21, 59):
        some[number] = b""
    store = written(tmp_path / "some", [*some, *[b""] * 40, *some])
    assert len([*store.blocks()]) > 2
    assert [store.tail(doc) for doc in range(160)] == [*some, *[b""] * 40, *some]


def test_blocks_keep_their_dictionaries_in_another_store(tmp_path: Path) -> None:
    parts = [tails(3000, seed) for seed in (1, 2, 3)]
    stores = [written(tmp_path / str(number), part) for number, part in enumerate([*parts[:2], parts[2][:100]])]
    merged = written(tmp_path / "merged", stores[0], parts[2], stores[1], stores[2], stores[0])
    expected = [*parts[0], *parts[2], *parts[1], *parts[2][:100], *parts[0]]
    assert [merged.tail(doc) for doc in range(len(expected))] == expected
    assert used(merged) == used(stores[0]) | used(stores[1]) | {b""} | used(written(tmp_path / "third", parts[2]))
    columns = ColumnFile(tmp_path / "merged").columns
    assert len(columns["store.dictionary_starts"]) == len(used(merged)) + 1


@pytest.mark.parametrize("name", ["store.dictionaries", "store.blocks"])
def test_what_cannot_be_unpacked_is_named(name: str, tmp_path: Path) -> None:
    written(tmp_path / "sound", tails(3000))
    writer = ColumnWriter(tmp_path / "damaged")
    for column, values in ColumnFile(tmp_path / "sound").columns.items():
        writer.add(column, np.array(values.all) ^ np.uint8(7) if column == name else np.array(values.all))
    writer.finish({})
    with pytest.raises(CorruptIndexError, match=r"damaged: stored documents cannot be unpacked: .* \(byte \d"):
        Store(ColumnFile(tmp_path / "damaged").columns).tail(5)


@pytest.mark.parametrize("every", [1, 3])
def test_texts_of_a_field_are_found_in_the_heads(every: int, tmp_path: Path) -> None:
    titles: list[object] = [
        "Bakı", "", 'o "yeni" kitab', 'title":"başqa', "\\", 'sonda\\"', "sətir\nsətir\u2028", "{,", "dağ 🏔 \x7f",
        17, None, [], True,
    ]  # fmt: skip
    heads = []
    for number in range(9000):
        head: dict[str, object] = {"id": f'title":"{number}', "subtitle": "title", "başlıq": ",", "date": "2022-08-24"}
        if number % every == 0:
            head["title"] = titles[number // every % len(titles)] if number > 4200 else f"başlıq {number}"
        heads.append(head)
    writer = ColumnWriter(tmp_path / "x")
    store = StoreWriter(writer)
    for head in heads:
        store.add(pack("key", head).head, b"")
    store.finish()
    writer.finish({})
    read = Store(ColumnFile(tmp_path / "x").columns)
    assert [*read.heads()] == heads
    for field in ("title", "subtitle", "başlıq", "id", "date", "itle", "nosuchfield"):
        values = [head.get(field, "") for head in heads]
        assert read.texts(field) == [value if isinstance(value, str) else "" for value in values]
