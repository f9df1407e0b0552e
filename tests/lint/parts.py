#!/usr/bin/env python3
"""A paginator, an authenticator and an action of response rules cost what doc/architecture.md says: a file and a line, and what
dictionaries call them in one file more.

    tests/lint/parts.py               adds one of each to a copy of include/, compiles it, and counts what was touched
    tests/lint/parts.py --self-test   checks that a file too many is noticed

The paginator is the one of CONTRIBUTING.md. The compiler is $CXX, or c++.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"

PAGINATOR_KEYS = """\
/// The keys of `keyset`.
class keyset_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"keyset"};
    static constexpr std::string_view doc = "Pages by the last record's key";

    json_path last{"data[-1].id"};

    static constexpr auto fields()
    {
        using key = keys_of<keyset_keys>;
        return key::table(key::entry<rules::path, &keyset_keys::last>("last", "Where the last record's key stands"));
    }

    [[nodiscard]] any_paginator make() const { return keyset(last); }
};

"""

AUTHENTICATOR = """\
#pragma once

/// \\file
/// A token in a header of its own.

#include <corest/auth/secret.hpp>
#include <corest/http/request.hpp>

#include <string>
#include <utility>
#include <vector>

namespace corest {

/// Signs with `X-Token: <token>`.
class token_header {
public:
    /// \\param token as it goes into the header
    explicit token_header(secret token) : token_(std::move(token)) {}

    /// Sets the header.
    void sign(request& r) const { r.headers.set("X-Token", token_.reveal(), true); }
    /// What must show in no message: the token.
    [[nodiscard]] std::vector<std::string> secrets() const { return {token_.reveal()}; }

private:
    secret token_;
};

} // namespace corest
"""

AUTHENTICATOR_KEYS = """\
/// The keys of `token_header`.
class token_header_keys {
public:
    static constexpr std::array<std::string_view, 1> names = {"token_header"};
    static constexpr std::string_view doc = "A token in a header of its own";

    source_text token;

    static constexpr auto fields()
    {
        using key = keys_of<token_header_keys>;
        return key::table(
            key::entry<rules::text_or_secret, &token_header_keys::token>("token", "As it is sent").needed());
    }

    [[nodiscard]] any_authenticator make() const { return token_header(token.value()); }
};

"""

ACTION = """\
#pragma once

/// \\file
/// An action of response rules: the server makes way for a backup.

#include <corest/resource/response_action.hpp>

namespace corest {

/// Sent again when the time has passed that the field X-Backup-Ends says.
inline constexpr response_action wait_for_backup{"wait_for_backup", "after the time in X-Backup-Ends", [](response& got) {
    got.verdict = response_verdict::rate_limited;
    got.wait_header = "X-Backup-Ends";
}};

} // namespace corest
"""

PROGRAM = """\
#include <corest/flow.hpp>
#include <corest/source/source.hpp>

corest::resource flow(const corest::client& api)
{
    return corest::get(api | corest::authorize(corest::token_header(corest::secret("t"))), "/things")
        | corest::paginate(corest::keyset("data[-1].id"));
}

auto rules() { return corest::response_rules({corest::response_rule(corest::wait_for_backup).status(503)}); }

namespace keys = corest::source::detail;

static_assert(keys::known_response_actions.back() == corest::wait_for_backup);

auto paginators() { return keys::paginator_kinds(); }
auto authenticators() { return keys::authenticator_shape().kinds(); }
static_assert(keys::fields_of<keys::keyset_keys>.size() == 1);
static_assert(keys::fields_of<keys::token_header_keys>.size() == 1);
"""


def paginator_of_the_page():
    """The class that CONTRIBUTING.md shows, as a file."""
    for block in re.findall(r"^   ```cpp\n(.*?)^   ```$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE | re.DOTALL):
        text = re.sub(r"^   ", "", block, flags=re.MULTILINE)
        if "class keyset {" in text:
            return text
    sys.exit("CONTRIBUTING.md shows no class keyset")


class Part:
    """A part that is added, and the files that it may touch."""

    def __init__(self, header, text, name, kinds, add_name):
        """`add_name` adds the name to the text of the file in which dictionaries' names stand."""
        self.header, self.text, self.name, self.kinds, self.add_name = header, text, name, kinds, add_name

    def add(self, include):
        """Adds it as CONTRIBUTING.md says."""
        (include / self.header).write_text(self.text)
        line = f"#include <{self.header}>\n"
        flow = include / "corest/flow.hpp"
        flow.write_text(flow.read_text().replace("#include <corest/version.hpp>\n", line + "#include <corest/version.hpp>\n"))
        kinds = include / self.kinds
        kinds.write_text(self.add_name(kinds.read_text().replace("#include <corest/", line + "#include <corest/", 1)))

    def allowed(self):
        """For each file that may be touched, the lines that may be changed; None: as many as it takes."""
        return {self.header: None, "corest/flow.hpp": 1, self.kinds: None}


def add_keys(name, keys):
    """Adds a class of keys, and its name to the list of kinds."""
    def add(text):
        text = text.replace("/// All of them, in the order", keys + "/// All of them, in the order")
        text, found = re.subn(r"(_key_list = kind_list<[^>]*)>;", rf"\1, {name}_keys>;", text)
        assert found == 1, f"there are {found} lists of kinds"
        return text
    return add


def add_action(name):
    """Adds an action to the list of those that dictionaries know."""
    def add(text):
        text, found = re.subn(r"(known_response_actions = \{\n(?:    .*,\n)*)", rf"\1    corest::{name},\n", text)
        assert found == 1, f"there are {found} lists of actions"
        return text
    return add


def contents(include):
    return {p.relative_to(include).as_posix(): p.read_text() for p in include.rglob("*") if p.is_file()}


def faults(before, after, allowed):
    """What was touched otherwise than it may be."""
    touched = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    found = [f"{name} was touched" for name in sorted(touched - allowed.keys())]
    found += [f"{name} was not touched" for name in sorted(allowed.keys() - touched)]
    for name in touched & allowed.keys():
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        if allowed[name] is not None and len(new) - len(old) != allowed[name]:
            found.append(f"{name} has {len(new) - len(old)} lines more, and {allowed[name]} was to be added")
    return found


def self_test():
    assert faults({"a": "1\n"}, {"a": "1\n2\n", "b": "3\n"}, {"a": 1, "b": None}) == []
    assert faults({"a": "1\n"}, {"a": "1\n2\n", "b": "3\n"}, {"a": 1}) != []
    assert faults({"a": "1\n"}, {"a": "1\n2\n3\n"}, {"a": 1}) != []
    assert faults({"a": "1\n"}, {"a": "1\n"}, {"a": 1}) != []
    print("self-test: 4 cases, 0 failures")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
        return 0
    parts = [Part("corest/paginate/keyset.hpp", paginator_of_the_page(), "keyset", "corest/source/schema/paginator_kinds.hpp",
                  add_keys("keyset", PAGINATOR_KEYS)),
             Part("corest/auth/token_header.hpp", AUTHENTICATOR, "token_header", "corest/source/schema/authenticator_kinds.hpp",
                  add_keys("token_header", AUTHENTICATOR_KEYS)),
             Part("corest/resource/wait_for_backup.hpp", ACTION, "wait_for_backup", "corest/source/schema/response_actions.hpp",
                  add_action("wait_for_backup"))]
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        include = pathlib.Path(scratch) / "include"
        shutil.copytree(INCLUDE, include)
        for part in parts:
            before = contents(include)
            part.add(include)
            found += [f"{part.name}: {fault}" for fault in faults(before, contents(include), part.allowed())]
        program = pathlib.Path(scratch) / "program.cpp"
        program.write_text(PROGRAM)
        command = [os.environ.get("CXX", "c++"), "-std=c++20", "-fsyntax-only", f"-I{include}", str(program)]
        if subprocess.run(command, check=False).returncode != 0:
            found.append("a program with the new parts does not compile")
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(parts)} parts, each a file and a line, and its name for dictionaries in one file: {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
