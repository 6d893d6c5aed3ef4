# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Transfers data with URLs, and the library that does it"
HOMEPAGE="https://curl.se/"
SRC_URI="https://curl.se/download/${P}.tar.gz"

LICENSE="curl"
SLOT="0/4"
KEYWORDS="amd64 arm64"
IUSE="+ssl +zlib"

RDEPEND="
	ssl? (
		app-misc/ca-certificates
		dev-libs/openssl:=
	)
	zlib? ( sys-libs/zlib:= )
"
DEPEND="${RDEPEND}"
BDEPEND="virtual/pkgconfig"

src_configure() {
	local myconf=(
		--disable-static
		--disable-ldap
		--disable-ldaps
		--disable-manual
		--without-brotli
		--without-libidn2
		--without-libpsl
		--without-librtmp
		--without-libssh2
		--without-nghttp2
		--without-zstd
		$(use_with zlib)
	)
	if use ssl; then
		myconf+=( --with-openssl --with-ca-bundle="${EPREFIX}/etc/ssl/cert.pem" --without-ca-path )
	else
		myconf+=( --without-ssl )
	fi
	econf "${myconf[@]}"
}

src_install() {
	emake DESTDIR="${D}" install
	rm "${ED}/usr/bin/curl-config" || die
	starter_finish_image
}
