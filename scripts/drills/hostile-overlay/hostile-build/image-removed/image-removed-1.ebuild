# try: removes its image folder
# outcome: any
EAPI=8
inherit hostile
src_install() {
	rm -rf "${D}"
}
