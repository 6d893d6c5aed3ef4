# try: ships files outside the prefix
# outcome: fails
# says: usr/bin/harm|outside
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${D}/usr/bin" "${D}/etc/systemd/system"
	echo harm > "${D}/usr/bin/harm"
	echo harm > "${D}/etc/systemd/system/harm.service"
}
