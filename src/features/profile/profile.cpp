// The feature's table of routes, put together from its files.
#include "features/profile/profile.h"

#include <algorithm>

#include "features/profile/owner.h"

namespace marque::profile {

http::Routes routes() {
    http::Routes all = account_routes();
    for (const auto& part : {address_routes(), payment_method_routes()})
        std::ranges::copy(part, std::back_inserter(all));
    return all;
}

}  // namespace marque::profile
