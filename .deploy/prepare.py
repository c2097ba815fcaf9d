"""Make the folder that nginx serves from: python .deploy/prepare.py FOLDER LISTEN PORT...

LISTEN is a port, or address:port; each PORT is that of a Streamlit process of this machine.
Then: nginx -p FOLDER -c nginx.conf
"""

import base64
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import streamlit

MARKUP = Path(__file__).parents[1] / "vanishing/ui/markup.py"
"""Where the app's own scripts stand."""

TEXT = {".css", ".html", ".js", ".json", ".svg"}
"""What is worth compressing; fonts and pictures are compressed as they are."""


def prepare(folder: Path, listen: str, ports: Sequence[str]) -> None:
    """Write all that nginx needs; what was there before is replaced."""
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / "static", ignore_errors=True)
    shutil.copytree(Path(streamlit.__file__).parent / "static", folder / "static")
    texts = [file for file in (folder / "static").rglob("*") if file.suffix in TEXT]
    for file in texts:
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    # The two best grades take four and eight times as long, for 5 % less.
    subprocess.run(["brotli", "--quality=9", "--lgwin=24", *texts], check=True)
    shutil.copy(Path(__file__).with_name("nginx.conf"), folder)
    (folder / "listen").write_text(f"listen {listen};\n", "utf-8")
    servers = [f"server 127.0.0.1:{port} max_fails=1 fail_timeout=5s;\n" for port in ports]
    (folder / "replicas").write_text("".join(servers), "utf-8")
    scripts = " ".join(map(inline, (folder / "static/index.html", MARKUP)))
    (folder / "inline").write_text(f'default "{scripts}";\n', "utf-8")


def inline(page: Path) -> str:
    """Return, for a content security policy, the hashes of the scripts that stand in a file."""
    found = re.findall("<script>(.*?)</script>", page.read_text("utf-8"), re.S)
    digests = [hashlib.sha256(script.encode()).digest() for script in found]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    prepare(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
