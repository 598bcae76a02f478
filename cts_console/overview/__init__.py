"""What a person wants to know at one look: news, signs of life, sizes, health. Reading only.

Every question costs the same on a table of any size: it is answered from an index or the end of a
table, has a time limit, and what could not be answered is None, which reads "unknown".
"""

from __future__ import annotations

from cts_console.overview.alive import (
    DEFAULT_MAX_AGE_S,
    Life,
    LifeSign,
    life_document,
    read_life,
)
from cts_console.overview.health import (
    Health,
    merge_documents,
    read_health,
    read_kept_audit,
    recall_quick,
)
from cts_console.overview.look import Migrations, Overview, SizeFigures, read_overview
from cts_console.overview.looking import (
    FindingNews,
    LastLook,
    read_finding_news,
    read_last_look,
    record_look,
)
from cts_console.overview.mark import LookMark
from cts_console.overview.news import Appended, Profit, TradingNews
from cts_console.overview.signs import EngineSigns, Sign, Verdict
from cts_console.overview.told import empty_news, read_news
from cts_console.overview.weights import TableWeight, read_weights

__all__ = [
    "DEFAULT_MAX_AGE_S",
    "Appended",
    "EngineSigns",
    "FindingNews",
    "Health",
    "LastLook",
    "Life",
    "LifeSign",
    "LookMark",
    "Migrations",
    "Overview",
    "Profit",
    "Sign",
    "SizeFigures",
    "TableWeight",
    "TradingNews",
    "Verdict",
    "empty_news",
    "life_document",
    "merge_documents",
    "read_finding_news",
    "read_health",
    "read_kept_audit",
    "read_last_look",
    "read_life",
    "read_news",
    "read_overview",
    "read_weights",
    "recall_quick",
    "record_look",
]
