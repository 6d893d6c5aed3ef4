# try: its image folder is a link to a folder of the host
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	rm -rf "${D}"
	ln -s @CANARY@ "${D%/}" || die
}
