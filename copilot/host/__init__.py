"""What the process takes from its host, and how it ends when it cannot go on."""
