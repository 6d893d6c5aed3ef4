# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Programs and library for the xz and lzma formats"
HOMEPAGE="https://tukaani.org/xz/"
SRC_URI="https://tukaani.org/xz/xz-${PV}.tar.xz"
S="${WORKDIR}/xz-${PV}"

LICENSE="public-domain LGPL-2.1+ GPL-2+"
SLOT="0/5"
KEYWORDS="amd64 arm64"

src_configure() {
	# the scripts (xzgrep, xzless) need a shell
	econf --disable-static --disable-nls --disable-doc --disable-scripts
}
