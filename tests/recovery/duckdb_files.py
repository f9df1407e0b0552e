"""Reads what DuckDB has written, through its C API: a database, or Parquet files. In a process of its own that nothing has
the file open in."""

import collections
import ctypes
import functools


class _Result(ctypes.Structure):
    _fields_ = [("deprecated", ctypes.c_uint64 * 3), ("more", ctypes.c_void_p * 3)]


@functools.cache
def _library(path):
    found = ctypes.CDLL(path)
    found.duckdb_value_varchar.restype = ctypes.c_void_p
    found.duckdb_result_error.restype = ctypes.c_char_p
    for name in ("column_count", "row_count"):
        getattr(found, f"duckdb_{name}").restype = ctypes.c_uint64
    return found


class Connection:
    """To a database, or to none. `with Connection(library) as db`."""

    def __init__(self, library, file=None):
        self.library = _library(library)
        self.database = ctypes.c_void_p()
        self.connection = ctypes.c_void_p()
        name = None if file is None else str(file).encode()
        if self.library.duckdb_open(name, ctypes.byref(self.database)) != 0:
            raise OSError(f"DuckDB could not open {file}")
        self.library.duckdb_connect(self.database, ctypes.byref(self.connection))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.duckdb_disconnect(ctypes.byref(self.connection))
        self.library.duckdb_close(ctypes.byref(self.database))

    def rows(self, statement):
        """Of each row the values as text; None where there is none."""
        result = _Result()
        try:
            if self.library.duckdb_query(self.connection, statement.encode(), ctypes.byref(result)) != 0:
                raise OSError(self.library.duckdb_result_error(ctypes.byref(result)).decode())
            columns = self.library.duckdb_column_count(ctypes.byref(result))
            rows = self.library.duckdb_row_count(ctypes.byref(result))
            return [tuple(self.value(result, c, r) for c in range(columns)) for r in range(rows)]
        finally:
            self.library.duckdb_destroy_result(ctypes.byref(result))

    def value(self, result, column, row):
        text = self.library.duckdb_value_varchar(ctypes.byref(result), ctypes.c_uint64(column), ctypes.c_uint64(row))
        if not text:
            return None
        value = ctypes.string_at(text).decode()
        self.library.duckdb_free(ctypes.c_void_p(text))
        return value

    def records(self, table):
        """The same as dictionaries."""
        names = [name for name, in self.rows(f"SELECT column_name FROM (DESCRIBE SELECT * FROM {table})")]
        return [dict(zip(names, row)) for row in self.rows(f"SELECT * FROM {table}")]

    def counted(self, table):
        """The rows of what stands behind FROM, each as often as it is there."""
        return collections.Counter(map(repr, self.rows(f"SELECT * FROM {table}")))
