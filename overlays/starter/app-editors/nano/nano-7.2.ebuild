# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Small and friendly text editor for the terminal"
HOMEPAGE="https://www.nano-editor.org/"
SRC_URI="https://www.nano-editor.org/dist/v$(ver_cut 1)/${P}.tar.xz"

LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="magic +unicode"

RDEPEND="
	sys-libs/ncurses:=
	magic? ( sys-apps/file )
"
DEPEND="${RDEPEND}"
BDEPEND="virtual/pkgconfig"

src_configure() {
	econf \
		--disable-nls \
		$(use_enable magic libmagic) \
		$(use_enable unicode utf8)
}

src_compile() {
	# without the folder `doc`, whose pages are made by groff
	local folder
	for folder in lib src syntax; do
		emake -C "${folder}"
	done
}

src_install() {
	local folder
	for folder in src syntax; do
		emake -C "${folder}" DESTDIR="${D}" install
	done
	doman doc/nano.1 doc/nanorc.5
	insinto /etc
	newins - nanorc <<-EOF
		include "${EPREFIX}/usr/share/nano/*.nanorc"
	EOF
	starter_finish_image
}
