"""`serve`: runs the server until it is told to stop."""

from __future__ import annotations

from copilot.commands.options import Data, Host, Port, settings_with


def serve(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Run the server; Ctrl-C or SIGTERM drains it.

    Without keys it answers on loopback only. With a model set (COPILOT_MODEL_BASE_URL, COPILOT_MODEL) it asks
    the model and falls back to the phrasebook; without one the phrasebook answers.
    """
    # Here, so that help and the other commands do not wait for the whole server to be imported.
    from copilot.app import serve as run

    run(settings_with(host=host, port=port, data_dir=data))
