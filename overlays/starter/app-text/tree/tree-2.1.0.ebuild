# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Lists the contents of folders as a tree"
HOMEPAGE="http://mama.indstate.edu/users/ice/tree/"
SRC_URI="http://mama.indstate.edu/users/ice/tree/src/${P}.tgz"

LICENSE="GPL-2+"
SLOT="0"
KEYWORDS="amd64 arm64"

src_compile() {
	emake CC="$(starter_cc)" LDFLAGS="${LDFLAGS}" \
		CFLAGS="${CFLAGS} ${CPPFLAGS} -DLINUX -D_LARGEFILE64_SOURCE -D_FILE_OFFSET_BITS=64"
}

src_install() {
	dobin tree
	doman doc/tree.1
	starter_finish_image
}
