# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="The GNU shell"
HOMEPAGE="https://www.gnu.org/software/bash/"
# Upstream publishes 5.2 and fifteen patches; the source archive has them in one file.
SRC_URI="mirror://debian/pool/main/b/${PN}/${PN}_${PV}.orig.tar.gz"

LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64 arm64"

RDEPEND="
	>=sys-libs/readline-8.2:=
	sys-libs/ncurses:=
"
DEPEND="${RDEPEND}"
BDEPEND="sys-devel/bison"

src_configure() {
	bash_cv_termcap_lib=libncursesw econf \
		--disable-nls \
		--without-bash-malloc \
		--with-curses \
		--with-installed-readline="${ESYSROOT}/usr"
}

src_install() {
	emake DESTDIR="${D}" install
	# a shell script that sends mail; headers and Makefile of loadable builtins
	rm -rf "${ED}/usr/bin/bashbug" "${ED}/usr/$(get_libdir)/bash" "${ED}"/usr/{include/bash,"$(get_libdir)"/pkgconfig} || die
	starter_finish_image
}
