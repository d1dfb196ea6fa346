"""Where the log is kept: interchangeable stores behind the Store Protocol of ports."""
