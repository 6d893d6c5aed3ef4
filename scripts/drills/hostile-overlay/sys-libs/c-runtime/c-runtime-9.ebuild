# Stands in for the C library, so that each try is over soon.
EAPI=8
inherit hostile
DESCRIPTION="No C library"

src_install() {
	keepdir /usr/lib64
}
