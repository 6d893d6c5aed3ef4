# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Prints the lines that match a pattern"
HOMEPAGE="https://www.gnu.org/software/grep/"
SRC_URI="mirror://gnu/${PN}/${P}.tar.xz"

LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="+pcre"

RDEPEND="pcre? ( dev-libs/libpcre2:= )"
DEPEND="${RDEPEND}"
BDEPEND="pcre? ( virtual/pkgconfig )"

src_configure() {
	econf --disable-nls $(use_enable pcre perl-regexp)
}

src_install() {
	emake DESTDIR="${D}" install
	# shell scripts that call `grep -E` and `grep -F`
	rm "${ED}"/usr/bin/{egrep,fgrep} || die
	starter_finish_image
}
