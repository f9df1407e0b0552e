#pragma once

#include <corest/detail/csv_reader.hpp>

#include <algorithm>
#include <array>

namespace corest::detail {

COREST_DECL bool csv_reader::next_record()
{
    while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) {
        passed_ += text_[at_] == '\n' ? 1 : 0;
        ++at_;
    }
    has_more_ = at_ < text_.size();
    line_ = passed_;
    return has_more_;
}

COREST_DECL std::optional<csv_reader::value> csv_reader::next_value()
{
    if (!has_more_) {
        return std::nullopt;
    }
    value found;
    if (at_ < text_.size() && text_[at_] == '"') {
        found = quoted();
    } else {
        const std::array<char, 4> ends = {delimiter_, '\n', '\r', '"'};
        const std::size_t end =
            std::min(text_.find_first_of(std::string_view(ends.data(), ends.size()), at_), text_.size());
        found.text = text_.substr(at_, end - at_);
        at_ = end;
    }
    if (at_ < text_.size() && text_[at_] == delimiter_) {
        ++at_; // one more comes, though it be empty
        return found;
    }
    has_more_ = false;
    if (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') {
        throw_misplaced_quote();
    }
    return found;
}

COREST_DECL csv_reader::value csv_reader::quoted()
{
    value found;
    found.is_quoted = true;
    const std::size_t begin = ++at_;
    bool is_copied = false;
    for (std::size_t from = begin;;) {
        const std::size_t quote = text_.find('"', from);
        if (quote == std::string_view::npos) {
            throw_misplaced_quote();
        }
        const std::string_view part = text_.substr(from, quote - from);
        passed_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
        at_ = quote + 1;
        const bool is_escape = at_ < text_.size() && text_[at_] == '"';
        if (!is_escape && !is_copied) {
            found.text = text_.substr(begin, quote - begin);
            return found;
        }
        if (!is_copied) {
            unquoted_.clear();
            is_copied = true;
        }
        unquoted_ += part;
        if (!is_escape) {
            found.text = unquoted_;
            return found;
        }
        unquoted_ += '"';
        from = at_ + 1;
    }
}

COREST_DECL void csv_reader::throw_misplaced_quote() const
{
    throw error(fault_,
        "expected a value with a quote in it to stand in quotes, and that quote twice, found one before or behind "
        "other characters");
}

} // namespace corest::detail
