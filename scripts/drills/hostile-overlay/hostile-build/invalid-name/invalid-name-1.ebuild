# try: file name that is not UTF-8
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share"
	touch "${ED}/usr/share/"$'bad-\xff\xfe-name' || die
}
