# try: leaves processes behind
# outcome: any
EAPI=8
inherit hostile
src_compile() {
	setsid sleep 1000 > /dev/null 2>&1 < /dev/null &
	( ( sleep 1000 & ) & )
	disown -a
}
pkg_postinst() {
	setsid sleep 1000 &
	disown -a
}
