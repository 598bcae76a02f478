"""Threads for the window: jobs go to a thread that owns one connection, answers come back."""

from __future__ import annotations

from cts_console.worker.client import Client
from cts_console.worker.connection_thread import ConnectionThread
from cts_console.worker.job import Access, Errand, Job, Outcome, Target, Ticket

__all__ = [
    "Access",
    "Client",
    "ConnectionThread",
    "Errand",
    "Job",
    "Outcome",
    "Target",
    "Ticket",
]
