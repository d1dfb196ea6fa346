"""The wheel: built, installed into an empty environment elsewhere, and served from."""

from __future__ import annotations

import subprocess
import sys
import time
import venv
from importlib.metadata import distribution
from pathlib import Path

import httpx2
import pytest

from tests.supply.packages import packages
from tests.wire.processes import ROOT, environment, free_port

pytestmark = pytest.mark.wire


def _environment() -> dict[str, str]:
    """Without a way to the checkout."""
    env = environment({"COPILOT_BEHIND_MS": "60000"})
    del env["PYTHONPATH"]
    return env


def _run(*command: str | Path, cwd: Path) -> None:
    written = [str(part) for part in command]
    done = subprocess.run(written, cwd=cwd, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _locked(into: Path) -> None:
    """Links to what is installed here, in a folder of packages: what the lock names and nothing else."""
    for part in packages(ROOT / "requirements.lock"):
        installed = distribution(part.name)
        assert installed.version == part.version, f"{part.name} {installed.version} is not what is locked"
        tops = {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}
        for top in tops:
            if not (into / top).exists():
                (into / top).symlink_to(Path(str(installed.locate_file(top))))


@pytest.mark.timeout(600)
def test_the_wheel_serves_by_itself(tmp_path: Path) -> None:
    """From an environment that holds the wheel and its locked dependencies alone, in an empty folder, the
    server answers with a phrase of its own phrasebook, and the model's prompt is there."""
    _run(
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        tmp_path / "dist",
        ROOT,
        cwd=tmp_path,
    )
    wheel = next((tmp_path / "dist").glob("agent_copilot-*.whl"))
    home = tmp_path / "elsewhere"
    venv.create(home)
    python = home / "bin" / "python"
    _locked(next(home.glob("lib/python*/site-packages")))
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--disable-pip-version-check")
    _run(*pip, "--no-index", "--no-deps", wheel, cwd=tmp_path)
    library = "from copilot.prompts.library import PromptLibrary; from copilot.shipped import shipped"
    prompt = f"{library}; PromptLibrary(shipped()).get('next-phrase@1.0.0')"
    _run(python, "-c", prompt, cwd=tmp_path)
    _answers(home / "bin" / "agent-copilot", tmp_path)


def _answers(script: Path, folder: Path) -> None:
    port = free_port()
    command = [str(script), "serve", "--port", str(port), "--data", str(folder / "data")]
    server = subprocess.Popen(
        command, cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
            until = time.monotonic() + 180
            while True:
                assert server.poll() is None
                assert time.monotonic() < until
                try:
                    if client.get("/health/ready").status_code == 200:
                        break
                except httpx2.TransportError:
                    time.sleep(0.1)
            assert client.post("/v1/conversations", json={"id": "c", "channel": "chat"}).status_code == 201
            said = {
                "utterance_id": "u", "revision": 0, "final": True, "speaker": "customer",
                "text": "my parcel has not come and nobody calls me back", "start_ms": 0, "end_ms": 900,
            }  # fmt: skip
            assert client.post("/v1/conversations/c/fragments", json=said).status_code == 200
            suggestion = client.get("/v1/conversations/c").json()["suggestion"]
            assert suggestion["origin"] == "phrasebook"
            assert suggestion["text"]
            assert client.get("/docs").status_code == 200
            for page in (
                "/panel",
                "/panel/demo",
                "/supervisor",
                "/panel/agent-copilot.js",
                "/panel/pages.css",
            ):
                assert client.get(page).status_code == 200, page
            assert client.get("/panel/demo/scripts").json()[0]["steps"]
            assert client.get("/openapi.json").json()["info"]["version"] != "checkout"
    finally:
        server.terminate()
        assert server.wait(60) == 0
