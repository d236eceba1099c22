"""Commands of waves that meet each other or a rough bed: scattering and infragravity waves."""

from __future__ import annotations

from .grammar import Choice, Command, Group, Option, Word, file, integer, real, words

BRAGG = Command(
    "bragg",
    "BRAGg",
    "Scattering by a bed with ripples or bars.",
    (
        integer(
            "ibrag",
            "When the source term is computed: 1 and 2 per sweep (2 needs less memory), 3 per iteration.",
            1,
            ge=1,
            le=3,
        ),
        integer(
            "nreg",
            "Points in x and y of the part of the bottom grid over which the spectrum is taken; with `ft` at least 3,"
            " and at most half the grid.",
            required=True,
            ge=1,
        ),
        real("cutoff", "Greatest ratio of bed and surface wave numbers.", "", 5.0, gt=0, le=1000),
        Choice(
            "spectrum",
            "Spectrum of the bed.",
            (
                Option("ft", "By Fourier transform of the bottom.", "FT"),
                Option(
                    "file",
                    "From a file.",
                    "FILE",
                    (
                        file("fname", "The file."),
                        integer("idla", "Order of the values in the file, as for READINP.", 1, ge=1, le=6, always=True),
                        integer("mkx", "Number of meshes in wave number in x.", required=True, ge=1),
                        integer("mky", "Number of meshes in wave number in y; as `mkx` where it is not given.", ge=1),
                        real("dkx", "Size of a mesh in x.", "m-1", required=True, gt=0),
                        real("dky", "Size of a mesh in y; as `dkx` where it is not given.", "m-1", gt=0),
                    ),
                ),
            ),
            default="ft",
        ),
    ),
)

SCAT = Command(
    "scat",
    "SCAT",
    "Interference of crossing waves, by the quasi-coherent model (Smit and Janssen, 2013).",
    (
        integer("iqcm", "Cause: 1 depth and current, 2 and 3 current alone (2 needs less memory).", 1, ge=1, le=3),
        Choice(
            "grid",
            "Grid of wave numbers.",
            (
                Option(
                    "width",
                    "As wide as the spectrum.",
                    "GRId WIDth",
                    (real("rfac", "Factor of its resolution.", "", 1.0, ge=1, le=100),),
                ),
                Option(
                    "k",
                    "Given.",
                    "GRId K",
                    (
                        real("kxlow", "Least wave number in x.", "m-1", required=True),
                        real("kylow", "Least wave number in y.", "m-1", required=True),
                        real("kxlen", "Width in x.", "m-1", required=True, gt=0),
                        real("kylen", "Width in y.", "m-1", required=True, gt=0),
                        Group(
                            "meshes",
                            "Numbers of meshes; chosen by SWAN where they are not given.",
                            "",
                            (
                                integer("mkxc", "In x.", required=True, ge=1),
                                integer("mkyc", "In y.", required=True, ge=1),
                            ),
                        ),
                    ),
                ),
            ),
            default="width",
        ),
        Group(
            "truncation",
            "Truncation of the convolution.",
            "TRUnc",
            (
                real("alpha", "Coherent radius over wave length.", "", 1.0, gt=0),
                real("qmax", "Greatest wave number; none where it is not given.", "m-1", gt=0),
            ),
        ),
    ),
)

SURFBEAT = Command(
    "surfbeat",
    "SURFBeat",
    "Infragravity energy bound to the waves of a surf zone.",
    (
        real("df", "Width of an infragravity bin.", "Hz", 0.01, gt=0, le=1),
        integer("nmax", "Number of bichromatic pairs that are computed at most.", 50000, ge=1),
        real(
            "emin", "Energy, as a fraction of that at the peak, below which a pair is left out.", "", 0.05, ge=0, le=1
        ),
        Word(
            "spacing",
            "Spacing of the infragravity bins.",
            words(("uniform", "UNIForm"), ("logarithmic", "LOGarithmic")),
        ),
    ),
)
