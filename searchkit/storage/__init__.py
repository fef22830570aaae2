"""An index on the disk: what is in force, what is kept, whose turn it is to write, whether all is whole."""
