"""Commands that compute and end."""

from __future__ import annotations

from .boundaries import HOT_FORMAT
from .grammar import Choice, Command, Option, Rising, file, interval, time

COMPUTE = Command(
    "compute",
    "COMPute",
    "Computes, and writes what is asked for.",
    (
        Choice(
            "kind",
            "Which times.",
            (
                Option("stationary", "One state, in MODE STATIONARY.", ""),
                Option(
                    "stationary_at",
                    "One state at a time, in MODE NONSTATIONARY.",
                    "STATionary",
                    (time("time", "The time."),),
                ),
                Option(
                    "nonstationary",
                    "A time series.",
                    "NONSTationary",
                    (
                        time(
                            "tbegc",
                            "First time; the end of the last COMPUTE where it is not given.",
                            required=False,
                            is_bare=False,
                        ),
                        interval("deltc", "Time step.", is_bare=False),
                        time("tendc", "Last time.", is_bare=False),
                    ),
                    (Rising(("tbegc", "tendc")),),
                ),
            ),
            default="stationary",
        ),
    ),
)

HOTFILE = Command(
    "hotfile",
    "HOTFile",
    "Writes the state after a COMPUTE, from which another run can start.",
    (file("fname", "The file."), HOT_FORMAT),
)

INCLUDE = Command("include", "INCLude", "Goes on in another command file.", (file("fname", "The file."),))

STOP = Command("stop", "STOP", "Ends the command file.")
