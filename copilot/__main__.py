"""`python -m copilot` is the command line."""

from copilot.cli import main

if __name__ == "__main__":
    main()
