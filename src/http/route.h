#pragma once
// Declare once: one line names an endpoint's verb, path, handler, who may call it and what it can refuse.
//
// Parsing, validation, authorisation, OpenAPI, the TypeScript client and metrics derive from that line and from the
// handler's own signature:
//
//     Task<OrderView> get_order(Context& context, OrderId id);
//     Task<Created<OrderView>> create_order(Context& context, Body<CreateOrder> body);
//     get<"/api/v1/orders/{id}", get_order>({.summary = "…", .refuses = {&order_not_found}})

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "core/permission.h"
#include "core/task.h"
#include "http/context.h"
#include "http/problem.h"
#include "http/response.h"
#include "json/read.h"
#include "json/schema.h"
#include "json/write.h"

namespace marque::http {

/// Who may call. `open` looks at no token at all (health, documents); `guest` takes a token but needs none. A route of
/// managers cannot be written down without the permission that it needs.
class Access {
public:
    enum class Kind { open, guest, customer, manager };
    static const Access open;
    static const Access guest;
    static const Access customer;
    [[nodiscard]] static constexpr Access manager(Permission permission) { return {Kind::manager, permission}; }

    [[nodiscard]] constexpr Kind kind() const { return kind_; }
    [[nodiscard]] constexpr bool is_manager() const { return kind_ == Kind::manager; }
    /// Of routes of managers.
    [[nodiscard]] constexpr Permission permission() const { return permission_; }
    friend constexpr bool operator==(const Access&, const Access&) = default;

private:
    constexpr Access(Kind kind, Permission permission) : kind_(kind), permission_(permission) {}
    Kind kind_;
    Permission permission_;
};
inline constexpr Access Access::open{Kind::open, Permission::any};
inline constexpr Access Access::guest{Kind::guest, Permission::any};
inline constexpr Access Access::customer{Kind::customer, Permission::any};

/// What may be done with a copy of an answer. `revalidate`: it has an ETag, and caches ask each time. `catalogue`, for
/// guests' GET only: it depends on nothing but target, market, language and the catalogue (the handler sees no caller),
/// so this server keeps it, compresses it, and lets shared caches keep it for a moment. `own`: the handler names its
/// answers, says how long they are good, and answers If-None-Match itself. `named`: the handler says what decides a
/// stream's bytes (`content_name`) and how long they are good, and they are compressed while they are sent.
enum class Cache { none, revalidate, catalogue, own, named };

/// A handler's parameter: the JSON body. Missing members that are not optional are errors.
template <class T>
struct Body {
    T value{};
};
/// A handler's parameter: the query string as a record; absent ones keep the record's defaults.
template <class T>
struct Query {
    T value{};
};
/// A handler's parameter: the body as it came, named a picture of a known kind by its Content-Type. Nothing inside has
/// been looked at. The views live as long as the request.
struct ImageUpload {
    std::string_view content_type;
    std::string_view bytes;
};
/// A handler's parameter: the body as it came, a file of rows by its Content-Type. Nothing inside has been looked at.
struct FileUpload {
    std::string_view bytes;
};
/// CSV, JSON lines or JSON, plain or gzip; browsers call what they do not know a stream of bytes.
inline constexpr std::array<std::string_view, 5> file_types{"text/csv", "application/jsonl", "application/json",
                                                            "application/gzip", "application/octet-stream"};
/// A handler's result: 201 instead of 200.
template <class T>
struct Created {
    T value;
};
/// A handler's result: 204.
struct NoContent {};
/// A handler's result: a body that is already JSON of T's schema (catalogue fragments, replayed answers).
template <class T>
struct Rendered {
    Response response;
};

struct RouteOptions {
    std::string_view summary;
    Access access = Access::customer;
    /// Every refusal the handler can throw; OpenAPI lists their codes.
    std::vector<const Refusal*> refuses;
    /// Database statements a call may cost at most, the check of a manager's rights included, authentication not.
    int statements_max = 0;
    /// Customers may call it when their market is closed, as they may all that only reads (orders must stay readable).
    bool when_closed = false;
    Cache cache = Cache::none;
    /// Its answers are pages for people: who asks for text/html is shown refusals as pages, too.
    bool page = false;
    /// Bytes the body may have where that is more than the server's own limit; 0 keeps that one.
    std::size_t body_bytes_max = 0;
    /// Of routes of managers: who has a second factor, or whose market asks for one, must have proved it just now.
    bool second_factor = false;
};

/// What OpenAPI needs to know of one operation; filled from the handler's signature.
struct OperationParts {
    struct Parameter {
        std::string name;
        std::string where;  // "path" or "query"
        bool required = false;
        std::string schema;
    };
    std::vector<Parameter> parameters;
    std::string body_schema;  // empty: none
    bool takes_image = false;
    bool takes_file = false;
    int success_status = 200;
    std::string response_schema;  // empty: no JSON body
};

/// What was wrong with path, query and body, all of it at once.
struct BindOutcome {
    const Refusal* refusal = nullptr;
    std::string detail;
    std::vector<FieldError> errors;
    [[nodiscard]] bool failed() const { return refusal != nullptr || !errors.empty(); }
};

struct Route {
    Verb verb = Verb::get;
    std::string_view path;
    RouteOptions options;
    Task<Response> (*handle)(Context&) = nullptr;
    void (*describe)(json::SchemaSet&, OperationParts&) = nullptr;
};
using Routes = std::vector<Route>;

/// "get_orders_id": unique and stable, because verb and path are.
std::string operation_id(const Route& route);

/// The JSON body if the request has one of the right content type; otherwise fills the outcome.
std::optional<json::Value> parse_body(const Context& context, BindOutcome& outcome);
/// The body of an allowed picture type; otherwise fills the outcome.
ImageUpload image_body(const Context& context, BindOutcome& outcome);
/// The body of an allowed type of file; otherwise fills the outcome.
FileUpload file_body(const Context& context, BindOutcome& outcome);
Response bind_problem(const Context& context, const BindOutcome& outcome);

/// A path as a template argument, so that its holes are counted while compiling.
template <std::size_t Size>
struct PathLiteral {
    std::array<char, Size> letters{};
    consteval PathLiteral(const char (&text)[Size]) { std::copy_n(text, Size, letters.begin()); }
    [[nodiscard]] constexpr std::string_view view() const { return {letters.data(), Size - 1}; }
    [[nodiscard]] consteval int holes() const { return static_cast<int>(std::ranges::count(letters, '{')); }
};

/// The names between braces, in order.
std::vector<std::string> hole_names(std::string_view path);

namespace detail {

template <class T>
inline constexpr bool is_body = false;
template <class T>
inline constexpr bool is_body<Body<T>> = true;
template <class T>
inline constexpr bool is_query = false;
template <class T>
inline constexpr bool is_query<Query<T>> = true;

template <class T>
inline constexpr bool is_upload = std::is_same_v<T, ImageUpload> || std::is_same_v<T, FileUpload>;

template <class T>
inline constexpr bool is_created = false;
template <class T>
inline constexpr bool is_created<Created<T>> = true;
template <class T>
inline constexpr bool is_rendered = false;
template <class T>
inline constexpr bool is_rendered<Rendered<T>> = true;

template <class T>
struct Result {
    using Type = T;
    static constexpr bool awaits = false;
};
template <class T>
struct Result<Task<T>> {
    using Type = T;
    static constexpr bool awaits = true;
};

template <class F>
struct HandlerTraits;
template <class R, class... P>
struct HandlerTraits<R (*)(Context&, P...)> {
    using Return = typename Result<R>::Type;
    static constexpr bool awaits = Result<R>::awaits;
    using Parameters = std::tuple<P...>;
    static constexpr int path_parameters = ((is_body<P> || is_query<P> || is_upload<P> ? 0 : 1) + ... + 0);
};

template <class P>
void bind_parameter(Context& context, P& out, std::size_t& hole, std::string_view path, BindOutcome& outcome) {
    if constexpr (is_body<P>) {
        const auto value = parse_body(context, outcome);
        if (!value) return;
        auto read = json::read<decltype(out.value)>(*value);
        if (read) {
            out.value = std::move(*read);
        } else {
            std::ranges::move(read.error(), std::back_inserter(outcome.errors));
        }
    } else if constexpr (is_query<P>) {
        auto read = json::read_query<decltype(out.value)>(context.query);
        if (read) {
            out.value = std::move(*read);
        } else {
            std::ranges::move(read.error(), std::back_inserter(outcome.errors));
        }
    } else if constexpr (std::is_same_v<P, ImageUpload>) {
        out = image_body(context, outcome);
    } else if constexpr (std::is_same_v<P, FileUpload>) {
        out = file_body(context, outcome);
    } else {
        auto read = json::read_scalar_text<P>(context.path_values[hole]);
        if (read) {
            out = std::move(*read);
        } else {
            outcome.errors.push_back({hole_names(path)[hole], read.error()});
        }
        ++hole;
    }
}

template <class T>
Response to_response(Context& context, T&& result) {
    using Plain = std::remove_cvref_t<T>;
    Response response;
    if constexpr (std::is_same_v<Plain, Response>) {
        response = std::forward<T>(result);
    } else if constexpr (std::is_same_v<Plain, NoContent>) {
        response.status = 204;
    } else if constexpr (is_rendered<Plain>) {
        response = std::forward<T>(result).response;
    } else if constexpr (is_created<Plain>) {
        response.status = 201;
        json::write(response.body, result.value);
    } else {
        json::write(response.body, result);
    }
    response.headers += context.response_headers;
    return response;
}

template <class T>
struct Described {
    static void of(json::SchemaSet& schemas, OperationParts& parts) {
        parts.response_schema = schemas.reference_of<T>();
    }
};
template <class T>
struct Described<Created<T>> {
    static void of(json::SchemaSet& schemas, OperationParts& parts) {
        parts.success_status = 201;
        parts.response_schema = schemas.reference_of<T>();
    }
};
template <class T>
struct Described<Rendered<T>> : Described<T> {};
template <>
struct Described<NoContent> {
    static void of(json::SchemaSet&, OperationParts& parts) { parts.success_status = 204; }
};
template <>
struct Described<Response> {
    static void of(json::SchemaSet&, OperationParts&) {}
};

template <class P>
void describe_parameter(json::SchemaSet& schemas, OperationParts& parts, std::size_t& hole, std::string_view path) {
    if constexpr (is_body<P>) {
        parts.body_schema = schemas.reference_of<decltype(P::value)>(json::Direction::input);
    } else if constexpr (is_query<P>) {
        for (const auto& member : schemas.members_of<decltype(P::value)>(json::Direction::text)) {
            parts.parameters.push_back({std::string{member.name}, "query", false, member.schema});
        }
    } else if constexpr (std::is_same_v<P, ImageUpload>) {
        parts.takes_image = true;
    } else if constexpr (std::is_same_v<P, FileUpload>) {
        parts.takes_file = true;
    } else {
        parts.parameters.push_back(
            {hole_names(path)[hole++], "path", true, schemas.reference_of<P>(json::Direction::text)});
    }
}

template <PathLiteral Path, auto Handler>
struct Endpoint {
    using Traits = HandlerTraits<decltype(Handler)>;
    static_assert(Path.holes() == Traits::path_parameters, "each {hole} of the path needs a parameter of the handler");

    static Task<Response> handle(Context& context) {
        typename Traits::Parameters parameters;
        BindOutcome outcome;
        std::size_t hole = 0;
        std::apply([&](auto&... each) { (bind_parameter(context, each, hole, Path.view(), outcome), ...); },
                   parameters);
        if (outcome.failed()) co_return bind_problem(context, outcome);
        auto call = [&](auto&... each) { return Handler(context, std::move(each)...); };
        if constexpr (Traits::awaits) {
            auto result = co_await std::apply(call, parameters);
            co_return to_response(context, std::move(result));
        } else {
            co_return to_response(context, std::apply(call, parameters));
        }
    }

    static void describe(json::SchemaSet& schemas, OperationParts& parts) {
        std::size_t hole = 0;
        describe_all(schemas, parts, hole, static_cast<typename Traits::Parameters*>(nullptr));
        Described<typename Traits::Return>::of(schemas, parts);
    }

    template <class... P>
    static void describe_all(json::SchemaSet& schemas, OperationParts& parts, std::size_t& hole, std::tuple<P...>*) {
        (describe_parameter<P>(schemas, parts, hole, Path.view()), ...);
    }
};

template <PathLiteral Path, auto Handler>
Route route(Verb verb, RouteOptions options) {
    static constexpr PathLiteral path = Path;
    using E = Endpoint<Path, Handler>;
    return {verb, path.view(), std::move(options), E::handle, E::describe};
}

}  // namespace detail

template <PathLiteral Path, auto Handler>
Route get(RouteOptions options) {
    return detail::route<Path, Handler>(Verb::get, std::move(options));
}
template <PathLiteral Path, auto Handler>
Route post(RouteOptions options) {
    return detail::route<Path, Handler>(Verb::post, std::move(options));
}
template <PathLiteral Path, auto Handler>
Route put(RouteOptions options) {
    return detail::route<Path, Handler>(Verb::put, std::move(options));
}
template <PathLiteral Path, auto Handler>
Route patch(RouteOptions options) {
    return detail::route<Path, Handler>(Verb::patch, std::move(options));
}
template <PathLiteral Path, auto Handler>
Route del(RouteOptions options) {
    return detail::route<Path, Handler>(Verb::del, std::move(options));
}

}  // namespace marque::http
