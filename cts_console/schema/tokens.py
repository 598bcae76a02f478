"""Cut SQL text into tokens, as far as it takes to read the clauses of a schema.

Source: https://sqlite.org/lang_keywords.html and SQLite's tokenizer (`src/tokenize.c`): strings in
single quotes, names in double quotes, backticks or brackets, two kinds of comment, and every
character above ASCII is part of a word.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

TokenKind = Literal["word", "name", "string", "blob", "number", "variable", "operator"]

_TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\r\n\f]+|--[^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<word>(?![xX]')[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*)
  | (?P<blob>[xX]'[0-9A-Fa-f]*')
  | (?P<string>'(?:[^']|'')*(?:'|\Z))
  | (?P<name>"(?:[^"]|"")*(?:"|\Z)|`(?:[^`]|``)*(?:`|\Z)|\[[^\]]*(?:\]|\Z))
  | (?P<number>(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?|0[xX][0-9A-Fa-f]+)
  | (?P<variable>[?@:#$][A-Za-z0-9_$\u0080-\U0010ffff]*)
  | (?P<operator>->>|->|\|\||<=|>=|<>|<<|>>|==|!=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS: dict[str, TokenKind] = {
    kind: kind for kind in ("word", "name", "string", "blob", "number", "variable", "operator")
}


class Token(NamedTuple):
    """One token. A named tuple, because a schema has very many of them."""

    kind: TokenKind
    """`word` is a keyword or a bare name, `name` a quoted one."""
    text: str
    """The token as it stands in the SQL."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset behind its last character."""

    @property
    def value(self) -> str:
        """What it says: quotes removed from names and strings."""
        if self.kind == "string" or self.text[:1] in ('"', "`"):
            quote = self.text[0]
            return self.text[1:].removesuffix(quote).replace(quote * 2, quote)
        if self.text.startswith("["):
            return self.text[1:].removesuffix("]")
        return self.text

    def is_word(self, *words: str) -> bool:
        """Return whether it is one of these bare words (given in upper case)."""
        return self.kind == "word" and self.text.upper() in words


def read_tokens(sql: str) -> list[Token]:
    """Return the tokens of `sql` without white space and comments. Any text has tokens."""
    return [
        Token(_KINDS[match.lastgroup], match[0], match.start(), match.end())
        for match in _TOKEN.finditer(sql)
        if match.lastgroup is not None and match.lastgroup != "skip"
    ]


def group_end(tokens: list[Token], opening: int) -> int:
    """Return the position of the bracket that closes the one at `opening`.

    Where none does, the number of tokens.
    """
    depth = 0
    for position in range(opening, len(tokens)):
        text = tokens[position].text
        depth += (text == "(") - (text == ")")
        if depth == 0:
            return position
    return len(tokens)


def split_at_commas(tokens: list[Token]) -> list[list[Token]]:
    """Return the runs of tokens between the commas outside any bracket; empty runs are none."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def normal_form(sql: str) -> tuple[str, ...]:
    """Return `sql` so that texts which mean the same by their look alone are equal.

    White space, comments and the case of bare words do not count. What is quoted counts as it
    stands, because double quotes may hold a string in an old schema.
    """
    return tuple(
        token.text.lower() if token.kind in ("word", "blob", "number") else token.text
        for token in read_tokens(sql)
    )
