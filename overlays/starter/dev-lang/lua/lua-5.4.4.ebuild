# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Small and fast scripting language"
HOMEPAGE="https://www.lua.org/"
SRC_URI="https://www.lua.org/ftp/${P}.tar.gz"

LICENSE="MIT"
SLOT="5.4/0"
KEYWORDS="amd64 arm64"
IUSE="+readline"

RDEPEND="readline? ( sys-libs/readline:= )"
DEPEND="${RDEPEND}"

src_prepare() {
	default
	# where `require` looks for modules
	sed -i -e "s:^#define LUA_ROOT.*:#define LUA_ROOT \"${EPREFIX}/usr/\":" \
		-e "s:LUA_ROOT \"lib/lua/\":LUA_ROOT \"$(get_libdir)/lua/\":" src/luaconf.h || die
	grep -q "LUA_ROOT \"${EPREFIX}/usr/\"" src/luaconf.h || die "LUA_ROOT is not where it was"
}

src_compile() {
	local sources libraries=( -lm -ldl )
	cd src || die
	sources=( *.c )
	starter_objects -fPIC -std=gnu99 -DLUA_COMPAT_5_3 -DLUA_USE_LINUX $(usev readline -DLUA_USE_READLINE) -- "${sources[@]}"

	local objects=( *.o )
	objects=( "${objects[@]/#lua.o}" )
	objects=( ${objects[@]/#luac.o} )
	starter_shared liblua${SLOT%/*}.so.${PV} liblua${SLOT%/*}.so.0 "${objects[@]}" "${libraries[@]}"
	use readline && libraries+=( -lreadline )
	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS}
	"$@" -o lua lua.o liblua${SLOT%/*}.so.${PV} "${libraries[@]}" || die
	# the compiler uses functions that the library keeps to itself
	"$@" -o luac luac.o "${objects[@]}" -lm -ldl || die
}

src_install() {
	local library=liblua${SLOT%/*}.so
	cd src || die
	dobin lua luac
	dolib.so ${library}.${PV} ${library}.0 ${library}
	dosym ${library} "/usr/$(get_libdir)/liblua.so"
	doheader lua.h luaconf.h lualib.h lauxlib.h lua.hpp
	doman ../doc/lua.1 ../doc/luac.1
	starter_pkgconfig lua "Embeddable scripting language" ${PV} "-llua${SLOT%/*} -lm -ldl"
	starter_finish_image
}
