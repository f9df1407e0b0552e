#include "python_run.hpp"

#include "secret_places.hpp"

#include <corest/detail/text.hpp>
#include <corest/error.hpp>
#include <corest/http/headers.hpp>
#include <corest/source/read/notebook.hpp>
#include <corest/source/read/read_source.hpp>
#include <corest/source/read/source_choice.hpp>
#include <corest/source/read/source_steps.hpp>
#include <corest/source/schema/unknown_place.hpp>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace cli {

namespace {

namespace json = boost::json;
using corest::detail::in_quotes;

[[noreturn]] void refuse(const std::string& message, std::string hint = {})
{
    throw corest::error(corest::errc::invalid_source, message, std::move(hint));
}

/// A folder that is there as long as the object, for this user only.
class scratch_folder {
public:
    scratch_folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "corest.XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            refuse("no temporary folder can be made: " + std::generic_category().message(errno));
        }
        path_ = name;
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder()
    {
        std::error_code ec;
        std::filesystem::remove_all(path_, ec);
    }
    [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

/// Runs a program with nothing on its standard input, and its output on standard error.
/// \return its exit status; none where the time limit passed
std::optional<int> run_program(const std::vector<std::string>& words, std::chrono::seconds limit)
{
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    constexpr int no_program = 127;
    const pid_t process = fork();
    if (process < 0) {
        refuse("Python cannot be started: " + std::generic_category().message(errno));
    }
    if (process == 0) {
        setpgid(0, 0);
        (void)!freopen("/dev/null", "r", stdin);
        dup2(STDERR_FILENO, STDOUT_FILENO);
        execvp(arguments.front(), arguments.data());
        _exit(no_program);
    }
    setpgid(process, process);
    const auto deadline = std::chrono::steady_clock::now() + limit;
    int status = 0;
    for (;;) {
        const pid_t ended = waitpid(process, &status, WNOHANG);
        if (ended == process) {
            break;
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            kill(-process, SIGKILL);
            waitpid(process, &status, 0);
            return std::nullopt;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code == no_program) {
        refuse("python3 was not found", "--python runs the file with the python3 that is on PATH: install one");
    }
    return code;
}

using answers = std::vector<std::pair<std::string, bool>>; ///< as `source_reading::conditions`

std::string options_json(const arguments& given, const corest::source::read_options& options,
    std::chrono::system_clock::time_point now, const answers& known, const std::string& values_file)
{
    json::object params;
    for (const auto& [name, text] : options.params) {
        json::error_code ec;
        json::value value = json::parse(text, ec);
        params[name] = ec ? json::value(json::string(text)) : std::move(value);
    }
    json::array secrets;
    for (const std::string& name : open_secrets(given, {}, {}).store.names()) {
        secrets.push_back(json::string(name));
    }
    json::object out;
    out.emplace("params", std::move(params));
    out.emplace("secrets", std::move(secrets));
    json::object& told = out["answers"].emplace_object();
    for (const auto& [name, is_given] : known) {
        told[name] = is_given;
    }
    json::array& credentials = out["credentials"].emplace_array();
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text = *variable;
        const std::string_view name = text.substr(0, text.find('='));
        if (corest::is_credential_name(name)) {
            credentials.push_back(json::string(name));
        }
    }
    out["asks_always"] = !given.environment_files.empty(); // their names are not among those of `secrets`
    out["values"] = values_file;
    out.emplace("now", std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    return json::serialize(out);
}

std::string text_of(const json::object& object, const char* key)
{
    const auto* value = object.if_contains(key);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->get_string());
}

/// "f.py:12", or the file alone.
std::string place_of(const std::string& file, const json::object& object)
{
    const auto* line = object.if_contains("line");
    const bool known = line != nullptr && line->is_int64() && line->get_int64() != 0;
    return known ? file + ":" + std::to_string(line->get_int64()) : file;
}

/// What the file does to a source, as the stand-in has written it down.
corest::source::detail::source_step step_of(const std::string& file, const json::object& written)
{
    using step = corest::source::detail::source_step;
    step out;
    const std::string type = text_of(written, "type");
    out.type = type == "assignment" ? step::kind::assignment
        : type == "run"             ? step::kind::run
        : type == "options"         ? step::kind::options
                                    : step::kind::call;
    out.method = text_of(written, "method");
    out.place = place_of(file, written);
    out.is_plain = written.at("is_plain").as_bool();
    out.named = written.at("named").as_object();
    for (const json::value& argument : written.at("arguments").as_array()) {
        out.arguments.emplace_back(argument.as_string());
    }
    if (const auto* resources = written.at("resources").if_array()) {
        out.resources.emplace();
        for (const json::value& name : *resources) {
            out.resources->emplace_back(name.as_string());
        }
    }
    return out;
}

/// Where secrets and configuration values come from, as the stand-in has written it down.
std::vector<corest::source::fetched_value> fetched_of(const std::string& file, const json::object& written)
{
    using corest::source::fetched_value;
    std::vector<fetched_value> out;
    for (const auto& one : written) {
        const json::object& value = one.value().as_object();
        const std::string store = text_of(value, "store");
        out.push_back({std::string(one.key()), place_of(file, value),
            store == "config"            ? fetched_value::store::configuration
                : store == "environment" ? fetched_value::store::environment
                                         : fetched_value::store::secrets});
    }
    return out;
}

/// \throws corest::error (invalid_source) where the file is none that Python runs: what it is, and what reads it
void refuse_other_files(const std::string& file)
{
    const auto refuse_as = [&](const std::string& what, const std::string& hint) {
        refuse("--python runs .py files, and " + file + " is " + what, hint);
    };
    if (file == "-") {
        refuse("--python runs .py files, not what stands on standard input", "Write it to a file, and name that");
    }
    const std::string text = corest::source::detail::read_text_file(file, "source"); // its errors beat Python's
    const std::string name = corest::detail::lower(file);
    const auto first = text.find_first_not_of(" \t\r\n");
    if (name.ends_with(".ipynb") || (first != std::string::npos && corest::source::detail::notebook_script(text, file)))
    {
        refuse_as("a notebook", "Export it as a script (jupyter nbconvert --to script), or leave --python out");
    }
    if (name.ends_with(".json") || name.ends_with(".yaml") || name.ends_with(".yml")) {
        refuse_as("none", "Leave --python out: JSON and YAML need no Python");
    }
    if (name.ends_with(".md") || name.ends_with(".txt") || name.ends_with(".rst")) {
        refuse_as("a page", "Leave --python out, or save the page's Python as a .py file");
    }
}

/// Why there is no source.
[[noreturn]] void refuse_without_source(const std::string& file, const json::object& result)
{
    if (const auto* missing = result.if_contains("missing"); missing != nullptr && missing->is_object()) {
        const json::object& object = missing->get_object();
        std::vector<std::string> names;
        std::string options;
        for (const json::value& one : object.at("parameters").get_array()) {
            names.push_back(in_quotes(std::string(one.get_string())));
            options += (options.empty() ? "" : " ") + ("--param " + std::string(one.get_string())) + "=VALUE";
        }
        refuse(file + ": " + in_quotes(text_of(object, "function")) + " makes the source, and needs "
                + corest::detail::join_words(names),
            "Give " + options);
    }
    if (result.contains("failure")) {
        refuse(place_of(file, result) + ": Python ended with " + text_of(result, "failure"),
            "The packages that the file imports must be there, but dlt need not");
    }
    refuse(file + ": Python ran it, and no rest_api_source was made",
        "Call rest_api_source({...}) at the top level, or in a function with @dlt.source");
}

/// The steps that are functions go, with a warning for each.
void skip_functions(json::value& v, std::vector<std::string>& warnings)
{
    using corest::source::detail::is_unknown;
    using corest::source::detail::unknown_text;
    if (auto* list = v.if_array()) {
        for (json::value& one : *list) {
            skip_functions(one, warnings);
        }
    }
    auto* object = v.if_object();
    if (object == nullptr) {
        return;
    }
    for (auto& member : *object) {
        skip_functions(member.value(), warnings);
    }
    auto* steps = object->if_contains("processing_steps");
    if (steps == nullptr || !steps->is_array()) {
        return;
    }
    json::array kept;
    for (json::value& step : steps->get_array()) {
        const std::size_t before = warnings.size();
        for (const auto& member : step.is_object() ? step.get_object() : json::object()) {
            if (is_unknown(member.value())) {
                warnings.push_back(unknown_text(member.value()) + ", the processing step "
                    + in_quotes(std::string(member.key())) + ", is skipped");
            }
        }
        if (warnings.size() == before) {
            kept.push_back(std::move(step));
        }
    }
    if (kept.empty()) {
        object->erase("processing_steps");
    } else {
        *steps = std::move(kept);
    }
}

/// What a file computes with, of what the run before asked for.
void tell_value(json::object& values, const json::object& wanted, const arguments& given)
{
    const std::string name = text_of(wanted, "name");
    json::object& told = values[name].emplace_object();
    told["given"] = wanted.at("given").as_bool();
    told["credential"] = text_of(wanted, "store") != "config" && corest::is_credential_name(name);
    if (told["credential"].as_bool()) {
        return;
    }
    const auto found = open_secrets(given, text_of(wanted, "source"), text_of(wanted, "section")).store.find(name);
    if (found) {
        told["value"] = found->reveal();
    }
}

/// Has Python run the file, which is told that time, and of secrets what it was told before. It is run again for each
/// value that it computes with.
/// \return what the stand-in has written down
json::value run_stand_in(std::chrono::system_clock::time_point now, const arguments& given,
    const corest::source::read_options& options, const answers& known)
{
    const std::string& file = given.source;
    refuse_other_files(file);
    const scratch_folder scratch;
    const std::string program = scratch.file("dlt_stand_in.py");
    const std::string out = scratch.file("sources.json");
    std::ofstream(program) << dlt_stand_in();
    std::ofstream(scratch.file("pendulum_stand_in.py")) << pendulum_stand_in();
    const std::string values_file = scratch.file("values.json");
    json::object values;
    constexpr std::size_t most_values = 100; // a file may look for names that it makes up
    for (std::size_t told = 0; told <= most_values; ++told) {
        std::ofstream(values_file) << json::serialize(values); // on a command line others would see them
        std::error_code none;
        std::filesystem::remove(out, none);
        const auto status =
            run_program({"python3", program, file, out, options_json(given, options, now, known, values_file)},
                std::chrono::seconds(given.python_limit));
        if (!status) {
            refuse(file + ": Python has not ended after " + std::to_string(given.python_limit) + " s",
                "Give it longer with --python-limit, or take out of the file what takes long");
        }
        if (!std::filesystem::exists(out, none)) {
            refuse(file + ": Python ended with status " + std::to_string(*status) + " and told nothing");
        }
        json::value result = json::parse(corest::source::detail::read_text_file(out, "result"));
        const auto* wanted = result.get_object().if_contains("wanted");
        if (wanted == nullptr) {
            return result;
        }
        tell_value(values, wanted->as_object(), given);
    }
    refuse(file + ": it computes with more than " + std::to_string(most_values)
            + " values of dlt.secrets, dlt.config and the environment, for each of which it was run once more",
        "Have it put them into the dictionary as they are, or leave --python out");
}

/// What Python makes of the file as of that time.
/// \param known of secrets, what it was told before
corest::source::source_reading run_at(std::chrono::system_clock::time_point now, const arguments& given,
    const corest::source::read_options& options, const answers& known = {})
{
    const std::string& file = given.source;
    const json::value result = run_stand_in(now, given, options, known);
    if (const auto* refusal = result.get_object().if_contains("refusal")) {
        const json::object& refused = refusal->as_object();
        refuse(place_of(file, refused) + ": " + text_of(refused, "text"), text_of(refused, "hint"));
    }
    const json::array& sources = result.at("sources").as_array();
    if (sources.empty()) {
        refuse_without_source(file, result.get_object());
    }
    std::vector<corest::source::detail::source_label> labels;
    for (const json::value& one : sources) {
        labels.push_back({text_of(one.get_object(), "name"), place_of(file, one.get_object())});
    }
    const std::size_t index = corest::source::detail::choose_source(file, labels, options.source);
    const json::object& chosen = sources[index].get_object();
    corest::source::source_reading reading;
    reading.name = labels[index].name;
    reading.section = text_of(chosen, "section");
    reading.fetched = fetched_of(file, result.at("fetched").as_object());
    reading.dictionary = chosen.at("dictionary");
    if (!reading.dictionary.is_object()) {
        refuse(labels[index].place + ": expected a dictionary as the argument of rest_api_source");
    }
    reading.warnings.push_back("python3 ran " + file + " to make this dictionary (--python)");
    if (result.get_object().contains("failure")) {
        reading.warnings.push_back(place_of(file, result.get_object()) + ": Python ended with "
            + text_of(result.get_object(), "failure") + ", after the source was made");
    }
    for (const json::value& one : result.at("used").as_array()) {
        reading.used_params.emplace_back(one.as_string());
    }
    for (const auto& one : result.at("asked").as_object()) {
        reading.conditions.emplace_back(one.key(), one.value().as_bool());
    }
    if (options.skip_processing_steps) {
        skip_functions(reading.dictionary, reading.warnings);
    }
    std::vector<corest::source::detail::source_step> steps;
    for (const json::value& one : chosen.at("steps").as_array()) {
        steps.push_back(step_of(file, one.as_object()));
        const json::array& runs = chosen.at("runs").as_array(); // whether each is of such a copy
        if (steps.back().method == "with_resources" && std::count(runs.begin(), runs.end(), json::value(false)) != 0) {
            steps.back().doubt = "it makes a copy of the source, and another one is run";
        }
    }
    const auto warnings = corest::source::detail::apply_source_steps(reading.dictionary, steps);
    reading.warnings.insert(reading.warnings.end(), warnings.begin(), warnings.end());
    reading.asks_clock = result.at("asks_clock").as_bool();
    return reading;
}

} // namespace

corest::source::source_reading run_python(const arguments& given, const corest::source::read_options& options)
{
    corest::source::source_reading reading = run_at(std::chrono::system_clock::now(), given, options);
    if (reading.asks_clock) {
        reading.at = [given, options, known = reading.conditions](
                         std::chrono::system_clock::time_point now) { return run_at(now, given, options, known); };
    }
    return reading;
}

} // namespace cli
