# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Block-sorting file compressor and its library"
HOMEPAGE="https://sourceware.org/bzip2/"
SRC_URI="https://sourceware.org/pub/bzip2/${P}.tar.gz"

LICENSE="BZIP2"
SLOT="0/1"
KEYWORDS="amd64 arm64"

src_compile() {
	local flags=( -D_FILE_OFFSET_BITS=64 -fPIC )
	starter_objects "${flags[@]}" -- \
		{blocksort,huffman,crctable,randtable,compress,decompress,bzlib,bzip2,bzip2recover}.c
	starter_shared libbz2.so.${PV} libbz2.so.1 \
		{blocksort,huffman,crctable,randtable,compress,decompress,bzlib}.o

	set -- "$(starter_cc)" ${CFLAGS} ${LDFLAGS}
	"$@" -o bzip2 bzip2.o libbz2.so.${PV} || die
	"$@" -o bzip2recover bzip2recover.o || die
}

src_install() {
	# bzdiff, bzgrep and bzmore need a shell, which a prefix does not have
	dobin bzip2 bzip2recover
	dosym bzip2 /usr/bin/bunzip2
	dosym bzip2 /usr/bin/bzcat
	dolib.so libbz2.so.${PV} libbz2.so.1 libbz2.so
	# the soname of upstream's own Makefile, for programs that were linked elsewhere
	dosym libbz2.so.${PV} "/usr/$(get_libdir)/libbz2.so.1.0"
	doheader bzlib.h
	doman bzip2.1
	starter_finish_image
}
