"""How words are read: as a root of the lexicon and a chain of suffixes that an automaton allows, or by a guess."""
