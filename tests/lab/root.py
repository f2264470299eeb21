"""The Debian roots that the lab's hosts boot from: built once from packages, kept, never written to afterwards."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .errors import LabError
from .settings import LabSettings

ROOTFS = Path(__file__).parent / "rootfs"
SCHEMA = ROOTFS / "schema.sql"


@dataclass(frozen=True)
class Recipe:
    """What a root is made of."""

    suite: str
    #: which Asterisk the suite must have, and the variable that names another suite, for an error's text
    asterisk: str
    variable: str
    packages: tuple[str, ...]
    #: runs inside the new root, with the schema (where there is one) beside it
    provision: Path
    schema: Path | None = None

    @property
    def digest(self) -> str:
        """Changes with whatever the root is made from."""
        schema = [] if self.schema is None else [self.schema.read_text(errors="replace")]
        ingredients = [self.suite, *self.packages, self.provision.read_text(), *schema]
        return hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:12]


def main_recipe(settings: LabSettings) -> Recipe:
    """The root of the dialer and of all carriers."""
    return Recipe(
        suite=settings.suite,
        asterisk="Asterisk 16 to 20",
        variable="LAB_SUITE",
        packages=(
            "asterisk",
            "asterisk-modules",
            "cron",
            "dbus",
            "firewalld",
            "ipset",
            "iptables",
            "libdbd-mysql-perl",
            "libdbi-perl",
            "mariadb-server",
            "nftables",
            "openssh-server",
            "perl",
            "procps",
            "python3",
            "python3-pymysql",
            "screen",
            "sudo",
            "tini",
        ),
        provision=ROOTFS / "provision.sh",
        schema=settings.schema or SCHEMA,
    )


def newer_recipe(settings: LabSettings) -> Recipe:
    """The root of the host with the newer Asterisk: nothing but Asterisk."""
    return Recipe(
        suite=settings.newer_suite,
        asterisk="Asterisk 22",
        variable="LAB_NEWER_SUITE",
        packages=("asterisk", "asterisk-modules", "tini"),
        provision=ROOTFS / "provision-newer.sh",
    )


@dataclass(frozen=True)
class Roots:
    """Where the roots are."""

    main: Path
    newer: Path


def root_path(settings: LabSettings, recipe: Recipe) -> Path:
    """The folder of a root; its name changes with whatever it is made from."""
    return settings.directory / f"root-{recipe.suite}-{recipe.digest}"


def build_roots(settings: LabSettings) -> Roots:
    """Build the roots that are not there yet, side by side."""
    with ThreadPoolExecutor() as pool:
        main, newer = pool.map(lambda recipe: build_root(settings, recipe), (main_recipe(settings), newer_recipe(settings)))
    return Roots(main, newer)


def build_root(settings: LabSettings, recipe: Recipe) -> Path:
    """Build a root unless it is there already; a build that dies leaves nothing that looks finished."""
    root = root_path(settings, recipe)
    if root.exists():
        return root
    require_builder()
    settings.directory.mkdir(parents=True, exist_ok=True)
    with (settings.directory / f"build-{recipe.suite}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            _build(root, recipe, settings.mirror or debian_mirror_of_this_machine())
    return root


def _build(root: Path, recipe: Recipe, mirror: str | None) -> None:
    require_suite(mirror, recipe)
    partial = root.with_name(f"{root.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    print(f"lab: building a Debian {recipe.suite} root in {root} (about a minute)", flush=True)
    _bootstrap(partial, recipe, mirror)
    _provision(partial, recipe)
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


def require_suite(mirror: str | None, recipe: Recipe) -> None:
    """Say plainly that a suite is gone, before a bootstrap fails with a page of text."""
    if mirror is None or not mirror.startswith(("http://", "https://")):
        return
    release = f"{mirror.rstrip('/')}/dists/{recipe.suite}/InRelease"
    try:
        urllib.request.urlopen(urllib.request.Request(release, method="HEAD"), timeout=30).close()
    except urllib.error.HTTPError as error:
        if error.code in (403, 404, 410):
            raise LabError(
                f"The mirror {mirror} has no suite '{recipe.suite}' (any more). Name another mirror that keeps it with "
                f"LAB_MIRROR=URL, or another suite that has {recipe.asterisk} with {recipe.variable}=NAME."
            ) from error
        raise LabError(f"The mirror {mirror} answered {error.code} for {release}.") from error
    except OSError as error:
        raise LabError(f"The mirror {mirror} cannot be reached ({error}); name another with LAB_MIRROR=URL.") from error


def _bootstrap(target: Path, recipe: Recipe, mirror: str | None) -> None:
    command = [
        "mmdebstrap",
        "--variant=apt",
        # Asterisk's own documentation (/usr/share/asterisk/documentation) stays: `config show help` reads it.
        # A mirror may be a snapshot, and old suites are signed no more often than they change.
        '--aptopt=Acquire::Check-Valid-Until "false"',
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        f"--include={','.join(recipe.packages)}",
        recipe.suite,
        str(target),
    ]
    if mirror is not None:
        command.append(mirror)
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        tail = "\n".join(result.stderr.splitlines()[-15:])
        shutil.rmtree(target, ignore_errors=True)
        raise LabError(f"mmdebstrap could not build the {recipe.suite} root:\n{tail}")


def _provision(root: Path, recipe: Recipe) -> None:
    """Run the recipe's script inside the root, with the schema beside it."""
    staging = root / "lab-build"
    staging.mkdir()
    shutil.copy(recipe.provision, staging / "provision.sh")
    if recipe.schema is not None:
        shutil.copy(recipe.schema, staging / "schema.sql")
    in_root = 'mount -t proc proc "$1/proc" && exec chroot "$1" /bin/sh /lab-build/provision.sh'
    result = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "/bin/sh", "-c", in_root, "provision", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        shutil.rmtree(root, ignore_errors=True)
        raise LabError(f"The lab's {recipe.suite} root could not be provisioned:\n{result.stdout}{result.stderr}")
    shutil.rmtree(staging)
