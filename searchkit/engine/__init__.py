"""The engine over Whoosh: the only package that imports it."""
