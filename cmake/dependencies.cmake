# What Marque links against: Debian packages only, installed by tools/setup.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc icu-i18n)
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlienc libbrotlidec)

# libphonenumber's -dev package conflicts with libboost1.81-dev, so tools/setup unpacks its headers beside the system's.
set(MARQUE_PHONENUMBER_INCLUDE /opt/marque/libphonenumber/usr/include CACHE PATH "unpacked libphonenumber headers")
find_library(PHONENUMBER_LIBRARY NAMES libphonenumber.so.8
  PATHS /usr/lib/x86_64-linux-gnu /usr/lib/aarch64-linux-gnu REQUIRED)
add_library(marque_phonenumber INTERFACE)
target_include_directories(marque_phonenumber SYSTEM INTERFACE ${MARQUE_PHONENUMBER_INCLUDE})
target_link_libraries(marque_phonenumber INTERFACE ${PHONENUMBER_LIBRARY})

# llhttp comes as C source in Debian's node-llhttp.
add_library(marque_llhttp STATIC /usr/share/llhttp/api.c /usr/share/llhttp/http.c /usr/share/llhttp/llhttp.c)
target_include_directories(marque_llhttp SYSTEM PUBLIC /usr/share/include/llhttp)
target_compile_options(marque_llhttp PRIVATE -w -O2)
