# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Tells what a file contains, and the library that knows"
HOMEPAGE="https://www.darwinsys.com/file/"
SRC_URI="https://astron.com/pub/file/${P}.tar.gz"

LICENSE="BSD-2"
SLOT="0/1"
KEYWORDS="amd64 arm64"
IUSE="+bzip2 +lzma +zlib"

RDEPEND="
	bzip2? ( app-arch/bzip2:= )
	lzma? ( app-arch/xz-utils:= )
	zlib? ( sys-libs/zlib:= )
"
DEPEND="${RDEPEND}"

src_configure() {
	econf \
		--disable-static \
		--disable-libseccomp \
		$(use_enable bzip2 bzlib) \
		$(use_enable lzma xzlib) \
		$(use_enable zlib)
}
