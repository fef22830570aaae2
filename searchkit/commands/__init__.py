"""The commands of the command line, in modules that are read when one of their commands is asked for."""
