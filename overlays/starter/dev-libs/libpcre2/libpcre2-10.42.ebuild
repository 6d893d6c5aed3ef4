# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Regular expressions with the syntax of Perl 5"
HOMEPAGE="https://www.pcre.org/"
SRC_URI="https://github.com/PCRE2Project/pcre2/releases/download/pcre2-${PV}/pcre2-${PV}.tar.gz"
S="${WORKDIR}/pcre2-${PV}"

LICENSE="BSD"
SLOT="0/3"
KEYWORDS="amd64 arm64"
IUSE="+jit"

src_configure() {
	econf \
		--disable-static \
		--disable-pcre2grep-callout \
		--disable-pcre2test-libreadline \
		$(use_enable jit)
}

src_compile() {
	# without the test programs
	emake bin_PROGRAMS=pcre2grep noinst_PROGRAMS=
}

src_install() {
	emake DESTDIR="${D}" bin_PROGRAMS=pcre2grep noinst_PROGRAMS= install
	rm "${ED}/usr/bin/pcre2-config" || die
	starter_finish_image
}
