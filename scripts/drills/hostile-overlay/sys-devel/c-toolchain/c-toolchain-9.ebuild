# Stands in for the compiler, so that each try is over soon.
EAPI=8
inherit hostile
DESCRIPTION="No compiler"

src_install() {
	keepdir /usr/lib64
}
