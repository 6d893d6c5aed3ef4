# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Copies files between machines and sends only what changed"
HOMEPAGE="https://rsync.samba.org/"
SRC_URI="https://download.samba.org/pub/rsync/src/${P}.tar.gz"

LICENSE="GPL-3+"
SLOT="0"
KEYWORDS="amd64 arm64"
IUSE="+lz4 ssl"

RDEPEND="
	sys-libs/zlib:=
	lz4? ( app-arch/lz4:= )
	ssl? ( dev-libs/openssl:= )
"
DEPEND="${RDEPEND}"

src_configure() {
	econf \
		--without-included-zlib \
		--with-included-popt \
		--disable-acl-support \
		--disable-xattr-support \
		--disable-roll-simd \
		--disable-roll-asm \
		--disable-md5-asm \
		--disable-md2man \
		--disable-locale \
		--disable-xxhash \
		--disable-zstd \
		--with-rsyncd-conf="${EPREFIX}/etc/rsyncd.conf" \
		$(use_enable lz4) \
		$(use_enable ssl openssl)
}

src_install() {
	emake DESTDIR="${D}" install
	# a shell script around openssl or stunnel
	rm -f "${ED}"/usr/bin/rsync-ssl || die
	starter_finish_image
}
