#pragma once

#include <corest/paginate/statements.hpp>

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/url.hpp>
#include <corest/select/json_reader.hpp>

namespace corest::detail {

COREST_DECL void placement::check(const char* paginator, const std::string& setting) const
{
    const std::string start = std::string("paginator ") + paginator + ": ";
    if (param_ && body_path_) {
        throw error(errc::invalid_argument, start + setting + "_param and " + setting + "_body_path are both set",
            "The position is written to one place: remove one of them");
    }
    if (param_ && param_->empty()) {
        throw error(errc::invalid_argument, start + setting + "_param is empty, expected the name of a query parameter",
            "To write into the body, set " + setting + "_body_path instead");
    }
    if (body_path_) {
        for (const json_path::step& step : body_path_->steps()) {
            if (step.kind != json_path::step::step_kind::name) {
                throw error(errc::invalid_argument,
                    start + setting + "_body_path is " + body_path_->text()
                        + ", expected names only, as in page.after");
            }
        }
        if (body_path_->is_root()) {
            throw error(
                errc::invalid_argument, start + setting + "_body_path is the whole body, expected a place in it");
        }
    }
}

COREST_DECL void placement::write(request& r, std::string_view json) const
{
    if (body_path_) {
        set_json_path(r.body, *body_path_, json);
        if (!r.headers.contains("Content-Type")) {
            r.headers.set("Content-Type", json_media_type);
        }
    } else {
        set_query(r.url, param_ ? *param_ : default_param_, to_text(json));
    }
}

COREST_DECL void set_json_path(std::string& body, const json_path& path, std::string_view json)
{
    // Texts are spliced, not parsed and printed again: the user's own numbers stay as they are.
    constexpr const char* subject = "the request's body";
    if (body.find_first_not_of(" \t\r\n") == std::string::npos) {
        body = "{}";
    }
    try {
        validate(body, subject);
    } catch (const error& e) {
        throw error(errc::invalid_argument, e.message(), "A paginator with a body path needs a JSON body");
    }
    const auto steps = path.steps();
    json_reader reader(body, subject);
    std::size_t known = 0;
    while (known < steps.size()) {
        json_reader deeper = reader;
        if (reader.kind() != json_kind::object) {
            throw error(errc::invalid_argument,
                "cannot write " + path.text() + " into the request's body: "
                    + (known == 0 ? std::string("the body") : "'" + printable(steps[known - 1].name) + "'") + " is "
                    + std::string(describe(reader.kind())) + ", expected an object");
        }
        if (!seek(deeper, steps.subspan(known, 1))) {
            break;
        }
        reader = deeper;
        ++known;
    }
    const std::size_t begin = reader.offset();
    if (known == steps.size()) {
        body.replace(begin, reader.skip().size(), json);
        return;
    }
    std::string text(json);
    for (std::size_t i = steps.size(); i-- > known;) {
        std::string member;
        append_quoted(member, steps[i].name);
        member += ":" + text;
        text = i == known ? member : "{" + member + "}";
    }
    // Before the object's closing brace.
    const std::string_view object = reader.skip();
    const bool empty = object.find_first_not_of(" \t\r\n", 1) == object.size() - 1;
    body.insert(begin + object.size() - 1, empty ? text : "," + text);
}

COREST_DECL bool is_blank(const std::optional<std::string_view>& json)
{
    return !json || *json == "null" || *json == "\"\"" || *json == "0" || *json == "false";
}

COREST_DECL void pagination_error(const page_info& page, std::string message, std::string hint)
{
    error_context context;
    context.page = page.page_number;
    throw error(errc::pagination_failed, std::move(message), std::move(hint), context);
}

COREST_DECL void add_warning(const page_info& page, std::string text)
{
    if (page.warnings) {
        page.warnings->push_back(std::move(text));
    }
}

namespace statement_text {

/// A value as a message shows it: the text of a scalar, the kind of anything else.
COREST_DECL std::string shown(std::string_view json)
{
    const json_kind kind = json_reader(json).kind();
    return kind == json_kind::object || kind == json_kind::array ? std::string(describe(kind)) : printable(json);
}

/// "yes" and "no" as APIs write them, or nothing.
COREST_DECL std::optional<bool> flag(std::string_view json)
{
    if (json_reader(json).kind() == json_kind::array || json_reader(json).kind() == json_kind::object) {
        return std::nullopt;
    }
    const std::string text = to_text(json);
    for (const char* yes : {"true", "yes", "1"}) {
        if (iequals(text, yes)) {
            return true;
        }
    }
    for (const char* no : {"false", "no", "0"}) {
        if (iequals(text, no)) {
            return false;
        }
    }
    return std::nullopt;
}

} // namespace statement_text

COREST_DECL std::vector<json_path> end_statements::paths() const
{
    std::vector<json_path> all;
    if (total_path_) {
        all.push_back(*total_path_);
    }
    if (has_more_path_) {
        all.push_back(*has_more_path_);
    }
    return all;
}

COREST_DECL std::optional<std::uint64_t> end_statements::read_total(const page_info& page)
{
    if (!total_path_) {
        return std::nullopt;
    }
    const std::optional<std::string_view> json = page.values.empty() ? std::nullopt : page.values[0];
    if (!json || *json == "null") {
        if (total_needed_ && !total_) {
            pagination_error(page,
                "expected the total at " + total_path_->text() + ", which is " + (json ? "null" : "not in the body")
                    + " on page " + std::to_string(page.page_number),
                "Correct total_path, or remove it if this API states no total");
        }
        return total_;
    }
    // "3" is taken for 3 where the user says that the total is there.
    const std::string given = total_needed_ ? to_text(*json) : std::string(*json);
    const std::optional<std::uint64_t> stated = corest::detail::whole_number(given);
    if (!stated) {
        if (total_needed_) {
            pagination_error(page,
                "expected a total at " + total_path_->text() + ", found " + statement_text::shown(*json) + " on page "
                    + std::to_string(page.page_number),
                "Correct total_path, or remove it if this API states no total");
        }
        return total_;
    }
    if (total_ && *total_ != *stated && !change_reported_) {
        change_reported_ = true;
        add_warning(page,
            "the server's total changed from " + std::to_string(*total_) + " to " + std::to_string(*stated)
                + " on page " + std::to_string(page.page_number)
                + ": the data changed during the walk, rows may be missing or repeated");
    }
    total_ = stated;
    return total_;
}

COREST_DECL std::optional<std::string_view> end_statements::has_more_value(const page_info& page) const
{
    const std::size_t index = total_path_ ? 1 : 0;
    return has_more_path_ && index < page.values.size() ? page.values[index] : std::nullopt;
}

COREST_DECL bool end_statements::read_has_more(const page_info& page) const
{
    const std::optional<std::string_view> json = has_more_value(page);
    const std::optional<bool> flag = json ? statement_text::flag(*json) : std::nullopt;
    if (!flag) {
        pagination_error(page,
            "expected true or false at " + has_more_path_->text() + ", "
                + (json ? "found " + statement_text::shown(*json) : std::string("which is not in the body"))
                + " on page " + std::to_string(page.page_number),
            "Correct has_more_path, or remove it if this API does not say whether there is more");
    }
    return *flag;
}

COREST_DECL void end_statements::tell_unmet(const page_info& page, std::uint64_t reached, std::string_view noun) const
{
    if (page.total != nullptr && total_needed_ && noun == "record") {
        *page.total = total_;
    }
    if (page.unmet == nullptr) {
        return;
    }
    if (total_ && total_needed_ && reached < *total_) {
        page.unmet->push_back(
            total_path_->text() + " is " + grouped(*total_) + ", and " + counted(reached, noun) + " came");
    }
    const std::optional<std::string_view> more = has_more_value(page);
    if (more && statement_text::flag(*more).value_or(false)) {
        page.unmet->push_back(has_more_path_->text() + " says that there is more");
    }
}

} // namespace corest::detail
