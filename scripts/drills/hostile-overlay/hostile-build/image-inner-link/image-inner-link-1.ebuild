# try: a folder inside its image is a link to a folder of the host
# outcome: any
EAPI=8
inherit hostile
src_install() {
	mkdir -p "${ED}/usr"
	ln -s @CANARY@ "${ED}/usr/share" || die
	ln -s / "${ED}/usr/lib"
	ln -s ../../../../../../../../../@CANARY@ "${ED}/etc"
}
