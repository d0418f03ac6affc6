"""Tables in files: CSV, XLSX and Parquet, also gzipped, read in a stream; CSV written so that no cell is a formula."""

from retention.common.tabular.layout import TableFormat
from retention.common.tabular.reading import open_table
from retention.common.tabular.rows import Broken, Chunk, Table
from retention.common.tabular.writing import defuse, write_csv

__all__ = ["Broken", "Chunk", "Table", "TableFormat", "defuse", "open_table", "write_csv"]
