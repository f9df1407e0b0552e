from conan import ConanFile
from conan.tools.system.package_manager import Apt


class SystemBoost(ConanFile):
    """Debian's own copy, for builds without a network. Never uploaded."""

    name = "boost"
    package_type = "shared-library"
    settings = "os", "arch", "compiler", "build_type"
    # Recipes that use this one may ask how it was built.
    options = {"header_only": [True, False], "without_json": [True, False]}
    default_options = {"header_only": False, "without_json": False}

    def package_id(self):
        self.info.clear()

    def system_requirements(self):
        Apt(self).install(["libboost1.81-dev", "libboost-json1.81-dev"], check=True)

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.includedirs = self.cpp_info.libdirs = []
        self.cpp_info.set_property("cmake_file_name", "Boost")
        self.cpp_info.components["headers"].set_property("cmake_target_name", "Boost::headers")
        json = self.cpp_info.components["json"]
        json.set_property("cmake_target_name", "Boost::json")
        json.system_libs = ["boost_json"]
        json.requires = ["headers"]
        for component in self.cpp_info.components.values():
            component.bindirs = component.includedirs = component.libdirs = []
