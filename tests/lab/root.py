"""The Debian root that every lab host boots from: built once from packages, kept, never written to afterwards."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from .errors import LabError
from .settings import LabSettings

PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "cron",
    "libdbd-mysql-perl",
    "libdbi-perl",
    "mariadb-server",
    "openssh-server",
    "perl",
    "procps",
    "python3",
    "python3-pymysql",
    "screen",
    "sudo",
    "tini",
)
PROVISION = Path(__file__).parent / "rootfs" / "provision.sh"
SCHEMA = Path(__file__).parent / "rootfs" / "schema.sql"


def root_path(settings: LabSettings) -> Path:
    """The folder of the root; its name changes with whatever it is made from."""
    ingredients = [settings.suite, *PACKAGES, PROVISION.read_text(), _schema(settings).read_text(errors="replace")]
    digest = hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:12]
    return settings.directory / f"root-{settings.suite}-{digest}"


def build_root(settings: LabSettings) -> Path:
    """Build the root unless it is there already; a build that dies leaves nothing that looks finished."""
    root = root_path(settings)
    if root.exists():
        return root
    require_builder()
    settings.directory.mkdir(parents=True, exist_ok=True)
    with (settings.directory / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            _build(root, settings)
    return root


def _build(root: Path, settings: LabSettings) -> None:
    mirror = settings.mirror or debian_mirror_of_this_machine()
    require_suite(mirror, settings.suite)
    partial = root.with_name(f"{root.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    print(f"lab: building a Debian {settings.suite} root in {root} (about a minute)", flush=True)
    _bootstrap(partial, settings.suite, mirror)
    _provision(partial, _schema(settings))
    partial.rename(root)


def require_builder() -> None:
    if os.geteuid() != 0:
        raise LabError("The lab needs root: it builds a Debian root and starts servers in it.")
    for tool in ("mmdebstrap", "unshare", "nsenter"):
        if shutil.which(tool) is None:
            package = "mmdebstrap" if tool == "mmdebstrap" else "util-linux"
            raise LabError(f"The lab needs `{tool}`: apt-get install {package}")


def debian_mirror_of_this_machine() -> str | None:
    """The Debian archive that apt is configured with, or None where it names none (mmdebstrap then uses Debian's own)."""
    if shutil.which("apt-get") is None:
        return None
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in targets.splitlines():
        origin, label, uri = line.split("|", 2)
        if (origin, label) == ("Debian", "Debian"):
            return uri
    return None


def require_suite(mirror: str | None, suite: str) -> None:
    """Say plainly that a suite is gone, before a bootstrap fails with a page of text."""
    if mirror is None or not mirror.startswith(("http://", "https://")):
        return
    release = f"{mirror.rstrip('/')}/dists/{suite}/InRelease"
    try:
        urllib.request.urlopen(urllib.request.Request(release, method="HEAD"), timeout=30).close()
    except urllib.error.HTTPError as error:
        if error.code in (403, 404, 410):
            raise LabError(
                f"The mirror {mirror} has no suite '{suite}' (any more). Name another mirror that keeps it with "
                "LAB_MIRROR=URL, or another suite that has Asterisk 16 to 20 with LAB_SUITE=NAME."
            ) from error
        raise LabError(f"The mirror {mirror} answered {error.code} for {release}.") from error
    except OSError as error:
        raise LabError(f"The mirror {mirror} cannot be reached ({error}); name another with LAB_MIRROR=URL.") from error


def _schema(settings: LabSettings) -> Path:
    return settings.schema or SCHEMA


def _bootstrap(target: Path, suite: str, mirror: str | None) -> None:
    command = [
        "mmdebstrap",
        "--variant=apt",
        # A mirror may be a snapshot, and old suites are signed no more often than they change.
        '--aptopt=Acquire::Check-Valid-Until "false"',
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        f"--include={','.join(PACKAGES)}",
        suite,
        str(target),
    ]
    if mirror is not None:
        command.append(mirror)
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        tail = "\n".join(result.stderr.splitlines()[-15:])
        shutil.rmtree(target, ignore_errors=True)
        raise LabError(f"mmdebstrap could not build the {suite} root:\n{tail}")


def _provision(root: Path, schema: Path) -> None:
    """Run provision.sh inside the root, with the schema beside it."""
    staging = root / "lab-build"
    staging.mkdir()
    shutil.copy(PROVISION, staging / "provision.sh")
    shutil.copy(schema, staging / "schema.sql")
    in_root = 'mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh /lab-build/provision.sh'
    result = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "/bin/sh", "-c", in_root, "provision", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        shutil.rmtree(root, ignore_errors=True)
        raise LabError(f"The lab's root could not be provisioned:\n{result.stdout}{result.stderr}")
    shutil.rmtree(staging)
