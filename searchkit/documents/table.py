"""CSV and TSV: a row of names, then each row a document.

Not the csv module: its limit on the length of a cell can only be lifted for the whole process, it reads on to the end
of the file where a quote is never closed, and it does not tell where a row began. Here a row that cannot be read costs
that row alone: reading goes on with the line after the one where it began.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.documents.base import Record
from searchkit.documents.fields import FieldNames
from searchkit.documents.stream import Source
from searchkit.errors import DocumentError

__all__ = ["read_table"]

_QUOTED = re.compile(r'"[^"]*"')


def read_table(source: Source, names: FieldNames, delimiter: str | None) -> Iterator[Record | DocumentError]:
    """The rows below the first, which names the columns; numbered by the lines where they begin.

    Where `delimiter` is None it is the one of comma, semicolon and tab that the first row has most of outside of
    quotes, or what a first line like "sep=;" says. A cell in double quotes may hold delimiters, line ends and quotes,
    these doubled; quotes that do not enclose a whole cell are part of the text, white space around it is not. Empty
    cells give no field, nor do columns without a name, so at the end of a row either may be left over. Raises
    `DocumentError` where the names of the columns cannot be read: then no row means anything.
    """
    rows = _Rows(source, delimiter)
    columns: list[str] | None = None
    for line, cells in rows:
        if columns is None:
            columns = _columns(line, cells)
        elif isinstance(cells, DocumentError):
            yield cells
        elif len(cells) != len(columns) and (reason := _wrong_length(cells, columns)):
            yield DocumentError(reason, line=line)
        else:
            values = zip(columns, map(str.strip, cells), strict=False)
            record: dict[str, object] = {name: value for name, value in values if name and value}
            if not record:
                continue
            try:
                fields = names.rename(record)
            except DocumentError as error:
                yield DocumentError(error.reason, line=line)
            else:
                yield Record(fields, line, line)


def _columns(line: int, cells: list[str] | DocumentError) -> list[str]:
    if isinstance(cells, DocumentError):
        raise cells
    columns = [cell.strip() for cell in cells]
    for column in columns:
        if column and columns.count(column) > 1:
            raise DocumentError(f'two columns have the name "{column}"; rename one of them', line=line)
    return columns


def _wrong_length(cells: list[str], columns: list[str]) -> str | None:
    """Why a row does not fit the columns; None where only empty cells are too many, or columns without a name."""
    if any(columns[len(cells) :]):
        advice = "add the missing cells, or put a cell that holds a line end into double quotes"
    elif any(map(str.strip, cells[len(columns) :])):
        advice = "put cells that hold a delimiter into double quotes"
    else:
        return None
    return (
        f"the row has {_count(len(cells), 'cell')}, but the first row names {_count(len(columns), 'column')}; {advice}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class _Rows:
    """The rows of a table with the numbers of the lines where they begin; one that cannot be read as its error."""

    def __init__(self, source: Source, delimiter: str | None) -> None:
        self._lines = source.lines()
        self._waiting: list[tuple[int, str | DocumentError]] = []  # lines to be read again, the next one last
        self._delimiter = delimiter
        self.limit = source.limits.max_document_bytes
        self.too_large = source.too_large()

    def __iter__(self) -> Iterator[tuple[int, list[str] | DocumentError]]:
        while (next_line := self.next_line()) is not None:
            number, line = next_line
            if isinstance(line, DocumentError):
                yield number, line
            elif line and not line.isspace():
                if self._delimiter is None:
                    if line[:4].lower() == "sep=" and len(line) == 5:
                        self._delimiter = line[4]
                        continue
                    self._delimiter = max(",;\t", key=_QUOTED.sub("", line).count)
                yield number, self._cells(number, line, self._delimiter)

    def next_line(self) -> tuple[int, str | DocumentError] | None:
        """The next line with its number; None at the end."""
        return self._waiting.pop() if self._waiting else next(self._lines, None)

    def _cells(self, number: int, line: str, delimiter: str) -> list[str] | DocumentError:
        """The cells of the row that begins with this line; takes the lines on which it goes on.

        Where the row turns out to be unreadable, those lines are left to be read as rows. No line is left so more than
        twice, however the quotes stand: inside of a quoted cell all quotes but the last are doubled, and doubled
        quotes on a line of their own never open a cell without closing it.
        """
        if '"' not in line:
            return line.split(delimiter)
        row = _Row(line, delimiter, self)
        try:
            return row.cells()
        except DocumentError as error:
            self._waiting += reversed(row.further)
            return DocumentError(error.reason, line=number)


class _Row:
    """A row with quotes in it; DocumentError says why it cannot be read."""

    def __init__(self, line: str, delimiter: str, rows: _Rows) -> None:
        self.further: list[tuple[int, str | DocumentError]] = []  # the lines on which it goes on
        self._line = line  # the last one
        self._place = 0  # where a cell begins in it
        self._size = 0  # of the further lines, in characters
        self._delimiter = delimiter
        self._rows = rows

    def cells(self) -> list[str]:
        """All cells, up to the end of the line on which the last one ends."""
        found = []
        while self._place <= len(self._line):
            found.append(self._quoted() if self._line.startswith('"', self._place) else self._rest())
        return found

    def _rest(self) -> str:
        """What stands before the next delimiter."""
        start = self._place
        end = self._line.find(self._delimiter, start)
        if end < 0:
            end = len(self._line)
        self._place = end + 1
        return self._line[start:end]

    def _quoted(self) -> str:
        """A cell that begins with a quote."""
        start, lines = self._place, len(self.further)
        text = self._inside_quotes()
        if not self._rest().strip():
            return text
        if len(self.further) == lines:
            return self._line[start : self._place - 1]  # "Salam" dedi: a word in quotes, not a cell in quotes
        where = f"on line {self.further[-1][0]} text follows the quote that closes a cell"
        raise DocumentError(f"{where}; double the quotes inside of cells")

    def _inside_quotes(self) -> str:
        """What stands from one quote to that which closes it, doubled ones as single ones."""
        pieces: list[str] = []
        self._place += 1
        while True:
            start = self._place
            end = self._line.find('"', start)
            if end < 0:
                pieces += (self._line[start:], "\n")
                self._go_on()
            elif self._line.startswith('"', end + 1):
                pieces.append(self._line[start : end + 1])
                self._place = end + 2
            else:
                pieces.append(self._line[start:end])
                self._place = end + 1
                return "".join(pieces)

    def _go_on(self) -> None:
        """Take the next line."""
        following = self._rows.next_line()
        if following is None:
            raise DocumentError("a quote is opened and never closed; close or double it")
        self.further.append(following)
        number, line = following
        if isinstance(line, DocumentError):
            raise DocumentError(f"line {number} of the row {line.reason}")
        self._line, self._place = line, 0
        self._size += len(line)
        if self._size > self._rows.limit:
            raise DocumentError(self._rows.too_large)
