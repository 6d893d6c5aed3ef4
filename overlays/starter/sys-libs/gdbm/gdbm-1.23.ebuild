# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Key-value store in a single file"
HOMEPAGE="https://www.gnu.org.ua/software/gdbm/"
SRC_URI="mirror://gnu/${PN}/${P}.tar.gz"

LICENSE="GPL-3+"
SLOT="0/6"
KEYWORDS="amd64 ~arm64"
IUSE="+readline"

RDEPEND="readline? ( sys-libs/readline:= )"
DEPEND="${RDEPEND}"

src_configure() {
	econf --disable-static --disable-nls --enable-libgdbm-compat $(use_with readline)
}
