"""The Conan 2 recipe. `conan create .` packages the headers and builds test_package against them.

The command corest is no part of the package, so that CLI11 and toml++, which only it needs, are no requirements.
"""

import re
from pathlib import Path

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy
from conan.tools.layout import basic_layout
from conan.tools.scm import Version

required_conan_version = ">=2.4"


class CorestConan(ConanFile):
    name = "corest"
    license = "BSL-1.0"
    description = "A coroutine toolkit that turns REST APIs into asynchronous sequences of records"
    topics = ("rest", "http-client", "coroutines", "asio", "pagination", "json", "header-only")

    package_type = "header-library"
    implements = ["auto_header_only"]
    no_copy_source = True
    settings = "os", "arch", "compiler", "build_type"
    exports_sources = "include/*", "LICENSE"

    options = {
        "with_libdeflate": [True, False],  # bodies in gzip and deflate are asked for, and decoded
        "with_zstd": [True, False],  # bodies in zstd are asked for, and decoded
        "with_sqlite": [True, False],  # the target corest::sqlite
        "with_postgres": [True, False],  # the target corest::postgres
        "with_duckdb": [True, False],  # the target corest::duckdb
        "standalone_asio": [True, False],  # Asio without Boost, for programs that run an asio::io_context
    }
    default_options = {
        "with_libdeflate": True, "with_zstd": True, "with_sqlite": False, "with_postgres": False, "with_duckdb": False,
        "standalone_asio": False}

    # The first versions whose coroutines run corest's own tests, or are known to be later than those.
    compilers = {"gcc": "12", "clang": "14", "apple-clang": "15", "msvc": "193"}

    def set_version(self):
        header = Path(self.recipe_folder, "include", "corest", "version.hpp").read_text(encoding="utf-8")
        self.version = re.search(r'#define COREST_VERSION "(.*)"', header)[1]

    def layout(self):
        basic_layout(self)
        self.cpp.source.includedirs = ["include"]  # for `conan editable add .`

    def requirements(self):
        self.require("boost/[>=1.81 <2]")
        self.require("openssl/[>=1.1.1 <4]")
        if self.options.with_libdeflate:
            self.require("libdeflate/[>=1.10 <2]")
        if self.options.with_zstd:
            self.require("zstd/[>=1.4 <2]")
        if self.options.with_sqlite:
            self.require("sqlite3/[>=3.35 <4]")
        if self.options.with_postgres:
            self.require("libpq/[>=13 <18]")
        if self.options.with_duckdb:
            self.require("duckdb/[>=1.1 <2]")
        if self.options.standalone_asio:
            self.require("asio/[>=1.22 <2]")

    def require(self, reference):
        """What the headers include, and what they call must be linked, is needed by every user."""
        self.requires(reference, transitive_headers=True, transitive_libs=True)

    def validate(self):
        check_min_cppstd(self, 20)
        compiler = str(self.settings.compiler)
        least = self.compilers.get(compiler)
        if least and Version(self.settings.compiler.version) < least:
            raise ConanInvalidConfiguration(f"corest needs {compiler} {least} or later: its coroutines do not work in earlier ones")
        if "boost" in self.dependencies:
            boost = self.dependencies["boost"].options
            for option in ("header_only", "without_json"):
                if boost.get_safe(option):
                    raise ConanInvalidConfiguration(f"corest links Boost.JSON: build Boost with -o boost/*:{option}=False")

    def package(self):
        copy(self, "LICENSE", src=self.source_folder, dst=str(Path(self.package_folder, "licenses")))
        copy(self, "*", src=str(Path(self.source_folder, "include")), dst=str(Path(self.package_folder, "include")))

    def package_info(self):
        # corest::corest stands for all that the package has, as corest::corest, corest::sqlite and corest::postgres do together elsewhere.
        self.cpp_info.set_property("cmake_file_name", "corest")
        self.cpp_info.set_property("cmake_target_name", "corest::corest")
        self.cpp_info.set_property("pkg_config_name", "corest")

        core = self.cpp_info.components["core"]
        core.set_property("cmake_target_name", "corest::core")
        core.requires = ["boost::headers", "boost::json", "openssl::ssl", "openssl::crypto"]
        if self.options.with_libdeflate:
            core.requires.append("libdeflate::libdeflate")
            core.defines.append("COREST_WITH_LIBDEFLATE=1")
        if self.options.with_zstd:
            core.requires.append("zstd::zstdlib")
            core.defines.append("COREST_WITH_ZSTD=1")
        if self.options.standalone_asio:
            core.requires.append("asio::asio")
            core.defines.append("COREST_STANDALONE_ASIO")
        if self.settings.os in ("Linux", "FreeBSD"):
            core.system_libs = ["pthread"]
        elif self.settings.os == "Windows":
            core.system_libs = ["ws2_32", "crypt32"]

        if self.options.with_sqlite:
            sqlite = self.cpp_info.components["sqlite"]
            sqlite.set_property("cmake_target_name", "corest::sqlite")
            sqlite.requires = ["core", "sqlite3::sqlite3"]
        if self.options.with_postgres:
            postgres = self.cpp_info.components["postgres"]
            postgres.set_property("cmake_target_name", "corest::postgres")
            postgres.requires = ["core", "libpq::pq"]
        if self.options.with_duckdb:
            duckdb = self.cpp_info.components["duckdb"]
            duckdb.set_property("cmake_target_name", "corest::duckdb")
            duckdb.requires = ["core", "duckdb::duckdb"]

        for component in self.cpp_info.components.values():
            component.bindirs = []
            component.libdirs = []
