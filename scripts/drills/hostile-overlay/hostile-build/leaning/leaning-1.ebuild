# try: does what a package should do, beside another one
# outcome: succeeds
# with: harmless
EAPI=8
inherit hostile
DEPEND="hostile-build/harmless"
src_install() {
	insinto /usr/share/leaning
	ls "${ESYSROOT}/usr/share" | newins - beside
}
