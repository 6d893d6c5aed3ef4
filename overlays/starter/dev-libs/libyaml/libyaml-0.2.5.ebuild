# Copyright 2026 The Prefix Studio authors
# Distributed under the terms of the Apache License, Version 2.0

EAPI=8

inherit starter

DESCRIPTION="YAML 1.1 parser and emitter"
HOMEPAGE="https://pyyaml.org/wiki/LibYAML https://github.com/yaml/libyaml"
SRC_URI="https://github.com/yaml/libyaml/archive/${PV}.tar.gz -> ${P}.tar.gz"

LICENSE="MIT"
SLOT="0/2"
KEYWORDS="amd64 ~arm64"

src_compile() {
	local version=( ${PV//./ } )
	cd src || die
	starter_objects -I../include -fPIC \
		-DYAML_VERSION_MAJOR=${version[0]} -DYAML_VERSION_MINOR=${version[1]} -DYAML_VERSION_PATCH=${version[2]} \
		-DYAML_VERSION_STRING="\"${PV}\"" -- *.c
	starter_shared libyaml-0.so.2.0.9 libyaml-0.so.2 *.o
	mv libyaml-0.so libyaml.so || die
}

src_install() {
	dolib.so src/libyaml-0.so.2.0.9 src/libyaml-0.so.2 src/libyaml.so
	doheader include/yaml.h
	starter_pkgconfig yaml-0.1 "YAML parser and emitter" ${PV} -lyaml
	starter_finish_image
}
