"""The commands of `agent-copilot`, one a file."""
