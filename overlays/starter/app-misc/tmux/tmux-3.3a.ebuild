# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Several terminals in one, which outlive the connection"
HOMEPAGE="https://tmux.github.io/"
SRC_URI="https://github.com/tmux/tmux/releases/download/${PV}/${P}.tar.gz"

LICENSE="ISC"
SLOT="0"
KEYWORDS="amd64 arm64"

RDEPEND="
	dev-libs/libevent:=
	dev-libs/utf8proc:=
	sys-libs/ncurses:=
"
DEPEND="${RDEPEND}"
BDEPEND="
	virtual/pkgconfig
	sys-devel/bison
"

src_prepare() {
	default
	# A prefix brings no locales, and tmux needs none when utf8proc does its Unicode work.
	sed -i -e '/errx(1, "need UTF-8 locale/s/errx(1, .*/(void)s;/' \
		-e '/errx(1, "invalid LC_ALL, LC_CTYPE or LANG")/s/errx(1, .*/setlocale(LC_CTYPE, "C");/' tmux.c || die
	grep -q '(void)s;' tmux.c || die "tmux.c is not as expected"
}

src_configure() {
	econf --enable-utf8proc
}
