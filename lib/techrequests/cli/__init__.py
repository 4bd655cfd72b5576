"""The command line: `techrequests run`, `demo`, `check`, `backup`, `export`, `import` and more."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import TYPE_CHECKING

from techrequests.cli import backups, databases, running, sheets, tables
from techrequests.cli.command import way_out
from techrequests.domain.errors import DamagedError, TechRequestsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from techrequests.cli.command import Command

COMMANDS: tuple[Command, ...] = (
    running.RUN,
    running.DEMO,
    databases.CHECK,
    databases.MIGRATE,
    databases.FORGET,
    databases.RESUME,
    backups.BACKUP,
    backups.RESTORE,
    tables.EXPORT,
    tables.IMPORT,
    sheets.SYNC,
)

_REFUSED = 2
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says.

    Returns:
        0 when it worked, 1 when a check found something, 2 when it was refused with a reason.
    """
    asked = _parser().parse_args(argv)
    # What is written holds names and prices: only whoever runs the command may read it.
    os.umask(0o077)
    # Each command says itself what went wrong; Python would print the log's warnings beside it.
    logging.getLogger("techrequests").addHandler(logging.NullHandler())
    command: Command = asked.command
    try:
        return command.run(asked)
    except DamagedError as error:
        print(f"techrequests: {error} {way_out(asked)}", file=sys.stderr)
        return _REFUSED
    except TechRequestsError as error:
        for line in str(error).splitlines():
            print(f"techrequests: {line}", file=sys.stderr)
        return _REFUSED
    except KeyboardInterrupt:
        print("\ntechrequests: stopped.", file=sys.stderr)
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="techrequests",
        description="A school district's technology requests, from the ask to the device.",
        epilog="See the sample district: techrequests run --demo",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        own = commands.add_parser(
            command.name,
            help=command.help,
            description=command.help,
            epilog=f"example:\n  {command.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(own)
        own.set_defaults(command=command)
    return parser
