"""The side panel: `<agent-copilot>`, one custom element made of the modules in src/."""
