# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Library for editing command lines as they are typed in"
HOMEPAGE="https://tiswww.case.edu/php/chet/readline/rltop.html"
SRC_URI="mirror://gnu/${PN}/${P}.tar.gz"

LICENSE="GPL-3+"
SLOT="0/8"
KEYWORDS="amd64 arm64"

RDEPEND=">=sys-libs/ncurses-6.4:="
DEPEND="${RDEPEND}"

src_prepare() {
	default
	# Without the locale that the environment names, setlocale answers nothing, and readline would copy that nothing.
	sed -i -e '/^  ret = setlocale (LC_CTYPE, lspec);/a\  if (ret == 0) ret = setlocale (LC_CTYPE, (char *)NULL);' nls.c || die
	grep -q '^  if (ret == 0) ret = setlocale' nls.c || die "nls.c is not as expected"
}

src_configure() {
	# the answer to the search for termcap; without it a program would have to name ncurses itself
	bash_cv_termcap_lib=libncursesw econf --with-curses --disable-static --disable-install-examples
}

src_compile() {
	emake SHLIB_LIBS=-lncursesw
}

src_install() {
	emake DESTDIR="${D}" SHLIB_LIBS=-lncursesw install
	rm -f "${ED}/usr/$(get_libdir)"/*.old || die
	starter_finish_image
}
