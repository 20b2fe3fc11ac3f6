#pragma once
// Records to JSON Schema 2020-12 as OpenAPI 3.1 has it: the same types that are read and written describe themselves.

#include "core/check.h"
#include "core/id.h"
#include "json/read.h"
#include "json/types.h"
#include "json/value.h"

namespace marque::json {

/// What the server sends, what it takes in a body, and what it takes as text in a path or a query.
enum class Direction { output, input, text };

/// One member of a record, for parameter lists.
struct MemberSchema {
    std::string name;
    std::string schema;
    bool required;
};

template <class T>
constexpr std::string_view pretty_type_name() {
    return __PRETTY_FUNCTION__;
}

/// "OrderView" of what pretty_type_name<marque::orders::OrderView>() says; "PageOrderView" of a Page<OrderView>.
[[nodiscard]] std::string unqualified_name(std::string_view pretty);

[[nodiscard]] std::string text_schema(const TextFacts& facts, bool number_too);
[[nodiscard]] std::string integer_schema(const IntegerFacts& facts);
[[nodiscard]] std::string enum_schema(std::span<const std::string_view> words);
[[nodiscard]] std::string record_schema(std::string_view doc, const std::vector<MemberSchema>& members);
[[nodiscard]] std::string plain_string_schema(Direction direction);
[[nodiscard]] std::string money_schema();
[[nodiscard]] std::string amount_schema();

/// Gathers the schemas of records under their names. Two types with one name are a bug: the client needs one each.
class SchemaSet {
public:
    /// {"$ref":"#/components/schemas/OrderView"} for a record, which is registered; the schema itself for other types.
    template <class T>
    [[nodiscard]] std::string reference_of(Direction direction = Direction::output);

    /// The members of a record one by one; with Direction::text those of a query, none of them required.
    template <Record T>
    [[nodiscard]] std::vector<MemberSchema> members_of(Direction direction);

    /// The JSON object {"OrderView":{…},…} of all records registered so far, by name.
    [[nodiscard]] std::string components() const;

private:
    struct Component {
        const void* type;
        Direction direction;
        std::string schema;
    };

    /// The address of a type's own variable tells types apart even in unnamed namespaces.
    template <class T>
    static constexpr char type_key = 0;

    /// True when the component is new and its schema has to be stored.
    bool start(const std::string& name, const void* type, Direction direction);
    void store(const std::string& name, std::string schema);
    static std::string component_name(std::string_view pretty, Direction direction);

    template <Record T>
    std::string reference_of_record(Direction direction);
    template <class T>
    std::string reference_of_raw(const RawOf<T>*, Direction direction) {
        return reference_of<T>(direction);
    }

    std::map<std::string, Component> components_;
};

template <class T>
[[nodiscard]] std::string nullable_schema(SchemaSet& set, Direction direction) {
    auto schema = set.reference_of<T>(direction);
    if (direction == Direction::text || is_optional<T>) return schema;
    return R"({"anyOf":[)" + schema + R"(,{"type":"null"}]})";
}

template <class T>
std::string SchemaSet::reference_of(Direction direction) {
    const bool input = direction == Direction::input;
    if constexpr (std::same_as<T, bool>) {
        return R"({"type":"boolean"})";
    } else if constexpr (std::same_as<T, std::int64_t>) {
        return R"({"type":"integer","format":"int64"})";
    } else if constexpr (std::same_as<T, std::int32_t>) {
        return R"({"type":"integer","format":"int32"})";
    } else if constexpr (std::integral<T>) {
        return R"({"type":"integer"})";
    } else if constexpr (std::same_as<T, double>) {
        return R"({"type":"number"})";
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return plain_string_schema(direction);
    } else if constexpr (std::same_as<T, Raw> || std::same_as<T, Value>) {
        return "{}";
    } else if constexpr (std::same_as<T, Money>) {
        check(direction == Direction::output, "amounts are taken as json::AmountText, never as Money");
        return money_schema();
    } else if constexpr (std::same_as<T, AmountText>) {
        return amount_schema();
    } else if constexpr (is_raw_of<T>) {
        return reference_of_raw(static_cast<const T*>(nullptr), direction);
    } else if constexpr (is_optional<T>) {
        return nullable_schema<typename T::value_type>(*this, direction);
    } else if constexpr (is_vector<T>) {
        const std::string limit = input ? R"(,"maxItems":)" + std::to_string(elements_max) : "";
        return R"({"type":"array","items":)" + reference_of<typename T::value_type>(direction) + limit + "}";
    } else if constexpr (is_map<T>) {
        return R"({"type":"object","additionalProperties":)" + reference_of<typename T::mapped_type>(direction) + "}";
    } else if constexpr (TextScalar<T>) {
        return text_schema(T::facts, input && is_id<T>);
    } else if constexpr (IntegerScalar<T>) {
        return integer_schema(T::facts);
    } else if constexpr (Enumeration<T>) {
        return enum_schema(enum_words<T>);
    } else if constexpr (Record<T>) {
        return reference_of_record<T>(direction);
    } else {
        static_assert(no_json_for<T>, "this type has no JSON Schema: use a RECORD or a strong type");
    }
}

template <Record T>
std::vector<MemberSchema> SchemaSet::members_of(Direction direction) {
    std::vector<MemberSchema> members;
    boost::mp11::mp_for_each<Members<T>>([&](auto descriptor) {
        using Member = std::remove_cvref_t<decltype(std::declval<T&>().*descriptor.pointer)>;
        // An answer holds all members, null where there is nothing, but those the record lets it leave out.
        const bool required = (direction == Direction::output && !may_be_left_out<T>(descriptor.name)) ||
                              (direction == Direction::input && !is_optional<Member>);
        members.push_back({descriptor.name, reference_of<Member>(direction), required});
    });
    return members;
}

template <Record T>
std::string SchemaSet::reference_of_record(Direction direction) {
    check(direction != Direction::text, "a record is no path or query parameter");
    const auto name = component_name(pretty_type_name<T>(), direction);
    if (start(name, &type_key<T>, direction)) {
        std::string_view doc;
        if constexpr (requires { std::string_view{T::doc}; }) doc = T::doc;
        store(name, record_schema(doc, members_of<T>(direction)));
    }
    return R"({"$ref":"#/components/schemas/)" + name + "\"}";
}

}  // namespace marque::json
