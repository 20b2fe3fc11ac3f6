// libpq takes URLs apart; the programs are those the embedded PostgreSQL uses.
#include "db/programs.h"

#include <libpq-fe.h>

#include <memory>

#include "core/check.h"
#include "db/embedded_process.h"

namespace marque::db {

std::string program_path(std::string_view name) { return (find_programs(std::nullopt) / name).string(); }

std::vector<std::string> program_environment(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{PQconninfoParse(url.c_str(), nullptr),
                                                                                 PQconninfoFree};
    check(options != nullptr, "a database URL that was normalised and cannot be parsed");
    std::vector<std::string> environment;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr && option->envvar != nullptr) {
            environment.push_back(std::string{option->envvar} + "=" + option->val);
        }
    }
    return environment;
}

}  // namespace marque::db
