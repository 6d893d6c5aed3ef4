# try: file name with a line break
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share"
	touch "${ED}/usr/share/"$'two\nobj /etc/passwd 0 0' || die
}
