// DuckDB's functions as the command calls them. The library has 60 MiB and takes 5 ms to be loaded: a command that
// loads into neither DuckDB nor Parquet does not wait for it, and starts where it is not installed.

#include <corest/error.hpp>

#include <duckdb.h>

#include <dlfcn.h>

#include <string>

namespace {

/// DuckDB's library, loaded by the first call. \throws corest::error, where there is none
void* duckdb_library()
{
    static void* const library = [] {
        void* const found = ::dlopen(COREST_DUCKDB_LIBRARY, RTLD_NOW | RTLD_LOCAL);
        if (found == nullptr) {
            throw corest::error(corest::errc::destination_failed,
                std::string("DuckDB's library could not be loaded: ") + ::dlerror(),
                "Install DuckDB, or name the folder of " COREST_DUCKDB_LIBRARY " in LD_LIBRARY_PATH");
        }
        return found;
    }();
    return library;
}

/// A function of the library. \throws corest::error, where the library does not have it
template <class Function>
Function* duckdb_function(const char* name)
{
    void* const found = ::dlsym(duckdb_library(), name);
    if (found == nullptr) {
        throw corest::error(corest::errc::destination_failed,
            std::string("DuckDB's library is too old for this command: it has no ") + name,
            "Install the version of DuckDB that the command was built with, or a newer one");
    }
    return reinterpret_cast<Function*>(found); // NOLINT: POSIX lets what dlsym finds be converted so
}

} // namespace

// Defines a function of <duckdb.h>, which declares it (so a wrong type does not compile), as a call of the library's.
#define COREST_CALL_DUCKDB(result, name, parameters, arguments)                                                        \
    extern "C" result name parameters                                                                                  \
    {                                                                                                                  \
        static auto* const function = duckdb_function<decltype(name)>(#name);                                          \
        return function arguments;                                                                                     \
    }

// clang-format off
COREST_CALL_DUCKDB(duckdb_state, duckdb_open_ext, (const char* a, duckdb_database* b, duckdb_config c, char** d), (a, b, c, d))
COREST_CALL_DUCKDB(void, duckdb_close, (duckdb_database* a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_connect, (duckdb_database a, duckdb_connection* b), (a, b))
COREST_CALL_DUCKDB(void, duckdb_interrupt, (duckdb_connection a), (a))
COREST_CALL_DUCKDB(void, duckdb_disconnect, (duckdb_connection* a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_create_config, (duckdb_config* a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_set_config, (duckdb_config a, const char* b, const char* c), (a, b, c))
COREST_CALL_DUCKDB(void, duckdb_destroy_config, (duckdb_config* a), (a))
COREST_CALL_DUCKDB(void, duckdb_destroy_error_data, (duckdb_error_data* a), (a))
COREST_CALL_DUCKDB(duckdb_error_type, duckdb_error_data_error_type, (duckdb_error_data a), (a))
COREST_CALL_DUCKDB(const char*, duckdb_error_data_message, (duckdb_error_data a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_query, (duckdb_connection a, const char* b, duckdb_result* c), (a, b, c))
COREST_CALL_DUCKDB(void, duckdb_destroy_result, (duckdb_result* a), (a))
COREST_CALL_DUCKDB(duckdb_type, duckdb_column_type, (duckdb_result* a, idx_t b), (a, b))
COREST_CALL_DUCKDB(idx_t, duckdb_rows_changed, (duckdb_result* a), (a))
COREST_CALL_DUCKDB(const char*, duckdb_result_error, (duckdb_result* a), (a))
COREST_CALL_DUCKDB(duckdb_error_type, duckdb_result_error_type, (duckdb_result* a), (a))
COREST_CALL_DUCKDB(void, duckdb_free, (void* a), (a))
COREST_CALL_DUCKDB(const char*, duckdb_library_version, (), ())
COREST_CALL_DUCKDB(idx_t, duckdb_vector_size, (), ())
COREST_CALL_DUCKDB(uint32_t, duckdb_string_t_length, (duckdb_string_t a), (a))
COREST_CALL_DUCKDB(const char*, duckdb_string_t_data, (duckdb_string_t* a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_prepare, (duckdb_connection a, const char* b, duckdb_prepared_statement* c), (a, b, c))
COREST_CALL_DUCKDB(void, duckdb_destroy_prepare, (duckdb_prepared_statement* a), (a))
COREST_CALL_DUCKDB(const char*, duckdb_prepare_error, (duckdb_prepared_statement a), (a))
COREST_CALL_DUCKDB(duckdb_statement_type, duckdb_prepared_statement_type, (duckdb_prepared_statement a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_bind_int64, (duckdb_prepared_statement a, idx_t b, int64_t c), (a, b, c))
COREST_CALL_DUCKDB(duckdb_state, duckdb_bind_varchar_length, (duckdb_prepared_statement a, idx_t b, const char* c, idx_t d), (a, b, c, d))
COREST_CALL_DUCKDB(duckdb_state, duckdb_bind_blob, (duckdb_prepared_statement a, idx_t b, const void* c, idx_t d), (a, b, c, d))
COREST_CALL_DUCKDB(duckdb_state, duckdb_bind_null, (duckdb_prepared_statement a, idx_t b), (a, b))
COREST_CALL_DUCKDB(duckdb_state, duckdb_execute_prepared, (duckdb_prepared_statement a, duckdb_result* b), (a, b))
COREST_CALL_DUCKDB(duckdb_logical_type, duckdb_create_logical_type, (duckdb_type a), (a))
COREST_CALL_DUCKDB(void, duckdb_logical_type_set_alias, (duckdb_logical_type a, const char* b), (a, b))
COREST_CALL_DUCKDB(duckdb_type, duckdb_get_type_id, (duckdb_logical_type a), (a))
COREST_CALL_DUCKDB(void, duckdb_destroy_logical_type, (duckdb_logical_type* a), (a))
COREST_CALL_DUCKDB(duckdb_data_chunk, duckdb_create_data_chunk, (duckdb_logical_type* a, idx_t b), (a, b))
COREST_CALL_DUCKDB(void, duckdb_destroy_data_chunk, (duckdb_data_chunk* a), (a))
COREST_CALL_DUCKDB(duckdb_vector, duckdb_data_chunk_get_vector, (duckdb_data_chunk a, idx_t b), (a, b))
COREST_CALL_DUCKDB(idx_t, duckdb_data_chunk_get_size, (duckdb_data_chunk a), (a))
COREST_CALL_DUCKDB(void, duckdb_data_chunk_set_size, (duckdb_data_chunk a, idx_t b), (a, b))
COREST_CALL_DUCKDB(void*, duckdb_vector_get_data, (duckdb_vector a), (a))
COREST_CALL_DUCKDB(uint64_t*, duckdb_vector_get_validity, (duckdb_vector a), (a))
COREST_CALL_DUCKDB(void, duckdb_vector_ensure_validity_writable, (duckdb_vector a), (a))
COREST_CALL_DUCKDB(void, duckdb_vector_assign_string_element_len, (duckdb_vector a, idx_t b, const char* c, idx_t d), (a, b, c, d))
COREST_CALL_DUCKDB(bool, duckdb_validity_row_is_valid, (uint64_t* a, idx_t b), (a, b))
COREST_CALL_DUCKDB(duckdb_state, duckdb_appender_create, (duckdb_connection a, const char* b, const char* c, duckdb_appender* d), (a, b, c, d))
COREST_CALL_DUCKDB(duckdb_error_data, duckdb_appender_error_data, (duckdb_appender a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_appender_flush, (duckdb_appender a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_appender_destroy, (duckdb_appender* a), (a))
COREST_CALL_DUCKDB(duckdb_state, duckdb_append_data_chunk, (duckdb_appender a, duckdb_data_chunk b), (a, b))
COREST_CALL_DUCKDB(duckdb_data_chunk, duckdb_fetch_chunk, (duckdb_result a), (a))
// clang-format on

#undef COREST_CALL_DUCKDB
