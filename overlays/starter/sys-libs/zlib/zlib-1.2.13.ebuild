# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Compression library for the deflate, zlib and gzip formats"
HOMEPAGE="https://zlib.net/"
# The source archive's own repack: upstream's files without the non-free RFC texts.
SRC_URI="mirror://debian/pool/main/z/zlib/zlib_${PV}.dfsg.orig.tar.bz2"
S="${WORKDIR}/${P}.dfsg"

LICENSE="ZLIB"
SLOT="0/1"
KEYWORDS="amd64 arm64"

src_configure() {
	# zlib's configure is no autoconf script and refuses options which it does not know
	CC="$(starter_cc)" AR="${CHOST}-ar" RANLIB="${CHOST}-ranlib" ./configure \
		--shared \
		--prefix="${EPREFIX}/usr" \
		--libdir="${EPREFIX}/usr/$(get_libdir)" || die "configure failed"
}

src_compile() {
	emake libz.so.${PV}
}

src_install() {
	dolib.so libz.so.${PV} libz.so.1 libz.so
	doheader zlib.h zconf.h
	doman zlib.3
	insinto "/usr/$(get_libdir)/pkgconfig"
	doins zlib.pc
	starter_finish_image
}
