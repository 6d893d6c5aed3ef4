# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Stream-oriented XML parser"
HOMEPAGE="https://libexpat.github.io/"
SRC_URI="https://github.com/libexpat/libexpat/archive/refs/tags/R_${PV//./_}.tar.gz -> ${P}.tar.gz"
S="${WORKDIR}/libexpat-R_${PV//./_}/expat"

LICENSE="MIT"
SLOT="0/1"
KEYWORDS="amd64 arm64"

src_configure() {
	# The archive of the tag has no configure script. On Linux with glibc its answers are always these.
	cat > lib/expat_config.h <<-EOF || die
		#define BYTEORDER 1234
		#define HAVE_GETRANDOM 1
		#define HAVE_SYSCALL_GETRANDOM 1
		#define HAVE_MMAP 1
		#define HAVE_STDINT_H 1
		#define HAVE_UNISTD_H 1
		#define XML_CONTEXT_BYTES 1024
		#define XML_DEV_URANDOM 1
		#define XML_DTD 1
		#define XML_NS 1
	EOF
}

src_compile() {
	cd lib || die
	starter_objects -DHAVE_EXPAT_CONFIG_H -D_GNU_SOURCE -DXML_ENABLE_VISIBILITY=1 -fvisibility=hidden -fPIC \
		-fno-strict-aliasing -I. -- xmlparse.c xmltok.c xmlrole.c
	starter_shared libexpat.so.1.8.10 libexpat.so.1 *.o
}

src_install() {
	cd lib || die
	dolib.so libexpat.so.1.8.10 libexpat.so.1 libexpat.so
	doheader expat.h expat_external.h expat_config.h
	starter_pkgconfig expat "XML parser" ${PV} -lexpat
	starter_finish_image
}
