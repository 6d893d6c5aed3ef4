# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="SQL database in a single file"
HOMEPAGE="https://www.sqlite.org/"
# The source archive's own repack: upstream's complete source without generated files.
SRC_URI="mirror://debian/pool/main/s/sqlite3/sqlite3_${PV}.orig.tar.xz"
S="${WORKDIR}/sqlite3-${PV}"

LICENSE="public-domain"
SLOT="0/3"
KEYWORDS="amd64 arm64"
IUSE="+readline"

RDEPEND="readline? ( sys-libs/readline:= )"
DEPEND="${RDEPEND}"
# the single C file is put together by Tcl scripts
BDEPEND="dev-lang/tcl"

src_configure() {
	local options=(
		-DSQLITE_ENABLE_COLUMN_METADATA
		-DSQLITE_ENABLE_DBSTAT_VTAB
		-DSQLITE_ENABLE_FTS3
		-DSQLITE_ENABLE_FTS3_PARENTHESIS
		-DSQLITE_ENABLE_FTS4
		-DSQLITE_ENABLE_MATH_FUNCTIONS
		-DSQLITE_ENABLE_STMTVTAB
		-DSQLITE_ENABLE_UNLOCK_NOTIFY
		-DSQLITE_SECURE_DELETE
	)
	export CPPFLAGS="${CPPFLAGS} ${options[*]}" BUILD_CC="$(starter_build_cc)"
	econf \
		--disable-static \
		--disable-tcl \
		--disable-editline \
		--enable-fts5 \
		--enable-rtree \
		--enable-threadsafe \
		$(use_enable readline) \
		--with-readline-inc="-I${ESYSROOT}/usr/include" \
		--with-readline-lib="$(usev readline -lreadline)"
}

src_compile() {
	emake libsqlite3.la shell.c
	# upstream would compile the library a second time for its own program
	local flags=( -I. -DHAVE_USLEEP=1 $(usev readline -DHAVE_READLINE=1) )
	set -- "$(starter_cc)" ${CPPFLAGS} ${CFLAGS} "${flags[@]}" ${LDFLAGS} -o sqlite3 shell.c .libs/libsqlite3.so \
		$(usev readline -lreadline) -lm
	echo "$*"
	"$@" || die "linking sqlite3 failed"
}

src_install() {
	emake DESTDIR="${D}" lib_install
	dobin sqlite3
	doman sqlite3.1
	doheader sqlite3.h src/sqlite3ext.h
	insinto "/usr/$(get_libdir)/pkgconfig"
	doins sqlite3.pc
	starter_finish_image
}
