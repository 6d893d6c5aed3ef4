# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="Unicode normalisation, width and properties without a locale"
HOMEPAGE="https://juliastrings.github.io/utf8proc/"
SRC_URI="https://github.com/JuliaStrings/utf8proc/archive/v${PV}.tar.gz -> ${P}.tar.gz"

LICENSE="MIT"
SLOT="0/2"
KEYWORDS="amd64 arm64"

src_compile() {
	# utf8proc.c includes the tables
	starter_objects -fPIC -std=c99 -DUTF8PROC_EXPORTS -fvisibility=hidden -- utf8proc.c
	starter_shared libutf8proc.so.2.6.0 libutf8proc.so.2 utf8proc.o
}

src_install() {
	dolib.so libutf8proc.so.2.6.0 libutf8proc.so.2 libutf8proc.so
	doheader utf8proc.h
	starter_pkgconfig libutf8proc "Unicode processing" ${PV} -lutf8proc
	starter_finish_image
}
