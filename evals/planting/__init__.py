"""Made-up conversations with planted numbers and addresses, and the adversary who looks for what is left."""
