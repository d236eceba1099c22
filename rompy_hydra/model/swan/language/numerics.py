"""Commands of the numerical schemes."""

from __future__ import annotations

from .grammar import Choice, Command, Group, Item, Option, Word, integer, interval, real, words

PROP = Command(
    "prop",
    "PROP",
    "Scheme of propagation, where it is not SWAN's own: SORDUP for stationary and S&L for nonstationary runs.",
    (
        Choice(
            "kind",
            "The scheme.",
            (
                Option("bsbt", "First order backward in space and time.", "BSBT"),
                Option(
                    "gse",
                    "S&L with a correction of the garden-sprinkler effect.",
                    "GSE",
                    (interval("waveage", "Time since the waves left where they grew.", required=False),),
                ),
                Option("fluxlim", "With a limiter of fluxes in the space of directions.", "FLUXLIM"),
            ),
            required=True,
        ),
    ),
)

_ITERATIONS = Choice(
    "iterations",
    "How many iterations are made.",
    (
        Option(
            "stationary",
            "In a stationary computation.",
            "STAT",
            (
                integer("mxitst", "Greatest number of iterations.", 50, ge=0, le=100000),
                real("alfa", "Proportionality constant of under-relaxation by frequency.", "", 0.0, ge=0, le=100),
            ),
        ),
        Option(
            "nonstationary",
            "In each time step.",
            "NONSTat",
            (
                integer(
                    "mxitns",
                    "Greatest number of iterations; SWAN makes 1 where it is not given.",
                    required=True,
                    ge=1,
                    le=100000,
                ),
            ),
        ),
    ),
)
_LIMITER = real("limiter", "Greatest change of action in an iteration, relative to a Phillips spectrum.", "", 0.1, gt=0)
_NPNTS = real("npnts", "Percentage of wet points that must have converged.", "%", 99.5, ge=0, le=101)
_SOLVER: tuple[Item, ...] = (
    integer("outp", "How much of the solver is printed: 0 nothing to 3 all.", 0, ge=0, le=3),
    integer("niter", "Greatest number of iterations of the solver.", 20, ge=1, le=1000000),
)

NUMERIC = Command(
    "numeric",
    "NUMeric",
    "When iterations stop, and how the spectral propagation is computed.",
    (
        Choice(
            "criterion",
            "When iterations stop.",
            (
                Option(
                    "stopc",
                    "By the change of wave height and the curvature of its course.",
                    "STOPC",
                    (
                        real("dabs", "Absolute change of wave height.", "m", 0.005, ge=0, le=10),
                        real("drel", "Relative change of wave height.", "", 0.01, ge=0, le=1),
                        real(
                            "curvat",
                            "Curvature of the course of wave height, divided by wave height.",
                            "",
                            0.005,
                            ge=0,
                            le=1000,
                        ),
                        _NPNTS,
                        real("dtabs", "Absolute change of mean period.", "s", 1000.0, ge=0),
                        real("curvt", "Curvature of the course of mean period.", "", 1000.0, ge=0),
                        _ITERATIONS,
                        _LIMITER,
                    ),
                ),
                Option(
                    "accur",
                    "By the change of wave height and mean period.",
                    "ACCUR",
                    (
                        real("drel", "Relative change of wave height and of mean period.", "", 0.01, ge=0, le=1),
                        real("dhoval", "Change of wave height over its mean.", "", 0.005, ge=0, le=1000),
                        real("dtoval", "Change of mean period over its mean.", "", 1000.0, ge=0, le=1000),
                        _NPNTS,
                        _ITERATIONS,
                        _LIMITER,
                    ),
                ),
            ),
            default="stopc",
        ),
        Group(
            "dirimpl",
            "Propagation over directions: refraction.",
            "DIRimpl",
            (
                real("cdd", "0 for the central scheme, 1 for the upwind one.", "", 0.5, ge=0, le=1),
                real(
                    "cdlim", "Greatest refraction; 0 switches it off, no limit where it is not given.", ge=-1, le=1000
                ),
                Word(
                    "by",
                    "Whether refraction is computed from depth or from wave number.",
                    words(("depth", "DEP"), ("wave_number", "WNUM")),
                    "wave_number",
                ),
            ),
        ),
        Group(
            "refrlim",
            "Less refraction where frequencies are high.",
            "REFRLim",
            (
                real("frlim", "Frequency from which.", "Hz", 0.2, gt=0, le=100),
                real("power", "Power of frequency.", "", 2.0, ge=0, le=20),
            ),
        ),
        Choice(
            "sigma",
            "Propagation over frequencies.",
            (
                Option(
                    "implicit",
                    "Implicit.",
                    "SIGIMpl",
                    (
                        real("css", "0 for the central scheme, 1 for the upwind one.", "", 0.5, ge=0, le=1),
                        real("eps1", "Relative accuracy of the solver.", gt=0, le=1),
                        real("eps2", "Relative accuracy of the solver.", "", 1e-4, gt=0, le=1),
                        *_SOLVER,
                    ),
                ),
                Option(
                    "explicit",
                    "Explicit.",
                    "SIGEXpl",
                    (
                        real("css", "0 for the central scheme, 1 for the upwind one.", "", 0.5, ge=0, le=1),
                        real("cfl", "Greatest Courant number.", "", 0.7071, gt=0, le=10),
                    ),
                ),
                Option(
                    "filter",
                    "Explicit, with a filter.",
                    "FIL",
                    (real("diffc", "Coefficient of diffusion.", "", 0.01, ge=0, le=10),),
                ),
            ),
        ),
        Group(
            "ctheta",
            "No more turning than a Courant number allows.",
            "CTheta",
            (real("cfl", "Greatest Courant number.", "", 0.9, gt=0, le=10),),
        ),
        Group(
            "csigma",
            "No more shifting of frequency than a Courant number allows.",
            "CSigma",
            (real("cfl", "Greatest Courant number.", "", 0.9, gt=0, le=10),),
        ),
        Group(
            "setup",
            "The solver of set-up.",
            "SETUP",
            (
                real("eps2", "Relative accuracy.", "", 1e-6, gt=0, le=1),
                integer("outp", "How much of the solver is printed: 0 nothing to 3 all.", 0, ge=0, le=3),
                integer("niter", "Greatest number of iterations.", 1000, ge=1, le=1000000),
            ),
        ),
    ),
)
