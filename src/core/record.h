#pragma once
// RECORD(Type, members…) lets a plain struct be read from and written to JSON, rows and JSON Schema.
//
// It stands right after the struct, in its namespace. A member that is forgotten does not compile.

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/pfr/tuple_size.hpp>

#include <string_view>
#include <type_traits>

#define RECORD(Type, ...)                                                                                              \
    BOOST_DESCRIBE_STRUCT(Type, (), (__VA_ARGS__))                                                                     \
    static_assert(boost::mp11::mp_size<boost::describe::describe_members<Type, boost::describe::mod_public>>::value == \
                      boost::pfr::tuple_size_v<Type>,                                                                  \
                  "RECORD(" #Type ", …) must name every member, in order")

/// ENUMERATION(Type, values…): the words of an enum are its values' names, in JSON and in the database.
#define ENUMERATION(Type, ...) BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__)

namespace marque {

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
concept Record = boost::describe::has_describe_members<std::remove_cvref_t<T>>::value;

template <class T>
concept Enumeration = boost::describe::has_describe_enumerators<T>::value;

/// Calls visitor(name, value.*member) for each member, in order of declaration.
template <Record T, class Visitor>
void for_each_member(T&& value, Visitor&& visitor) {
    boost::mp11::mp_for_each<Members<std::remove_cvref_t<T>>>(
        [&](auto descriptor) { visitor(std::string_view{descriptor.name}, value.*descriptor.pointer); });
}

/// The word of an enum's value; empty for a value outside the enum.
template <Enumeration T>
std::string_view enum_word(T value) {
    return boost::describe::enum_to_string(value, "");
}

/// The enum value of a word.
template <Enumeration T>
bool enum_from_word(std::string_view word, T& out) {
    bool found = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto descriptor) {
        if (!found && word == descriptor.name) {
            out = descriptor.value;
            found = true;
        }
    });
    return found;
}

}  // namespace marque
