from conan import ConanFile
from conan.tools.system.package_manager import Apt


class SystemZstd(ConanFile):
    """Debian's own copy, for builds without a network. Never uploaded."""

    name = "zstd"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libzstd-dev"], check=True)

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.includedirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "zstd")
        component = self.cpp_info.components["zstdlib"]
        component.set_property("cmake_target_name", "zstd::libzstd_shared")
        component.system_libs = ["zstd"]
        component.bindirs = component.includedirs = component.libdirs = []
