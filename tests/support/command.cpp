#include <support/command.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace {

std::string temporary_file()
{
    std::string name = (std::filesystem::temp_directory_path() / "corest-test-XXXXXX").string();
    const int descriptor = mkstemp(name.data());
    if (descriptor < 0) {
        throw std::runtime_error("no temporary file");
    }
    close(descriptor);
    return name;
}

} // namespace

command::command(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment)
    : out_file_(temporary_file()),
      err_file_(temporary_file()),
      started_(std::chrono::steady_clock::now())
{
    std::vector<std::string> variables;
    for (const char* kept : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TERM"}) {
        if (const char* value = std::getenv(kept)) {
            variables.push_back(std::string(kept) + "=" + value);
        }
    }
    for (const auto& [name, value] : environment) {
        variables.push_back(name + "=" + value);
    }
    std::vector<char*> argv;
    for (const std::string& a : arguments) {
        argv.push_back(const_cast<char*>(a.c_str()));
    }
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (const std::string& v : variables) {
        envp.push_back(const_cast<char*>(v.c_str()));
    }
    envp.push_back(nullptr);

    process_ = fork();
    if (process_ == 0) {
        const int in = open("/dev/null", O_RDONLY);
        const int out = open(out_file_.c_str(), O_WRONLY | O_TRUNC);
        const int err = open(err_file_.c_str(), O_WRONLY | O_TRUNC);
        dup2(in, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        execve(argv[0], argv.data(), envp.data());
        _exit(127);
    }
    if (process_ < 0) {
        throw std::runtime_error("fork failed");
    }
}

command::~command()
{
    if (process_ > 0) {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    std::error_code ignored;
    std::filesystem::remove(out_file_, ignored);
    std::filesystem::remove(err_file_, ignored);
}

void command::signal(int number) const
{
    kill(process_, number);
}

finished_command command::finish()
{
    int status = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (waitpid(process_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("the command did not end within a minute; it printed: " + read_file(err_file_));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    process_ = -1;
    finished_command done;
    done.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
    done.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    done.out = read_file(out_file_);
    done.err = read_file(err_file_);
    return done;
}

finished_command run_command(
    const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment)
{
    return command(arguments, environment).finish();
}

temporary_folder::temporary_folder() : path_((std::filesystem::temp_directory_path() / "corest-test-XXXXXX").string())
{
    if (mkdtemp(path_.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
}

temporary_folder::~temporary_folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, const std::string& text) const
{
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
}

std::string read_file(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}
