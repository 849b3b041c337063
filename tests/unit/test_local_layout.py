"""One system at a time, ports, and the file that remembers how far the pump has come."""

from __future__ import annotations

import json
import os
import socket
import threading

import pytest

from local.layout import Layout, StartError, free_port, require_port
from local.progress import Progress


def test_a_second_start_is_told_who_runs(tmp_path):
    held = Layout(tmp_path).lock()
    with pytest.raises(StartError, match=f"already running here \\(process {os.getpid()}\\)"):
        Layout(tmp_path).lock()
    held.close()
    Layout(tmp_path).lock().close()


def test_wipe_forgets_all_but_lock_and_log(tmp_path):
    layout = Layout(tmp_path)
    with layout.lock():
        layout.log.write_text("kept")
        (layout.emulator / "gen-1").mkdir(parents=True)
        (layout.emulator / "current").symlink_to("gen-1")
        layout.deployed.touch()
        (tmp_path / "link").symlink_to(tmp_path.parent)
        layout.wipe()
        assert sorted(p.name for p in tmp_path.iterdir()) == ["local.log", "lock"]
    assert tmp_path.parent.exists()


def test_a_taken_port_is_named_with_a_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} .* make run PORT="):
            require_port(port)
        assert free_port(port) != port
    require_port(port)


def test_progress_is_on_disk_at_once(tmp_path):
    path = tmp_path / "pump.json"
    Progress(path).set("a", "1")
    progress = Progress(path)
    progress.set("b", "2")
    assert (progress.get("a"), progress.get("b"), progress.get("c")) == ("1", "2", "")
    assert json.loads(path.read_text()) == {"a": "1", "b": "2"}


def test_progress_of_many_threads_is_all_kept(tmp_path):
    progress = Progress(tmp_path / "pump.json")
    threads = [threading.Thread(target=lambda n=n: progress.set(str(n), str(n))) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads((tmp_path / "pump.json").read_text()) == {str(n): str(n) for n in range(12)}
