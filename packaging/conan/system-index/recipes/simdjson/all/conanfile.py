from conan import ConanFile
from conan.tools.system.package_manager import Apt


class SystemSimdjson(ConanFile):
    """Debian's own copy, for builds without a network. Never uploaded."""

    name = "simdjson"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libsimdjson-dev"], check=True)

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.includedirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "simdjson")
        self.cpp_info.set_property("cmake_target_name", "simdjson::simdjson")
        self.cpp_info.system_libs = ["simdjson"]
        self.cpp_info.defines = ["SIMDJSON_THREADS_ENABLED=1"]
