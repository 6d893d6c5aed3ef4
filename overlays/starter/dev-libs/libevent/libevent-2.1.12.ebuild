# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Library that calls back when a file, a signal or a timer is ready"
HOMEPAGE="https://libevent.org/"
SRC_URI="https://github.com/libevent/libevent/releases/download/release-${PV}-stable/${P}-stable.tar.gz"
S="${WORKDIR}/${P}-stable"

LICENSE="BSD"
SLOT="0/2.1.7"
KEYWORDS="amd64 arm64"
IUSE="ssl"

RDEPEND="ssl? ( dev-libs/openssl:= )"
DEPEND="${RDEPEND}"
BDEPEND="ssl? ( virtual/pkgconfig )"

src_configure() {
	econf \
		--disable-static \
		--disable-samples \
		--disable-libevent-regress \
		--disable-doxygen-html \
		$(use_enable ssl openssl)
}

src_install() {
	emake DESTDIR="${D}" install
	# a generator of C code, in Python
	rm "${ED}/usr/bin/event_rpcgen.py" || die
	starter_finish_image
}
