#pragma once

#include <corest/source/read/python_effects.hpp>

#include <corest/source/read/python_calls.hpp>

#include <algorithm>
#include <array>

namespace corest::source::detail {

namespace python_call_effects {

// Of Python's own functions, those that change nothing and give back something new.
[[nodiscard]] inline bool is_plain_function(std::string_view name)
{
    constexpr std::array<std::string_view, 39> names = {"abs", "all", "any", "ascii", "bin", "bool", "bytes",
        "callable", "chr", "complex", "dir", "divmod", "float", "format", "hasattr", "hash", "help", "hex", "id",
        "input", "int", "isinstance", "issubclass", "len", "oct", "open", "ord", "pow", "print", "pprint", "range",
        "repr", "round", "slice", "str", "sum", "super", "display", "type"};
    return is_one_of(name, names);
}

// Of Python's own functions, those whose result holds what they are given, or parts of it.
[[nodiscard]] inline bool is_sharing_function(std::string_view name)
{
    constexpr std::array<std::string_view, 16> names = {"cast", "dict", "enumerate", "filter", "frozenset", "iter",
        "list", "map", "max", "min", "next", "reversed", "set", "sorted", "tuple", "zip"};
    return is_one_of(name, names);
}

// Packages whose functions change none of their arguments, and keep none.
[[nodiscard]] inline bool is_plain_package(std::string_view name)
{
    constexpr std::array<std::string_view, 44> names = {"argparse", "base64", "click", "csv", "datetime", "dateutil",
        "decimal", "dlt", "dotenv", "duckdb", "getpass", "hashlib", "hmac", "httpx", "inspect", "json", "logging",
        "loguru", "math", "os", "pandas", "pathlib", "pendulum", "platform", "polars", "pprint", "random", "re",
        "requests", "rich", "shutil", "string", "subprocess", "sys", "tempfile", "textwrap", "time", "toml", "tomllib",
        "traceback", "urllib", "uuid", "warnings", "yaml"};
    return is_one_of(name, names);
}

// Packages whose functions give back what they are given, or parts of it.
[[nodiscard]] inline bool is_sharing_package(std::string_view name)
{
    constexpr std::array<std::string_view, 7> names = {
        "collections", "contextlib", "copy", "itertools", "tqdm", "typing", "typing_extensions"};
    return is_one_of(name, names);
}

} // namespace python_call_effects

COREST_DECL python_effect effect_of(const std::string& full_name)
{
    using namespace python_call_effects;
    if (last_word(full_name) == "deepcopy") {
        return python_effect::none;
    }
    if (find_call_form(full_name) != nullptr || is_transparent(full_name)) {
        return python_effect::shares;
    }
    if (full_name.empty() || changes_its_argument(full_name)) {
        return python_effect::unknown;
    }
    if (makes_source(full_name)) {
        return python_effect::none; // dlt reads the dictionary, and leaves it as it is
    }
    const auto dot = full_name.find('.');
    const std::string_view root = std::string_view(full_name).substr(0, dot);
    if (dot == std::string::npos) {
        return is_plain_function(root)  ? python_effect::none
            : is_sharing_function(root) ? python_effect::shares
                                        : python_effect::unknown;
    }
    return is_plain_package(root)  ? python_effect::none
        : is_sharing_package(root) ? python_effect::shares
                                   : python_effect::unknown;
}

COREST_DECL python_effect effect_of_method(std::string_view method)
{
    constexpr std::array<std::string_view, 47> plain = {"capitalize", "count", "critical", "date", "debug", "decode",
        "encode", "endswith", "error", "exception", "find", "format", "format_map", "index", "info", "isalnum",
        "isalpha", "isdigit", "isoformat", "join", "keys", "log", "lower", "lstrip", "partition", "removeprefix",
        "removesuffix", "replace", "rfind", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith",
        "strftime", "strip", "subtract", "timestamp", "title", "to_date_string", "to_iso8601_string", "translate",
        "upper", "warn", "warning", "zfill"};
    constexpr std::array<std::string_view, 4> sharing = {"copy", "get", "items", "values"};
    if (python_call_effects::is_one_of(method, plain)) {
        return python_effect::none;
    }
    const bool is_known = python_call_effects::is_one_of(method, sharing) || changes_its_object(method);
    return is_known ? python_effect::shares : python_effect::unknown;
}

COREST_DECL bool changes_its_object(std::string_view method)
{
    constexpr std::array<std::string_view, 17> methods = {"append", "clear", "extend", "insert", "pop", "popitem",
        "remove", "reverse", "setdefault", "sort", "update", "__setitem__", "__delitem__", "__iadd__", "__imul__",
        "__ior__", "__setattr__"};
    return python_call_effects::is_one_of(method, methods);
}

COREST_DECL bool changes_its_argument(std::string_view full_name)
{
    constexpr std::array<std::string_view, 17> functions = {"random.shuffle", "heapq.heappush", "heapq.heappop",
        "heapq.heapify", "heapq.heappushpop", "heapq.heapreplace", "bisect.insort", "bisect.insort_left",
        "bisect.insort_right", "operator.setitem", "operator.delitem", "operator.iadd", "operator.iconcat",
        "operator.imul", "operator.ior", "setattr", "delattr"};
    return python_call_effects::is_one_of(full_name, functions);
}

COREST_DECL bool lambda_may_change(const python_node& lambda)
{
    using node_kind = python_node::kind;
    if (lambda.type == node_kind::attribute && changes_its_object(lambda.name)) {
        return true;
    }
    if (lambda.type == node_kind::call) {
        const python_node& function = lambda.parts.front();
        const python_effect effect = function.type == node_kind::name ? effect_of(function.name)
            : function.type == node_kind::attribute                   ? effect_of_method(function.name)
                                                                      : python_effect::unknown;
        if (effect == python_effect::unknown) {
            return true;
        }
    }
    return std::any_of(lambda.parts.begin(), lambda.parts.end(), lambda_may_change);
}

} // namespace corest::source::detail
