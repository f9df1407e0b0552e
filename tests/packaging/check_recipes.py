#!/usr/bin/env python3
"""Checks the Conan recipe and the vcpkg port against what CMake installs. Needs neither Conan nor vcpkg.

    check_recipes.py PREFIX          the prefix that corest was installed into, with all of its optional parts
    check_recipes.py --self-test PREFIX
                                     spoils recipe and port in many ways, and fails where one of them goes unnoticed

The recipe's own methods run on small stand-ins for `conan.*`. They do not replace Conan: its graph and generators run
in `conan create .`, which tests/packaging/run.sh calls where Conan is installed.
"""

import importlib.util
import json
import pathlib
import re
import shutil
import sys
import tempfile
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What a Conan component is called in CMake.
CMAKE_NAMES = {
    "boost::headers": "Boost::headers", "boost::json": "Boost::json",
    "openssl::ssl": "OpenSSL::SSL", "openssl::crypto": "OpenSSL::Crypto",
    "libdeflate::libdeflate": "corest::libdeflate", "zstd::zstdlib": "corest::zstd",
    "sqlite3::sqlite3": "SQLite::SQLite3",
    "libpq::pq": "PostgreSQL::PostgreSQL", "duckdb::duckdb": "DuckDB::DuckDB", "core": "corest::corest",
}
# Boost's libraries without a vcpkg port of their own here: parts of those that are listed need them anyway.
BOOST_BASICS = {"system", "version"} # <boost/version.hpp> is one of Boost.Config


class Invalid(Exception):
    """Stands in for ConanInvalidConfiguration."""


class Component:
    """Stands in for cpp_info and its components."""

    def __init__(self):
        self.properties, self.requires, self.defines, self.system_libs = {}, [], [], []
        self.bindirs, self.libdirs, self.includedirs = ["bin"], ["lib"], ["include"]
        self.components = Components()

    def set_property(self, name, value):
        self.properties[name] = value


class Components(dict):
    def __missing__(self, name):
        self[name] = Component()
        return self[name]


class Value(str):
    """A setting or option: a text with attributes."""


class Options(dict):
    __getattr__ = dict.__getitem__

    def get_safe(self, name):
        return self.get(name)


def version_of(text):
    return tuple(int(part) for part in re.findall(r"\d+", str(text)))


class Version:
    def __init__(self, text):
        self.parts = version_of(text)

    def __lt__(self, other):
        return self.parts < version_of(other)


def stand_ins():
    """Modules that the recipes import, for sys.modules."""

    def module(name, **members):
        made = types.ModuleType(name)
        vars(made).update(members)
        return {name: made}

    def check_min_cppstd(recipe, least):
        if int(recipe.settings.compiler.cppstd) < least:
            raise Invalid(f"C++{least} is needed")

    def copy(_recipe, pattern, src, dst):
        for file in pathlib.Path(src).rglob(pattern):
            if file.is_file():
                to = pathlib.Path(dst) / file.relative_to(src)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, to)

    class Apt:
        def __init__(self, recipe):
            self.recipe = recipe

        def install(self, packages, check):
            self.recipe.debian_packages = packages

    class ConanFile:
        pass

    modules = module("conan", ConanFile=ConanFile)
    modules |= module("conan.errors", ConanInvalidConfiguration=Invalid)
    modules |= module("conan.tools") | module("conan.tools.system")
    modules |= module("conan.tools.build", check_min_cppstd=check_min_cppstd)
    modules |= module("conan.tools.files", copy=copy)
    modules |= module("conan.tools.layout", basic_layout=lambda recipe: None)
    modules |= module("conan.tools.scm", Version=Version)
    modules |= module("conan.tools.system.package_manager", Apt=Apt)
    return modules


def load(path):
    """The one class of a recipe."""
    spec = importlib.util.spec_from_file_location("recipe", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    base = sys.modules["conan"].ConanFile
    return next(c for c in vars(loaded).values() if isinstance(c, type) and issubclass(c, base) and c is not base)


def make(path, options=None, compiler="gcc", compiler_version="12", cppstd="20"):
    recipe = load(path)()
    recipe.recipe_folder = recipe.source_folder = str(pathlib.Path(path).parent)
    recipe.options = Options(getattr(recipe, "default_options", {}), **(options or {}))
    named = Value(compiler)
    named.version, named.cppstd = compiler_version, cppstd
    recipe.settings = Options(os="Linux", arch="x86_64", compiler=named, build_type="Release")
    recipe.cpp_info = Component()
    recipe.asked, recipe.dependencies = {}, {}
    recipe.requires = lambda reference, **traits: recipe.asked.update({reference.split("/")[0]: (reference, traits)})
    return recipe


class Check:
    def __init__(self, root, prefix):
        self.root, self.prefix, self.problems, self.count = root, prefix, [], 0

    def that(self, holds, problem):
        self.count += 1
        if not holds:
            self.problems.append(problem)

    def same(self, found, expected, what):
        found, expected = set(found), set(expected)
        self.that(found == expected, f"{what}: missing {sorted(expected - found)}, too much {sorted(found - expected)}")

    def installed(self, name):
        return (next(self.prefix.rglob(name))).read_text(encoding="utf-8")

    def cmake_targets(self):
        """The installed targets, each with what it links."""
        text = self.installed("corestTargets.cmake")
        links = re.findall(r'set_target_properties\((corest::\w+) PROPERTIES(.*?)^\)', text, re.S | re.M)
        return {name: re.search(r'INTERFACE_LINK_LIBRARIES "(.*?)"', body)[1].split(";") for name, body in links}

    def conan(self):
        file = self.root / "conanfile.py"
        everything = {"with_libdeflate": True, "with_zstd": True, "with_sqlite": True, "with_postgres": True, "with_duckdb": True}
        recipe = make(file, everything)

        recipe.set_version()
        installed_version = re.search(r'PACKAGE_VERSION "(.*?)"', self.installed("corestConfigVersion.cmake"))[1]
        self.that(recipe.version == installed_version, f"the recipe's version is {recipe.version}, CMake's {installed_version}")
        self.that(recipe.name == "corest" and recipe.package_type == "header-library", "name or package_type")
        self.that(recipe.license == "BSL-1.0" and "Boost Software License" in (self.root / "LICENSE").read_text(), "license")

        self.same([recipe.exports_sources] if isinstance(recipe.exports_sources, str) else recipe.exports_sources,
                  ["include/*", "LICENSE"], "exports_sources")
        with tempfile.TemporaryDirectory() as folder:
            recipe.package_folder = folder
            recipe.package()
            packaged = pathlib.Path(folder)
            self.same((p.relative_to(packaged / "include").as_posix() for p in (packaged / "include").rglob("*.?pp")),
                      (p.relative_to(self.prefix / "include").as_posix() for p in (self.prefix / "include").rglob("*.?pp")),
                      "packaged headers")
            self.that((packaged / "licenses" / "LICENSE").is_file(), "the license is not packaged")

        recipe.requirements()
        recipe.package_info()
        parts = recipe.cpp_info.components
        names = {recipe.cpp_info.properties.get("cmake_target_name")} | {
            part.properties.get("cmake_target_name") for part in parts.values()}
        targets = self.cmake_targets()
        # DuckDB is installed with it only where it was found: no distribution has to have it.
        self.same(set(targets) - {"corest::duckdb"}, {"corest::corest", "corest::sqlite", "corest::postgres"}, "CMake's targets")
        self.that(set(targets) <= names, f"the recipe's targets are {names}, CMake's {set(targets)}")
        self.that(recipe.cpp_info.properties.get("cmake_file_name") == "corest", "find_package(corest) would not find it")
        for target, component in (("corest::corest", "core"), ("corest::sqlite", "sqlite"), ("corest::postgres", "postgres"),
                                  ("corest::duckdb", "duckdb")):
            if target not in targets:
                continue
            self.same((CMAKE_NAMES.get(r, r) for r in parts[component].requires), set(targets[target]) - {"Threads::Threads"},
                      f"what {target} links")
        self.same({r.split("::")[0] for part in parts.values() for r in part.requires if "::" in r}, recipe.asked,
                  "requirements and the components that are used of them")
        for name, (_, traits) in recipe.asked.items():
            self.that(traits == {"transitive_headers": True, "transitive_libs": True}, f"users would not get {name}")
        self.that("COREST_WITH_LIBDEFLATE=1" in parts["core"].defines, "COREST_WITH_LIBDEFLATE is not defined")
        self.that("COREST_WITH_ZSTD=1" in parts["core"].defines, "COREST_WITH_ZSTD is not defined")
        self.that("pthread" in parts["core"].system_libs, "pthread is not linked")
        for name, part in parts.items():
            self.that(part.bindirs == part.libdirs == [], f"component {name} has folders that are not packaged")

        plain = make(file, {"with_libdeflate": False, "with_zstd": False})
        plain.requirements()
        plain.package_info()
        self.same(plain.asked, ["boost", "openssl"], "requirements without the optional parts")
        self.same(plain.cpp_info.components, ["core"], "components without the optional parts")
        other = make(file, {"standalone_asio": True})
        other.requirements()
        other.package_info()
        self.that("asio" in other.asked and "COREST_STANDALONE_ASIO" in other.cpp_info.components["core"].defines, "standalone_asio")

        dependencies = (self.root / "cmake" / "corestDependencies.cmake").read_text(encoding="utf-8")
        floor = re.search(r"Boost (\d+\.\d+)", dependencies)[1]
        self.that(f"[>={floor} " in recipe.asked["boost"][0], f"CMake asks for Boost {floor}, the recipe for {recipe.asked['boost'][0]}")

        self.refuses(file, "C++17", cppstd="17")
        self.refuses(file, "g++ 11", compiler_version="11")
        self.refuses(file, "clang 13", compiler="clang", compiler_version="13")
        for option in ("header_only", "without_json"):
            self.refuses(file, f"boost with {option}", boost={option: True})
        self.that(self.refusal(file, boost={}) is None, "the recipe refuses g++ 12 with C++20")
        self.system_recipes(dict(recipe.asked, **other.asked), parts)

    def refusal(self, file, boost=None, **settings):
        recipe = make(file, **settings)
        if boost is not None:
            recipe.dependencies["boost"] = types.SimpleNamespace(options=Options(boost))
        try:
            recipe.validate()
        except Invalid as e:
            return str(e)
        return None

    def refuses(self, file, what, **arguments):
        self.that(self.refusal(file, **arguments), f"the recipe accepts {what}")

    def system_recipes(self, asked, parts):
        """The local index has a recipe for each requirement that Debian has, in the range that is asked for."""
        folder = self.root / "packaging" / "conan" / "system-index" / "recipes"
        asked = {name: value for name, value in asked.items() if name != "duckdb"}
        self.same((p.name for p in folder.iterdir()), asked, "system recipes")
        used = {r for part in parts.values() for r in part.requires if "::" in r}
        for name, (reference, _) in asked.items():
            config = folder / name / "config.yml"
            if not config.is_file():
                continue
            version = version_of(re.search(r'"(.*?)":', config.read_text(encoding="utf-8"))[1])
            low, high = (version_of(v) for v in re.search(r"\[>=(\S+) <(\S+)\]", reference).groups())
            self.that(low <= version < high, f"the system recipe of {name} is not in {reference}")
            recipe = make(folder / name / "all" / "conanfile.py")
            recipe.system_requirements()
            recipe.package_info()
            self.that(recipe.name == name and recipe.debian_packages, f"the system recipe of {name} names no package of Debian")
            components = {f"{name}::{part}" for part in recipe.cpp_info.components} or {f"{name}::{name}"}
            self.that({u for u in used if u.startswith(name + "::")} <= components, f"the system recipe of {name} lacks components")

    def vcpkg(self):
        folder = self.root / "packaging" / "vcpkg" / "ports" / "corest"
        port = json.loads((folder / "vcpkg.json").read_text(encoding="utf-8"))
        header = (self.root / "include" / "corest" / "version.hpp").read_text(encoding="utf-8")
        version = re.search(r'#define COREST_VERSION "(.*)"', header)[1]
        self.that(port["version"] == version, f"the port's version is {port['version']}, the headers' {version}")
        self.that(port["license"] == "BSL-1.0", "the port's license")

        depends = {d if isinstance(d, str) else d["name"] for d in port["dependencies"]}
        headers = "".join(p.read_text(encoding="utf-8") for p in (self.root / "include").rglob("*.?pp"))
        boost = set(re.findall(r"#\s*include <boost/([a-z0-9_]+)[/.]", headers)) - BOOST_BASICS
        linked = {name.split("::")[1] for name in self.cmake_targets()["corest::corest"] if name.startswith("Boost::")} - {"headers"}
        self.same((d.removeprefix("boost-") for d in depends if d.startswith("boost-")), boost | linked | {"asio"},
                  "Boost's libraries in vcpkg.json")
        self.same((d for d in depends if not d.startswith("boost-")), ["openssl", "vcpkg-cmake", "vcpkg-cmake-config"],
                  "the port's other dependencies")

        features = port["features"]
        self.same(features, ["duckdb", "libdeflate", "postgres", "sqlite", "zstd"], "the port's features")
        for name, depends_on in (("libdeflate", ["libdeflate"]), ("postgres", ["libpq"]), ("sqlite", ["sqlite3"]),
                                 ("zstd", ["zstd"])):
            self.that(features.get(name, {}).get("dependencies") == depends_on, f"the dependencies of the port's feature {name}")
        options = (self.root / "CMakeLists.txt").read_text(encoding="utf-8")
        portfile = (folder / "portfile.cmake").read_text(encoding="utf-8")
        for name, option in re.findall(r"^\s+(\w+) (COREST_WITH_\w+)", portfile, re.M):
            self.that(name in features and f"option({option} " in options, f"the port's {name} sets {option}")
        self.that(set(features) <= set(re.findall(r"^\s+(\w+) COREST_WITH_", portfile, re.M)), "a feature sets no option")
        targets = set(re.findall(r"corest::\w+", (folder / "usage").read_text(encoding="utf-8")))
        self.same(targets - {"corest::duckdb"}, set(self.cmake_targets()) - {"corest::duckdb"},
                  "the targets that the port's usage names")

    def run(self):
        for part in (self.conan, self.vcpkg):
            try:
                part()
            except Exception as e:  # a recipe that does not run is a finding, not a crash
                self.problems.append(f"{part.__name__}: {type(e).__name__}: {e}")
        return self.problems


# file, text in it, what it is replaced with
SPOILS = [
    ("conanfile.py", 'exports_sources = "include/*", "LICENSE"', 'exports_sources = "include/*"'),
    ("conanfile.py", '"include", "corest", "version.hpp"', '"include", "corest", "versions.hpp"'),
    ("conanfile.py", 'copy(self, "*", src', 'copy(self, "*.hpp", src'),
    ("conanfile.py", 'copy(self, "LICENSE"', 'copy(self, "LICENCE"'),
    ("conanfile.py", '"cmake_file_name", "corest"', '"cmake_file_name", "Corest"'),
    ("conanfile.py", '"cmake_target_name", "corest::corest"', '"cmake_target_name", "corest"'),
    ("conanfile.py", '"cmake_target_name", "corest::sqlite"', '"cmake_target_name", "corest::sqlite3"'),
    ("conanfile.py", '"openssl::ssl", ', ""),
    ("conanfile.py", 'self.require("openssl/[>=1.1.1 <4]")\n', "pass\n"),
    ("conanfile.py", 'self.require("boost/[>=1.81 <2]")', 'self.require("boost/[>=1.74 <2]")'),
    ("conanfile.py", 'self.require("openssl/[>=1.1.1 <4]")', 'self.require("openssl/[>=3.4 <4]")'),
    ("conanfile.py", ", transitive_libs=True", ""),
    ("conanfile.py", 'core.defines.append("COREST_WITH_LIBDEFLATE=1")', "pass"),
    ("conanfile.py", 'core.requires.append("libdeflate::libdeflate")', "pass"),
    ("conanfile.py", 'core.defines.append("COREST_WITH_ZSTD=1")', "pass"),
    ("conanfile.py", 'core.requires.append("zstd::zstdlib")', "pass"),
    ("conanfile.py", "check_min_cppstd(self, 20)", "check_min_cppstd(self, 17)"),
    ("conanfile.py", '"gcc": "12"', '"gcc": "11"'),
    ("conanfile.py", '("header_only", "without_json")', '("header_only",)'),
    ("conanfile.py", 'license = "BSL-1.0"', 'license = "MIT"'),
    ("conanfile.py", "component.libdirs = []", "pass"),
    ("conanfile.py", 'core.system_libs = ["pthread"]', "pass"),
    ("packaging/conan/system-index/recipes/libdeflate/config.yml", "1.14", "1.9"),
    ("packaging/conan/system-index/recipes/zstd/all/conanfile.py", 'components["zstdlib"]', 'components["zstd"]'),
    ("packaging/conan/system-index/recipes/boost/all/conanfile.py", 'components["json"]', 'components["jason"]'),
    ("packaging/vcpkg/ports/corest/vcpkg.json", '"boost-beast",', ""),
    ("packaging/vcpkg/ports/corest/vcpkg.json", '"version": "', '"version": "9'),
    ("packaging/vcpkg/ports/corest/vcpkg.json", '["sqlite3"]', "[]"),
    ("packaging/vcpkg/ports/corest/portfile.cmake", "sqlite COREST_WITH_SQLITE", "sqlite COREST_SQLITE"),
    ("packaging/vcpkg/ports/corest/vcpkg.json", '["libpq"]', "[]"),
    ("packaging/vcpkg/ports/corest/vcpkg.json", '["zstd"]\n    }', "[]\n    }"),
    ("packaging/vcpkg/ports/corest/usage", "corest::sqlite", "corest::sqlite3"),
    ("include/corest/version.hpp", 'COREST_VERSION "', 'COREST_VERSION "9'),
    ("include/corest/error.hpp", "#pragma once", "#pragma once\n#include <boost/graph/graph.hpp>"),
]


def self_test(prefix):
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for name in ("conanfile.py", "LICENSE", "CMakeLists.txt"):
            shutil.copy(ROOT / name, copy)
        for name in ("include", "cmake", "packaging"):
            shutil.copytree(ROOT / name, copy / name)
        for name, old, new in SPOILS:
            file = copy / name
            text = file.read_text(encoding="utf-8")
            if old not in text:
                print(f"{name} has no {old!r} any more: mend SPOILS", file=sys.stderr)
                unnoticed += 1
                continue
            file.write_text(text.replace(old, new), encoding="utf-8")
            if not Check(copy, prefix).run():
                print(f"not noticed: {name} with {new!r} in place of {old!r}", file=sys.stderr)
                unnoticed += 1
            file.write_text(text, encoding="utf-8")
    print(f"recipes: {len(SPOILS) - unnoticed} of {len(SPOILS)} faults noticed")
    return unnoticed


def main():
    sys.dont_write_bytecode = True
    arguments = [a for a in sys.argv[1:] if a != "--self-test"]
    if len(arguments) != 1 or not pathlib.Path(arguments[0], "include", "corest").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    sys.modules.update(stand_ins())
    prefix = pathlib.Path(arguments[0]).resolve()
    if "--self-test" in sys.argv:
        return 1 if self_test(prefix) else 0
    check = Check(ROOT, prefix)
    problems = check.run()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"recipes: {check.count} checks, {len(problems)} failures")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
