from conan import ConanFile
from conan.tools.system.package_manager import Apt


class SystemOpenssl(ConanFile):
    """Debian's own copy, for builds without a network. Never uploaded."""

    name = "openssl"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libssl-dev"], check=True)

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.includedirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_find_mode", "both")
        self.cpp_info.set_property("cmake_file_name", "OpenSSL")
        for library, target in (("ssl", "SSL"), ("crypto", "Crypto")):
            component = self.cpp_info.components[library]
            component.set_property("cmake_target_name", f"OpenSSL::{target}")
            component.system_libs = [library]
            component.bindirs = component.includedirs = component.libdirs = []
        self.cpp_info.components["ssl"].requires = ["crypto"]
