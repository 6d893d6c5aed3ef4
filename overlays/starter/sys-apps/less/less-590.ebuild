# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Shows text a screen at a time, forwards and backwards"
HOMEPAGE="https://www.greenwoodsoftware.com/less/"
SRC_URI="https://www.greenwoodsoftware.com/less/${P}.tar.gz"

LICENSE="|| ( GPL-3+ BSD-2 )"
SLOT="0"
KEYWORDS="amd64 arm64"

RDEPEND="sys-libs/ncurses:="
DEPEND="${RDEPEND}"

src_configure() {
	econf --with-regex=posix
}
