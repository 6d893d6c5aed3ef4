# try: replaces folders of the root by links to the host once it is merged
# outcome: any
# then: replaced
EAPI=8
inherit hostile
src_install() {
	insinto /usr/share/postinst
	echo one | newins - one
}
pkg_postinst() {
	rm -rf "${EROOT}/usr/share" "${EROOT}/etc"
	ln -s @CANARY@ "${EROOT}/usr/share"
	ln -s @CANARY@ "${EROOT}/etc"
}
