"""Files in, documents out: streaming, bounded in memory, one bad document harming nothing else.

    for item in read_documents(["articles", "laws.jsonl.gz"]):
        if isinstance(item, DocumentError):
            print(item)                     # laws.jsonl.gz, line 17: is not valid JSON: …
        else:
            writer.add(item.fields)

Text, Markdown, HTML, JSON, JSON lines, CSV and TSV are read, each also compressed with gzip. One module, one subject:

    walk                    finds the files and names them
    stream, encoding        the bytes of a file: decompressed, recognised, cut into lines
    text, markup            plain text, Markdown
    front_matter            the fields at the top of a text
    html, tags              pages and their main text
    json, scan, objects     JSON lines, and arrays of any size
    table                   CSV and TSV
    fields                  what the fields are called
    read                    puts it together
"""

from __future__ import annotations

from searchkit.documents.base import FORMATS, Document, Limits
from searchkit.documents.read import read_documents, total_bytes

__all__ = ["FORMATS", "Document", "Limits", "read_documents", "total_bytes"]
