"""The recipes of the built application agree with the project and with each other.

They cannot all be run here: so what they name is looked up. `make package-test` tries the result.
"""

from __future__ import annotations

import ast
import configparser
import importlib.util
import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

from cts_console.__main__ import COMPLETE_VARIABLE, wants_window
from cts_console.cli.program import build_program

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
SUFFIXES = ["db", "sqlite", "sqlite3"]

SPEC = (PACKAGING / "cts-console.spec").read_text("utf-8")
BUILD = (PACKAGING / "build.sh").read_text("utf-8")
FOLDER = (PACKAGING / "build_folder.sh").read_text("utf-8")
PACK = (PACKAGING / "linux" / "pack.sh").read_text("utf-8")
INSTALLER = (PACKAGING / "windows" / "cts-console.iss").read_text("utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "package.yml").read_text("utf-8")


def load(name: str) -> ModuleType:
    """Import a script of `packaging/`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


leave_out = load("leave_out")
documents = load("write_documents")


@pytest.mark.parametrize("text", [SPEC, BUILD, FOLDER, PACK, INSTALLER, WORKFLOW])
def test_what_a_recipe_names_below_packaging_exists(text):
    named = set(re.findall(r"packaging[/\\][\w./\\-]*\w", text))
    missing = [name for name in named if not (ROOT / name.replace("\\", "/")).exists()]
    assert not missing


def test_the_spec_is_python_and_takes_the_folders_where_paths_looks_for_them():
    ast.parse(SPEC)
    for name in ("migrations", "resources"):
        assert f'(str(ROOT / "{name}"), "cts_console/_shipped/{name}")' in SPEC
    assert (PACKAGING / "entry.py").is_file()


def test_no_recipe_repeats_the_version():
    import cts_console

    for text in (SPEC, BUILD, FOLDER, PACK, INSTALLER, WORKFLOW):
        assert cts_console.__version__ not in text
    assert "cts_console.__version__" in SPEC
    assert "@VERSION@" in (PACKAGING / "linux" / "control.in").read_text("utf-8")


def test_nothing_that_the_program_imports_stays_out():
    imported = set()
    for path in (ROOT / "cts_console").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    assert not imported & set(leave_out.MODULES)
    # pyqtgraph imports these when it starts.
    needed = {"PySide6.QtOpenGL", "PySide6.QtSvg", "PySide6.QtTest", "pydoc", "unittest"}
    assert not needed & set(leave_out.MODULES)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/lib/libQt6Network.so.6",
        "PySide6/Qt6Network.dll",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/plugins/imageformats/qtiff.dll",
        "PySide6\\translations\\qt_de.qm",
    ],
)
def test_what_is_not_used_stays_out(place):
    assert leave_out.is_left_out(place)


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/lib/libQt6OpenGLWidgets.so.6",
        "PySide6/QtSvg.abi3.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/iconengines/libqsvgicon.so",
        "cts_console/_shipped/resources/icons/cts-console.svg",
        "apsw/sqlite_extra_binaries/sqlite3_expert",
    ],
)
def test_what_is_used_stays(place):
    assert not leave_out.is_left_out(place)


def test_libraries_that_nobody_links_to_stay_out():
    entries = [
        ("PySide6/QtGui.abi3.so", "/s/gui", "EXTENSION"),
        ("PySide6/Qt/lib/libQt6Gui.so.6", "/s/qt", "BINARY"),
        ("PySide6/Qt/lib/libQt6Quick.so.6", "/s/quick", "BINARY"),
        ("libgtk-3.so.0", "/s/gtk", "BINARY"),
        ("libpython3.11.so.1.0", "/s/python", "BINARY"),
        ("apsw/sqlite_extra_binaries/csv.so", "/s/csv", "BINARY"),
    ]
    linked = {"/s/gui": {"libQt6Gui.so.6"}}
    kept = leave_out.reached(entries, lambda source: linked.get(source, set()))
    assert kept == [entries[0], entries[1], entries[4], entries[5]]


def test_the_desktop_entry_opens_a_file_and_knows_its_kinds():
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    entry.read(PACKAGING / "linux" / "cts-console.desktop", "utf-8")
    section = entry["Desktop Entry"]
    assert section["Exec"] == "cts-console %f"
    assert section["Icon"] == "cts-console"
    assert f"ln -s /opt/{section['Exec'].split()[0]}/" in PACK
    kinds = ElementTree.parse(PACKAGING / "linux" / "cts-console.xml")
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    (kind,) = kinds.findall(f"{space}mime-type")
    assert kind.attrib["type"] in section["MimeType"].split(";")
    patterns = {glob.attrib["pattern"] for glob in kind.findall(f"{space}glob")}
    assert patterns == {f"*.{suffix}" for suffix in SUFFIXES}


def test_the_other_systems_know_the_same_kinds():
    for suffix in SUFFIXES:
        assert f"Software\\Classes\\.{suffix}\\OpenWithProgids" in INSTALLER
    (listed,) = re.findall(r'"CFBundleTypeExtensions": (\[.*\])', SPEC)
    assert ast.literal_eval(listed) == SUFFIXES


def test_the_installer_of_windows_takes_what_the_spec_makes():
    (name,) = re.findall(r'^NAME = "(.+)"$', SPEC, re.MULTILINE)
    assert f'Source: "dist\\{name}\\*"' in INSTALLER
    programs = set(re.findall(r"\{app\}\\([\w-]+)\.exe", INSTALLER))
    assert programs == {f"{name}-window"}
    assert 'program(f"{NAME}-window", console=False)' in SPEC
    assert "LicenseFile=LICENSE" in INSTALLER
    assert "iscc" in BUILD
    # The icon is rendered where the installer looks for it.
    (work,) = re.findall(r"^work=(.+)$", BUILD, re.MULTILINE)
    assert f"SetupIconFile={work}/cts-console.ico".replace("/", "\\") in INSTALLER
    assert 'cp "$work/icons/cts-console.ico" "$work/"' in FOLDER
    assert "sh packaging/build_folder.sh dist $work" in BUILD


def test_the_bundle_of_macos_is_the_one_that_is_signed():
    (name,) = re.findall(r'name="(.+\.app)"', SPEC)
    script = (PACKAGING / "macos" / "bundle.sh").read_text("utf-8")
    assert f'app="dist/{name}"' in script
    order = ["--sign", "notarytool submit", "stapler staple"]
    places = [script.rindex(word) for word in order]
    assert places == sorted(places)
    plist = PACKAGING / "macos" / "entitlements.plist"
    assert plistlib.loads(plist.read_bytes())
    assert "packaging/macos/entitlements.plist" in script


def test_the_debian_package_asks_for_the_libraries_of_qt():
    control = (PACKAGING / "linux" / "control.in").read_text("utf-8")
    fields = dict(re.findall(r"^([A-Z][\w-]+): (.+)$", control, re.MULTILINE))
    assert fields["Package"] == "cts-console"
    assert set(re.findall(r"@(\w+)@", control)) == set(re.findall(r"@([A-Z]+)@/", PACK))
    listed = (PACKAGING / "system-libraries.txt").read_text("utf-8")
    assert re.search(r"^window libxcb-cursor0$", listed, re.MULTILINE)
    assert "packaging/system-libraries.txt" in PACK


def test_the_workflow_builds_and_tries_on_three_systems():
    (systems,) = re.findall(r"^\s+os: \[(.*)\]$", WORKFLOW, re.MULTILINE)
    assert [system.strip().partition("-")[0] for system in systems.split(",")] == [
        "ubuntu",
        "windows",
        "macos",
    ]
    assert "packaging/build.sh" in WORKFLOW
    assert "packaging/try_built.py" in WORKFLOW
    assert "self-test --gui" in WORKFLOW


def test_the_icon_is_drawn_in_every_size(tmp_path):
    script = PACKAGING / "render_icons.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    wanted = set(re.findall(r"for size in ([\d ]+);", PACK)[0].split())
    for size in wanted:
        header = (tmp_path / f"{size}.png").read_bytes()[:24]
        assert header[:4] == b"\x89PNG"
        assert int.from_bytes(header[16:20], "big") == int(size)
    assert (tmp_path / "cts-console.ico").read_bytes()[:4] == b"\0\0\1\0"


def test_the_manual_page_tells_every_command_and_option(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    page = documents.man_page()
    assert "1970-01-01" in page.splitlines()[0]
    for group in build_program().registered_commands:
        assert group.callback is not None
        name = group.name or group.callback.__name__
        assert f".SS {name}".replace("-", "\\-") in page
    assert r"\-\-fail\-on" in page
    assert not re.search(r"^(?!\.(TH|SH|SS|TP|PP|B|I|br)\b)\.", page, re.MULTILINE)


@pytest.mark.parametrize("shell", documents.SHELLS)
def test_a_shell_asks_the_command_line_and_not_the_window(shell, monkeypatch):
    assert f"{COMPLETE_VARIABLE}=complete_{shell}" in documents.completion(shell)
    assert wants_window([])
    monkeypatch.setenv(COMPLETE_VARIABLE, f"complete_{shell}")
    assert not wants_window([])


def test_what_the_window_opens_does_not_look_in_the_program_s_folder(monkeypatch):
    for name in ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH", "_PYI_ARCHIVE_FILE"):
        monkeypatch.setenv(name, "/opt/cts-console/_internal")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "/opt/of-the-user")
    load("entry").forget_own_places()
    assert os.environ["LD_LIBRARY_PATH"] == "/opt/of-the-user"
    assert not {"QT_PLUGIN_PATH", "_PYI_ARCHIVE_FILE", "LD_LIBRARY_PATH_ORIG"} & set(os.environ)
