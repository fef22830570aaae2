"""Azerbaijani text analysis: tokens, roots and suffixes, casing, folding and scripts."""

from azanalyzer.alphabet import fold, lower
from azanalyzer.analyzer import Analyzer, Token, stem
from azanalyzer.checksum import data_checksum
from azanalyzer.explanation import Explanation
from azanalyzer.scripts import to_latin
from azanalyzer.words import Piece

__all__ = ["VERSION", "Analyzer", "Explanation", "Piece", "Token", "data_checksum", "fold", "lower", "stem", "to_latin"]

VERSION = "20"  # changes whenever the same text may give other terms; an index remembers it
