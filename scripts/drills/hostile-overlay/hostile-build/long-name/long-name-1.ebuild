# try: file name of 255 bytes
# outcome: any
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share"
	touch "${ED}/usr/share/$(printf 'n%.0s' {1..255})" || die
}
