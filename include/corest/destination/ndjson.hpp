#pragma once

/// \file
/// Destinations in newline-delimited JSON: a file for each resource, or all of them down one stream.

#include <corest/config.hpp>
#include <corest/destination/worker.hpp>

#include <string>

namespace corest {

/// Loads every resource into a file of its own, `<directory>/<resource>.ndjson`, one record to a line.
///
/// **Lines.** A record stands there as the server sent it, numbers included; only where it spans several lines the
/// white space between its tokens is left out. It is checked in full. The values taken over from a parent
/// (`_projects_id`) are appended as members; where the record has a member of that name already, that one is renamed to
/// `_projects_id_2` (or `_3`, ... whichever is free).
/// In a table with a schema, values stand there as the schema has them; what is left out is not there.
/// **Names.** Characters other than letters, digits, `_`, `-`, `.` (not first) and non-ASCII ones are percent-encoded.
///
/// Rows are collected in a temporary file beside the real one, which takes its place, after an fsync, in one step:
/// **append**: the old lines and the new ones, when the resource is complete - or, if others are open by then, when the
/// last of them is, so that a run that was killed has added nothing.
/// **replace**: the new lines, when the resource is complete. Where a primary key is given, its last row wins.
/// **merge**: of the lines with the same primary key the last one, when the resource is complete or abandoned: first
/// the old lines that stay, then the new ones. Keys are compared as JSON values, numbers by their text (1 is not 1.0).
/// Memory is proportional to the keys, not to the rows.
///
/// Only one run at a time can write into a directory: it is locked.
///
/// **Progress** is in files whose names begin with a dot: `.corest-state`, to which a line with a checksum is appended
/// for the pages that were collected together, `.corest-cursors`, and those of the rows of runs that are not over. What
/// a run has stored is there if its process is killed; if the system ends, at most what it stored in the last second is
/// read again. Appended rows become visible when all of the run has ended well; then its cursors count, too. Lines that
/// others have added to a file in the meantime stay.
///
/// Errors: destination_failed (a file cannot be written, two resources whose files differ only in upper and lower case,
/// a directory in use), field_missing (a record without its primary key, or null in it), not_json, wrong_type (no
/// object where members are to be added or a key to be read), invalid_argument (a merge without a primary key).
class ndjson_destination : public detail::resumable_queued_destination {
public:
    /// Touches nothing yet. \param directory made where it does not exist
    COREST_DECL explicit ndjson_destination(std::string directory);
};

/// Writes the records of all resources to one stream, as lines like those of `ndjson_destination`, page by page as they
/// come. What was written cannot be taken back, so every write disposition appends, and a run cannot be gone on with.
///
/// Errors: destination_failed (the reader has gone, the disk is full), not_json, wrong_type.
class ndjson_stream : public detail::queued_destination {
public:
    /// \param descriptor an open file, pipe or terminal; is not closed
    /// \param name_resources append a member `_resource` with the resource's name to each record
    COREST_DECL explicit ndjson_stream(int descriptor, bool name_resources = false);
};

/// The stream to standard output.
[[nodiscard]] COREST_DECL ndjson_stream ndjson_stdout(bool name_resources = false);

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/destination/impl/ndjson.ipp>
#endif
