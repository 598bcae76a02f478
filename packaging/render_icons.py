"""Draw the program's icon in every size that a system asks for, out of the one SVG.

`python packaging/render_icons.py FOLDER` writes FOLDER/16.png … FOLDER/512.png, FOLDER/1024.png for
macOS and FOLDER/cts-console.ico for Windows. Run it with a Python that has PySide6.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

SVG: Final = Path(__file__).resolve().parent.parent / "resources" / "icons" / "cts-console.svg"
SIZES: Final = (16, 22, 24, 32, 48, 64, 128, 256, 512, 1024)
ICO_SIZE: Final = 256


def render_icons(folder: Path) -> list[Path]:
    """Write the pictures below `folder` and return them; raises `OSError` where one fails."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(SVG))
    written = []
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        files = [folder / f"{size}.png"]
        if size == ICO_SIZE:
            files.append(folder / "cts-console.ico")
        for file in files:
            if not image.save(str(file)):
                raise OSError(f"{file} could not be written")
        written += files
    return written


def main(arguments: list[str]) -> int:
    """Draw into the folder that the one argument names."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    render_icons(Path(arguments[0]))
    application.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
