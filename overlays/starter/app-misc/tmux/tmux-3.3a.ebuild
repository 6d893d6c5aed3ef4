# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Several terminals in one, which outlive the connection"
HOMEPAGE="https://tmux.github.io/"
SRC_URI="https://github.com/tmux/tmux/releases/download/${PV}/${P}.tar.gz"

LICENSE="ISC"
SLOT="0"
KEYWORDS="amd64 ~arm64"

RDEPEND="
	dev-libs/libevent:=
	sys-libs/ncurses:=
"
DEPEND="${RDEPEND}"
BDEPEND="
	virtual/pkgconfig
	sys-devel/bison
"

src_configure() {
	econf --sysconfdir="${EPREFIX}/etc" --disable-utf8proc --enable-sixel=no
}
