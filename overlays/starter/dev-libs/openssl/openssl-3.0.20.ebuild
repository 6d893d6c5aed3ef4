# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="TLS and general cryptography"
HOMEPAGE="https://www.openssl.org/"
SRC_URI="https://github.com/openssl/openssl/releases/download/${P}/${P}.tar.gz"

LICENSE="Apache-2.0"
SLOT="0/3"
KEYWORDS="amd64 arm64"

RDEPEND="app-misc/ca-certificates"
BDEPEND="dev-lang/perl"

src_configure() {
	local target myconf
	case ${CHOST} in
		x86_64-*) target=linux-x86_64 ;;
		aarch64-*) target=linux-aarch64 ;;
		*) die "no OpenSSL target for ${CHOST}" ;;
	esac

	# Not built: what is off in every modern client and server, and what needs another package. Saves half of the time.
	myconf=(
		shared no-engine no-legacy no-tests no-zlib no-sctp no-srp no-psk no-comp
		no-aria no-bf no-camellia no-cast no-gost no-idea no-mdc2 no-rc2 no-rc5 no-seed no-sm2 no-sm3 no-sm4
		no-whirlpool no-cmp no-ct no-ts
	)
	CC="$(starter_cc)" AR="${CHOST}-ar" RANLIB="${CHOST}-ranlib" CFLAGS="${CFLAGS}" LDFLAGS="${LDFLAGS}" \
		perl ./Configure "${target}" "${myconf[@]}" \
		--prefix="${EPREFIX}/usr" \
		--libdir="$(get_libdir)" \
		--openssldir="${EPREFIX}/etc/ssl" || die "Configure failed"
}

src_compile() {
	# the default target would compile every file twice, for static libraries too
	emake build_generated libcrypto.pc libssl.pc openssl.pc
	emake libcrypto.so libssl.so
	emake apps/openssl
}

src_install() {
	dobin apps/openssl
	dolib.so libcrypto.so.3 libcrypto.so libssl.so.3 libssl.so
	insinto /usr/include/openssl
	doins include/openssl/*.h
	insinto "/usr/$(get_libdir)/pkgconfig"
	doins libcrypto.pc libssl.pc openssl.pc
	insinto /etc/ssl
	doins apps/openssl.cnf
	starter_finish_image
}
