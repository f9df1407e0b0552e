#include "yaml_file.hpp"

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/source/read/nesting_limit.hpp>
#include <corest/source/read/source_choice.hpp>

#if defined(COREST_WITH_YAML)
#    include <boost/json/array.hpp>
#    include <boost/json/object.hpp>
#    include <yaml-cpp/eventhandler.h>
#    include <yaml-cpp/yaml.h>

#    include <charconv>
#    include <cmath>
#    include <cstdint>
#    include <limits>
#    include <optional>
#    include <sstream>
#    include <string>
#    include <system_error>
#    include <utility>
#    include <vector>
#endif

namespace cli {

#if defined(COREST_WITH_YAML)

namespace {

/// Turns nodes into JSON. What anchors repeat is counted: a small file must not become a large value.
class yaml_reader {
public:
    explicit yaml_reader(std::string_view name) : name_(name) {}

    boost::json::value read(const YAML::Node& node, std::size_t depth = 0)
    {
        constexpr std::size_t most = 200'000;
        if (++count_ > most) {
            fail(node, "the file says too much");
        }
        if (depth > corest::source::detail::deepest_nesting) {
            fail(node, "nested deeper than " + std::to_string(corest::source::detail::deepest_nesting) + " levels");
        }
        check_tag(node);
        if (node.IsMap()) {
            return map(node, depth);
        }
        if (node.IsSequence()) {
            boost::json::array out;
            for (const YAML::Node& element : node) {
                out.push_back(read(element, depth + 1));
            }
            return out;
        }
        return node.IsScalar() ? scalar(node) : boost::json::value();
    }

    [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message, std::string hint = {}) const
    {
        throw corest::error(corest::errc::invalid_source,
            name_ + ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1) + ": " + message,
            std::move(hint));
    }

private:
    /// A tag of a program's own means something that is not known here, as the variable of the environment in `!env X`.
    void check_tag(const YAML::Node& node) const
    {
        constexpr std::string_view of_yaml = "tag:yaml.org,2002:";
        const std::string& tag = node.Tag();
        if (!tag.empty() && tag != "?" && tag != "!" && !tag.starts_with(of_yaml)) {
            fail(node, "the tag " + corest::detail::in_quotes(tag) + ", which is not known here",
                "Write the value itself, or {$secret: NAME} for what stands in the environment or the secrets");
        }
    }

    [[noreturn]] void fail(const YAML::Node& node, const std::string& message, std::string hint = {}) const
    {
        fail(node.Mark(), message, std::move(hint));
    }

    boost::json::value map(const YAML::Node& node, std::size_t depth)
    {
        boost::json::object out;
        boost::json::object merged;
        for (const auto& member : node) {
            if (!member.first.IsScalar()) {
                fail(member.first, "a key that is no text");
            }
            const std::string key = member.first.Scalar();
            if (key == "<<") {
                merge(member.second, depth, merged);
            } else if (out.contains(key)) {
                fail(member.first, "the key " + corest::detail::in_quotes(key) + " stands twice in one mapping",
                    "Remove one of them");
            } else {
                out.emplace(key, read(member.second, depth + 1));
            }
        }
        for (auto& member : merged) {
            out.emplace(member.key(), std::move(member.value()));
        }
        return out;
    }

    void merge(const YAML::Node& node, std::size_t depth, boost::json::object& out)
    {
        if (node.IsSequence()) {
            for (const YAML::Node& element : node) {
                merge(element, depth + 1, out);
            }
            return;
        }
        const boost::json::value read_node = read(node, depth + 1);
        if (!read_node.is_object()) {
            fail(node, "'<<' stands before something that is no mapping");
        }
        for (const auto& member : read_node.get_object()) {
            out.emplace(member.key(), member.value());
        }
    }

    [[nodiscard]] boost::json::value scalar(const YAML::Node& node) const
    {
        const std::string& text = node.Scalar();
        const bool plain = node.Tag() == "?" || node.Tag().empty();
        if (plain) {
            if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
                return nullptr;
            }
            if (text == "true" || text == "True" || text == "TRUE") {
                return true;
            }
            if (text == "false" || text == "False" || text == "FALSE") {
                return false;
            }
            if (corest::detail::is_long_integer(text)) {
                fail(node, "the number does not fit into 64 bits", "Write it as text, in quotes");
            }
            if (const auto number = number_of(text)) {
                return *number;
            }
        }
        return boost::json::value(boost::json::string(text));
    }

    static std::optional<boost::json::value> number_of(std::string_view text)
    {
        const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
        const char* end = digits.data() + digits.size();
        std::int64_t whole = 0;
        const auto as_integer = std::from_chars(digits.data(), end, whole);
        if (as_integer.ec == std::errc() && as_integer.ptr == end) {
            return boost::json::value(whole);
        }
        double real = 0;
        const auto as_real = std::from_chars(digits.data(), end, real);
        const bool has_digit = digits.find_first_of("0123456789") != std::string_view::npos;
        if (as_real.ec == std::errc() && as_real.ptr == end && has_digit && std::isfinite(real)) {
            return boost::json::value(real);
        }
        return std::nullopt;
    }

    std::string name_;
    std::size_t count_ = 0;
};

/// Sees to it that the parser comes to an end: where a document begins with a comma, yaml-cpp (0.7, 0.8) finds empty
/// ones there for ever.
class progress_check : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& mark) override
    {
        if (last_ && *last_ == mark.pos) {
            throw YAML::ParserException(mark, "nothing is read here");
        }
        last_ = mark.pos;
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
    void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
    void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnSequenceEnd() override {}
    void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
    void OnMapEnd() override {}

private:
    std::optional<int> last_; ///< where the last document began
};

/// The documents of a text. \throws YAML::Exception where it is not YAML
std::vector<YAML::Node> documents_of(const std::string& text)
{
    std::istringstream input(text);
    YAML::Parser parser(input);
    progress_check check;
    while (parser.HandleNextDocument(check)) {
    }
    return YAML::LoadAll(text);
}

} // namespace

boost::json::value read_yaml(std::string_view text, std::string_view name, const std::string& which)
{
    yaml_reader reader(name);
    try {
        std::vector<YAML::Node> documents = documents_of(std::string(text));
        std::erase_if(documents, [](const YAML::Node& one) { return one.IsNull(); }); // behind a "---" at the end
        if (documents.empty()) {
            return nullptr;
        }
        std::vector<corest::source::detail::source_label> labels;
        for (const YAML::Node& one : documents) {
            const YAML::Mark mark = one.Mark();
            labels.push_back({{}, std::string(name) + ":" + std::to_string(mark.line + 1)});
        }
        return reader.read(documents[corest::source::detail::choose_source(name, labels, which)]);
    } catch (const YAML::Exception& e) {
        // The parser's own words may show a part of the text, so they are left out.
        reader.fail(
            e.mark, "this is not valid YAML", "A line is key: value, and what is below it is indented by spaces");
    }
}

#else

boost::json::value read_yaml(std::string_view, std::string_view name, const std::string&)
{
    throw corest::error(corest::errc::invalid_source,
        std::string(name) + " is YAML, which this build of the command does not read: yaml-cpp was not found",
        "Install libyaml-cpp-dev and build anew, or give the dictionary as JSON");
}

#endif

} // namespace cli
