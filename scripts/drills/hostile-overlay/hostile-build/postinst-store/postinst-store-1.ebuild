# try: its database of installed packages is a link to the host
# outcome: any
# then: replaced
EAPI=8
inherit hostile
src_install() {
	insinto /usr/share/store
	echo one | newins - one
}
pkg_postinst() {
	cp -a "${EROOT}/var/db" "${EROOT}/var/moved"
	rm -rf "${EROOT}/var/db"
	ln -s @CANARY@ "${EROOT}/var/db"
}
