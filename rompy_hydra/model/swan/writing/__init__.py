"""Writers of the files that SWAN reads: arrays to files, and what the commands that read them have to say."""

from .fields import Encoding, Reading, choose_encoding, reading_of, write_fields
from .meshes import coordinate_encoding, write_curvilinear, write_triangle
from .names import file_names
from .parameters import write_parameters
from .spectra import write_spectra

__all__ = [
    "Encoding",
    "Reading",
    "choose_encoding",
    "coordinate_encoding",
    "file_names",
    "reading_of",
    "write_curvilinear",
    "write_fields",
    "write_parameters",
    "write_spectra",
    "write_triangle",
]
