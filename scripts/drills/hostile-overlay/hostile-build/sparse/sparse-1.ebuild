# try: a sparse file of a terabyte
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr/share"
	truncate -s 1T "${ED}/usr/share/giant" || die "the file cannot be that large: limit"
}
