"""The command: `searchkit`, and `python -m searchkit`."""

import signal

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    While its modules are imported Ctrl-C ends the program as it ends others: there is nothing to clean up, and the
    traceback would tell of our imports.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # else it is ignored, as in a job in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from searchkit.cli import main as run

    try:
        signal.signal(signal.SIGINT, handler)
        run()
    except KeyboardInterrupt:  # before the command has begun
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.raise_signal(signal.SIGINT)


if __name__ == "__main__":
    main()
