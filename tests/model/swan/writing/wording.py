"""The end of READINP and READGRID COORDINATES, as commands written by hand say it."""

from rompy_hydra.model.swan.writing import Encoding, reading_of


def words_of(encoding: Encoding, columns: int, *, is_vector: bool = False, moves: bool = False) -> str:
    """How SWAN is to read fields with so many values in a row, in its own order of words.

    >>> words_of(Encoding(), 5, is_vector=True)
    'idla=4 nhedf=0 nhedvec=0 UNFORMATTED'
    """
    reading = reading_of(encoding, columns)
    numbers = {"idla": reading.idla, "nhedf": reading.nhedf}
    numbers |= {"nhedt": reading.nhedt} if moves else {}
    numbers |= {"nhedvec": reading.nhedvec} if is_vector else {}
    return " ".join([*(f"{name}={value}" for name, value in numbers.items()), reading.form])
