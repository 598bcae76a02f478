"""`audit --html --pdf`: the reports beside the document."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.console import Console, digest
from tests.cli.shapes import AUDIT, assert_shape
from tests.processes import ROOT


def test_html_and_pdf_at_once(cts: Path, tmp_path: Path) -> None:
    html, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    before = digest(cts)
    command = [sys.executable, "-m", "cts_console", "audit", str(cts), "--profile", "quick"]
    run = subprocess.run(
        [*command, "--html", str(html), "--pdf", str(pdf), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    document = json.loads(run.stdout)
    assert_shape(document, AUDIT)
    assert document["reports"] == {"html": str(html), "pdf": str(pdf)}
    assert document["kept"]["id"] is not None
    assert str(cts) in html.read_text("utf-8")
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert digest(cts) == before


def test_a_person_is_told_where_it_is(console: Console, cts: Path, tmp_path: Path) -> None:
    html = tmp_path / "r.html"
    answer = console.run("audit", cts, "--profile", "quick", "--html", html)
    assert answer.status == 0
    assert f"Report: {html}" in answer.out


def test_without_reports_there_are_none(console: Console, cts: Path) -> None:
    answer = console.run("audit", cts, "--profile", "quick", "--json")
    assert answer.document["reports"] == {"html": None, "pdf": None}


def test_a_bad_name_is_refused_before_the_audit(
    console: Console, cts: Path, tmp_path: Path
) -> None:
    for option, path, code in (
        ("--html", cts, "usage"),
        ("--html", tmp_path / "r.pdf", "usage"),
        ("--pdf", tmp_path / "r.html", "usage"),
        ("--pdf", tmp_path / "none" / "r.pdf", "not_found"),
    ):
        console.run("audit", cts, option, path, "--json").assert_refused(code)
    last = console.run("status", cts, "--json").document["performance"]["last_audit"]
    assert last is None


def test_an_audit_that_cannot_be_reported_is_kept_all_the_same(
    console: Console, cts: Path, tmp_path: Path, monkeypatch
) -> None:
    from cts_console.audit.report import write
    from cts_console.errors import CtsError

    def fail(_folder: Path) -> None:
        raise CtsError("disk_full", "Full", "The disk is full.", "Free some space.")

    monkeypatch.setattr(write, "sync_folder", fail)
    answer = console.run(
        "audit", cts, "--profile", "quick", "--html", tmp_path / "r.html", "--json"
    )
    assert answer.status == 2
    assert answer.document["kept"]["id"] is not None
    assert answer.document["reports"] == {"html": None, "pdf": None}
    assert "The disk is full." in answer.err
