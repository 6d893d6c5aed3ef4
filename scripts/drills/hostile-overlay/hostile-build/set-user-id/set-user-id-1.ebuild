# try: ships programs that run as root
# outcome: any
EAPI=8
inherit hostile
src_install() {
	dobin /bin/true
	fperms 6755 /usr/bin/true
	must_fail "a file got a capability" /usr/sbin/setcap cap_sys_admin+ep "${ED}/usr/bin/true"
}
