# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Shows how far the data in a pipe have come"
HOMEPAGE="https://www.ivarch.com/programs/pv.shtml"
SRC_URI="https://www.ivarch.com/programs/sources/${P}.tar.bz2"

LICENSE="Artistic-2"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() {
	econf --disable-nls
}

src_compile() {
	# links its parts with `$(LD) -r`, and configure leaves LD at make's own default
	emake LD="${CHOST}-ld"
}
