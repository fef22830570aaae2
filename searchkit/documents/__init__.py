"""Files in, documents out: streaming, bounded in memory, one bad document harming nothing else.

    for item in read_documents(["articles", "laws.jsonl.gz"]):
        if isinstance(item, DocumentError):
            print(item)                     # laws.jsonl.gz, line 17: is not valid JSON: …
        else:
            writer.add(item.fields)

Text, Markdown, HTML, JSON, JSON lines, CSV and TSV are read, each also compressed with gzip. A module of this package
handles one subject each: `walk` finds the files, `stream` opens and decompresses them, `encoding` recognises their
alphabet of bytes, `text`, `markup`, `json` and `table` cut them into records, `fields` gives the fields their names and
`read` puts it all together.
"""

from __future__ import annotations

from searchkit.documents.base import FORMATS, Document, Limits
from searchkit.documents.read import read_documents, total_bytes

__all__ = ["FORMATS", "Document", "Limits", "read_documents", "total_bytes"]
