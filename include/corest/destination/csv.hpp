#pragma once

/// \file
/// A destination in files of comma-separated values.

#include <corest/config.hpp>
#include <corest/destination/worker.hpp>

#include <string>

namespace corest {

/// Loads every resource into a file of its own, `<directory>/<resource>.csv`, as RFC 4180 has it: a line with the names
/// of the columns, then a record for each row. Lines end with CRLF; the text is UTF-8, without a byte order mark.
///
/// **Columns.** One for each top-level field, named exactly as the field is, and for each value that is taken over from
/// a parent (`_projects_id`; a field of that name is renamed as in `ndjson_destination`). Those that the table's schema
/// declares come first, then those of parents, then the others in the order in which they first appear. Columns that
/// come up later are added at the end, and rows that were there before get NULL in them.
/// **Values.** Strings as they are; numbers as the server sent them; true and false; objects and arrays as compact
/// JSON; of a table with a schema, values as the schema has them. A value with a comma, a quote or a line break in it
/// stands in quotes. null, and a field that a record lacks, is nothing at all between its commas; an empty text is
/// `""`, as in PostgreSQL's COPY. A file with one column has an empty line for a NULL; so has one without columns for
/// a row of which all fields are missing.
///
/// Rows are collected as lines of JSON in a hidden file. When they become visible, a file is made of the old ones and
/// them, and takes the file's place, after an fsync, in one step:
/// **append**: the old rows and then the new ones, when all of the run's tables have ended.
/// **replace**: the new rows, when the resource is complete. Where a primary key is given, its last row wins.
/// **merge**: of the rows with the same primary key the last one, when the resource is complete or abandoned: first the
/// old rows that stay, then the new ones. Keys are compared as they stand in the file: the text "1" is the number 1.
/// Memory is proportional to the keys, not to the rows.
///
/// Names of files, locks and progress are as in `ndjson_destination`; the names of hidden files begin with
/// `.corest.csv-`.
///
/// Errors: as `ndjson_destination`, and destination_failed: a file that is there, and is no CSV with a value for each
/// column in each record; wrong_type: a record that is no object, or a text with the character U+0000 in it.
class csv_destination : public detail::resumable_queued_destination {
public:
    /// Touches nothing yet. \param directory made where it does not exist
    COREST_DECL explicit csv_destination(std::string directory);
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/csv.ipp>
#endif
