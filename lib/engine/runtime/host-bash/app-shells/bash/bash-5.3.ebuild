# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

# The bash that runs ebuilds of EAPI 9 where this machine's is older. Not a package of any prefix: it needs nothing but the
# C library of the machine that it is built on.

EAPI=8

DESCRIPTION="The GNU shell, to run ebuilds with"
HOMEPAGE="https://www.gnu.org/software/bash/"
SRC_URI="mirror://gnu/bash/bash-${PV}.tar.gz"

LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() {
	# programmable completion brings `compgen`, which the runtime uses; it needs the readline that comes along
	econf \
		--disable-nls \
		--without-bash-malloc \
		--without-curses \
		--without-installed-readline
}

src_install() {
	dobin bash
}
