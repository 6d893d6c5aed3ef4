# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Calls functions whose signature is known only at run time"
HOMEPAGE="https://sourceware.org/libffi/"
SRC_URI="https://github.com/libffi/libffi/releases/download/v${PV}/${P}.tar.gz"

LICENSE="MIT"
SLOT="0/8"
KEYWORDS="amd64 arm64"

src_configure() {
	econf --disable-static --disable-docs --disable-multi-os-directory --disable-exec-static-tramp
}
