# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Regular expressions for many character encodings"
HOMEPAGE="https://github.com/kkos/oniguruma"
SRC_URI="https://github.com/kkos/oniguruma/archive/refs/tags/v${PV}.tar.gz -> ${P}.tar.gz"

LICENSE="BSD-2"
SLOT="0/5"
KEYWORDS="amd64 arm64"

src_configure() {
	# The archive of the tag has no configure script. On a 64-bit glibc its answers are always these.
	cat > src/config.h <<-EOF || die
		#define HAVE_ALLOCA 1
		#define HAVE_ALLOCA_H 1
		#define HAVE_SYS_TIME_H 1
		#define HAVE_SYS_TIMES_H 1
		#define HAVE_SYS_TYPES_H 1
		#define HAVE_UNISTD_H 1
		#define HAVE_STDINT_H 1
		#define HAVE_INTTYPES_H 1
		#define SIZEOF_INT 4
		#define SIZEOF_LONG 8
		#define SIZEOF_LONG_LONG 8
		#define SIZEOF_VOIDP 8
		#define PACKAGE "onig"
		#define VERSION "${PV}"
	EOF
}

src_compile() {
	cd src || die
	local iso=( iso8859_{1..11}.c iso8859_{13..16}.c )
	starter_objects -DHAVE_CONFIG_H -I. -fPIC -- \
		regparse.c regcomp.c regexec.c regenc.c regerror.c regext.c regsyntax.c regtrav.c regversion.c st.c \
		reggnu.c unicode.c unicode_unfold_key.c unicode_fold{1,2,3}_key.c ascii.c utf8.c utf16_{be,le}.c \
		utf32_{be,le}.c euc_jp.c euc_jp_prop.c sjis.c sjis_prop.c "${iso[@]}" euc_tw.c euc_kr.c big5.c gb18030.c \
		koi8_r.c cp1251.c onig_init.c
	starter_shared libonig.so.5.3.0 libonig.so.5 *.o
}

src_install() {
	dolib.so src/libonig.so.5.3.0 src/libonig.so.5 src/libonig.so
	doheader src/oniguruma.h src/oniggnu.h
	starter_pkgconfig oniguruma "Regular expression library" ${PV} -lonig
	starter_finish_image
}
