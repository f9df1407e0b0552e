from conan import ConanFile
from conan.tools.system.package_manager import Apt


class SystemLibpq(ConanFile):
    """Debian's own copy, for builds without a network. Never uploaded."""

    name = "libpq"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libpq-dev"], check=True)

    def package_info(self):
        self.cpp_info.set_property("cmake_find_mode", "both")
        self.cpp_info.set_property("cmake_file_name", "PostgreSQL")
        self.cpp_info.set_property("cmake_target_name", "PostgreSQL::PostgreSQL")

        pq = self.cpp_info.components["pq"]
        pq.bindirs = pq.libdirs = []
        pq.includedirs = ["/usr/include/postgresql"]
        pq.system_libs = ["pq"]
