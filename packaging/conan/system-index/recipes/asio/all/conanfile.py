from conan import ConanFile
from conan.tools.system.package_manager import Apt


class SystemAsio(ConanFile):
    """Debian's own copy, for builds without a network. Never uploaded."""

    name = "asio"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libasio-dev"], check=True)

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.includedirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "asio")
        self.cpp_info.set_property("cmake_target_name", "asio::asio")
        self.cpp_info.defines = ["ASIO_STANDALONE"]
