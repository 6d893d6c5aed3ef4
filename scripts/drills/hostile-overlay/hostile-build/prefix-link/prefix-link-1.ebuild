# try: the prefix inside its image is a link to a folder of the host
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	rm -rf "${ED}"
	mkdir -p "${ED%/*}"
	ln -s @CANARY@ "${ED%/}" || die
}
