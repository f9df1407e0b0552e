#pragma once

#include <corest/http/link_header.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/http/url.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace corest {

namespace detail {

/// Reads the value of a Link header by RFC 8288, appendix B.2 and B.3.
class link_header_parser {
public:
    explicit link_header_parser(std::string_view text) noexcept : text_(text) {}

    std::vector<link> parse()
    {
        std::vector<link> links;
        while (!done()) {
            skip_any(" \t,");
            if (done()) {
                break;
            }
            const std::size_t close = peek() == '<' ? text_.find('>', position_) : text_.npos;
            if (close == text_.npos) {
                skip_to_comma();
                continue;
            }
            link found(std::string(trimmed(text_.substr(position_ + 1, close - position_ - 1))));
            position_ = close + 1;
            skip_any(" \t");
            while (!done() && peek() == ';') {
                ++position_;
                read_parameter(found);
                skip_any(" \t");
            }
            links.push_back(std::move(found));
            skip_to_comma();
        }
        return links;
    }

private:
    [[nodiscard]] bool done() const noexcept { return position_ >= text_.size(); }
    [[nodiscard]] char peek() const noexcept { return text_[position_]; }

    void skip_any(std::string_view chars) noexcept
    {
        while (!done() && chars.find(peek()) != chars.npos) {
            ++position_;
        }
    }

    /// To the comma that ends this link; commas in quotes do not.
    void skip_to_comma()
    {
        bool quoted = false;
        for (; !done() && (quoted || peek() != ','); ++position_) {
            if (peek() == '"') {
                quoted = !quoted;
            } else if (quoted && peek() == '\\') {
                ++position_;
            }
        }
    }

    void read_parameter(link& read)
    {
        skip_any(" \t");
        const std::size_t begin = position_;
        while (!done() && std::string_view(" \t=;,").find(peek()) == std::string_view::npos) {
            ++position_;
        }
        std::string name = lower(text_.substr(begin, position_ - begin));
        skip_any(" \t");
        std::string value;
        if (!done() && peek() == '=') {
            ++position_;
            skip_any(" \t");
            if (!done() && peek() == '"') {
                value = read_quoted();
            } else {
                const std::size_t close = closing_apostrophe();
                value = close != text_.npos ? read_apostrophes(close) : read_token();
            }
        }
        if (!name.empty()) {
            read.parameters.emplace_back(std::move(name), std::move(value));
        }
    }

    /// Where a value ends that stands in apostrophes, as some servers have it: `rel='next'`; npos where it does not.
    [[nodiscard]] std::size_t closing_apostrophe() const noexcept
    {
        if (done() || peek() != '\'') {
            return text_.npos;
        }
        const std::size_t end = std::min(text_.find_first_of(";,", position_), text_.size());
        std::size_t close = text_.find('\'', position_ + 1);
        while (close != text_.npos && close + 1 != text_.size()
            && std::string_view(" \t;,").find(text_[close + 1]) == std::string_view::npos)
        {
            close = text_.substr(0, end).find('\'', close + 1); // that was one in the value itself
        }
        return close;
    }

    std::string read_apostrophes(std::size_t close)
    {
        const std::size_t begin = std::exchange(position_, close + 1) + 1;
        return std::string(text_.substr(begin, close - begin));
    }

    std::string read_token()
    {
        const std::size_t begin = position_;
        while (!done() && peek() != ';' && peek() != ',') {
            ++position_;
        }
        return std::string(trimmed(text_.substr(begin, position_ - begin)));
    }

    std::string read_quoted()
    {
        std::string value;
        for (++position_; !done() && peek() != '"'; ++position_) {
            if (peek() == '\\' && position_ + 1 < text_.size()) {
                ++position_;
            }
            value.push_back(peek());
        }
        ++position_;
        return value;
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

} // namespace detail

COREST_DECL bool link::has_rel(std::string_view rel) const
{
    const auto found =
        std::find_if(parameters.begin(), parameters.end(), [](const auto& p) { return p.first == "rel"; });
    if (found == parameters.end()) {
        return false;
    }
    std::string_view rest = found->second;
    while (!rest.empty()) {
        const std::size_t length = std::min(rest.find_first_of(" \t"), rest.size());
        if (iequals(rest.substr(0, length), rel)) {
            return true;
        }
        rest.remove_prefix(std::min(length + 1, rest.size()));
    }
    return false;
}

COREST_DECL std::vector<link> parse_link_header(std::string_view value)
{
    return detail::link_header_parser(value).parse();
}

COREST_DECL std::optional<std::string> find_link(std::string_view value, std::string_view rel, std::string_view page)
{
    const auto leads_elsewhere = [&](const std::string& anchor) {
        try {
            const bool is_part = anchor.find('#') != std::string::npos; // of the page: which resolving leaves out
            return page.empty() || is_part || resolve_url(page, anchor) != page;
        } catch (const error&) {
            return true;
        }
    };
    for (link& candidate : parse_link_header(value)) {
        const bool elsewhere = std::any_of(candidate.parameters.begin(), candidate.parameters.end(),
            [&](const auto& p) { return p.first == "anchor" && !p.second.empty() && leads_elsewhere(p.second); });
        if (!elsewhere && candidate.has_rel(rel)) {
            return std::move(candidate.target);
        }
    }
    return std::nullopt;
}

} // namespace corest
