# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Very fast lossless compression"
HOMEPAGE="https://lz4.org/ https://github.com/lz4/lz4"
SRC_URI="https://github.com/lz4/lz4/archive/v${PV}.tar.gz -> ${P}.tar.gz"

LICENSE="BSD-2 GPL-2"
SLOT="0/1"
KEYWORDS="amd64 ~arm64"

src_compile() {
	local make=(
		CC="$(starter_cc)" AR="${CHOST}-ar"
		PREFIX="${EPREFIX}/usr" LIBDIR="${EPREFIX}/usr/$(get_libdir)"
		BUILD_STATIC=no V=1
	)
	emake "${make[@]}" -C lib
	cd programs || die
	starter_objects -DXXH_NAMESPACE=LZ4_ -I../lib -- lz4cli.c lz4io.c bench.c datagen.c
	# the program uses functions which the library does not export; upstream, too, links them in
	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS} -I../lib -DXXH_NAMESPACE=LZ4_ -o lz4 *.o ../lib/{lz4,lz4hc,lz4frame,lz4file,xxhash}.c
	"$@" || die
}

src_install() {
	emake -C lib DESTDIR="${D}" PREFIX="${EPREFIX}/usr" LIBDIR="${EPREFIX}/usr/$(get_libdir)" \
		CC="$(starter_cc)" BUILD_STATIC=no install
	dobin programs/lz4
	dosym lz4 /usr/bin/unlz4
	dosym lz4 /usr/bin/lz4cat
	doman programs/lz4.1
	starter_finish_image
}
