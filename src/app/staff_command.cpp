// A grant from the terminal. It leaves no row of the audit log, which is of managers' requests; the grant says who.
#include "app/staff_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/customer_diagnostics.h"
#include "features/management/staff.h"
#include "features/management/staff_queries.h"

namespace marque::app {

Task<int> add_staff(customers::Shop shop, const db::Layout&, const CustomerOptions& options) {
    const auto phone = Phone::parse(typed_phone(options.who));
    if (!phone) throw std::runtime_error("the phone " + phone.error());
    const MarketCode market = asked_markets(shop, options.market).front();
    const auto roles = co_await shop.in(market).rows(management::staff_sql.roles);
    const bool known = management::built_in_role(options.role) ||
                       std::ranges::find(roles, options.role, &management::OwnRoleRow::code) != roles.end();
    if (!known) throw std::runtime_error("there is no role " + options.role + " in this market");
    const auto person = co_await customers::find_person(shop, phone->to_text());
    const MarketCode home = person.lives_in.value_or(customers::market_of_phone(shop, phone->to_text()));
    auto transaction = co_await shop.in(home).begin();
    const auto account = transaction.query(management::staff_sql.open_account, home, phone->to_text(), std::nullopt);
    co_await transaction.flush();
    const UserId user = *account.find();
    transaction.execute(management::staff_sql.grant, home, user, market, options.role, options.by);
    co_await transaction.commit();
    fmt::print("{} is {} of {}\n", management::StaffId(home, user).to_text(), options.role, market.to_text());
    co_return 0;
}

}  // namespace marque::app
