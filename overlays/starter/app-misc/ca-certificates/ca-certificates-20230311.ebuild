# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Certificates of the authorities that Mozilla trusts, as one file"
HOMEPAGE="https://wiki.mozilla.org/CA https://tracker.debian.org/pkg/ca-certificates"
SRC_URI="mirror://debian/pool/main/c/${PN}/${PN}_${PV}+deb12u1.tar.xz"
S="${WORKDIR}/${PN}"

LICENSE="MPL-2.0"
SLOT="0"
KEYWORDS="amd64 arm64"

src_configure() { :; }

src_compile() {
	gawk -f "${FILESDIR}/certdata-to-pem.awk" mozilla/certdata.txt > cert.pem || die "converting certdata.txt failed"
	[[ $(grep -c '^-----BEGIN CERTIFICATE-----$' cert.pem) -gt 100 ]] || die "too few certificates"
}

src_install() {
	# the name under which OpenSSL looks by itself
	insinto /etc/ssl
	doins cert.pem
	dosym ../cert.pem /etc/ssl/certs/ca-certificates.crt
	starter_finish_image
}
