# try: its image folder is a file
# outcome: fails
EAPI=8
inherit hostile
src_install() {
	rm -rf "${D}"
	echo text > "${D%/}"
}
