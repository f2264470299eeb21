"""One lab host: a first process in mount, process and host-name namespaces of its own, on a copy of the shared root."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psutil

from .errors import LabError

BOOT = Path(__file__).parent / "rootfs" / "boot.sh"


class LabHost:
    """A host's life: start, run commands in it, reach its files, stop. Its writes live in memory and go with it."""

    def __init__(self, name: str, directory: Path) -> None:
        self.name = name
        self._directory = directory / name
        self._pid_file = self._directory / "pid"
        self._first: psutil.Process | None = None
        #: the host's outermost process, where this process started it
        self._started: subprocess.Popen[bytes] | None = None

    def start(self, root: Path, files: Mapping[str, tuple[str, int]]) -> None:
        """Boot from ``root`` with ``files`` laid over it: path without leading slash → (text, mode)."""
        layer = self._directory / "files"
        scratch = self._directory / "scratch"
        for folder in (layer, scratch):
            folder.mkdir(parents=True, exist_ok=True)
        _write_files(layer, files)
        unshare = ["unshare", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child"]
        boot = ["/bin/sh", str(BOOT), str(scratch), self.name, f"{layer}:{root}"]
        with (self._directory / "console.log").open("wb") as console:
            self._started = subprocess.Popen(
                [*unshare, *boot], stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True
            )
        pid = self._started.pid
        self._pid_file.write_text(f"{pid} {psutil.Process(pid).create_time()}")

    @property
    def is_running(self) -> bool:
        return self._first_process() is not None

    @property
    def console(self) -> str:
        """What the host's first processes printed, for an error's text."""
        path = self._directory / "console.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def pid(self) -> int:
        """The process id, outside, of the host's first process."""
        first = self._first_process()
        if first is None:
            raise LabError(f"The lab host {self.name} is not running.\n{self.console}")
        return first.pid

    @property
    def root(self) -> Path:
        """The host's file system, as seen from outside."""
        return Path(f"/proc/{self.pid}/root")

    def run(self, *command: str, text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command inside the host."""
        enter = ["nsenter", "--target", str(self.pid), "--mount", "--pid", "--uts", "--ipc", "--root", "--wd=/"]
        result = subprocess.run([*enter, *command], input=text, capture_output=True, text=True, check=False, env=_ENVIRONMENT)
        if check and result.returncode != 0:
            raise LabError(f"{self.name}: {' '.join(command)} ended with {result.returncode}\n{result.stdout}{result.stderr}")
        return result

    def asterisk(self, command: str) -> str:
        return self.run("asterisk", "-rx", command).stdout

    def stop(self) -> None:
        """Kill the first process; the kernel ends all others and drops the mounts. All are gone when this returns."""
        doomed = [process for process in (self._first_process(), self._unshare()) if process is not None]
        for process in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        if self._started is not None:
            self._started.wait()
        deadline = time.monotonic() + 10
        while any(map(_is_alive, doomed)):
            if time.monotonic() > deadline:
                raise LabError(f"The lab host {self.name} can't be stopped.")
            time.sleep(0.02)
        self._first = None
        self._pid_file.unlink(missing_ok=True)

    def wait_until(self, ready: str, seconds: float) -> None:
        """Wait for a file of the host to appear."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            first = self._first_process()
            if first is not None and Path(f"/proc/{first.pid}/root{ready}").exists():
                return
            if self._unshare() is None:
                raise LabError(f"The lab host {self.name} died while it started:\n{self.console}")
            time.sleep(0.02)
        raise LabError(f"The lab host {self.name} was not ready after {seconds:.0f} s:\n{self.console}")

    def _unshare(self) -> psutil.Process | None:
        try:
            pid, created = self._pid_file.read_text().split()
            process = psutil.Process(int(pid))
            # A process id may have been given to somebody else since.
            same = abs(process.create_time() - float(created)) < 1
            return process if same and _is_alive(process) else None
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None

    def _first_process(self) -> psutil.Process | None:
        # Looking for children means reading all of /proc, so what was found once is asked first.
        if self._first is not None and _is_alive(self._first):
            return self._first
        unshare = self._unshare()
        try:
            children = unshare.children() if unshare else []
        except psutil.NoSuchProcess:
            children = []
        self._first = children[0] if children else None
        return self._first


def _is_alive(process: psutil.Process) -> bool:
    # Where nobody collects the dead, they stay in the list.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values in the place of ``@NAME@``."""
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def folder_files(folder: Path, values: Mapping[str, object]) -> dict[str, tuple[str, int]]:
    """The files of a folder as :meth:`LabHost.start` takes them, with values filled in."""
    return {
        str(path.relative_to(folder)): (fill(path.read_text(), values), path.stat().st_mode & 0o755)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _write_files(layer: Path, files: Mapping[str, tuple[str, int]]) -> None:
    subprocess.run(["rm", "-rf", str(layer)], check=True)
    layer.mkdir(mode=0o755)
    for name, (text, mode) in files.items():
        path = layer / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        # A dialer's own script may hold any bytes.
        path.write_text(text, errors="surrogateescape")
        path.chmod(mode)
    (layer / "root").mkdir(exist_ok=True)
    (layer / "root").chmod(0o700)
