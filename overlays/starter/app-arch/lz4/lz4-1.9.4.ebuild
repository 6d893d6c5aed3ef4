# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Very fast lossless compression"
HOMEPAGE="https://lz4.org/ https://github.com/lz4/lz4"
SRC_URI="https://github.com/lz4/lz4/archive/v${PV}.tar.gz -> ${P}.tar.gz"

LICENSE="BSD-2 GPL-2"
SLOT="0/1"
KEYWORDS="amd64 arm64"

src_compile() {
	cd lib || die
	starter_objects -fPIC -DXXH_NAMESPACE=LZ4_ -- lz4.c lz4frame.c lz4hc.c lz4file.c xxhash.c
	starter_shared liblz4.so.${PV} liblz4.so.1 *.o

	cd ../programs || die
	starter_objects -I../lib -DXXH_NAMESPACE=LZ4_ -- lz4cli.c lz4io.c bench.c datagen.c
	# the program uses functions which the library keeps to itself, so it is linked as a whole, as upstream does
	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS} -o lz4 *.o ../lib/*.o
	"$@" || die
}

src_install() {
	dobin programs/lz4
	dosym lz4 /usr/bin/unlz4
	dosym lz4 /usr/bin/lz4cat
	doman programs/lz4.1
	dolib.so lib/liblz4.so.${PV} lib/liblz4.so.1 lib/liblz4.so
	doheader lib/lz4.h lib/lz4hc.h lib/lz4frame.h lib/lz4file.h
	starter_pkgconfig liblz4 "Extremely fast compression" ${PV} -llz4
	starter_finish_image
}
