#pragma once

/// \file
/// Where the records of a body are, where nobody has said it: found by rule at the first page, and kept.

#include <corest/config.hpp>
#include <corest/select/json_path.hpp>
#include <corest/select/selector.hpp>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corest {

/// Finds the records of a resource whose selector is not known. All its walks share one.
///
/// - An array is its elements.
/// - Of an object the candidates are the lists of objects in it, at most three keys deep, through objects only; an
///   empty list where its key is one of data, items, results, entries, records, rows, entities, payload, content,
///   objects, values; and none whose key is errors, warnings, included or links. One candidate: it. Several: of those
///   with such a key the shallowest, if there is only one; else an error that lists them. None: the object is the
///   record.
/// - An object without a candidate whose values all are what envelopes say (a total, a next page, a status) is an
///   envelope: a list of texts or numbers with such a key has its records; an empty list, a null with such a key, or no
///   list beside a next page or a limit is a page without records, and decides nothing. With values of its own it is
///   the record, unless an empty list is there and a count of 0.
/// - An empty list with another key beside the only candidate, which has no usual key either, may have the records of
///   other pages: the page decides nothing.
///
/// What the first page decides holds for all others; one that does not fit is an error. So is one object that names a
/// next page (see `is_one_record`): that is an envelope, whose records come later or stand where no rule looks.
class record_detection {
public:
    record_detection() = default;
    record_detection(const record_detection&) = delete;
    record_detection& operator=(const record_detection&) = delete;

    /// Where the records of a page are.
    /// \param body of the page
    /// \param[out] decided is set to true where this page has decided it for all others
    /// \param[out] warnings what should be said of a page that may be another thing; null: nobody wants to know
    /// \throws error (selector_missing) where it cannot be told, or the page is of another form than the first one
    [[nodiscard]] COREST_DECL selector records_in(
        std::string_view body, bool& decided, std::vector<std::string>* warnings = nullptr);

    /// What was decided; none: nothing yet.
    [[nodiscard]] COREST_DECL std::optional<json_path> path() const;

    /// Whether it was decided that each page is one record, since none has a list.
    [[nodiscard]] COREST_DECL bool is_one_record() const;

    /// A path that leads to nothing: that of a page that has no list and is no record.
    [[nodiscard]] COREST_DECL static const json_path& nowhere();

private:
    enum class form { list, object, path };

    mutable std::mutex access_;
    std::optional<form> form_; ///< of the first page
    json_path path_;           ///< where that is a path
};

} // namespace corest

#if !defined(COREST_SEPARATE_COMPILATION)
#    include <corest/select/impl/record_detection.ipp>
#endif
