"""Tests over real sockets with real server processes."""
