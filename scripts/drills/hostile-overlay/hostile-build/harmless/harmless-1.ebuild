# try: does what a package should do
# outcome: succeeds
EAPI=8
inherit hostile
src_install() {
	insinto /etc
	echo text | newins - harmless.conf
	insinto /usr/share/harmless
	echo text | newins - text
}
